"""A message in words alone, for where nothing else can be shown."""

from __future__ import annotations

from typing import Iterator, Optional, Set

from bot.conversations.sentences import source_line
from bot.links import LINK
from bot.messages import Message

COLONS = {"fr": " : "}


def in_words(message: Message, language: Optional[str]) -> Iterator[str]:
    """Each part of a message as a line, choices left out. A link or picture that the text names already is not repeated."""
    colon = COLONS.get(language or "", ": ")
    if message.text:
        yield message.text
    if message.link and message.link.url not in _links(message.text):
        yield f"{message.link.title}{colon}{message.link.url}"
    if message.place:
        yield f"{message.place.label}{colon}{message.place.latitude:.5f}, {message.place.longitude:.5f}"
    if message.picture:
        yield message.picture.url if message.picture.alt in message.text else f"{message.picture.alt}{colon}{message.picture.url}"
    if message.source:
        yield source_line(message.source, language)


def _links(text: str) -> Set[str]:
    return {link.rstrip(".,;:!?)'") for link in LINK.findall(text)}
