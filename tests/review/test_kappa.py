"""Agreement beyond chance."""

from __future__ import annotations

import random
from typing import Optional, Sequence, Tuple

import pytest
from sklearn.metrics import cohen_kappa_score


def kappa(pairs: Sequence[Tuple[str, str]]) -> Optional[float]:
    from bot.review.grading import cohens_kappa

    return cohens_kappa(pairs)


def test_kappa_of_the_textbook() -> None:
    """Fifty proposals, two readers (Wikipedia, "Cohen's kappa"): 20 both yes, 15 both no, 5 and 10 apart."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert kappa(pairs) == pytest.approx(0.4)


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_what_scikit_learn_says(seed: int) -> None:
    chance = random.Random(seed)
    pairs = [(chance.choice(["right", "partly", "wrong"]), chance.choice(["right", "right", "wrong"])) for _ in range(50)]
    assert kappa(pairs) == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))


def test_kappa_is_one_when_all_agree_and_unknown_when_chance_alone_would() -> None:
    assert kappa([("right", "right"), ("wrong", "wrong")]) == 1
    assert kappa([("right", "right")] * 9) is None
    assert kappa([]) is None
