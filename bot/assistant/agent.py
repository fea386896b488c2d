"""Rasa's agent and processor with three differences: a turn is kept whole or not at all, its text is never a command,
and sessions do not grow without end.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional, Union

from rasa.core.actions.action import Action, ActionExecutionRejection, ActionSessionStart
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.answer import LANGUAGE_SLOT, slot_values
from bot.assistant.tracker_store import TurnTrackerStore
from bot.assistant.turn import Choice, Turn, TurnFailed, current_turn
from bot.assistant.understanding import (
    LANGUAGE_ENTITY,
    NEED,
    PREVIOUS,
    language_entities,
    parsed_choice,
    plain_text,
    previous_need,
    two_needs,
    with_photos,
)
from bot.labels import INFORM
from bot.language.detect import detect, without_wish
from bot.language.follow_up import leans_back

MAX_SESSION_EVENTS = 300  # about 30 turns; a turn's cost grows with them
MAX_FORM_SESSION_EVENTS = 600  # an open form may go on for as long again


class TurnAgent(Agent):
    """An agent whose tracker store raises its errors and whose processor is ours."""

    @staticmethod
    def _create_tracker_store(store: Optional[TrackerStore], domain: Domain) -> TrackerStore:
        """The store itself: Rasa would wrap it in one that hides errors and forgets what could not be saved."""
        if not isinstance(store, TurnTrackerStore):  # Rasa falls back to one in memory when it cannot load ours
            raise TypeError("the tracker store of endpoints.yml is not ours")
        store.domain = domain
        return store

    def load_model(self, model_path: Union[str, Path], fingerprint: Optional[str] = None) -> None:
        """Loads the model as Rasa's agent does, into our processor."""
        self.processor = TurnProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
            on_circuit_break=_end_turn,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        self.nlg.responses = self.domain.responses


class TurnProcessor(MessageProcessor):
    """Runs `current_turn`."""

    async def handle_message(self, message: UserMessage) -> None:
        """Answers the turn. A message with two needs is answered as two messages, one after the other, and saved once."""
        tracker = await self.fetch_tracker_and_update_session(message.sender_id, message.output_channel, message.metadata)
        for part in await self._parts(message, tracker):
            await self._handle_message_with_tracker(part, tracker)
            tracker = await self.run_action_extract_slots(part.output_channel, tracker)
            await self._run_prediction_loop(part.output_channel, tracker)
        await self.save_tracker(tracker)

    async def _parts(self, message: UserMessage, tracker: DialogueStateTracker) -> List[UserMessage]:
        """The message with what it means, in parts when it means several things."""
        turn = current_turn.get()
        found = await self._meanings(turn, tracker)
        current = tracker.get_slot(LANGUAGE_SLOT)
        if not any(entity["entity"] == LANGUAGE_ENTITY for entity in found[0]["entities"]):  # a choice may be of a language
            found[0]["entities"] += language_entities("" if turn.choice else turn.text, current, turn.language)
        return [
            UserMessage(
                parsed["text"],
                message.output_channel,
                message.sender_id,
                parse_data=parsed,
                input_channel=message.input_channel,
                message_id=message.message_id,
                metadata=message.metadata,
            )
            for parsed in found
        ]

    async def _meanings(self, turn: Turn, tracker: DialogueStateTracker) -> List[Dict[str, Any]]:
        """What the message means; two needs, and photos beside words, are told apart when no form waits for an answer."""
        if turn.choice:
            parts = [parsed_choice(turn.choice, turn.text)]
        elif not turn.text:
            return [parsed_choice(Choice(INFORM), turn.location.label if turn.location else "")]
        else:
            whole = await self._understood(turn.text, tracker)
            parts = [whole] if tracker.active_loop_name else await two_needs(whole, self._understood_alone) or [whole]
        return with_photos(turn.text, parts) if turn.photos and not tracker.active_loop_name else parts

    async def _understood(self, text: str, tracker: Optional[DialogueStateTracker]) -> Dict[str, Any]:
        """What the model makes of a text: first without a wish for a language, so that the need beside it counts.

        A message that leans on the one before is read with it, unless a form is open: there it answers the form.
        """
        parsed: Dict[str, Any] = {}
        before = previous_need(tracker.events) if tracker and not tracker.active_loop_name and leans_back(text) else None
        plain = plain_text(text)
        for reading in dict.fromkeys((without_wish(plain), plain)):
            about = {PREVIOUS: before} if before else None
            parsed = await super().parse_message(UserMessage(reading, metadata=about), tracker)
            if parsed["intent"]["name"] != DEFAULT_NLU_FALLBACK_INTENT_NAME:
                break
        return {**parsed, "text": text, "text_language": detect(text), NEED: f"{before} {text}" if before else text}

    async def _understood_alone(self, text: str) -> Dict[str, Any]:
        return await self._understood(text, None)

    async def _run_action(self, action: Action, *args: Any, **kwargs: Any) -> bool:
        goes_on: bool = await super()._run_action(_WholeAction(action), *args, **kwargs)
        return goes_on

    def _get_action(self, action_name: str) -> Optional[Action]:
        return _SessionStart() if action_name == ACTION_SESSION_START_NAME else super()._get_action(action_name)

    def _has_session_expired(self, tracker: DialogueStateTracker) -> bool:
        most = MAX_FORM_SESSION_EVENTS if tracker.active_loop_name else MAX_SESSION_EVENTS
        return len(tracker.events) > most or super()._has_session_expired(tracker)


class _SessionStart(ActionSessionStart):
    """Carries each slot over once, with the value it has. Rasa repeats every change ever made to it, in each session more."""

    @staticmethod
    def _slot_set_events_from_tracker(tracker: DialogueStateTracker) -> List[SlotSet]:
        return [SlotSet(name, value) for name, value in slot_values(tracker).items() if value is not None]


def _end_turn(*_: Any) -> None:
    """Rasa ran ten actions without listening: kept, that would leave the conversation mute until its session ends."""
    raise TurnFailed("assistant", "too many actions")


class _WholeAction(Action):
    """An action whose errors end the turn. Rasa would log them, drop the action's events and carry on."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def name(self) -> str:
        return str(self._action.name())

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> ActionExecuted:
        return self._action.event_for_successful_execution(prediction)

    async def run(
        self, output_channel: OutputChannel, nlg: NaturalLanguageGenerator, tracker: DialogueStateTracker, domain: Domain
    ) -> List[Event]:
        try:
            events: List[Event] = await self._action.run(output_channel, nlg, tracker, domain)
        except ActionExecutionRejection:
            raise
        except Exception as err:
            raise TurnFailed("assistant", f"{self.name()} ({type(err).__name__})") from err
        return events
