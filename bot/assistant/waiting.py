"""The needs that wait for the open form to end: what a message asked for besides the task that was begun.

They are kept in a slot, so they are stored, carried on after a restart, and forgotten with the rest of the conversation. They last as
long as its session. What is said about them, the action server says (`actions.waiting_needs`).
"""

from __future__ import annotations

from copy import deepcopy
from enum import Enum
from typing import Any, Dict, List, Mapping, Optional, Sequence

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.agreeing import pressed
from bot.assistant.needs import label_of
from bot.assistant.understanding import NEED, Parsed
from bot.labels import AFFIRM

WAITING_SLOT = "waiting_needs"  # None, or {"stage": …, "needs": […]}
TELL, BEGIN, OFFER = "action_tell_next", "action_begin_next", "action_offer_waiting"  # actions
_KEPT = ("text", "text_language", "intent", "intent_ranking", "entities", NEED)


class Stage(str, Enum):
    NEXT = "next"  # they begin when the open form ends
    LATER = "later"  # the resident went on to something else meanwhile: they are offered then, once
    OFFERED = "offered"  # and dropped with the next message, unless it takes one


def keep(needs: Sequence[UserMessage], stage: Stage = Stage.NEXT) -> SlotSet:
    """The event that keeps needs; with none, what was kept is dropped."""
    rows = [{"parsed": _to_keep(need.parse_data or {}), "location": (need.metadata or {}).get("location")} for need in needs]
    return SlotSet(WAITING_SLOT, {"stage": stage.value, "needs": rows} if rows else None)


def stage_of(tracker: DialogueStateTracker) -> Optional[Stage]:
    """How far the needs are that wait; None when there are none."""
    slot = tracker.get_slot(WAITING_SLOT)
    return Stage(slot["stage"]) if slot else None


def kept(tracker: DialogueStateTracker, message: UserMessage) -> List[UserMessage]:
    """The needs that wait, as messages of their own in the turn of `message`, whose photos and place belong to what it answers."""
    rows = _rows(tracker)
    return [part_of(message, deepcopy(row["parsed"]), waited=True, photos=[], location=row["location"]) for row in rows]


def part_of(message: UserMessage, parsed: Parsed, *, waited: bool, **metadata: Any) -> UserMessage:
    """A part of a message, or what is answered in its turn, with what it means. `waited`: something else that was asked for came first."""
    return UserMessage(
        parsed["text"],
        message.output_channel,
        message.sender_id,
        parse_data=parsed,
        input_channel=message.input_channel,
        message_id=message.message_id,
        metadata={**(message.metadata or {}), **metadata, "waited": waited},
    )


def taken(tracker: DialogueStateTracker, answer: Parsed) -> List[Parsed]:
    """The offered needs that an answer takes, with all their words: the one of a tapped choice, or what was offered by a yes.

    Where none is offered, a yes takes the choice that was (`bot.assistant.agreeing`).
    """
    if stage_of(tracker) is not Stage.OFFERED:
        return pressed(tracker.events, answer)
    found = [deepcopy(row["parsed"]) for row in _rows(tracker)]
    if answer["intent"]["name"] == AFFIRM:
        return found
    return [parsed for parsed in found if _starts(answer, label_of(parsed))][:1]


def _starts(answer: Parsed, label: str) -> bool:
    """Whether an answer is the tapped choice that starts what a label stands for."""
    tapped = "outcome" not in answer["intent"]
    intent, _, variety = label.partition("/")
    varieties = [str(entity["value"]) for entity in answer["entities"]]
    return tapped and answer["intent"]["name"] == intent and varieties == ([variety] if variety else [])


def went_on(events: Sequence[Event]) -> bool:
    """Whether the resident left a form for another task."""
    return any(isinstance(event, ActionExecuted) and event.action_name == ACTION_DEACTIVATE_LOOP_NAME for event in events)


def _rows(tracker: DialogueStateTracker) -> List[Dict[str, Any]]:
    return list((tracker.get_slot(WAITING_SLOT) or {}).get("needs", []))


def _to_keep(parsed: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: parsed[name] for name in _KEPT if name in parsed}
