"""One turn: what the worker asks, and what goes with it through Rasa's own code.

Rasa's processor, tracker store and action endpoint know conversations, not turns. The turn being run is kept in a
context variable, so that each of them finds it without a change to Rasa.
"""

from __future__ import annotations

import json
import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple

from bot.assistant.rows import Stored
from bot.conversations.cleaning import clean
from bot.messages import Place

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PHOTO_TYPE = re.compile(r"image/[a-z0-9.+-]{1,64}")
_CHANNEL = re.compile(r"[a-z]{1,32}")


class MalformedTurnError(ValueError):
    """The request is not a turn; the message says what is wrong, without its values."""


class TurnFailed(BaseException):
    """A part behind the assistant failed: the turn ends here and nothing of it is kept.

    Not an Exception: Rasa catches those around every action, forgets the action and goes on without it.
    """

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part
        self.reason = reason


@dataclass(frozen=True)
class Choice:
    """What a choice stands for: an intent and its entities (name, value), as certain as a tap is."""

    intent: str
    entities: Tuple[Tuple[str, Any], ...] = ()


@dataclass
class Turn:
    """A request (`photos` are ids) and, while it runs: the rows found, the events and slot values they made, the answer once stored.

    `only_danger`: a turn that tells of no danger is not to be run.
    """

    turn_id: str
    conversation: str
    text: str
    channel: str
    choice: Optional[Choice] = None
    location: Optional[Place] = None
    language: Optional[str] = None
    photos: Tuple[str, ...] = ()
    only_danger: bool = False
    stored: Stored = field(default_factory=Stored)
    known_events: int = 0
    slots: Dict[str, Any] = field(default_factory=dict)
    answer: Optional[Dict[str, Any]] = None


current_turn: ContextVar[Turn] = ContextVar("current_turn")


def read_turn(body: Any) -> Turn:
    """The turn of a request body (`docs/architecture.md`, "The turn"). Raises MalformedTurnError."""
    if not isinstance(body, Mapping):
        raise MalformedTurnError("the body must be a JSON object")
    text = body.get("text")
    if not isinstance(text, str):
        raise MalformedTurnError("text must be a string")
    choice = body.get("choice")
    if not (choice is None or isinstance(choice, str)):
        raise MalformedTurnError("choice must be a string or null")
    text = clean(text).text
    photos, location = _photos(body.get("media")), _location(body.get("location"))
    if not (text or choice or photos or location):
        raise MalformedTurnError("text, choice, media or location must be given")
    return Turn(
        turn_id=_matching(body, "turn_id", _KEY),
        conversation=_matching(body, "conversation", _KEY),
        text=text,
        channel=_matching(body, "channel", _CHANNEL),
        choice=read_choice(choice) if choice else None,
        location=location,
        language=_language(body.get("language")),
        photos=photos,
        only_danger=body.get("only_danger") is True,
    )


def read_choice(payload: str) -> Choice:
    """The choice of a payload such as `/report_problem{"service_code": "pothole"}`. Raises MalformedTurnError."""
    found = re.fullmatch(r"/(\w+)(\{.*\})?", payload, re.DOTALL)
    if not found:
        raise MalformedTurnError("choice must be /intent or /intent{...}")
    try:
        entities = json.loads(found[2] or "{}")
    except ValueError:
        raise MalformedTurnError("the entities of choice must be JSON") from None
    if not all(isinstance(value, (str, int, float, bool)) for value in entities.values()):
        raise MalformedTurnError("an entity of choice must be a text or a number")
    return Choice(found[1], tuple(entities.items()))


def _location(value: Any) -> Optional[Place]:
    if value is None:
        return None
    try:
        return Place.from_dict(value)
    except (TypeError, KeyError, ValueError, AttributeError):
        raise MalformedTurnError("location must be latitude and longitude, with a label if there is one, or null") from None


def _matching(body: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = body.get(name)
    if not (isinstance(value, str) and pattern.fullmatch(value)):
        raise MalformedTurnError(f"{name} is missing or not of its form")
    return value


def _language(value: Any) -> Optional[str]:
    if value is None or (isinstance(value, str) and re.fullmatch("[a-z]{2}", value)):
        return value
    raise MalformedTurnError("language must be two letters or null")


def _photos(value: Any) -> Tuple[str, ...]:
    """The ids in `media`; a photo is all it holds so far."""
    if not (value is None or (isinstance(value, list) and all(isinstance(item, Mapping) for item in value))):
        raise MalformedTurnError("media must be a list of objects")
    for item in value or ():
        _matching(item, "type", _PHOTO_TYPE)
    return tuple(_matching(item, "id", _KEY) for item in value or ())
