"""Held-out accuracy: the candidate is not worse than what is live, in the whole, in a language or on a topic.

Both answer the same questions, so only those count that one of them alone gets right: McNemar's exact test, one-sided. A group fails at 5 %
with no allowance for how many groups are looked at: a false alarm costs a look, a worse answer costs a resident.
"""

from __future__ import annotations

from typing import Dict, List, Sequence, Tuple

from scipy.stats import binomtest

from bot.evaluation.gates.gate import Gate, Table, interval
from bot.evaluation.measures import Answer, groups, share

WORSE = 0.05
_NORMAL_95 = 1.959964


def accuracy(live: Sequence[Answer], candidate: Sequence[Answer]) -> Gate:
    """`live` and `candidate`: answers to the same examples in the same order. Raises ValueError when they are not."""
    if [answer.example for answer in live] != [answer.example for answer in candidate]:
        raise ValueError("they were asked different questions")
    was = {id(after): before for before, after in zip(live, candidate, strict=True)}
    parts: Dict[str, Sequence[Answer]] = {"all": candidate, **groups(candidate, "language"), **groups(candidate, "topic")}
    rows, worse = [], []
    for name, answers in parts.items():
        before = [was[id(answer)] for answer in answers]
        lost, gained = _differing(before, answers)
        chance = p_worse(lost, gained)
        if chance < WORSE:
            worse.append(name)
        low, high = difference(lost, gained, len(answers))
        shares = str(share(before, "right")).strip(), str(share(answers, "right")).strip()
        rows.append([name, str(len(answers)), *shares, str(lost), str(gained), interval(low, high), f"{chance:.3f}"])
    wrong_now = [[a.example.text, a.example.label, a.label] for a in candidate if was[id(a)].right and not a.right]
    return Gate(
        "accuracy",
        not worse,
        {"questions": str(len(candidate)), "worse": ", ".join(worse), "lost": str(len(wrong_now))},
        [
            Table("accuracy", ("group", "questions", "live", "candidate", "lost", "gained", "difference", "chance"), rows),
            Table("wrong_now", ("question", "right", "now"), wrong_now),
        ],
    )


def p_worse(lost: int, gained: int) -> float:
    """How likely so many questions or more are lost by chance alone, of those on which the two differ."""
    return float(binomtest(lost, lost + gained, alternative="greater").pvalue) if lost + gained else 1.0


def difference(lost: int, gained: int, total: int) -> Tuple[float, float]:
    """The 95 % interval of the difference between two shares of the same questions (Agresti and Min 2005: half a question more a cell)."""
    more, less, count = gained + 0.5, lost + 0.5, total + 2
    middle = (more - less) / count
    around = _NORMAL_95 * float((more + less - (more - less) ** 2 / count) ** 0.5) / count
    return max(middle - around, -1.0), min(middle + around, 1.0)


def _differing(before: List[Answer], after: Sequence[Answer]) -> Tuple[int, int]:
    pairs = list(zip(before, after, strict=True))
    return sum(a.right and not b.right for a, b in pairs), sum(b.right and not a.right for a, b in pairs)
