"""What is replaced at the door and kept nowhere: payment cards, social insurance numbers, health card numbers.

Works on cleaned text (`cleaning.clean`), with numbers in words read as figures. Digits count as one run when at most three
characters that are neither letters nor digits stand between neighbours. Within a run, people break numbers where a group
ends, so only whole groups are tried, except that an unbroken group long enough to hide a card is searched inside as well.

A nine-digit number written without a break and passing the check of a social insurance number may as well be an account
number (one in ten does). It is kept for one turn, sealed, and shown as neither: see `Stripped.doubtful`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, FrozenSet, Iterator, List, Optional, Tuple

from bot.conversations.in_figures import in_figures

CARD, SIN, HEALTH_CARD, NUMBER = "card", "sin", "health_card", "number"
MARKERS = {CARD: "[card removed]", SIN: "[SIN removed]", HEALTH_CARD: "[health card removed]", NUMBER: "[number]"}

_RUN = re.compile(r"[0-9](?:[\W_]{0,3}[0-9])*")
_GROUP = re.compile(r"[0-9]+")
# First digits and lengths, ISO/IEC 7812 issuers in use: Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay and Maestro.
_CARD = re.compile(
    r"(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|(?:6|5[0678]|35)\d{14}(?:\d{1,3})?)"
)
_CARD_LENGTHS, _PLAIN_CARD = range(13, 20), 16
_SIN_WORDS = re.compile(r"\b(?:s[. ]?i[. ]?n\.?|(?:my )?social(?: ins\w*)?|n[. ]?a[. ]?s\.?|ass?urances? sociale?)(?!\w)", re.IGNORECASE)
_ACCOUNT_WORDS = re.compile(r"\b(?:ac{1,3}(?:ou?)?n?ts?|acc|bills?|customer|client|co?m?pte?s?|factures?)(?!\w)", re.IGNORECASE)
_HEALTH_WORDS = re.compile(r"\b(?:health card|ohip|carte[- ](?:de )?sant[ée])(?!\w)", re.IGNORECASE)
_BEFORE, _AFTER = 40, 25  # characters around a number in which a word tells what it is


@dataclass(frozen=True)
class Stripped:
    """`text` with markers in the place of what was `removed`; `doubtful`: a number is left that may only serve this turn."""

    text: str
    removed: FrozenSet[str]
    doubtful: bool


@dataclass(frozen=True)
class Found:
    """One number of a kind, from `start` to before `end`."""

    kind: str
    start: int
    end: int


def passes_luhn(digits: str) -> bool:
    """The check digit of cards, social insurance numbers and Ontario health cards."""
    doubled = "0246813579"
    return sum(int(doubled[int(d)]) if odd % 2 else int(d) for odd, d in enumerate(reversed(digits))) % 10 == 0


def _is_card(digits: str) -> bool:
    return bool(_CARD.fullmatch(digits)) and passes_luhn(digits)


def _windows(groups: List[re.Match[str]], lengths: range) -> Iterator[Tuple[int, int, str]]:
    """Neighbouring whole groups whose digits together have one of the lengths: (first, last, digits), longest first."""
    for first in range(len(groups)):
        digits, found = "", []
        for last in range(first, len(groups)):
            digits += groups[last].group()
            if len(digits) >= lengths.stop:
                break
            if len(digits) in lengths:
                found.append((first, last, digits))
        yield from reversed(found)


def _cards(groups: List[re.Match[str]]) -> Iterator[Found]:
    for first, last, digits in _windows(groups, _CARD_LENGTHS):
        if _is_card(digits):
            yield Found(CARD, groups[first].start(), groups[last].end())
    for group in groups:
        digits = group.group()
        for start in range(len(digits) - _PLAIN_CARD + 1):  # longer than a card: its expiry date may follow without a break
            if _is_card(digits[start : start + _PLAIN_CARD]):
                yield Found(CARD, group.start() + start, group.start() + start + _PLAIN_CARD)


def _nearest(text: str, start: int, end: int) -> Optional[str]:
    """Which kind of number the words around it name; the word before wins over the word after."""
    before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
    kinds = ((SIN, _SIN_WORDS), (NUMBER, _ACCOUNT_WORDS), (HEALTH_CARD, _HEALTH_WORDS))
    named = [(match.start(), kind) for kind, words in kinds for match in words.finditer(before)]
    if named:
        return max(named)[1]
    named = [(match.start(), kind) for kind, words in kinds for match in words.finditer(after)]
    return min(named)[1] if named else None


def _sins(text: str, groups: List[re.Match[str]]) -> Iterator[Found]:
    for first, last, digits in _windows(groups, range(9, 10)):
        if not passes_luhn(digits):
            continue
        start, end = groups[first].start(), groups[last].end()
        shape = [len(group.group()) for group in groups[first : last + 1]]
        whole_run = (first, last) == (0, len(groups) - 1)
        named = _nearest(text, start, end)
        if named == SIN:
            yield Found(SIN, start, end)
        elif len(shape) == 1 or named == NUMBER:
            yield Found(NUMBER, start, end)
        elif whole_run or all(length % 3 == 0 for length in shape):
            yield Found(SIN, start, end)


def _health_cards(text: str, groups: List[re.Match[str]]) -> Iterator[Found]:
    for first, last, digits in _windows(groups, range(10, 11)):
        start, end = groups[first].start(), groups[last].end()
        shape = [len(group.group()) for group in groups[first : last + 1]]
        named = _nearest(text, start, end) == HEALTH_CARD
        if named or (shape == [4, 3, 3] and passes_luhn(digits)):  # a phone number is written 3-3-4
            yield Found(HEALTH_CARD, start, end)


def find(text: str) -> List[Found]:
    """Everything found in a text in figures, none overlapping, in order; where two overlap the more harmful one counts."""
    found: List[Found] = []
    for run in _RUN.finditer(text):
        if len(run.group()) < 9:
            continue
        groups = list(_GROUP.finditer(text, run.start(), run.end()))
        for candidate in (*_cards(groups), *_health_cards(text, groups), *_sins(text, groups)):
            if all(candidate.end <= other.start or candidate.start >= other.end for other in found):
                found.append(candidate)
    return sorted(found, key=lambda one: one.start)


def _replace(text: str, wanted: Callable[[Found], bool]) -> Stripped:
    figures = in_figures(text)
    parts, at, found = [], 0, find(figures.text)
    for one in found:
        if wanted(one):
            start, end = figures.written(one.start, one.end)
            parts += [text[at:start], MARKERS[one.kind]]
            at = max(at, end)
    removed = frozenset(one.kind for one in found if wanted(one))
    doubtful = any(one.kind == NUMBER for one in found if not wanted(one))
    return Stripped("".join((*parts, text[at:])), removed, doubtful)


def never_store(text: str) -> Stripped:
    """`text` without what is never stored; a number that may be an account number stays and is reported as doubtful."""
    return _replace(text, lambda one: one.kind != NUMBER)


def forget_numbers(text: str) -> str:
    """`text` without the doubtful numbers too: what stays sealed once the turn is over."""
    return _replace(text, lambda one: True).text
