"""Messages that say nothing by themselves: "how much?", "and tomorrow at 8", "et au 12 rue Benton". Words: `data/follow_up_words.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, FrozenSet, List, Mapping, Optional, Tuple

from bot.labels import LOOK_UP
from bot.language.addresses import locate
from bot.language.calendar_words import known_word
from bot.language.known_streets import is_known
from bot.language.street_words import folded
from bot.settings import settings
from bot.yaml_files import safe_load

_WORD = re.compile(r"\d{1,2}:\d\d|[^\W_]+|&")
_NAMED_TIME = re.compile(
    r"(?:wd|mo|en|fr)\d+|(?:today|tomorrow|yesterday|tonight|demain|aujourdhui|weekend)\Z"
)  # as `known_word` writes them
_SAYS_WHEN = re.compile(r"(?:19|20)\d\d\Z|\d{1,2}:\d\d\Z|\d{1,2}(?:st|nd|rd|th|er|e|eme|am|pm|h|h\d\d)\Z")
_NUMBER = re.compile(r"\d{1,4}\Z")
_UNITS = [[unit] for unit in ("am", "pm", "h", "st", "nd", "rd", "th", "e", "er", "eme", "heures", "oclock")]  # behind a number
_TODAY = re.compile(r"aujourd\W?hui")


@dataclass(frozen=True)
class Fragment:
    """`opened`: it begins as one that goes on. `asks`: for a price, a day, a value of the need; else an `address` is all it holds."""

    opened: bool
    asks: bool
    address: bool


@dataclass(frozen=True)
class _Values:
    words: FrozenSet[str]
    numbers: bool
    streets: bool


@dataclass(frozen=True)
class _Words:
    openers: FrozenSet[str]
    not_openers: FrozenSet[str]
    courtesies: FrozenSet[str]
    asking: FrozenSet[str]
    times: FrozenSet[str]
    not_fragments: FrozenSet[str]
    subjects: FrozenSet[str]
    refusals: FrozenSet[str]
    before_numbers: FrozenSet[str]
    beside: FrozenSet[str]
    values: Mapping[str, _Values]


_NO_VALUES = _Values(frozenset(), numbers=False, streets=False)
_MOST_OF_A_VALUE = 2  # words; more are a question of their own: "when is garbage day"
_LONGEST = 4  # words of a phrase in the lists
_WEATHER = f"{LOOK_UP}/weather_alerts"


@lru_cache(maxsize=1)
def _words() -> _Words:
    with (settings().data_folder / "follow_up_words.yml").open(encoding="utf-8") as file:
        rows: Mapping[str, Any] = safe_load(file)
    return _Words(
        openers=frozenset(rows["openers"]) | {"&"},
        not_openers=frozenset(rows["not_openers"]),
        courtesies=frozenset(rows["courtesies"]),
        asking=frozenset(phrase for row in (*rows["asks"], rows["times"]) for phrase in row),
        times=frozenset(rows["times"]),
        not_fragments=frozenset(rows["not_fragments"]),
        subjects=frozenset(rows["subjects"]),
        refusals=frozenset(rows["refusals"]),
        before_numbers=frozenset(rows["before_numbers"]),
        beside=frozenset(phrase for row in rows["beside"] for phrase in row),
        values={label: _values(row) for label, row in rows["values"].items()},
    )


def _values(row: Mapping[str, Any]) -> _Values:
    return _Values(frozenset(row.get("words", ())), numbers=bool(row.get("numbers")), streets=bool(row.get("streets")))


def opened(text: str) -> bool:
    """Whether a message begins with a word that goes on from the one before: "& garbage?", "thanks, and recycling?"."""
    said = _said(text)
    rest = _behind_openers(said)
    return len(rest) < len(said)


def fragment(text: str, about: str = "") -> Optional[Fragment]:
    """What a message holds that says nothing by itself; None for one that names a subject, and for one that asks nothing.

    Args:
        about: the label of the need before it, whose values are no subjects: "and recycling?" after a collection day.
    """
    located = locate(text)
    said = _said(located.rest if located else text)
    rest = _behind_openers(said, alone=bool(located))
    begins = len(rest) < len(said)
    if not _words().not_fragments.isdisjoint((" ".join(said), " ".join(rest))) or ("?" not in text and _refuses(rest)):
        return None
    found = _read(rest, _words().values.get(about, _NO_VALUES))
    if found is None or not (found or located):
        return None
    return Fragment(begins, found, bool(located))


def is_value(text: str) -> bool:
    """Whether a message is hardly more than a value of some need's question: "ward 7?", "yard waste?"."""
    said = _said(text)
    return 0 < len(said) <= _MOST_OF_A_VALUE and any(_read(said, values) for values in _words().values.values())


def behind_openers(text: str) -> str:
    """What a message says behind the words that go on from the one before: "just ward 3", of "ok, just ward 3"."""
    said = _said(text)
    length, words = len(said) - len(_behind_openers(said)), list(_WORD.finditer(text))
    return text[words[length].start() :] if length < len(words) else text


def is_about_weather(text: str) -> bool:
    """Whether a message names the weather, which is the "it" of "will it snow"."""
    return not _words().values[_WEATHER].words.isdisjoint(_said(text))


def _said(text: str) -> List[str]:
    return _WORD.findall(_TODAY.sub("aujourdhui", folded(text)))


def _behind_openers(said: List[str], *, alone: bool = False) -> List[str]:
    """The words behind courtesies and openers. Courtesies open nothing, nor does an opener at the end, unless it may (`alone`)."""
    words, at, behind = _words(), 0, 0
    while at < len(said):
        length = 0 if _length(said, at, words.not_openers) else _length(said, at, words.openers)
        if length and (alone or at + length < len(said)):
            at = behind = at + length
            continue
        length = _length(said, at, words.courtesies)
        if not length:
            break
        at += length
    return said[behind:]


def _length(said: List[str], at: int, phrases: FrozenSet[str]) -> int:
    """How many words the longest phrase has that stands there; 0 for none."""
    return next((length for length in range(min(_LONGEST, len(said) - at), 0, -1) if " ".join(said[at : at + length]) in phrases), 0)


def _refuses(said: List[str]) -> bool:
    """Whether words refuse with a time and ask nothing: "not right now". With "why" or a price they ask."""
    words = _words()
    asks = any(_length(said, at, words.asking - words.times) for at in range(len(said)))
    return not asks and not words.refusals.isdisjoint(said)


def _read(said: List[str], values: _Values) -> Optional[bool]:
    """Whether words ask for something or give a value; None when one of them is of no list."""
    words, at, asks = _words(), 0, False
    while at < len(said):
        length, counts = _next(said, at, words, values)
        if not length:
            return None
        at, asks = at + length, asks or counts
    return asks


def _next(said: List[str], at: int, words: _Words, values: _Values) -> Tuple[int, bool]:
    """How many words the next thing has, 0 for a subject, and whether it asks or is a value."""
    if _length(said, at, words.subjects):
        return 0, False
    length = _length(said, at, words.asking | values.words)
    if length and (length > 1 or said[at] not in words.beside):
        return length, True
    word = said[at]
    if _NAMED_TIME.match(known_word(word)) or _SAYS_WHEN.match(word):
        return 1, True
    if _NUMBER.match(word):
        counts = values.numbers or (at > 0 and said[at - 1] in words.before_numbers) or said[at + 1 : at + 2] in _UNITS
        return int(counts), counts
    if at and [word] in _UNITS and said[at - 1][0].isdecimal():
        return 1, True
    if word in words.beside:
        return 1, False
    if values.streets and len(word) > 3 and is_known(word):
        return 1, True
    return 0, False
