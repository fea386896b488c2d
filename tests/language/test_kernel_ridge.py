"""What the closed form says about examples left out is what training again without them would say."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.language.kernel_ridge import Fit, fit

LABELS = np.array([0, 1, 2, 0, 1, 2, 2, 2, 0, 1, 1, 1])
PENALTIES = np.linspace(0.1, 0.4, len(LABELS), dtype=np.float32)


@pytest.fixture(scope="module")
def kernel() -> NDArray[np.float32]:
    points = np.random.default_rng(4).normal(size=(len(LABELS), 3))
    distances = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    return np.exp(-distances / 4).astype(np.float32)


@pytest.fixture(scope="module")
def fitted(kernel: NDArray[np.float32]) -> Fit:
    half = np.where(np.triu(np.ones_like(kernel)), kernel, np.nan)  # what is left of the diagonal is not read
    return fit(half.astype(np.float32), LABELS, PENALTIES)


def trained_without(kernel: NDArray[np.float32], left_out: NDArray[np.int64]) -> NDArray[np.float64]:
    """Scores of the examples left out by a model that never saw them."""
    kept = np.setdiff1d(np.arange(len(LABELS)), left_out)
    targets = np.eye(3)[LABELS[kept]]
    weights = np.linalg.solve(kernel[np.ix_(kept, kept)] + np.diag(PENALTIES[kept]), targets)
    scores: NDArray[np.float64] = kernel[np.ix_(left_out, kept)] @ weights
    return scores


def test_each_example_left_out_alone(kernel: NDArray[np.float32], fitted: Fit) -> None:
    for example in range(len(LABELS)):
        assert fitted.left_out[0][[example]] == pytest.approx(trained_without(kernel, np.array([example])), abs=1e-4)


def test_each_example_left_out_with_its_whole_label(kernel: NDArray[np.float32], fitted: Fit) -> None:
    for label in range(3):
        rows = np.flatnonzero(LABELS == label)
        assert fitted.left_out[1][rows] == pytest.approx(trained_without(kernel, rows), abs=1e-4)


def test_weights_solve_the_regression(kernel: NDArray[np.float32], fitted: Fit) -> None:
    assert (kernel + np.diag(PENALTIES)) @ fitted.weights == pytest.approx(np.eye(3)[LABELS], abs=1e-4)


def test_what_is_no_kernel_is_refused() -> None:
    with pytest.raises(ValueError, match="not positive"):
        fit(np.array([[0, 2], [2, 0]], dtype=np.float32), np.array([0, 1]), np.full(2, 0.1, dtype=np.float32))
