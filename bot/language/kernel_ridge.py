"""Kernel ridge regression on label indicators, with every leave-out prediction in closed form.

A score estimates the probability of a label and falls to zero far from all examples. The same factor that gives the weights
also gives what the model would have said about an example had it, or all examples of its label, never been seen; so
calibration and doubt can be learnt from the training examples without training again.

Source: Rifkin and Lippert 2007, Notes on regularized least squares (leave-one-out); the block form is the same algebra.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Fit:
    """`weights`: (examples, labels). What else it holds is for `left_out`."""

    weights: Matrix
    targets: Matrix
    factor: Matrix

    @cached_property
    def left_out(self) -> Tuple[Matrix, Matrix]:
        """What the model would say about each example, (examples, labels), had it not been seen: alone, and with its whole label."""
        root: Matrix = lapack.strtri(self.factor, lower=1)[0]  # times its transpose it is the inverse of the kernel with its penalties
        without_example = self.targets - self.weights / np.einsum("ij,ij->j", root, root)[:, None]
        without_label = np.empty_like(self.weights)
        for label in self.targets.T:
            rows = np.flatnonzero(label)
            columns = root[rows[0] :, rows]  # above its diagonal it is zero
            without_label[rows] = self.targets[rows] - np.linalg.solve(columns.T @ columns, self.weights[rows])
        return without_example, without_label


def fit(kernel: Matrix, label_numbers: NDArray[np.int64], penalties: Matrix) -> Fit:
    """Fits one ridge regression per label.

    Args:
        kernel: (examples, examples), positive, symmetric: only what is right of its diagonal is read. It is overwritten, as it may fill
            much of the memory.
        label_numbers: (examples,), 0 to labels - 1, each at least once.
        penalties: (examples,), larger trusts an example less.
    Raises:
        ValueError: the kernel is not positive.
    """
    targets = np.eye(int(label_numbers.max()) + 1, dtype=np.float32)[label_numbers]
    kernel[np.diag_indices_from(kernel)] += penalties
    # to LAPACK, which reads by columns, what is right of the diagonal is below it; so it can work in the memory of the kernel
    factor, failed = lapack.spotrf(kernel.T, lower=1, clean=1, overwrite_a=1)
    if failed:
        raise ValueError("the kernel is not positive")
    weights, _ = lapack.spotrs(factor, targets, lower=1)
    return Fit(np.ascontiguousarray(weights), targets, factor)
