"""What is said of a bill instead of its numbers: they are not at hand, or it is somebody else's. Words are in `data/bill_words.yml`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Mapping, Sequence, Tuple

from actions.bill_words import KINDS, account_in, bill_words
from actions.words import today
from bot.city import city
from bot.language.addresses import without_address
from bot.language.contacts import phones
from bot.language.dates import moments
from bot.language.found import Reading
from bot.language.identifiers import numbers_named
from bot.language.street_words import folded

LEAST_DIGITS = 5  # fewer are no try at a number
_PHONE_DIGITS = 10  # "310 2249" is one in Canada too, and sooner a number cut short
_AMOUNT = re.compile(r"\d+\.\d\d")
_ACCOUNT, _ROLL = "account_number", "roll_number"  # in the city profile's `identifiers`


def not_at_hand(text: str) -> bool:
    """Whether a resident says that they do not have what was asked for, or asks where it stands."""
    return _found(_not_at_hand(), text)


def number_not_at_hand(text: str) -> bool:
    """Whether a message says so of a number, "I forgot my account number": what has not been asked for yet must be named."""
    return _found(_number_not_at_hand(), text)


def of_another(text: str) -> bool:
    """Whether a message asks for the account of somebody else, "my neighbour's taxes"; not one that speaks of their own beside it."""
    return _found(_of_another(), text) and not _found(_own(), text)


def names_kind_only(text: str) -> bool:
    """Whether a text is the name of a kind of bill and nothing else, "the gas one"."""
    kinds = "|".join(_written(word) for kind in KINDS for word in bill_words()["kinds"][kind])
    fillers = _any(bill_words()["beside_a_kind"])
    rest, count = re.subn(rf"\b(?:{kinds})(?!\w)", " ", folded(text))
    return count > 0 and not re.sub(rf"\b(?:{fillers})(?!\w)", " ", rest).strip(" .,!?'’")


def wrong_length(text: str) -> bool:
    """Whether a text names an account or roll number and gives digits right behind that can be none; an amount or a day is no such try."""
    reading = Reading.of(without_address(text))
    calls = [one for one in phones(reading, city().country) if one.end - one.start >= _PHONE_DIGITS]
    reading = reading.without([*calls, *moments(reading, today())])
    named = [reading.plain[start:end] for start, end in numbers_named(reading, (_ACCOUNT, _ROLL))]
    given = any(len(re.sub("[^0-9]", "", one)) >= LEAST_DIGITS and not _AMOUNT.fullmatch(one) for one in named)
    return given and not any(account_in(text, kind) for kind in KINDS)


def _found(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    plain = folded(text).replace("’", "'")
    return any(pattern.search(plain) for pattern in patterns)


@lru_cache(maxsize=1)
def _not_at_hand() -> Tuple[re.Pattern[str], ...]:
    words: Mapping[str, Sequence[str]] = bill_words()["not_at_hand"]
    lacks, where, things = (_any(words[name]) for name in ("lacks", "where", "things"))
    return (
        re.compile(rf"\b(?:{lacks})(?:\W+\w+){{0,3}}?\W+(?:{things})(?!\w)"),
        re.compile(rf"\b(?:{where})(?:\W+\w+){{0,3}}?\W+(?:{things})(?!\w)"),
        re.compile(rf"\b(?:{_any(words['alone'])})(?!\w)"),
    )


@lru_cache(maxsize=1)
def _number_not_at_hand() -> Tuple[re.Pattern[str], ...]:
    words: Mapping[str, Sequence[str]] = bill_words()["not_at_hand"]
    return (re.compile(rf"\b(?:{_any([*words['lacks'], *words['where']])})(?:\W+\w+){{0,3}}?\W+(?:{_any(words['numbers'])})(?!\w)"),)


@lru_cache(maxsize=1)
def _of_another() -> Tuple[re.Pattern[str], ...]:
    words: Mapping[str, Sequence[str]] = bill_words()["of_another"]
    people, matters, their, they, owe = (_any(words[name]) for name in ("people", "matters", "their", "they", "owe"))
    whose = rf"(?:(?:{_any(words['whose'])})(?:\W+|\b))*"
    matter = rf"(?:{matters})(?:\W+(?:{matters}))*"
    return (
        re.compile(rf"\b(?:{people})(?:'s|s'?)\W+(?:\w+\W+)?(?:{matters})(?!\w)"),  # "my mother's water bill"
        re.compile(rf"\b{matter}\W+(?:{_any(words['of'])})\W*{whose}(?:{people})(?!\w)"),  # "le compte de ma mère"
        re.compile(rf"\b(?:{their})\W+(?:\w+\W+)?(?:{matters})(?!\w)"),  # "her taxes"
        re.compile(
            rf"\b(?:(?:{people}|{they})\W+(?:{owe})|(?:{owe})\W+(?:{they}))(?!\w|\W+(?:{_any(words['not_owed'])})\b)"
        ),  # "does she owe"
    )


@lru_cache(maxsize=1)
def _own() -> Tuple[re.Pattern[str], ...]:
    words: Mapping[str, Sequence[str]] = bill_words()["of_another"]
    matters = _any(words["matters"])
    return (
        re.compile(rf"\b(?:{_any(words['my'])})\W+(?:(?:{matters})\W+)*(?:{matters})(?!\w)"),
        re.compile(rf"\b(?:{_any(words['own'])})(?!\w)"),
    )


def _any(words: Sequence[str]) -> str:
    return "|".join(sorted(map(_written, words), key=len, reverse=True))


def _written(word: str) -> str:
    return re.escape(folded(word)).replace(r"\*", r"\w*")
