"""Finds the numbers residents quote: of a request, an account, an assessment roll, a ticket, and licence plates.

What they look like, and the words that name them, are the city's (`data/city.yml`). A number counts when its form is
unmistakable or such a word stands beside it, so that a phone number is never an account.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Iterator, List, Optional, Sequence, Tuple

from bot.city import Identifier, city
from bot.language.found import Found, Reading
from bot.language.street_words import folded

REQUEST = "request_number"
_ACCOUNTS = ("account_number", "roll_number")
_OF_BILLS = (*_ACCOUNTS, "ticket_number")

# Words that may stand between a number and the word that names it: "my account number with the city is 123456789"; so may the city
_BETWEEN = (
    "numbers?|num|no|nos|nr|n|numeros?|ids?|codes?|is|are|was|were|has|it'?s|it|that'?s|this|that|and|for|from|with|of|a|an|the|my|our|his|her|"
    "c'?est|est|sont|etait|et|de|du|des|d|le|la|les|l|mon|ma|notre|son|sa|un|une|pour|qui|porte|avec|"
    "utility|utilities|city|water|gas|hydro|parking|bylaw|licence|license|car|vehicle|stationnement|auto|voiture|vehicule"
)
# What else has a number on it, which is nobody's account: "bin serial number 123456789"
_THINGS = (
    "(?:street ?)?lights?|poles?|tags?|hydrants?|bins?|carts?|trees?|meters?|serials?|models?|cards?|"
    "lampadaires?|poteaux?|bornes?|bacs?|arbres?|compteurs?|serie|modeles?|cartes?"
)
_GAP = r"[^\w|]{1,4}"
_START, _END = r"(?<![\w-])", r"(?![\w-])(?![.,]\d)(?! \d{4}(?!\d))"  # four digits more make a phone number
_WRITTEN = tuple(re.compile(rf"\w+(?: ?- ?\w+){{{hyphens}}}(?![\w-])") for hyphens in range(4))  # how a request number may be


def _words_between() -> str:
    return rf"(?:{_GAP}(?:{_BETWEEN}|{re.escape(folded(city().short_name))})){{0,6}}"


@cache
def _patterns(kind: Identifier) -> Tuple[re.Pattern[str], ...]:
    words = "|".join(kind.words)
    patterns: List[str] = []
    if kind.alone:
        patterns.append(rf"{_START}(?P<value>{kind.alone}){_END}")
    if kind.form:
        form = rf"(?!(?:{_BETWEEN}) )(?:{kind.form})"  # "plaque est 123": est is no part of a plate
        patterns.append(rf"\b(?:{words})\b{_words_between()}[^\w|]{{0,4}}{_START}(?P<value>{form}){_END}")
        patterns.append(rf"{_START}(?P<value>{form}){_END}{_words_between()}{_GAP}(?:{words})\b")
    return tuple(map(re.compile, patterns))


@lru_cache(maxsize=1)
def _named_request() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(city().identifiers[REQUEST].words)})\b{_words_between()}[^\w|]{{0,4}}$")


def identifiers(reading: Reading) -> List[Found]:
    """Every number that says what it is, none within another, in the order of the city profile."""
    found: List[Found] = list(_requests(reading, expected=False))
    for name, kind in city().identifiers.items():
        for pattern in _patterns(kind):
            for match in pattern.finditer(reading.without(found).plain):
                value = re.sub(r"[^0-9a-z]", "", match["value"]).upper()
                found.append(Found(name, value, match.start("value"), match.end("value")))
    return found


def tells_private_number(text: str) -> bool:
    """Whether a text holds what may be somebody's account, roll or ticket number: named as one, or with the form of an account or a roll.

    A ticket's form is that of too many other numbers.
    """
    reading = Reading.of(text)
    found = identifiers(reading)
    if any(one.kind in _OF_BILLS for one in found):
        return True
    plain = reading.without([*found, *_requests(reading, expected=True)]).plain
    alone = (match.start() for pattern in _private_forms() for match in pattern.finditer(plain))
    return not all(_of_a_thing().search(plain, max(0, start - 60), start) for start in alone)


@lru_cache(maxsize=1)
def _private_forms() -> Tuple[re.Pattern[str], ...]:
    kinds = (city().identifiers.get(name) for name in _ACCOUNTS)
    return tuple(re.compile(rf"{_START}(?<!\d[.,])(?:{kind.form}){_END}") for kind in kinds if kind and kind.form)


@lru_cache(maxsize=1)
def _of_a_thing() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_THINGS})\b{_words_between()}[^\w|]{{0,4}}$")


def numbers_named(reading: Reading, names: Sequence[str]) -> Iterator[Tuple[int, int]]:
    """Where digits stand that are directly named as one of these numbers, however many there are."""
    words = [word for name in names if name in city().identifiers for word in city().identifiers[name].words]
    if words:
        named = re.compile(rf"\b(?:{'|'.join(words)})\b{_words_between()}[^\w|$]{{0,4}}{_START}(?P<value>\d(?:[ .-]?\d)*){_END}(?! ?\$)")
        yield from (match.span("value") for match in named.finditer(reading.plain))


def find_request_number(text: str, *, expected: bool = True) -> Optional[str]:
    """The request number in a text as the city prints it; residents leave its hyphen out or put spaces around it.

    Args:
        expected: the resident was asked for it, so that digits alone are enough; otherwise a word must name them.
    """
    found = next(_requests(Reading.of(text), expected=expected), None)
    return found.value if found else None


def _requests(reading: Reading, *, expected: bool) -> Iterator[Found]:
    pattern, behind = re.compile(city().request_number), 0
    for word in re.finditer(r"(?<![\w-])\w", reading.text):
        if word.start() < behind:
            continue
        for form in _WRITTEN:
            written = form.match(reading.text, word.start())
            number = written.group().replace(" ", "") if written else ""
            if written and pattern.fullmatch(number):
                behind = written.end()
                yield Found(REQUEST, number, written.start(), written.end())
                break
    for run in re.finditer(r"(?<![\w-])[0-9]+(?: [0-9]+)*(?![\w-])", reading.plain):
        digits = run.group().replace(" ", "")
        spelt = (f"{digits[:at]}-{digits[at:]}" for at in range(1, min(len(digits), 20)))
        number = next(filter(pattern.fullmatch, spelt), "")
        if number and (expected or _named_request().search(reading.plain, max(0, run.start() - 60), run.start())):
            yield Found(REQUEST, number, run.start(), run.end())
