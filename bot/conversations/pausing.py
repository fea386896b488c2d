"""A paused channel: its residents get a message of staff at once, and danger is answered all the same.

The assistant is asked whether a message tells of danger, and does nothing with one that does not. While it does not answer, the
patterns it looks for tell.
"""

from __future__ import annotations

from typing import Mapping, Optional

from bot.conversations.assistant_client import Answer
from bot.conversations.readings import shapes, tells_of_danger
from bot.conversations.switches import in_force
from bot.emergencies import emergencies
from bot.language.danger import find_danger
from bot.language.needs import parts

DANGER_TIMEOUT_S = 5.0  # for the assistant, which may be why the channel is paused


def pause_of(channel: str) -> Optional[Mapping[str, str]]:
    """What is said there in the place of answers, by language; None where answers are given."""
    return in_force().pauses.get(channel)


def may_tell_of_danger(text: str) -> bool:
    """Whether a message, or a sentence of it, is what people say in danger."""
    patterns = emergencies().patterns
    return any(find_danger(part, patterns) for part in (text, *parts(text)))


def is_about_danger(given: Answer) -> bool:
    """Whether the assistant said whom to call in danger, instead of an answer or above one."""
    return any(tells_of_danger(part) for part in shapes(given.understood))
