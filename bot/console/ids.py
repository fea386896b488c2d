"""Ids of rows, out of addresses and forms."""

from __future__ import annotations

from typing import Optional

from bot.conversations.log_search import LARGEST_ID


def number(text: Optional[str]) -> Optional[int]:
    """An id; None when there is none. Raises ValueError when it cannot be one."""
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID):
        raise ValueError("not an id")
    return int(text)
