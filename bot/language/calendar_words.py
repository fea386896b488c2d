"""Names of days and months in both languages, from Babel, and a message in which they stand in one spelling.

A message becomes words that patterns can be written for: "le 5 déc." is "le 5 mo12 .", "next thurs" is "next wd3", "2 week-ends"
is "2 week - ends". A name with a slip counts when nothing else is meant; a short one ("mon", "sat", "jeu") may be another word,
so it is kept apart ("en0", "fr3") and needs a word beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, FrozenSet, List, Mapping, Tuple

from babel import Locale
from rapidfuzz import fuzz, process

from bot.language.found import Reading
from bot.language.street_words import TYPES, folded

LOCALES = {"en": "en_CA", "fr": "fr_CA"}
CLOSE_ENOUGH = 85  # of 100: "tommorow" 88, "wendesday" 89; "demand" is 83 like demain
LEAST_LETTERS = 6  # of a name that may be misspelt: shorter ones have other words beside them (marche, march)

_TOKEN = re.compile(r"[0-9]+|[a-z]+|[^\sa-z0-9]")
_DOTTED_TIME = re.compile(r"(?<![\w.])([0-9]{1,2})\.([0-9]{2})(?= ?[ap]\.? ?m\b)")  # 7.30 pm
_KEPT = "sept"  # September, and seven in French
_DOUBTFUL_LETTERS = 3  # of a shortened weekday; "tues" and "thurs" are sure
_RELATIVE = ("today", "tomorrow", "yesterday", "tonight", "demain", "aujourdhui", "weekend")
_ALIASES = {
    **dict.fromkeys(("tmrw", "tmr", "tmrrw", "tmw", "tmmrw"), "tomorrow"),
    **dict.fromkeys(("tonite", "tonigh"), "tonight"),
    **dict.fromkeys(("weds", "wensday"), "wd2"),
    "tdy": "today",
    "ajd": "aujourdhui",
}
_NUMBERS: Dict[str, str] = {
    word: str(number)
    for number, words in enumerate(
        "|one un une|two deux|three trois|four quatre|five cinq|six|seven|eight huit|nine neuf|ten dix|eleven onze|twelve douze".split("|")
    )
    for word in words.split()
}
_OTHER_WORDS = frozenset(("nombre", "nombres"))  # close to a name, and no slip
_NOT_MAY_BEFORE = frozenset("i you we they he she it who that there one".split())
_NOT_MAY_BEHIND = frozenset("i you we they he she it be have not need also get".split())


@dataclass(frozen=True)
class Words:
    """A message as words with one space between them; `starts` and `ends` of each word in the reading."""

    line: str
    offsets: Tuple[int, ...]  # where each word begins in `line`
    starts: Tuple[int, ...]
    ends: Tuple[int, ...]

    @classmethod
    def of(cls, reading: Reading) -> Words:
        plain = _DOTTED_TIME.sub(r"\1:\2", reading.plain.replace("aujourd'hui", "aujourdhui "))
        tokens = list(_TOKEN.finditer(plain))
        keys = [token.group() for token in tokens]
        words = [_word(keys, at) for at in range(len(keys))]
        offsets, at = [], 0
        for word in words:
            offsets.append(at)
            at += len(word) + 1
        return cls(" ".join(words), tuple(offsets), tuple(token.start() for token in tokens), tuple(token.end() for token in tokens))

    def place(self, start: int, end: int) -> Tuple[int, int]:
        """Where a part of `line` stands in the reading."""
        return self.starts[bisect_right(self.offsets, start) - 1], self.ends[bisect_right(self.offsets, max(start, end - 1)) - 1]

    def before_street_type(self, end: int) -> bool:
        """Whether "st" or "avenue" follows: then it is the name of a street, "5 August Cres"."""
        behind = self.line[end:].split(maxsplit=1)
        return bool(behind) and behind[0] in TYPES


def _word(keys: List[str], at: int) -> str:
    key = keys[at]
    if key == "may" and (set(keys[max(0, at - 1) : at]) & _NOT_MAY_BEFORE or set(keys[at + 1 : at + 2]) & _NOT_MAY_BEHIND):
        return key
    return known_word(key) if key.isalpha() else key


@lru_cache(maxsize=4096)
def known_word(word: str) -> str:
    """The word as patterns write it; itself when it belongs to no calendar."""
    if word in _NUMBERS:
        return _NUMBERS[word]
    table = _table()
    if word in table:
        return table[word]
    if len(word) >= LEAST_LETTERS - 1 and word not in _recurring() and word not in _OTHER_WORDS:
        best = process.extractOne(word, _long_names(), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
        if best:
            return table[best[0]]
    return word


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    """Every spelling of a name: the whole, and what it begins with when no other begins so."""
    table: Dict[str, str] = {}
    for language, locale in LOCALES.items():
        calendar = Locale.parse(locale)
        for kind, names in (("mo", calendar.months["format"]["wide"]), ("wd", calendar.days["format"]["wide"])):
            wide = {folded(name): number for number, name in names.items()}
            for name, number in wide.items():
                for part in {name, *_shortened(kind, language, name)}:
                    if sum(other.startswith(part) for other in wide) == 1:
                        surely = kind == "mo" or len(part) > _DOUBTFUL_LETTERS
                        table.setdefault(part, f"{kind}{number}" if surely else f"{language}{number}")
    return {**table, **{word: word for word in _RELATIVE}, **_ALIASES, _KEPT: _KEPT}


def _shortened(kind: str, language: str, name: str) -> List[str]:
    """How a name is shortened; never to another word, as "same", "marc" or "vend"."""
    longest = {"mo": 5, "enwd": len(name), "frwd": 3}["mo" if kind == "mo" else language + kind]
    return [name[:length] for length in range(3, longest + 1 if len(name) > 5 else 4)]


@lru_cache(maxsize=1)
def _long_names() -> Tuple[str, ...]:
    calendars = [Locale.parse(locale) for locale in LOCALES.values()]
    names = [name for calendar in calendars for part in (calendar.months, calendar.days) for name in part["format"]["wide"].values()]
    return tuple(name for name in map(folded, (*names, *_RELATIVE)) if len(name) >= LEAST_LETTERS)


@lru_cache(maxsize=1)
def _recurring() -> FrozenSet[str]:
    """Names in the plural mean every such day, not one."""
    return frozenset(f"{name}s" for name in _table())
