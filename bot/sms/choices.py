"""Choices in a text message: numbered lines below the text, and the answer that picks one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, List, Mapping, Optional, Sequence

import yaml
from rapidfuzz import fuzz

from bot.knowledge.wording import comparable
from bot.settings import settings

LONG_WORD = 4  # letters from which a word says enough to stand for a title, and may be misspelt
SAME_WORD = 85  # of 100: how alike two spellings of a word are

Words = List[str]


def numbered(titles: Sequence[str], first: int = 1) -> str:
    """One line a choice: "1 Find my collection day"."""
    return "\n".join(f"{number} {title}" for number, title in enumerate(titles, first))


def asked(question: str, titles: Sequence[str], first: int) -> str:
    """All in one line: "Did this help? 1 Yes 2 No"."""
    return " ".join([question, *(f"{number} {title}" for number, title in enumerate(titles, first))])


def chosen(answer: str, titles: Sequence[str]) -> Optional[int]:
    """Which title an answer means, counted from 0; None for free text, and when it could mean two.

    Case, accents and punctuation do not count. An answer means

    1. a line by its number, in digits or in the words of `data/choice_words.yml` ("2", "2.", "#2", "no. 2", "two", "the second
       one", "le 2e"), and a whole title; None when these are different lines;
    2. else the one title that holds its words side by side, if one of them has LONG_WORD letters or more and none of the title's
       negations is left out;
    3. else the one title it misspells: as many words, short ones and those with digits the same, longer ones alike to SAME_WORD.

    A number that no line has means nothing but a title that is that number.
    """
    said = comparable(answer).split()
    offered = [comparable(title).split() for title in titles]
    number = _number(said)
    exact = {index for index, title in enumerate(offered) if title == said or index + 1 == number}
    if exact or number is not None or not said:
        return _only(list(exact))
    part = _only([index for index, title in enumerate(offered) if _is_part(said, title)])
    return part if part is not None else _only([index for index, title in enumerate(offered) if _is_misspelt(said, title)])


def _only(found: Sequence[int]) -> Optional[int]:
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    with (settings().data_folder / "choice_words.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Any] = yaml.safe_load(file)
    return shape


@lru_cache(maxsize=1)
def _digits() -> re.Pattern[str]:
    before, after = ("|".join(_words()[key]) for key in ("before_digits", "after_digits"))
    return re.compile(rf"(?:(?:{before}) ?)?(\d{{1,2}})(?:{after})?", re.ASCII)


def _number(said: Words) -> Optional[int]:
    """The number that is said, and nothing else."""
    words = list(said)
    while len(words) > 1 and words[0] in _words()["before"]:
        del words[0]
    while len(words) > 1 and words[-1] in _words()["after"]:
        del words[-1]
    digits = _digits().fullmatch(" ".join(words))
    if digits:
        return int(digits[1])
    return next((place for place, names in enumerate(_words()["places"], 1) if words and words[0] in names and len(words) == 1), None)


def _is_part(said: Words, title: Words) -> bool:
    if max(map(len, said)) < LONG_WORD or f" {' '.join(said)} " not in f" {' '.join(title)} ":
        return False
    return all(word in said for word in title if word in _words()["negations"])


def _is_misspelt(said: Words, title: Words) -> bool:
    return len(said) == len(title) and all(map(_is_spelling_of, said, title))


def _is_spelling_of(said: str, word: str) -> bool:
    return said == word or (word.isalpha() and len(word) >= LONG_WORD and fuzz.ratio(said, word) >= SAME_WORD)
