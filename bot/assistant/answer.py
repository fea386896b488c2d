"""The answer to a turn, made from the events Rasa added to the conversation in it."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Mapping, Sequence

from rasa.shared.core.constants import REQUESTED_SLOT, SESSION_START_METADATA_SLOT
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.danger import perhaps_danger
from bot.assistant.turn import Turn, TurnFailed
from bot.city import city
from bot.messages import Message

REPORT_SLOT = "action_report"  # what an action tells about itself, see `docs/architecture.md`, "Actions"
LANGUAGE_SLOT = "language"
NO_DANGER = {"danger": False}  # the answer to a turn that is for danger only and tells of none
BOOKKEEPING = {REPORT_SLOT, REQUESTED_SLOT, SESSION_START_METADATA_SLOT}


def answer_of_events(turn: Turn, events: Sequence[Event], tracker: DialogueStateTracker) -> Dict[str, Any]:
    """The answer in the shape of `docs/architecture.md`, "The turn".

    Raises TurnFailed when a message is not one a channel can render.
    """
    reports = [event.value for event in events if is_report(event)]
    return {
        "messages": list(_messages(event for event in events if isinstance(event, BotUttered))),
        "understood": [_understood(event) for event in events if isinstance(event, UserUttered)],
        "actions": [report for report in reports if report is not None],
        "form": tracker.active_loop_name,
        "slots_changed": [name for name, value in slot_values(tracker).items() if value != turn.slots.get(name)],
        "language": tracker.get_slot(LANGUAGE_SLOT) or turn.language or city().languages[0],
    }


def slot_values(tracker: DialogueStateTracker) -> Dict[str, Any]:
    """The slots that hold something of the conversation."""
    return {slot.name: slot.value for slot in tracker.slots.values() if slot.name not in BOOKKEEPING}


def is_report(event: Event) -> bool:
    """Whether the event only carries an action's report, which belongs to the answer and not to the conversation."""
    return isinstance(event, SlotSet) and event.key == REPORT_SLOT


def _messages(utterances: Iterable[BotUttered]) -> Iterable[Dict[str, Any]]:
    for utterance in utterances:
        try:
            message = Message.from_dict(_shape(utterance)).to_dict()
        except (TypeError, KeyError, AttributeError) as err:
            raise TurnFailed("responses", "a response has parts no channel knows") from err
        if message:
            yield message


def _shape(utterance: BotUttered) -> Mapping[str, Any]:
    """Rasa's text, buttons and image as one of our messages; a response's `custom` part is in our shape already and counts more."""
    data = utterance.data or {}
    shape: Dict[str, Any] = {"text": utterance.text, "choices": [_choice(button) for button in data.get("buttons") or ()]}
    if data.get("image"):
        shape["picture"] = {"url": data["image"], "alt": utterance.text or ""}
    return {**shape, **(data.get("custom") or {})}


def _choice(button: Mapping[str, Any]) -> Dict[str, str]:
    return {"title": button["title"], "payload": button["payload"]}


def _understood(event: UserUttered) -> Dict[str, Any]:
    parsed: Mapping[str, Any] = event.parse_data
    perhaps = perhaps_danger(parsed)
    doubt = {"outcome": event.intent["outcome"]} if "outcome" in event.intent else {}  # a choice leaves none
    return {
        "text_language": parsed.get("text_language"),
        "intent": {"name": event.intent_name, "confidence": event.intent.get("confidence"), **doubt},
        "intent_ranking": parsed.get("intent_ranking", []),
        **({"perhaps_danger": perhaps} if perhaps else {}),
        "entities": [{"entity": entity["entity"], "value": entity["value"]} for entity in event.entities],
    }
