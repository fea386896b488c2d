"""Says, to someone who writes in a language the assistant does not speak, which ones it speaks and whom to call."""

from __future__ import annotations

from actions.base import Turn
from bot.city import city
from bot.messages import Message
from bot.other_languages import other_languages


def say_languages(turn: Turn) -> bool:
    """Says it in the resident's own language; False when the message is not in one that is known and not spoken."""
    language = other_languages().get(turn.entity("other_language") or "")
    if language is None:
        return False
    turn.dispatcher.utter_message(json_message=Message(text=language.text.format(phone=city().phone)).to_dict())
    return True
