"""What a turn says as one text message."""

from __future__ import annotations

from itertools import count
from typing import Iterator, List, Optional, Sequence, Set

from bot.conversations.sentences import source_line
from bot.messages import Message
from bot.sms.links import LINK
from bot.sms.plain import plain


def render(messages: Sequence[Message], language: Optional[str]) -> str:
    """The messages of a turn in one text, a line between them; each part of a message has its own lines, choices come last.

    Choices are numbered through the turn ("1 Find my collection day") and show no payload; whether the answer helped is asked in one line
    with its two. A link, place or picture whose words or address the text has already is not repeated. Split the text
    (`bot.sms.split`) before it is sent.
    """
    blocks: List[str] = []
    numbers = count(1)
    for message in messages:
        lines = [*_lines(message, language), *(f"{next(numbers)} {choice.title}" for choice in message.choices)]
        if message.feedback:
            votes = (message.feedback.yes, message.feedback.no)
            lines.append(" ".join([message.feedback.question, *(f"{next(numbers)} {vote.title}" for vote in votes)]))
        blocks.append("\n".join(lines))
    return plain("\n".join(filter(None, blocks)))


def _lines(message: Message, language: Optional[str]) -> Iterator[str]:
    if message.text:
        yield message.text
    if message.link and message.link.url not in _links(message.text):
        yield f"{message.link.title}: {message.link.url}"
    if message.place:
        yield f"{message.place.label}: {message.place.latitude:.5f}, {message.place.longitude:.5f}"
    if message.picture:
        yield message.picture.url if message.picture.alt in message.text else f"{message.picture.alt}: {message.picture.url}"
    if message.source:
        yield source_line(message.source, language)


def _links(text: str) -> Set[str]:
    return {link.rstrip(".,;:!?)'") for link in LINK.findall(text)}
