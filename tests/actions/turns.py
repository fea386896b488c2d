"""Runs actions as the assistant does: a real tracker in, the responses chosen and the slots set out."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.messages import Place

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Said:
    """What one action said and changed."""

    messages: List[Dict[str, Any]]
    events: List[Dict[str, Any]]

    @property
    def responses(self) -> List[str]:
        return [message["response"] for message in self.messages if message["response"]]

    @property
    def slots(self) -> Dict[str, Any]:
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def report(self) -> Dict[str, Any]:
        return self.slots["action_report"]

    @property
    def choices(self) -> List[str]:
        return [button["title"] for message in self.messages for button in message["buttons"]]

    def text(self, language: str = "en") -> str:
        """What the resident reads, as Rasa fills in the domain's responses."""
        return "\n".join(shown(message, language) for message in self.messages)


@lru_cache(maxsize=1)
def responses() -> Mapping[str, List[Dict[str, Any]]]:
    return yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]


def shown(message: Mapping[str, Any], language: str) -> str:
    if not message["response"]:
        return str(message["text"])
    variations = responses()[message["response"]]
    text = variations[0 if language == "en" else 1]["text"]
    return str(text.format(**message))


def tracker(
    text: str = "",
    intent: str = "inform",
    *,
    entities: Optional[Mapping[str, str]] = None,
    slots: Optional[Mapping[str, Any]] = None,
    ranking: Sequence[Sequence[Any]] = (),
    confidence: float = 0.9,
    outcome: str = "sure",
    turn_id: str = "",
    conversation: str = "conversation",
    loop: Optional[str] = None,
    photos: Sequence[str] = (),
    events: Sequence[Dict[str, Any]] = (),
    location: Optional[Place] = None,
    channel: str = "rest",
) -> Tracker:
    """A conversation whose last message this is. `events`: what happened since the message."""
    ranked = [{"name": name, "confidence": sure} for name, sure in (ranking or [(intent, confidence), ("other", 0.05)])]
    doubt = {} if confidence == 1 else {"outcome": outcome}  # a tapped choice leaves none
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": confidence, **doubt},
        "intent_ranking": ranked,
        "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
        "metadata": {
            "turn_id": turn_id or uuid.uuid4().hex,
            "channel": channel,
            "photos": list(photos),
            "location": vars(location) if location else None,
        },
    }
    history = [{"event": "user", "text": text}, *events]
    return Tracker(conversation, dict(slots or {}), message, history, False, None, {"name": loop} if loop else {}, "action_listen")


def run(action: Action, given: Tracker) -> Said:
    """Runs the action. Its events must be JSON, as they are sent to the assistant."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, given, {}))
    return Said(dispatcher.messages, json.loads(json.dumps(events)))


@dataclass
class Form:
    """One form in a conversation, driven in the order Rasa drives it: validator, then the question or the submit action."""

    validator: Action
    asks: Mapping[str, Action]
    submit: Action
    slots: Dict[str, Any] = field(default_factory=dict)
    said_before: List[str] = field(default_factory=list)
    conversation: str = "conversation"
    channel: str = "rest"
    open: bool = False
    rejected: bool = False

    def share(self, place: Place) -> Said:
        """What they read after sharing a place."""
        return self.say("", tapped=True, location=place)

    def say(
        self,
        text: str,
        intent: str = "inform",
        *,
        tapped: bool = False,
        turn_id: str = "",
        photos: Sequence[str] = (),
        location: Optional[Place] = None,
        **entities: str,
    ) -> Said:
        """What the resident reads after this message; `rejected` tells that rules answer it instead."""
        events: List[Dict[str, Any]] = []
        if not self.open:
            events.append({"event": "active_loop", "name": self.validator.form})
            self.open = True
        confidence = 1.0 if tapped else 0.9
        ranking = [(intent, 1.0)] if tapped else [(intent, 0.9), ("other", 0.02)]
        given = {
            "entities": entities,
            "turn_id": turn_id or uuid.uuid4().hex,
            "ranking": ranking,
            "confidence": confidence,
            "photos": photos,
            "location": location,
        }
        validated = run(self.validator, self._tracker(text, intent, loop=self.validator.form, events=events, **given))
        self.rejected = not validated.events
        self.slots.update(validated.slots)
        if self.rejected:
            self.said_before.append(text)
            return validated
        asked = self.slots["requested_slot"]
        self.open = asked is not None
        if asked and asked not in self.asks:  # Rasa says the response of this name itself
            self.said_before.append(text)
            return Said([*validated.messages, {"response": f"utter_ask_{asked}", "buttons": []}], validated.events)
        action = self.asks[asked] if asked else self.submit
        then = run(action, self._tracker(text, intent, loop=self.validator.form if asked else None, **given))
        self.slots.update(then.slots)
        self.said_before.append(text)
        return Said([*validated.messages, *then.messages], [*validated.events, *then.events])

    def _tracker(self, text: str, intent: str, **given: Any) -> Tracker:
        made = tracker(text, intent, slots=self.slots, conversation=self.conversation, channel=self.channel, **given)
        made.events[:0] = [{"event": "user", "text": said} for said in self.said_before]
        return made
