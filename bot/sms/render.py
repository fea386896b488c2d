"""What a turn says as one text message."""

from __future__ import annotations

from itertools import count
from typing import List, Optional, Sequence

from bot.in_words import in_words
from bot.messages import Message
from bot.sms.plain import plain


def render(messages: Sequence[Message], language: Optional[str]) -> str:
    """The messages of a turn in one text, a line between them; each part of a message has its own lines, choices come last.

    Choices are numbered through the turn ("1 Find my collection day") and show no payload; whether the answer helped is asked in one line
    with its two. Split the text (`bot.sms.split`) before it is sent.
    """
    blocks: List[str] = []
    numbers = count(1)
    for message in messages:
        lines = [*in_words(message, language), *(f"{next(numbers)} {choice.title}" for choice in message.choices)]
        if message.feedback:
            votes = (message.feedback.yes, message.feedback.no)
            lines.append(" ".join([message.feedback.question, *(f"{next(numbers)} {vote.title}" for vote in votes)]))
        blocks.append("\n".join(lines))
    return plain("\n".join(filter(None, blocks)))
