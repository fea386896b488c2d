"""The words of a message as layers and `open_data_words.yml` are compared with them: one case, no accents, in the singular."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, FrozenSet, List, Mapping, Tuple

from bot.language.found import Reading
from bot.settings import settings
from bot.yaml_files import safe_load

Phrase = Tuple[str, ...]

FILLER, FILLER_PHRASES, INTRODUCTION = "filler", "filler_phrases", "introduction"
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[%<>=+]")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+$")
_LEAST_LETTERS = 4  # of a word whose ending is taken off: "bus", "is" and "des" stay


@dataclass(frozen=True)
class Token:
    """A word or a number; `key` is what it is compared by, `start` and `end` its place in the reading."""

    text: str
    key: str
    start: int
    end: int

    @property
    def plural(self) -> bool:
        return self.text != self.key and self.text[-1] in "sx"


def tokens_of(reading: Reading) -> List[Token]:
    """The words of a message; apostrophes and hyphens part them."""
    return [Token(found.group(), singular(found.group()), found.start(), found.end()) for found in _WORD.finditer(reading.plain)]


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """The word without what a plural or a French feminine adds; the same for a phrase of ours and for a resident's word."""
    if word[:1].isdigit():
        return word.replace(",", "") if _THOUSANDS.match(word) else word
    if len(word) < _LEAST_LETTERS:
        return word
    if word.endswith("ies") and len(word) > _LEAST_LETTERS:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "is")):
        word = word[:-1]
    elif word.endswith(("eaux", "eux", "oux")):
        word = word[:-1]
    elif word.endswith("aux"):
        word = f"{word[:-3]}al"
    return word[:-1] if word.endswith(("ee", "ue", "sse")) and len(word) > _LEAST_LETTERS else word


@lru_cache(maxsize=8192)
def phrase(text: str) -> Phrase:
    """A phrase of a layer or of the word list, as keys."""
    return tuple(token.key for token in tokens_of(Reading.of(text)))


@lru_cache(maxsize=1)
def grammar() -> Mapping[str, Dict[Phrase, str]]:
    """Per language: each phrase of `open_data_words.yml` and the role it plays."""
    with (settings().data_folder / "open_data_words.yml").open(encoding="utf-8") as file:
        rows = safe_load(file)
    found: Dict[str, Dict[Phrase, str]] = {}
    for role, languages in rows.items():
        for language, texts in languages.items():
            for text in texts.split() if role == FILLER else texts:
                if role != INTRODUCTION:
                    found.setdefault(language, {}).setdefault(phrase(text), FILLER if role == FILLER_PHRASES else role)
    return found


@lru_cache(maxsize=1)
def introductions() -> FrozenSet[Phrase]:
    """How a part of a message begins that says who asks, or why."""
    with (settings().data_folder / "open_data_words.yml").open(encoding="utf-8") as file:
        return frozenset(phrase(text) for texts in safe_load(file)[INTRODUCTION].values() for text in texts)
