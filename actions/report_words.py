"""What residents write while they report: `data/report_words.yml`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, List, Mapping, Optional, Tuple

from bot.knowledge.wording import comparable
from bot.language.street_words import folded
from bot.settings import settings
from bot.yaml_files import safe_load

WORDS_OF_AN_UNKNOWN = 4  # behind "i don't know": more of them may say where it is all the same
MOST_DIGITS = 3  # of a number of days, weeks, months or years

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Any]:
    with (settings().data_folder / "report_words.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Any] = safe_load(file)
    return shape


def says_skip(text: str) -> bool:
    """Whether a text is nothing but a wish to leave a question out."""
    return says_leave_out(text) or comparable(text) in _rows()["no_answer"]


def says_leave_out(text: str) -> bool:
    """Whether it is such a wish in so many words; "none" could be an answer."""
    return comparable(text) in _rows()["leave_out"]


def says_unknown(text: str) -> bool:
    """Whether a text says that the answer is not known, and hardly more: "i don't know the address", "no idea"."""
    said = comparable(text)
    begins = [words for words in _rows()["unknown"] if f"{said} ".startswith(f"{words} ")]
    return says_skip(text) or any(len(said.split()) - len(words.split()) <= WORDS_OF_AN_UNKNOWN for words in begins)


def list_places(text: str) -> List[int]:
    """The numbers of a text that holds nothing but numbers and what may stand between them: "1, 2 and 4"."""
    words = comparable(text).split()
    digits = [word for word in words if word.isdecimal()]
    return [int(word) for word in digits] if all(word in digits or word in _rows()["between_numbers"] for word in words) else []


def number_in(text: str) -> Optional[str]:
    """The number a text holds, in digits or words, as the city reads it; None when it holds none, or no single word for one."""
    written = _NUMBER.search(text)
    if written:
        return written[0].replace(",", ".")
    if _says_larger(text):
        return None
    said = comparable(text).split()
    meant = [number for number, words in enumerate(_rows()["numbers"], 1) if any(word in words for word in said)]
    sure = [number for number in meant if number > 1] or meant  # "a couple", "a dozen"
    return str(sure[0]) if len(sure) == 1 else None


def lasting(text: str) -> Optional[Tuple[int, str]]:
    """How long a text says that something lasts, in days, weeks, months or years: "depuis deux semaines" gives 2 and "weeks"."""
    for count, word in _counted_units().findall(folded(text)):
        number = number_in(count) or ""
        unit = next(unit for unit, words in _rows()["units"].items() if word in words)
        if number.isdecimal() and len(number) <= MOST_DIGITS and not _says_larger(text):
            return int(number), unit
    return None


@lru_cache(maxsize=1)
def _counted_units() -> re.Pattern[str]:
    words = "|".join(word for words in _rows()["units"].values() for word in words)
    return re.compile(rf"(?<!\S)(\S+?)\s*(?:\b(?:of|de)\s+)?({words})\b")


def _says_larger(text: str) -> bool:
    """Whether a text has a word for a number that the words of `numbers` are only a part of: "twenty one"."""
    return not set(comparable(text).split()).isdisjoint(_rows()["larger_numbers"])


def part_of_day(text: str) -> Optional[int]:
    """The hour that stands for the part of a day a text names."""
    said = f" {comparable(text)} "
    return next((row["hour"] for row in _rows()["parts_of_day"] if any(f" {word} " in said for word in row["words"])), None)


def about_the_past(text: str) -> bool:
    """Whether a question or an answer is about a day that is past."""
    said = f" {comparable(text)} "
    return any(f" {word} " in said for word in _rows()["past"])


def is_to_come(text: str) -> bool:
    """Whether a text names a day to come as such: "tomorrow", "next friday"."""
    return not set(comparable(text).split()).isdisjoint(_rows()["to_come"])


def without_lead_in(text: str) -> str:
    """A text without the words that may stand before the name of a place: "by the victoria park" gives "victoria park"."""
    words = text.split()
    before = _rows()["before_a_place"]
    while words and all(part in before for part in comparable(words[0]).split()):
        del words[0]
    return " ".join(words)


def is_general(word: str) -> bool:
    """Whether a word may stand in the name of any request."""
    return word in _rows()["general"]


def means_own(text: str) -> bool:
    """Whether a text asks about the resident's own reports."""
    said = f" {comparable(text)} "
    return any(f" {words} " in said for words in _rows()["mine"])
