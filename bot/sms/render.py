"""What a turn says as one text message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, List, Optional, Sequence, Set, Tuple

from bot.conversations.sentences import source_line
from bot.messages import Choice, Message
from bot.sms.choices import asked, numbered
from bot.sms.links import LINK
from bot.sms.plain import plain


@dataclass(frozen=True)
class SmsText:
    """A text as it is sent, and the choices numbered in it: the first is number 1."""

    text: str
    choices: Tuple[Choice, ...]


def render(messages: Sequence[Message], language: Optional[str]) -> SmsText:
    """The messages of a turn in one text, a line between them; each part of a message has its own lines, choices come last.

    Choices are numbered through the turn and show no payload. A link, place or picture whose words or address the text has
    already is not repeated. Split the text (`bot.sms.split`) before it is sent.
    """
    blocks: List[str] = []
    choices: List[Choice] = []
    for message in messages:
        lines = [*_lines(message, language)]
        if message.choices:
            lines.append(numbered([choice.title for choice in message.choices], len(choices) + 1))
            choices += message.choices
        if message.feedback:
            votes = (message.feedback.yes, message.feedback.no)
            lines.append(asked(message.feedback.question, [vote.title for vote in votes], len(choices) + 1))
            choices += votes
        blocks.append("\n".join(lines))
    return SmsText(plain("\n".join(filter(None, blocks))), tuple(choices))


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
