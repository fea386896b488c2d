"""What a text is compared with: the examples and what each says for every label, arranged so that a message reads little of it.

The vectors of the examples are rounded to 8 bits before anything is learnt from them, so nothing is lost afterwards; ONNX Runtime
multiplies them so. The weights are read for the labels of the nearest examples only: the others get the mean of what is left of the
sum over all labels, which is known without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Optional, Tuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from scipy.sparse import csr_matrix

from bot.language.likeness import kernel, shared_grams
from bot.language.ngrams import Row
from bot.language.onnx_graphs import RUNTIME_DOMAIN, serialised, session

Matrix = NDArray[np.float32]

_STEPS = 63  # of 127: see bot.language.encoder_graph; here cut off sums would cost more
_LABELS_SCORED = 64  # those of the nearest examples; the next ones are as good as never meant


@dataclass(frozen=True)
class Rounded:
    """Vectors as whole numbers, `steps` (texts, size) int8 times `scales` (texts,)."""

    steps: NDArray[np.int8]
    scales: Matrix

    @classmethod
    def of(cls, vectors: Matrix) -> Rounded:
        scales = np.maximum(np.abs(vectors).max(axis=1), np.finfo(np.float32).tiny) / _STEPS
        return cls(np.round(vectors / scales[:, None]).astype(np.int8), scales)

    @property
    def vectors(self) -> Matrix:
        near: Matrix = self.steps * self.scales[:, None]
        return near


@dataclass(frozen=True)
class Examples:
    """Examples in the order of their labels. Safe to share between threads.

    `begins` (labels,): the first example of each; `grams` (grams, examples); `weights` (labels, examples).
    """

    rounded: Rounded
    grams: csr_matrix
    weights: Matrix
    begins: NDArray[np.int64]

    @cached_property
    def _in_all(self) -> Matrix:
        """What each example says for all labels together."""
        total: Matrix = self.weights.sum(axis=0)
        return total

    @cached_property
    def _products(self) -> onnxruntime.InferenceSession:
        scales = self.rounded.scales
        constants = {"steps": self.rounded.steps.T, "scales": scales, "zeros": np.zeros(len(scales), dtype=np.int8)}
        product = helper.make_node("DynamicQuantizeMatMul", ["vectors", *constants], ["alike"], domain=RUNTIME_DOMAIN)
        vectors, alike = {"vectors": [1, self.rounded.steps.shape[1]]}, {"alike": [1, len(scales)]}
        tensors = (numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in constants.items())
        return session(serialised("likeness", [product], vectors, alike, tensors))

    def scores(self, vector: Matrix, row: Row, always: Optional[int]) -> Tuple[Matrix, float]:
        """A text's score for each label, (labels,), and the cosine to the example that is nearest in meaning.

        Args:
            vector: what the text means, of length 1.
            row: its n-grams.
            always: a label that is scored however far its examples are.
        """
        alike = self._products.run(None, {"vectors": vector[None]})[0][0]
        near = kernel(alike, shared_grams(row, self.grams))
        nearest = np.maximum.reduceat(near, self.begins)
        if always is not None:
            nearest[always] = np.inf
        scored = np.argsort(-nearest, kind="stable")[:_LABELS_SCORED]
        found = self.weights[scored] @ near
        others = len(nearest) - len(scored)
        scores = np.full(len(nearest), (near @ self._in_all - found.sum()) / max(others, 1), dtype=np.float32)
        scores[scored] = found
        return scores, float(alike.max())
