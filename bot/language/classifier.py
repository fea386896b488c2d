"""What a resident wants: one label out of many, from words and parts of words. Knows neither Rasa nor where labels come from.

TF-IDF over words and over characters (a misspelt word keeps most of its parts) with a linear support vector machine,
its scores turned into probabilities. Saved as arrays and JSON, so that loading a model runs no code that came with it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

MAX_CHARACTERS = 600  # of one text; what a resident wants stands at its beginning, and time stays bounded
_WORD_WEIGHT = 0.7  # of whole words beside 1.0 for their parts; these three by cross-validation on the city's own data
_PENALTY = 0.5
_SHARPNESS = 7.0  # makes probabilities of the machine's scores

Numbers = NDArray[np.floating[Any]]
Ranking = List[Tuple[str, float]]
"""Labels with their probabilities, likeliest first."""


def plain(text: str) -> str:
    """The text as it is compared: bounded, one case, without accents (residents leave them out), every digit a 0."""
    folded = unicodedata.normalize("NFKD", text[:MAX_CHARACTERS].casefold())
    return re.sub(r"\d", "0", "".join(character for character in folded if not unicodedata.combining(character)))


def _vectorizers() -> List[TfidfVectorizer]:
    common = dict(sublinear_tf=True, preprocessor=plain, dtype=np.float32)
    return [
        TfidfVectorizer(analyzer="word", token_pattern=r"[^\W_]+", **common),  # noqa: S106
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), **common),
    ]


def decide(ranking: Ranking, *, answer: float, margin: float) -> Tuple[str, str, float]:
    """Intent, variety and confidence of a ranking; no intent ("") when it is not clear enough.

    A label is clear with a probability of `answer` and `margin` before the next. When only the variety is not clear, an
    intent that is a label itself (`report_problem` beside `report_problem/pothole`) stands without one.
    """
    if not ranking:
        return "", "", 0.0
    label, sure = ranking[0]
    intent, _, variety = label.partition("/")
    if _clear([probability for _, probability in ranking], answer, margin):
        return intent, variety, sure
    totals: Dict[str, float] = {}
    for name, probability in ranking:
        of = name.partition("/")[0]
        totals[of] = totals.get(of, 0.0) + probability
    likeliest = max(totals, key=totals.__getitem__)
    if likeliest in dict(ranking) and _clear(sorted(totals.values(), reverse=True), answer, margin):
        return likeliest, "", totals[likeliest]
    return "", "", sure


def _clear(probabilities: Sequence[float], answer: float, margin: float) -> bool:
    """`probabilities` likeliest first."""
    return probabilities[0] >= answer and probabilities[0] - sum(probabilities[1:2]) >= margin


class Classifier:
    """A trained classifier: `Classifier.train(...)` or `Classifier.load(...)`."""

    def __init__(self, vectorizers: List[TfidfVectorizer], labels: List[str], weights: Numbers, bias: Numbers) -> None:
        self._vectorizers = vectorizers
        self.labels = labels
        self._weights = weights  # one row per feature: a message needs its few rows only, however many labels there are
        self._bias = bias

    @classmethod
    def train(cls, texts: Sequence[str], labels: Sequence[str]) -> Classifier:
        """A classifier of at least three labels. The same texts in the same order give the same classifier."""
        vectorizers = _vectorizers()
        features = _joined([vectorizer.fit_transform(texts) for vectorizer in vectorizers])
        model = LinearSVC(C=_PENALTY, random_state=0).fit(features, labels)
        return cls(vectorizers, model.classes_.tolist(), np.ascontiguousarray(model.coef_.T, dtype=np.float32), model.intercept_)

    def ranking(self, text: str) -> Ranking:
        """Every label with its probability (they sum to 1); a text without anything known in it ranks nothing: []."""
        features = _joined([vectorizer.transform([text]) for vectorizer in self._vectorizers])
        if not features.nnz:
            return []
        scores = features.data @ self._weights[features.indices] + self._bias
        likelihoods = np.exp(_SHARPNESS * (scores - scores.max()))
        probabilities = likelihoods / likelihoods.sum()
        return [(self.labels[index], float(probabilities[index])) for index in np.argsort(-probabilities, kind="stable")]

    def save(self, folder: Path) -> None:
        """Writes two files into a folder."""
        arrays = {f"idf{index}": vectorizer.idf_ for index, vectorizer in enumerate(self._vectorizers)}
        np.savez(folder / "classifier.npz", weights=self._weights, bias=self._bias, **arrays)
        vocabularies = [{term: int(column) for term, column in vectorizer.vocabulary_.items()} for vectorizer in self._vectorizers]
        words = {"labels": self.labels, "vocabularies": vocabularies}
        (folder / "classifier.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Classifier:
        """The classifier `save` wrote. Raises OSError, ValueError or KeyError when it is not there or damaged."""
        words = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
        with np.load(folder / "classifier.npz", allow_pickle=False) as arrays:
            vectorizers = _vectorizers()
            for index, vectorizer in enumerate(vectorizers):
                vectorizer.vocabulary_ = words["vocabularies"][index]
                vectorizer.idf_ = arrays[f"idf{index}"]
            return cls(vectorizers, words["labels"], arrays["weights"], arrays["bias"])


def _joined(parts: Sequence[csr_matrix]) -> csr_matrix:
    words, characters = parts
    return hstack([words * _WORD_WEIGHT, characters], format="csr", dtype=np.float32)
