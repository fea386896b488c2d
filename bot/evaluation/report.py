"""The tables `resident evaluate` prints."""

from __future__ import annotations

from typing import Iterator, List, Sequence

from bot.evaluation.measures import Answer, Comparison, calibration_error, confusions, groups, macro_f1, outcome_share, share
from bot.language.doubt import Outcome

MOST_CONFUSIONS = 15
_LONGEST_TEXT = 60


def report(title: str, answers: Sequence[Answer]) -> List[str]:
    """Lines: the whole, each language, each topic, what is confused most."""
    return [
        f"{title}: {len(answers)} questions, {len({answer.example.label for answer in answers})} labels",
        "",
        f"{'':24} {'first label right':>24} {'among first three':>24} {'wrong and sure':>24} {'macro-F1':>9} {'questions':>9}",
        _row("all", answers),
        *(_row(f"language {name or 'unsure'}", rows) for name, rows in groups(answers, "language").items()),
        *(_row(name, rows) for name, rows in groups(answers, "topic").items()),
        "",
        f"answered   {outcome_share(answers, Outcome.SURE)}    of them right {share(_sure(answers), 'right')}",
        f"choices    {outcome_share(answers, Outcome.TORN)}",
        f"not known  {outcome_share(answers, Outcome.LOST)}",
        f"mean distance of confidence from rightness: {100 * calibration_error(answers):.1f} points",
        "",
        *_worst(answers),
    ]


def compared(first: str, second: str, comparison: Comparison) -> List[str]:
    """Lines: which model got what only it got right, and whether that could be chance (McNemar's exact test)."""
    return [
        f"only {first} right: {comparison.only_first}",
        f"only {second} right: {comparison.only_second}",
        f"by chance alone such a difference comes with probability {comparison.p_value:.3f} (McNemar's exact test, paired)",
    ]


def _row(name: str, answers: Sequence[Answer]) -> str:
    shares = " ".join(f"{share(answers, what)!s:>24}" for what in ("right", "among_three", "wrong_and_sure"))
    return f"{name:24} {shares} {macro_f1(answers):9.3f} {len(answers):9}"


def _sure(answers: Sequence[Answer]) -> List[Answer]:
    return [answer for answer in answers if answer.outcome is Outcome.SURE]


def _worst(answers: Sequence[Answer]) -> Iterator[str]:
    rows = confusions(answers)[:MOST_CONFUSIONS]
    if rows:
        yield f"{'asked about':36} {'understood':36} {'times':>5}  for example"
    for asked, given, times, text in rows:
        yield f"{asked:36} {given:36} {times:5}  {text[:_LONGEST_TEXT]}"
