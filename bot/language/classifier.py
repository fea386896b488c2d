"""What a resident wants: one label out of many. Knows neither Rasa nor where labels come from.

A text loses the address, corner or street it is about, is put right where it is misspelt, and loses what is no word at all. Then it is
compared with all examples in two ways: by meaning (a sentence encoder) and by words and parts of words (names, and languages the encoder
does not know). Kernel ridge regression on both likenesses is the model. How it was chosen: docs/decisions/intent-classifier.md. Saved as
arrays and JSON, so that loading runs no code that came with the model.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.language.doubt import Calibration, Decision, LeftOut, Limits, calibrate, decide
from bot.language.encoder import SentenceEncoder
from bot.language.examples import Examples, Rounded
from bot.language.kept_vectors import layers_of
from bot.language.kernel_ridge import fit
from bot.language.likeness import Views, chosen, compared, nearest
from bot.language.meaning import Meaning
from bot.language.ngrams import NGrams
from bot.language.spelling import Spelling
from bot.language.text import legible
from bot.language.unreadable import without_unreadable
from bot.language.without_place import without_place

Ranking = List[Tuple[str, float]]
"""Labels with their probabilities, likeliest first. What is missing to a sum of 1 is the probability that none of them is meant."""

MOST_EXAMPLES = 28_000  # that are learnt from: time grows with the cube, memory with the square (28,000 need 3.3 GB)
_PENALTY = 0.1
_PROBE = "My street was not plowed"  # encoded again at load: the encoder must be the one trained with
_LEAST_PROBE_LIKENESS = 0.95  # int8 rounds a little differently from one processor to another


@dataclass(frozen=True)
class Model:
    """What training found. `probe`: the encoder's vector of a fixed text."""

    labels: List[str]
    spelling: Spelling
    meaning: Meaning
    ngrams: NGrams
    examples: Examples
    calibration: Calibration
    limits: Limits
    probe: NDArray[np.float32]


class Classifier:
    """A trained classifier: `Classifier.train(...)` or `Classifier.load(...)`. Safe to share between threads."""

    def __init__(self, model: Model, encoder: SentenceEncoder) -> None:
        self._model = model
        self._encoder = encoder

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        encoder: SentenceEncoder,
        *,
        calibration: Sequence[Tuple[str, str]] = (),
        unknown_label: str = "",
        threads: int = 1,
        kept: Optional[Path] = None,
    ) -> Classifier:
        """The same texts in the same order give the same classifier. Of more than MOST_EXAMPLES some are left aside, equally by label.

        Args:
            calibration: texts with their labels that are not learnt from; they say how sure a score makes. Without them the
                examples left out one by one do, which are harder than life where editors write each unlike the others.
            unknown_label: the one that says that no other fits. The texts that `calibration` has of it say what a score is like
                that means nothing; without them the examples left out with their whole label do, which are near to what is known.
            threads: texts encoded at the same time.
            kept: a file for what the encoder says about the examples, so that the next training asks it about new ones only.
        Raises:
            ValueError: fewer than two labels.
        """
        texts, labels = chosen(texts, labels, MOST_EXAMPLES)
        names, begins, numbers = np.unique(sorted(labels), return_index=True, return_inverse=True)
        if len(names) < 2:
            raise ValueError("a classifier needs examples of at least two labels")
        texts = [without_place(legible(text)) for _, text in sorted(zip(labels, texts, strict=True), key=itemgetter(0))]
        spelling = Spelling.learn(texts, encoder.words())
        texts = [spelling.corrected(text) for text in texts]
        wanted = {*labels, unknown_label}
        measured = [(_as_read(text, spelling, encoder), label) for text, label in calibration if label in wanted]
        every = [*texts, *(text for text, _ in measured)]
        layers = layers_of(every, encoder, kept, threads=threads) if kept else encoder.layers(every, threads=threads)
        layers, layers_measured = np.split(layers, [len(texts)])
        meaning, ngrams = Meaning.learn(layers, numbers), NGrams.learn(texts)
        rounded, grams = Rounded.of(meaning.vectors(layers)), ngrams.matrix(texts)
        fitted = fit(compared(Views(rounded.vectors, grams)), numbers, np.full(len(texts), _PENALTY, dtype=np.float32))
        place = names.tolist().index(unknown_label) if unknown_label in names else None
        model = Model(
            labels=names.tolist(),
            spelling=spelling,
            meaning=meaning,
            ngrams=ngrams,
            examples=Examples(rounded, grams.T.tocsr(), np.ascontiguousarray(fitted.weights.T), begins),
            calibration=Calibration(1.0, (0.0, 0.0, 0.0, 0.0), place),
            limits=Limits(1.0, 1.0),
            probe=encoder.encode([_PROBE])[0],
        )
        said = cls(model, encoder)._scores(layers_measured, [text for text, _ in measured])
        unknown = np.array([label == unknown_label for _, label in measured], dtype=bool)
        if unknown.all():
            asked, known = numbers, LeftOut(fitted.left_out[0], nearest(rounded.vectors, np.arange(len(texts))))
        else:
            asked, known = np.searchsorted(names, [label for _, label in measured])[~unknown], said.of(~unknown)
        foreign = said.of(unknown) if unknown.any() else LeftOut(fitted.left_out[1], nearest(rounded.vectors, numbers))
        found, limits = calibrate(asked, known, foreign, place)
        return cls(replace(model, calibration=found, limits=limits), encoder)

    def ranking(self, text: str) -> Ranking:
        """Every label with its probability; a text without a letter or digit ranks nothing: []."""
        text = legible(text)
        if not any(character.isalnum() for character in text):
            return []
        model = self._model
        text = _as_read(text, model.spelling, self._encoder)
        probabilities = model.calibration.probabilities(self._scores(self._encoder.layers([text]), [text]))[0]
        best_first = np.argsort(-probabilities, kind="stable")
        return [
            (model.labels[index], probability) for index, probability in zip(best_first, probabilities[best_first].tolist(), strict=True)
        ]

    def _scores(self, layers: NDArray[np.float32], texts: Sequence[str]) -> LeftOut:
        """Scores (texts, labels) and likeness (texts,) to the nearest example, from the layers and the words of texts as they are read."""
        model = self._model
        vectors, always = model.meaning.vectors(layers), model.calibration.unknown
        found = [model.examples.scores(vector, model.ngrams.row(text), always) for vector, text in zip(vectors, texts, strict=True)]
        scores = np.array([scores for scores, _ in found], dtype=np.float32)
        return LeftOut(scores.reshape(len(texts), len(model.labels)), np.array([near for _, near in found], dtype=np.float32))

    def decide(self, ranking: Ranking) -> Decision:
        """Whether a ranking of this classifier is to be answered, offered as choices, or neither."""
        return decide(ranking, self._model.limits)

    def save(self, folder: Path) -> None:
        model, examples = self._model, self._model.examples
        np.savez(
            folder / "classifier.npz",
            centre=model.meaning.centre,
            directions=model.meaning.directions,
            idf=model.ngrams.idf,
            steps=examples.rounded.steps,
            scales=examples.rounded.scales,
            gram_values=examples.grams.data,
            gram_columns=examples.grams.indices,
            gram_ends=examples.grams.indptr,
            weights=examples.weights,
            begins=examples.begins,
            probe=model.probe,
        )
        words = {
            "labels": model.labels,
            "known_words": sorted(model.spelling.known - self._encoder.words()),
            "frequent_words": list(model.spelling.frequent),
            "grams": list(model.ngrams.vocabulary),
            "whole_grams": model.ngrams.whole,
            "calibration": asdict(model.calibration),
            "limits": asdict(model.limits),
        }
        (folder / "classifier.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder) -> Classifier:
        """The classifier `save` wrote. Raises OSError, ValueError or KeyError when it is not there, damaged, or of another encoder."""
        words = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
        with np.load(folder / "classifier.npz", allow_pickle=False) as stored:
            arrays = dict(stored)
        probe = encoder.encode([_PROBE])[0]
        if probe.shape != arrays["probe"].shape or probe @ arrays["probe"] < _LEAST_PROBE_LIKENESS:
            raise ValueError("the model was trained with another sentence encoder: train again")
        rounded = Rounded(arrays["steps"], arrays["scales"])
        grams = csr_matrix(
            (arrays["gram_values"], arrays["gram_columns"], arrays["gram_ends"]), shape=(len(words["grams"]), len(rounded.scales))
        )
        model = Model(
            labels=words["labels"],
            spelling=Spelling(encoder.words() | set(words["known_words"]), words["frequent_words"]),
            meaning=Meaning(arrays["centre"], arrays["directions"]),
            ngrams=NGrams({gram: column for column, gram in enumerate(words["grams"])}, arrays["idf"], words["whole_grams"]),
            examples=Examples(rounded, grams, arrays["weights"], arrays["begins"]),
            calibration=Calibration(**words["calibration"]),
            limits=Limits(**words["limits"]),
            probe=arrays["probe"],
        )
        return cls(model, encoder)


def _as_read(text: str, spelling: Spelling, encoder: SentenceEncoder) -> str:
    """As the examples were, whose words are all known."""
    return without_unreadable(spelling.corrected(without_place(legible(text))), spelling.known, encoder.pieces_of)
