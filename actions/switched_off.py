"""What staff switched off: its questions get the city's phone number and an honest sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.base import Outcome, Turn
from actions.office_hours import hours_lines, offices_of
from actions.threads import in_record
from actions.words import below
from bot.conversations.database import setup, usable_connection
from bot.conversations.sentences import say
from bot.conversations.subjects import subjects
from bot.messages import Message

if TYPE_CHECKING:
    from bot.conversations.switches import InForce


async def switched() -> InForce:
    """What is switched now; as before while the record does not answer."""
    return await in_record(_switched)


def _switched() -> InForce:
    setup()  # an action module may be imported before Django is set up
    from bot.conversations.switches import in_force

    with usable_connection():
        return in_force()


def say_switched_off(turn: Turn, label: str) -> Outcome:
    """Says so, and whom to call: of an office that knows about the label's topic, whether it is open too."""
    subject = subjects().get(label)
    hours = hours_lines(offices_of(subject.topic), turn.language) if subject else []
    turn.dispatcher.utter_message(json_message=Message(say("switched_off", turn.language) + below(hours)).to_dict())
    return Outcome.UNAVAILABLE
