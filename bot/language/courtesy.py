"""What a message says behind a "thanks": "merci! et la piscine, elle ouvre quand". The words are in `data/courtesy_words.yml`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import FrozenSet, List, Mapping, Tuple

from bot.knowledge.wording import comparable
from bot.settings import settings
from bot.yaml_files import safe_load

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 16  # of courtesy, before it is taken for something else


def without_courtesy(text: str) -> str:
    """The text without the thanks or praise it begins with; the text itself where it begins with none, or holds nothing else."""
    words = list(_WORD.finditer(text))
    said = [comparable(word.group()) for word in words[: _MOST_WORDS + _longest()]]
    behind = _behind(said, "courtesies", 0)
    if _rows()["thanks"].isdisjoint({(word,) for word in said[:behind]}):
        return text
    behind = _behind(said, "joins", behind)
    return text[words[behind].start() :] if behind < len(words) else text


def _behind(said: List[str], kind: str, begin: int) -> int:
    """The place of the first word behind all phrases of a kind."""
    while begin < _MOST_WORDS:
        fitting = [length for length in range(1, _longest() + 1) if tuple(said[begin : begin + length]) in _rows()[kind]]
        if not fitting:
            return begin
        begin += max(fitting)
    return begin


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, FrozenSet[Tuple[str, ...]]]:
    with (settings().data_folder / "courtesy_words.yml").open(encoding="utf-8") as file:
        return {kind: frozenset(tuple(str(phrase).split()) for phrase in phrases) for kind, phrases in safe_load(file).items()}


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(len(phrase) for phrases in _rows().values() for phrase in phrases)
