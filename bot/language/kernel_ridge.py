"""Kernel ridge regression on label indicators, with every leave-out prediction in closed form.

A score estimates the probability of a label and falls to zero far from all examples. The same inverse that gives the weights
also gives what the model would have said about an example had it, or all examples of its label, never been seen; so
calibration and doubt are learnt from the training examples without training again.

Source: Rifkin and Lippert 2007, Notes on regularized least squares (leave-one-out); the block form is the same algebra.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Fit:
    """Weights (examples, labels), and what the model says about each example when left out: alone, and with its whole label."""

    weights: Matrix
    without_example: Matrix
    without_label: Matrix


def fit(kernel: Matrix, label_numbers: NDArray[np.int64], penalties: Matrix) -> Fit:
    """Fits one ridge regression per label.

    Args:
        kernel: (examples, examples), symmetric, positive; it is overwritten, as it may fill much of the memory.
        label_numbers: (examples,), 0 to labels - 1, each at least once.
        penalties: (examples,), larger trusts an example less.
    Raises:
        ValueError: the kernel is not positive.
    """
    targets = np.eye(int(label_numbers.max()) + 1, dtype=np.float32)[label_numbers]
    root = _inverse_root(kernel, penalties)
    weights = root.T @ (root @ targets)
    without_example = targets - weights / np.einsum("ij,ij->j", root, root)[:, None]
    without_label = np.empty_like(weights)
    for number in range(targets.shape[1]):
        rows = np.flatnonzero(label_numbers == number)
        columns = root[rows[0] :, rows]  # above its diagonal it is zero
        without_label[rows] = targets[rows] - np.linalg.solve(columns.T @ columns, weights[rows])
    return Fit(weights, without_example, without_label)


def _inverse_root(kernel: Matrix, penalties: Matrix) -> Matrix:
    """A lower triangle whose transpose times itself is the inverse of the kernel with its penalties."""
    kernel[np.diag_indices_from(kernel)] += penalties
    # a symmetric matrix is its own transpose, so LAPACK, which reads by columns, can work in the memory of the kernel
    factor, failed = lapack.spotrf(kernel.T, lower=1, clean=1, overwrite_a=1)
    if failed:
        raise ValueError("the kernel is not positive")
    root: Matrix = lapack.strtri(factor, lower=1, overwrite_c=1)[0]
    return root
