"""What residents write while they report: `data/report_words.yml`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Mapping, Optional

from bot.knowledge.wording import comparable
from bot.settings import settings
from bot.yaml_files import safe_load

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


def number_in(text: str) -> Optional[str]:
    """The number a text holds, in digits or words, as the city reads it; None when it holds none, or no single word for one."""
    written = _NUMBER.search(text)
    if written:
        return written[0].replace(",", ".")
    said = comparable(text).split()
    meant = [number for number, words in enumerate(_rows()["numbers"], 1) if any(word in words for word in said)]
    sure = [number for number in meant if number > 1] or meant  # "a couple", "a dozen"
    return str(sure[0]) if len(sure) == 1 else None


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
