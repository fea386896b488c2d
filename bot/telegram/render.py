"""What a turn says as messages of Telegram: each is sent in one call, plain text of the length Telegram takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator, List, Optional, Sequence

from bot.conversations.sentences import source_line
from bot.messages import Message
from bot.splitting import Fits, split

MOST_UNITS = 4096  # of a message; counted in UTF-16 here, which is never less than what Telegram counts
MOST_IN_CAPTION = 1024


def render(messages: Sequence[Message], language: Optional[str]) -> List[Message]:
    """The messages of a turn, cut into what Telegram takes.

    A picture and a place are messages of their own, before the text they belong to; choices and a link hang on the last part of a
    text. Whether it helped is asked in a message of its own: a keyboard goes when it is used, and the answer's choices stay. What is
    not plain text is left to the sender: choices become a keyboard, a link a button.
    """
    return [part for message in messages for part in _parts(message, language)]


def _parts(message: Message, language: Optional[str]) -> Iterator[Message]:
    if message.picture:
        caption, *rest = split(message.picture.alt, _fits(MOST_IN_CAPTION)) or [""]
        yield Message(caption, picture=message.picture)
        yield from map(Message, rest)
    if message.place:
        yield Message(message.place.label, place=message.place)
    text = "\n\n".join(filter(None, (message.text, source_line(message.source, language) if message.source else "")))
    if not text and message.link:
        text = message.link.title  # a button needs a text to hang on
    parts = split(text, _fits(MOST_UNITS))
    yield from map(Message, parts[:-1])
    if parts:
        yield replace(message, text=parts[-1], picture=None, place=None, source=None, feedback=None)
    if message.feedback:
        yield Message(message.feedback.question, (message.feedback.yes, message.feedback.no))


def _fits(most: int) -> Fits:
    return lambda text: len(text.encode("utf-16-le")) // 2 <= most
