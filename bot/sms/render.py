"""What a turn says as one text message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from bot.in_words import in_words
from bot.messages import Choice, Message
from bot.sms.choices import numbered
from bot.sms.plain import plain


@dataclass(frozen=True)
class SmsText:
    """A text as it is sent, and the choices numbered in it: the first is number 1."""

    text: str
    choices: Tuple[Choice, ...]


def render(messages: Sequence[Message], language: Optional[str]) -> SmsText:
    """The messages of a turn in one text, a line between them; each part of a message has its own lines, choices come last.

    Choices are numbered through the turn and show no payload. Split the text (`bot.sms.split`) before it is sent.
    """
    blocks: List[str] = []
    choices: List[Choice] = []
    for message in messages:
        lines = [*in_words(message, language)]
        if message.choices:
            lines.append(numbered([choice.title for choice in message.choices], len(choices) + 1))
            choices += message.choices
        blocks.append("\n".join(lines))
    return SmsText(plain("\n".join(filter(None, blocks))), tuple(choices))
