"""What an encoder says about a text, made comparable: layer means centred and joined, and in them the directions that tell labels apart.

Directions in which examples of one label differ from each other say little and count less (within-class covariance
normalization: Hatch, Kajarekar and Stolcke 2006); of the others the main ones are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_matrix

Matrix = NDArray[np.float32]

_MOST_DIRECTIONS = 192  # more changed nothing on CLINC150 and BANKING77 (docs/decisions/intent-classifier.md)
_LEAST_SHARE = 1e-5  # of the widest direction: below it there is only rounding
_EVENNESS = 30.0  # mean spreads added to each direction's spread within labels: more weighs directions more alike


def unit(vectors: Matrix) -> Matrix:
    """Rows of length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Matrix = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


@dataclass(frozen=True)
class Meaning:
    """`centre` (layers, width): the mean of the examples. `directions` (layers * width, kept): what a vector is turned to."""

    centre: Matrix
    directions: Matrix

    @classmethod
    def learn(cls, layers: Matrix, label_numbers: NDArray[np.int64]) -> Meaning:
        """From the layer means of all examples, (examples, layers, width), and their labels, (examples,), 0 to labels - 1."""
        centre = unit(layers).mean(axis=0)
        joined = _joined(layers, centre)
        weighing = _weighing(joined, label_numbers)
        weighed = unit(joined @ weighing)
        size = weighed.shape[1]
        spread, axes = eigh(weighed.T @ weighed, subset_by_index=[max(0, size - _MOST_DIRECTIONS), size - 1])
        kept = axes[:, spread > spread[-1] * _LEAST_SHARE]
        return cls(centre, np.ascontiguousarray(weighing @ kept, dtype=np.float32))

    def vectors(self, layers: Matrix) -> Matrix:
        """(texts, kept), rows of length 1: their products are cosine similarities."""
        turned: Matrix = unit(_joined(layers, self.centre) @ self.directions)
        return turned


def _weighing(joined: Matrix, label_numbers: NDArray[np.int64]) -> Matrix:
    """(size, size): turns to the axes of what differs within labels and makes the widest of them count less."""
    counts = np.bincount(label_numbers)
    of_label = csr_matrix((np.ones(len(joined), dtype=np.float32), (label_numbers, np.arange(len(joined)))))
    within = joined - (of_label @ joined / counts[:, None])[label_numbers]
    spread, axes = eigh(within.T @ within / len(joined))
    spread = np.maximum(spread, 0.0)
    weighing: Matrix = (axes / np.sqrt(spread + _EVENNESS * np.maximum(spread.mean(), np.finfo(np.float32).tiny))).astype(np.float32)
    return weighing


def _joined(layers: Matrix, centre: Matrix) -> Matrix:
    return unit(unit(layers) - centre).reshape(len(layers), centre.size)
