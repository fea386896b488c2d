"""What every task shares: the turn it answers, its time budget, its report, and that no error ever leaves it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from abc import ABC, abstractmethod
from enum import Enum
from typing import Any, ClassVar, Dict, List, Mapping, Optional, Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.clients.errors import CityError, Failure
from actions.clients.ledger import ledger, report_of
from bot.city import city
from bot.conversations.logs import about_turn
from bot.labels import INFORM, REPORT, TASKS
from bot.messages import Place
from bot.offers import ASKS_ABOUT_IT

BUDGET_S = 8.0  # the assistant waits 10 s for an action
LOOKED_UP = TASKS - {REPORT}
REPORT_FORM = "report_form"
GRACE_S = 1.0  # for a call that ends a little after its deadline

_log = logging.getLogger(__name__)


class Outcome(str, Enum):
    OK = "ok"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"  # the city's system could not be reached, or is not offered
    BAD_DATA = "bad_data"  # it answered something else than its protocol
    REFUSED = "refused"  # it said no
    FAILED = "failed"  # our own fault


OUTCOMES = {Failure.UNREACHABLE: Outcome.UNAVAILABLE, Failure.REFUSED: Outcome.REFUSED, Failure.MALFORMED: Outcome.BAD_DATA}


def outcome_of(error: CityError) -> Outcome:
    """How a task ends that met this error."""
    return OUTCOMES[error.failure]


def payload(intent: str, **entities: str) -> str:
    """What a choice sends when it is tapped: `/report_problem{"service_code": "pothole"}`."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}" if entities else f"/{intent}"


def choice(title: str, sends: str) -> Dict[str, str]:
    """One choice as Rasa writes it."""
    return {"title": title, "payload": sends}


class Turn:
    """What an action reads and says: the resident's message and slots in, responses and slot changes out."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.dispatcher = dispatcher
        self.tracker = tracker
        self.events: List[EventType] = []
        self.outcome = Outcome.OK
        self.answered = ""  # the label of the need that this turn answered or finished, once it did
        self.private = False  # for the resident's eyes only: staff read neither numbers nor amounts of this turn
        self.forget = False  # what was private so far is gone, in the record and from the assistant's memory
        self.dispose = False  # the whole conversation is to be deleted; `forget` goes with it
        self.note_before = ""  # what the form noted at the message before, see `actions.forms`
        self._said_before = len(dispatcher.messages)

    @property
    def text(self) -> str:
        return str(self.tracker.latest_message.get("text") or "")

    @property
    def intent(self) -> str:
        return str((self.tracker.latest_message.get("intent") or {}).get("name") or "")

    @property
    def confidence(self) -> float:
        return float((self.tracker.latest_message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def lost(self) -> bool:
        """Whether nothing known is near to the message: then there is nothing to choose from."""
        return (self.tracker.latest_message.get("intent") or {}).get("outcome") == "lost"

    @property
    def ranking(self) -> List[Dict[str, Any]]:
        """Labels with their confidence, likeliest first."""
        return list(self.tracker.latest_message.get("intent_ranking") or [])

    @property
    def tapped(self) -> bool:
        """Whether the message is a tapped choice, which is as certain as can be."""
        surely = [row.get("confidence") for row in self.ranking] == [1.0]
        return surely and "outcome" not in self.tracker.latest_message["intent"]  # words may be as sure, but tell how they were read

    @property
    def texts(self) -> List[str]:
        """The message and, when it is a tapped choice or says what the address, place or photo before it is about, the words before it."""
        return [self.text, *map(_text_of, self._before)]

    @property
    def told(self) -> List[str]:
        """The same without titles of choices, and without words that were answered: a question that an article answered tells nothing."""
        return [*([] if self.tapped else [self.text]), *(map(_text_of, self._before) if self._asked_about_it else [])]

    @property
    def location(self) -> Optional[Place]:
        """The place the resident shared with the message."""
        return location_of(self.tracker.latest_message)

    @property
    def locations(self) -> List[Place]:
        """The same and, as with `texts`, the place shared before it."""
        return [place for place in (self.location, *map(location_of, self._before)) if place]

    @property
    def beside(self) -> List[Mapping[str, Any]]:
        """The messages of the look-up that one message asked for together with this one, last one first: they may say where, for both."""
        if not (self._waited and self.intent in LOOKED_UP):
            return []
        before = [event for event in self.tracker.events if event.get("event") == "user"][-2::-1]
        begun = next((place for place, event in enumerate(before) if _intent_of(event) in TASKS), None)
        return before[: begun + 1] if begun is not None and _intent_of(before[begun]) in LOOKED_UP else []

    @property
    def _waited(self) -> bool:
        """Whether this is a need that was asked for together with another, which was met first."""
        return bool((self.tracker.latest_message.get("metadata") or {}).get("waited"))

    @property
    def _before(self) -> List[Mapping[str, Any]]:
        """The message before, if it belongs to this one: it was asked what it is about, or a choice was tapped below its answer.

        What answered a form belongs to that form; but an address given to one look-up serves the next, as most ask about their home.
        """
        place = self._place_before
        if place is None:
            return []
        message = self.tracker.events[place]
        if self._asked_about_it:
            return [message] if self.tapped or _intent_of(message) == INFORM else []
        loops = [event for event in self.tracker.events[:place] if event.get("event") == "active_loop"]
        form = loops[-1].get("name") if loops else None
        if form:
            serves = self.intent in LOOKED_UP and form != REPORT_FORM and _intent_of(message) == INFORM
            return [message] if serves else []
        return [message] if self.tapped else []

    @property
    def _asked_about_it(self) -> bool:
        """Whether the message before was answered by asking what it is about."""
        since = self.tracker.events[self._place_before :]
        return any(event.get("event") == "action" and event.get("name") in ASKS_ABOUT_IT for event in since)

    @property
    def _place_before(self) -> Optional[int]:
        """Where the message before stands among the events; None for a need that waited: what came before it was another."""
        places = [place for place, event in enumerate(self.tracker.events) if event.get("event") == "user"]
        return places[-2] if len(places) > 1 and not self._waited else None

    @property
    def turn_id(self) -> str:
        """The id of the turn; the message's own where no worker sent it (`rasa shell`)."""
        message = self.tracker.latest_message
        return str((message.get("metadata") or {}).get("turn_id") or message.get("message_id") or "")

    @property
    def channel(self) -> str:
        """Where the resident writes: rest, sms, telegram or webchat."""
        return str((self.tracker.latest_message.get("metadata") or {}).get("channel") or "")

    @property
    def photos(self) -> List[str]:
        """The ids of the photos that came with the message."""
        return list((self.tracker.latest_message.get("metadata") or {}).get("photos") or [])

    @property
    def only_photos(self) -> bool:
        """Whether the message has photos and no words."""
        return bool(self.photos) and not self.text.strip()

    @property
    def language(self) -> str:
        spoken = self.slot("language")
        return spoken if spoken in city().languages else city().languages[0]

    def entity(self, name: str) -> Optional[str]:
        """The value of an entity in the message."""
        value = next(self.tracker.get_latest_entity_values(name), None)
        return None if value is None else str(value)

    def slot(self, name: str) -> Any:
        return self.tracker.slots.get(name)

    def set(self, **slots: Any) -> None:
        """Changes slots, for the rest of this turn too."""
        for name, value in slots.items():
            self.tracker.slots[name] = value
            self.events.append(SlotSet(name, value))

    def say(self, response: str, *, choices: Sequence[Dict[str, str]] = (), parts: Optional[Dict[str, Any]] = None, **values: Any) -> None:
        """Says a response of the domain; it may use the given values and the city's name and contact.

        Args:
            parts: of the message (`bot.messages.Message`), as JSON: `source`, `place`, `asks_location`.
        """
        place = city()
        self.dispatcher.utter_message(
            response=response,
            buttons=list(choices) or None,
            json_message=parts,
            city_name=place.name[self.language],
            city_phone=place.phone,
            city_hours=place.phone_hours[self.language],
            city_contact=place.contact_url,
            **values,
        )

    def take_back(self) -> None:
        """Unsays and unsets everything; a private turn stays one."""
        self.answered, self.forget, self.dispose = "", False, False
        del self.dispatcher.messages[self._said_before :]
        self.events.clear()


def _text_of(event: Mapping[str, Any]) -> str:
    return str(event.get("text") or "")


def _intent_of(event: Mapping[str, Any]) -> str:
    return str(((event.get("parse_data") or {}).get("intent") or {}).get("name") or "")


def location_of(message: Mapping[str, Any]) -> Optional[Place]:
    shape = (message.get("metadata") or {}).get("location")
    return Place.from_dict(shape) if shape else None


class TaskAction(Action, ABC):
    """An action with a time budget, that reports what it did in the slot `action_report` and never raises."""

    budget_s: ClassVar[float] = BUDGET_S

    @abstractmethod
    async def work(self, turn: Turn) -> Optional[Outcome]:
        """Does the task. None: the message is not for this action, and whatever it said or set is dropped."""

    def failed(self, turn: Turn) -> Outcome:
        """Says that it did not work. Called when `work` raised or did not end in time, after all it said was taken back."""
        turn.say("utter_failed")
        return Outcome.FAILED

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> List[EventType]:
        turn = Turn(dispatcher, tracker)
        with about_turn(turn.turn_id):
            return await self._run(turn, dispatcher, tracker)

    async def _run(self, turn: Turn, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        slots = dict(tracker.slots)
        begun = time.monotonic()
        with ledger(self.budget_s) as kept:
            try:
                outcome = await asyncio.wait_for(self.work(turn), self.budget_s + GRACE_S)
            except Exception as err:  # whatever it is, the resident gets an answer; its text could hold personal details
                _log.error("%s failed: %s", self.name(), type(err).__name__)
                turn.take_back()
                tracker.slots = slots
                outcome = self.failed(turn)
        if outcome is None:
            turn.take_back()
            return []
        report = {
            "name": self.name(),
            "outcome": outcome.value,
            "api_calls": report_of(kept.calls),
            "ms": round((time.monotonic() - begun) * 1000),
            **({"answered": turn.answered} if turn.answered else {}),
            **({"private": True} if turn.private else {}),
            **({"forget": True} if turn.forget else {}),
            **({"dispose": True} if turn.dispose else {}),
        }
        _log.info("%s: %s in %d ms", self.name(), outcome.value, report["ms"])
        return [*turn.events, SlotSet("action_report", report)]
