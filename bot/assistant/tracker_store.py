"""Rasa's tracker store over our tables: a turn is stored whole and once, with its answer, or an error is raised.

Only the last session is loaded. A conversation whose rows cannot be read (damaged, or another master key) begins anew
and leaves the others alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Dict, Iterable, List, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant import quick_trackers
from bot.assistant.answer import LANGUAGE_SLOT, answer_of_events, is_report, slot_values
from bot.assistant.rows import NewEvent, Rows, opened
from bot.assistant.turn import current_turn
from bot.settings import settings

_log = logging.getLogger(__name__)

quick_trackers.use()


class TurnTrackerStore(TrackerStore):
    """The store `endpoints.yml` names. Database errors come out as they are."""

    def __init__(self, domain: Optional[Domain] = None, event_broker: Optional[EventBroker] = None, **kwargs: Any) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.rows = Rows(settings().tracker_url)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The last session of a conversation, None when there is none or it cannot be read."""
        turn = current_turn.get()
        turn.stored = await asyncio.to_thread(self.rows.last_session, sender_id)
        if not turn.stored.sealed:
            return None
        try:
            events = [json.loads(text) for text in opened(sender_id, turn.stored)]
            tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        except Exception as err:  # whatever a damaged row does, it does to one conversation only
            _log.error("the rows of conversation %s cannot be read (%s): it begins anew", sender_id, type(err).__name__)
            return None
        turn.known_events, turn.slots = len(tracker.events), slot_values(tracker)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores what the turn added, and its answer, in one transaction.

        Where an action forgot what was private, nothing that was said is kept, this turn's words included.
        Raises AlreadyStoredError and database errors.
        """
        turn = current_turn.get()
        events = list(tracker.events)[turn.known_events :]
        if not events:
            return  # Rasa saves a tracker it has just made too
        answer = answer_of_events(turn, events, tracker)
        forget = any(report.get("forget") is True for report in answer["actions"])
        if forget:
            answer = _forgotten(answer)
            events = _anew(answer["language"])
        rows = [_row(event) for event in events if not is_report(event)]
        await asyncio.to_thread(self.rows.store_turn, turn.conversation, turn.turn_id, rows, json.dumps(answer), turn.stored, forget=forget)
        turn.answer = answer

    async def keys(self) -> Iterable[str]:
        """Nothing of ours lists conversations here: the record does."""
        return []


def _forgotten(answer: Dict[str, Any]) -> Dict[str, Any]:
    """The answer to "forget this": what was said with it is not kept either, and no form is open behind it."""
    understood = [{**part, "entities": []} for part in answer["understood"]]
    return {**answer, "understood": understood, "slots_changed": [], "form": None}


def _anew(language: str) -> List[Event]:
    """A session in which nothing has been said, in the language it is known to be in."""
    return [
        SessionStarted(),
        SlotSet(LANGUAGE_SLOT, language),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def _row(event: Event) -> NewEvent:
    return NewEvent(event.type_name, event.timestamp, json.dumps(event.as_dict()), isinstance(event, SessionStarted))
