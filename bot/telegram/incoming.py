"""What a resident did on Telegram, as the inbox takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

from bot.conversations.photos import Photo
from bot.messages import Place


@dataclass(frozen=True)
class Tap:
    """A button that was pressed: the query to answer, and the message whose keyboard it was (None: too old to be named)."""

    query: str
    message: Optional[int]


@dataclass(frozen=True)
class Incoming:
    """One update of a private chat.

    Args:
        update: tells this update from all others of all bots.
        text: their words, or the token of the button.
        album: the same for photos sent together, which come one by one.
        answer: the sentence of `data/responses.yml` that answers what we cannot read.
        notice: a sentence besides the answer to their words.
        blocked: they blocked the bot, or (False) let it write again; nothing was said.
    """

    chat: str
    update: str
    language: Optional[str] = None
    text: str = ""
    location: Optional[Place] = None
    photos: Sequence[Photo] = ()
    album: str = ""
    tap: Optional[Tap] = None
    answer: str = ""
    notice: str = ""
    blocked: Optional[bool] = None
