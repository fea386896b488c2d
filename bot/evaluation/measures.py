"""What is counted about answers whose right label is known, with intervals that say how much chance is in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

import numpy as np
from scipy.stats import binomtest

from bot.emergencies import emergencies
from bot.evaluation.examples import Example
from bot.labels import ARTICLE, EMERGENCY
from bot.language.doubt import Outcome

CONFIDENCE = 0.95


def need(label: str) -> str:
    """A label, but for a danger that of the article about it."""
    intent, _, kind = label.partition("/")
    article = emergencies().articles.get(kind) if intent == EMERGENCY else None
    return f"{ARTICLE}/{article}" if article else label


@dataclass(frozen=True)
class Answer:
    """What the assistant made of an example: labels and probabilities, likeliest first, and what it would do."""

    example: Example
    ranking: List[Tuple[str, float]]
    outcome: Outcome

    @property
    def label(self) -> str:
        return self.ranking[0][0] if self.ranking else ""

    @property
    def confidence(self) -> float:
        return self.ranking[0][1] if self.ranking else 0.0

    @property
    def right(self) -> bool:
        """Whether the resident gets what was asked for. The article about a danger and the danger's own label put the same number first."""
        return need(self.label) == need(self.example.label)

    @property
    def among_three(self) -> bool:
        return need(self.example.label) in [need(label) for label, _ in self.ranking[:3]]

    @property
    def wrong_and_sure(self) -> bool:
        return self.outcome is Outcome.SURE and not self.right


@dataclass(frozen=True)
class Share:
    """`hits` of `total`, and the 95 % interval of the share (Wilson's)."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> Tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        found = binomtest(self.hits, self.total).proportion_ci(CONFIDENCE, method="wilson")
        return float(found.low), float(found.high)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{100 * self.value:5.1f} % [{100 * low:4.1f}, {100 * high:5.1f}]"


def share(answers: Sequence[Answer], what: str) -> Share:
    """Of how many answers the property `what` (`right`, `among_three`, `wrong_and_sure`) is true."""
    return Share(sum(bool(getattr(answer, what)) for answer in answers), len(answers))


def outcome_share(answers: Sequence[Answer], outcome: Outcome) -> Share:
    return Share(sum(answer.outcome is outcome for answer in answers), len(answers))


def macro_f1(answers: Sequence[Answer]) -> float:
    """The mean over the labels asked for of the harmonic mean of precision and recall."""
    given, asked = Counter(need(a.label) for a in answers), Counter(need(a.example.label) for a in answers)
    right = Counter(need(a.label) for a in answers if a.right)
    scores = [2 * right[label] / (given[label] + count) for label, count in asked.items()]
    return float(np.mean(scores)) if scores else 0.0


def groups(answers: Sequence[Answer], by: str) -> Dict[str, List[Answer]]:
    """Answers by their example's `topic` or `language`, in alphabetical order."""
    found: Dict[str, List[Answer]] = {}
    for answer in sorted(answers, key=lambda answer: str(getattr(answer.example, by))):
        found.setdefault(str(getattr(answer.example, by)), []).append(answer)
    return found


@dataclass(frozen=True)
class Bin:
    """Answers of like confidence: the mean of it, and how many were right."""

    confidence: float
    right: Share


def calibration(answers: Sequence[Answer], count: int = 10) -> List[Bin]:
    """Equal steps of confidence from 0 to 1; steps without an answer are left out."""
    steps: List[List[Answer]] = [[] for _ in range(count)]
    for answer in answers:
        steps[min(int(answer.confidence * count), count - 1)].append(answer)
    return [Bin(float(np.mean([answer.confidence for answer in step])), share(step, "right")) for step in steps if step]


def calibration_error(answers: Sequence[Answer]) -> float:
    """The mean distance between confidence and rightness, each step weighed by its answers (expected calibration error)."""
    return sum(abs(step.confidence - step.right.value) * step.right.total for step in calibration(answers)) / max(len(answers), 1)


def confusions(answers: Sequence[Answer]) -> List[Tuple[str, str, int, str]]:
    """(right label, given label, how often, one of the texts), the most frequent first."""
    times: Counter[Tuple[str, str]] = Counter()
    texts: Dict[Tuple[str, str], str] = {}
    for answer in answers:
        if not answer.right:
            pair = (answer.example.label, answer.label or "none")
            times[pair] += 1
            texts.setdefault(pair, answer.example.text)
    return [(*pair, count, texts[pair]) for pair, count in times.most_common()]


@dataclass(frozen=True)
class Comparison:
    """Two models on the same questions: which only one of them got right, and how likely that split is by chance alone."""

    only_first: int
    only_second: int

    @property
    def p_value(self) -> float:
        """Of McNemar's exact test, two-sided; 1.0 when the models never differ."""
        differing = self.only_first + self.only_second
        return float(binomtest(self.only_first, differing).pvalue) if differing else 1.0


def compare(first: Sequence[Answer], second: Sequence[Answer]) -> Comparison:
    """Raises ValueError when the answers are not to the same examples in the same order."""
    if [answer.example for answer in first] != [answer.example for answer in second]:
        raise ValueError("the two models were asked different questions")
    pairs = list(zip(first, second, strict=True))
    return Comparison(sum(a.right and not b.right for a, b in pairs), sum(b.right and not a.right for a, b in pairs))
