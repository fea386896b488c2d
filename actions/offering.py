"""A few things to choose from, by a tap, by number or by name; the last choice is always none of them."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from actions.base import Turn, choice, payload
from actions.words import word
from bot.choosing import chosen

NONE_OF_THESE = frozenset({"something_else", "deny"})  # intents of an answer that takes none


def offered(titles: Iterable[Tuple[str, str]], language: str) -> List[Dict[str, str]]:
    """The choices of titles with the answers that a tap gives."""
    none = choice(word("choices", "none_of_these", language), payload("something_else"))
    return [*(choice(title, payload("inform", answer=answer)) for title, answer in titles), none]


def numbered(titles: Sequence[str], language: str) -> List[Dict[str, str]]:
    """The choices of titles; a tap gives the place in the list, for `index_meant`."""
    return offered(((title, str(index)) for index, title in enumerate(titles)), language)


def index_meant(turn: Turn, titles: Sequence[str]) -> Optional[int]:
    """The place in the list that a message takes; None when it takes none."""
    tapped = turn.entity("answer") or ""
    if tapped.isdecimal() and int(tapped) < len(titles):
        return int(tapped)
    return chosen(turn.text, titles, expected=True)
