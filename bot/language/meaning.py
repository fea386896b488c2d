"""What an encoder says about a text, made comparable: layer means centred, joined, and turned to their main directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

Matrix = NDArray[np.float32]

_MOST_DIRECTIONS = 192  # more changed nothing on CLINC150 and BANKING77 (docs/decisions/intent-classifier.md)
_LEAST_SHARE = 1e-5  # of the widest direction: below it there is only rounding


def unit(vectors: Matrix) -> Matrix:
    """Rows of length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Matrix = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


@dataclass(frozen=True)
class Meaning:
    """`centre` (layers, width): the mean of the examples. `directions` (layers * width, kept): their principal axes."""

    centre: Matrix
    directions: Matrix

    @classmethod
    def learn(cls, layers: Matrix) -> Meaning:
        """From the layer means of all examples, (examples, layers, width)."""
        centre = unit(layers).mean(axis=0)
        joined = _joined(layers, centre)
        size = joined.shape[1]
        spread, axes = eigh(joined.T @ joined, subset_by_index=[max(0, size - _MOST_DIRECTIONS), size - 1])
        return cls(centre, np.ascontiguousarray(axes[:, spread > spread[-1] * _LEAST_SHARE]))

    def vectors(self, layers: Matrix) -> Matrix:
        """(texts, kept), rows of length 1: their products are cosine similarities."""
        turned: Matrix = unit(_joined(layers, self.centre) @ self.directions)
        return turned


def _joined(layers: Matrix, centre: Matrix) -> Matrix:
    return unit(unit(layers) - centre).reshape(len(layers), -1)
