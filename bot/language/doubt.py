"""How sure the assistant may be: an honest probability for every label, and three outcomes drawn from it.

Learnt from predictions about texts that were not learnt from. Where none are kept for this, examples that were left out
(`bot.language.kernel_ridge`) do: alone, they stand for what residents ask that we know; together with everything of their label, for
what nobody has taught us.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Dict, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression

Matrix = NDArray[np.float32]

UNKNOWN_SHARE = 0.1  # of the messages, that ask for something nobody has taught us: an assumption, for want of a count
_TURNED_AWAY = 0.01  # of the messages we would have answered rightly, that may be called lost
_WRONG_AND_SURE = 0.03  # of all messages, that may be answered wrongly; the others we are not sure of are offered choices
_SURE_RANGE = (0.6, 0.95)  # an easy set of labels must not make the assistant rash, a hard one not speechless
_TORN_RANGE = (0.1, 0.25)
_SHARPNESS = (1.0, 100.0)  # searched for the factor between scores and logits


class Outcome(str, Enum):
    SURE = "sure"  # answer
    TORN = "torn"  # offer the likeliest as choices
    LOST = "lost"  # say so and give the contact


@dataclass(frozen=True)
class Limits:
    """Least probability of the first label to be sure, and to offer choices."""

    sure: float
    torn: float


@dataclass(frozen=True)
class Decision:
    """What to do with a message. `intent` and `variety` are those of a label `intent/variety`; both are "" unless the outcome is sure."""

    outcome: Outcome
    intent: str
    variety: str
    confidence: float


def decide(ranking: Sequence[Tuple[str, float]], limits: Limits) -> Decision:
    """The decision on a ranking of labels, likeliest first; an empty one is lost.

    When only the variety is not clear, an intent that is a label itself (`report_problem` beside `report_problem/pothole`)
    stands without one.
    """
    if not ranking:
        return Decision(Outcome.LOST, "", "", 0.0)
    label, best = ranking[0]
    if best >= limits.sure:
        intent, _, variety = label.partition("/")
        return Decision(Outcome.SURE, intent, variety, best)
    totals: Dict[str, float] = {}
    for name, probability in ranking:
        of = name.partition("/")[0]
        totals[of] = totals.get(of, 0.0) + probability
    likeliest = max(totals, key=totals.__getitem__)
    if likeliest in dict(ranking) and totals[likeliest] >= limits.sure:
        return Decision(Outcome.SURE, likeliest, "", totals[likeliest])
    return Decision(Outcome.TORN if best >= limits.torn else Outcome.LOST, "", "", best)


@dataclass(frozen=True)
class LeftOut:
    """About texts that were not learnt from: scores (texts, labels), and the similarity (texts,) to the nearest example."""

    scores: Matrix
    nearest: Matrix

    def of(self, texts: NDArray[np.bool_]) -> LeftOut:
        """What is said about some of the texts."""
        return LeftOut(self.scores[texts], self.nearest[texts])


@dataclass(frozen=True)
class Calibration:
    """From scores to probabilities. Labels share the probability that the text is about any of them: what is missing to 1 is for none.

    `known` weighs the signs of that: the first score, the nearest similarity, the score of the label for what is unknown
    (number `unknown`, None without one), and 1.
    """

    sharpness: float
    known: Tuple[float, float, float, float]
    unknown: Optional[int] = None

    def probabilities(self, found: LeftOut) -> Matrix:
        """(texts, labels)."""
        known = expit(signs(found, self.unknown) @ np.array(self.known))
        shared: Matrix = known[:, None] * softmax(self.sharpness * found.scores, axis=1)
        return shared


def signs(found: LeftOut, unknown: Optional[int]) -> NDArray[np.float64]:
    """(texts, 4): what says whether a text is about any label, see Calibration."""
    others = found.scores if unknown is None else np.delete(found.scores, unknown, axis=1)
    count = len(found.scores)
    none = np.zeros(count) if unknown is None else found.scores[:, unknown]
    columns: NDArray[np.float64] = np.stack([others.max(axis=1), found.nearest, none, np.ones(count)], axis=1).astype(np.float64)
    return columns


def calibrate(
    label_numbers: NDArray[np.int64], ours: LeftOut, foreign: LeftOut, unknown: Optional[int] = None
) -> Tuple[Calibration, Limits]:
    """Calibration and limits.

    Args:
        label_numbers: (texts,), the right labels of the texts in `ours`.
        ours: about texts that were not learnt from: examples left out one by one, or texts kept for this.
        foreign: about texts that no label fits: examples left out with their whole label, or texts kept for this.
        unknown: the label that says that no other fits.
    """
    calibration = Calibration(_sharpness(ours.scores, label_numbers), _known(ours, foreign, unknown), unknown)
    probabilities = calibration.probabilities(ours)
    right = probabilities.argmax(axis=1) == label_numbers
    astray = calibration.probabilities(foreign)
    if unknown is not None:
        astray = np.delete(astray, unknown, axis=1)  # to call it unknown is no mistake
    best = np.concatenate([probabilities.max(axis=1), astray.max(axis=1)])
    wrong = np.concatenate([~right, np.ones(len(astray), dtype=bool)])
    weights = _weights(len(probabilities), len(astray))
    torn = float(np.quantile(probabilities.max(axis=1)[right], _TURNED_AWAY)) if right.any() else 0.0
    return calibration, Limits(
        sure=float(np.clip(_least_sure(best, wrong, weights), *_SURE_RANGE)), torn=float(np.clip(torn, *_TORN_RANGE))
    )


def _sharpness(scores: Matrix, label_numbers: NDArray[np.int64]) -> float:
    def surprise(sharpness: float) -> float:
        shares = softmax(sharpness * scores, axis=1)[np.arange(len(scores)), label_numbers]
        return float(-np.log(np.maximum(shares, np.finfo(np.float32).tiny)).mean())

    return float(minimize_scalar(surprise, bounds=_SHARPNESS, method="bounded").x)


def _known(ours: LeftOut, foreign: LeftOut, unknown: Optional[int]) -> Tuple[float, float, float, float]:
    both = np.concatenate([signs(ours, unknown), signs(foreign, unknown)])
    taught = np.repeat([1, 0], [len(ours.nearest), len(foreign.nearest)])
    model = LogisticRegression(C=100.0, fit_intercept=False, max_iter=1000)
    model.fit(both, taught, sample_weight=_weights(len(ours.nearest), len(foreign.nearest)))
    first, near, none, constant = model.coef_[0].tolist()
    return first, near, none, constant


def _weights(known: int, unknown: int) -> NDArray[np.float64]:
    """Of the texts about what we know and what we do not, however many stand for each: 1 on average."""
    shares = np.array([(1 - UNKNOWN_SHARE) / known, UNKNOWN_SHARE / unknown], dtype=np.float64)
    return np.repeat(shares * (known + unknown), [known, unknown])


def _least_sure(best: Matrix, wrong: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    order = np.argsort(-best, kind="stable")
    wrong_share = np.cumsum((wrong * weights)[order]) / weights.sum()
    good = np.flatnonzero(wrong_share <= _WRONG_AND_SURE)
    return float(best[order[good[-1]]]) if len(good) else 1.0
