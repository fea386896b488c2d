"""Rasa's processor with five differences: a turn is kept whole or not at all, its text is never a command, it may hold several
needs, sessions do not grow without end, and the graph is run without dask.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from opentelemetry.trace import SpanKind
from rasa.core.actions.action import Action, ActionExecutionRejection, ActionSessionStart
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.answer import LANGUAGE_SLOT, NO_DANGER, slot_values
from bot.assistant.danger import PERHAPS, PERHAPS_ANY, SURELY, after_danger, perhaps_danger, with_danger
from bot.assistant.graph_runner import OrderedGraphRunner
from bot.assistant.leaving import leaves_for
from bot.assistant.needs import behind_courtesy, several_needs
from bot.assistant.nlu.danger_finder import DANGER
from bot.assistant.nlu.language_finder import OTHER_LANGUAGE
from bot.assistant.reading import Read
from bot.assistant.turn import Choice, Turn, TurnFailed, current_turn
from bot.assistant.understanding import (
    LANGUAGE_ENTITY,
    LEANT,
    NEED,
    PREVIOUS,
    Parsed,
    language_entities,
    parsed_choice,
    plain_text,
    previous_need,
    with_photos,
)
from bot.assistant.waiting import BEGIN, OFFER, TELL, Stage, keep, kept, part_of, stage_of, taken, went_on
from bot.emergencies import SAID
from bot.labels import EMERGENCY, INFORM
from bot.language.detect import detect, without_wish
from bot.language.follow_up import leans_back
from bot.messages import CHOICES_VALID_FOR
from bot.monitoring.tracing import span

MAX_SESSION_EVENTS = 300  # about 30 turns; a turn's cost grows with them
MAX_FORM_SESSION_EVENTS = 600  # an open form may go on for as long again
CARRIED = frozenset({LANGUAGE_SLOT, "last_address", "last_look_up", "last_request", "photos_waiting"})  # slots, into the next session


@cache
def _reading_thread() -> ThreadPoolExecutor:
    """Other turns go on while a message is read; messages are read one by one."""
    return ThreadPoolExecutor(1, "reading")


class TurnProcessor(MessageProcessor):
    """Runs `current_turn`. `reader`: stands in for `read`, in a process of its own."""

    reader: Optional[Read] = None

    @staticmethod
    def _load_model(model_path: Union[str, Path]) -> Tuple[str, ModelMetadata, GraphRunner]:
        """As Rasa does, with our runner of the graph."""
        with TemporaryDirectory() as unpacked:
            metadata, runner = load_predict_graph_runner(Path(unpacked), Path(model_path), LocalModelStorage, OrderedGraphRunner)
        return Path(model_path).name, metadata, runner

    async def handle_message(self, message: UserMessage) -> None:
        """Answers the turn, saved once. A message with several needs is answered as several messages, one after the other.

        Needs that are left when one of them opens a form wait until no form is open any more. Of a turn that is for danger only and
        tells of none, nothing is run or saved.
        """
        tracker = await self.fetch_tracker_and_update_session(message.sender_id, message.output_channel, message.metadata)
        before = len(tracker.events)
        parts, turn = await self._parts(message, tracker), current_turn.get()
        if turn.only_danger and not any(part.parse_data["intent"]["name"] == EMERGENCY for part in parts):
            turn.answer = NO_DANGER
            return
        if stage_of(tracker) is Stage.OFFERED and parts[0].parse_data["intent"]["name"] != EMERGENCY:
            tracker.update(keep([]))
        left = await self._run(parts, tracker)
        if left:
            tracker.update(keep(left))
            await self._say(TELL, message, tracker, above=max(_places_of_messages(tracker)))
        elif stage_of(tracker) and not turn.only_danger:
            await self._go_on(message, tracker, before)
        perhaps = next(filter(None, (perhaps_danger(part.parse_data) for part in parts)), None)
        if perhaps:
            await self._say(PERHAPS.get(perhaps, PERHAPS_ANY), message, tracker, above=min(_places_of_messages(tracker, before)))
        await self.save_tracker(tracker)

    async def _run(self, parts: Sequence[UserMessage], tracker: DialogueStateTracker) -> Sequence[UserMessage]:
        """Answers parts of a turn, up to the one whose form stays open. Returns those that are left."""
        for place, part in enumerate(parts, start=1):
            await self._handle_message_with_tracker(part, tracker)
            await self.run_action_extract_slots(part.output_channel, tracker)
            await self._run_prediction_loop(part.output_channel, tracker)
            if tracker.active_loop_name:
                return parts[place:]
        return []

    async def _go_on(self, message: UserMessage, tracker: DialogueStateTracker, before: int) -> None:
        """Begins the needs that wait, or offers them, where no form is open any more. `before`: the number of events before the turn."""
        if stage_of(tracker) is Stage.NEXT and went_on(list(tracker.events)[before:]):
            tracker.update(keep(kept(tracker, message), Stage.LATER))
        if stage_of(tracker) is Stage.LATER and not tracker.active_loop_name:
            tracker.update(keep(kept(tracker, message), Stage.OFFERED))
            await self._say(OFFER, message, tracker)
        while stage_of(tracker) is Stage.NEXT and not tracker.active_loop_name:
            await self._say(BEGIN, message, tracker)
            first, *others = kept(tracker, message)
            tracker.update(keep(others))
            await self._run([first], tracker)

    async def _say(self, action_name: str, message: UserMessage, tracker: DialogueStateTracker, *, above: Optional[int] = None) -> None:
        """Says what no rule asks for: below all that was said, or above the answer to the message with that place among the events."""
        action = self._get_action(action_name)
        if action is None:
            raise TurnFailed("assistant", f"no action {action_name}")
        events = await _WholeAction(action).run(message.output_channel, self.nlg, tracker, self.domain)
        if above is None:
            tracker.update_with_events(events, self.domain)
            return
        for event in reversed(events):
            tracker.events.insert(above + 1, event)

    async def _parts(self, message: UserMessage, tracker: DialogueStateTracker) -> List[UserMessage]:
        """The message with what it means, in parts when it means several things."""
        turn = current_turn.get()
        with span("understand", SpanKind.INTERNAL):
            found = await self._meanings(turn, tracker)
        current = tracker.get_slot(LANGUAGE_SLOT)
        told = {entity["entity"] for entity in found[0]["entities"]}
        if LANGUAGE_ENTITY not in told:  # a choice may be of a language; words of another language tell neither of ours
            text = "" if turn.choice or OTHER_LANGUAGE in told else turn.text
            found[0]["entities"] += language_entities(text, current, turn.language)
        return [part_of(message, parsed, waited=place > 0) for place, parsed in enumerate(found)]

    async def _meanings(self, turn: Turn, tracker: DialogueStateTracker) -> List[Dict[str, Any]]:
        """What the message means; several needs, and photos beside words, are told apart when no form waits for an answer."""
        if turn.choice:
            whole = parsed_choice(turn.choice, turn.text)
        elif not turn.text:
            return [parsed_choice(Choice(INFORM), turn.location.label if turn.location else "")]
        else:
            whole = await self._understood(turn.text, tracker)
        if tracker.active_loop_name:
            stays_whole = turn.choice is not None or whole["intent"]["name"] == EMERGENCY
            return ([] if stays_whole else await leaves_for(whole, self._understood_alone, tracker.active_loop_name)) or [whole]
        if turn.choice:
            asked = whole
        else:
            with_the_message_before = partial(self._understood, tracker=tracker)
            asked = await behind_courtesy(whole, with_the_message_before)
            asked = asked if turn.only_danger else after_danger(asked, tracker.events)
        several = taken(tracker, asked) or ([] if turn.choice else await several_needs(asked, self._understood_alone))
        return with_photos(turn.text, several or [asked]) if turn.photos else several or [asked]

    async def _understood(self, text: str, tracker: Optional[DialogueStateTracker]) -> Dict[str, Any]:
        """What the model makes of a text: first without a wish for a language, so that the need beside it counts.

        A message that leans on the one before is read with it, and then is about what both say, unless a form is open: there it answers
        the form.
        """
        parsed: Dict[str, Any] = {}
        in_form = tracker is not None and bool(tracker.active_loop_name)
        before = previous_need(tracker.events) if tracker and not in_form and leans_back(text) else None
        plain = plain_text(text)
        for reading in dict.fromkeys((without_wish(plain), plain)):
            parsed = await asyncio.get_running_loop().run_in_executor(_reading_thread(), self.reader or self.read, reading, before)
            if parsed["intent"]["name"] != DEFAULT_NLU_FALLBACK_INTENT_NAME or DANGER in parsed:
                break
        if DANGER in parsed or parsed["intent"]["name"] == EMERGENCY:
            # a few words that answer a question are near to danger elsewhere ("gas"): in a form a pattern decides
            parsed = with_danger(parsed, 0.0 if current_turn.get().only_danger else SAID if in_form else SURELY)
        leant = parsed.pop(LEANT, False)
        return {**parsed, "text": text, "text_language": detect(text), NEED: f"{before} {text}" if before and leant else text}

    def read(self, text: str, before: Optional[str]) -> Parsed:
        """What the model makes of a text, with the one before where it leans on that. It takes a while."""
        message = UserMessage(text, metadata={PREVIOUS: before} if before else None)
        parsed: Parsed = self._parse_message_with_graph(message, DialogueStateTracker.from_events(message.sender_id, []))
        return parsed

    async def _understood_alone(self, text: str) -> Dict[str, Any]:
        return await self._understood(text, None)

    async def _run_action(self, action: Action, *args: Any, **kwargs: Any) -> bool:
        goes_on: bool = await super()._run_action(_WholeAction(action), *args, **kwargs)
        return goes_on

    def _get_action(self, action_name: str) -> Optional[Action]:
        return _SessionStart() if action_name == ACTION_SESSION_START_NAME else super()._get_action(action_name)

    def _log_action_on_tracker(
        self, tracker: DialogueStateTracker, action: Action, events: Sequence[Event], prediction: PolicyPrediction
    ) -> None:
        """As Rasa does, without deep copies of all events for a debug log that we do not write."""
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """Nothing: Rasa puts all slots into words after each action, for the same log."""

    def _has_session_expired(self, tracker: DialogueStateTracker) -> bool:
        """As Rasa says, but an open form waits as long as the choices offered last count, and a long session ends."""
        if not tracker.active_loop_name:
            return len(tracker.events) > MAX_SESSION_EVENTS or super()._has_session_expired(tracker)
        said = tracker.get_last_event_for(UserUttered)
        silent = said is not None and time.time() - said.timestamp > CHOICES_VALID_FOR.total_seconds()
        return len(tracker.events) > MAX_FORM_SESSION_EVENTS or silent


def _places_of_messages(tracker: DialogueStateTracker, begin: int = 0) -> List[int]:
    """The places of residents' messages among the events, from one on."""
    return [place for place, event in enumerate(tracker.events) if place >= begin and isinstance(event, UserUttered)]


class _SessionStart(ActionSessionStart):
    """Carries over once, with its value, each slot that may go along. Rasa repeats every change ever made to any, in each session more.

    What a form collected does not go along, nor what waited for its end: the form is not open any more, and purging what
    was said ends it.
    """

    @staticmethod
    def _slot_set_events_from_tracker(tracker: DialogueStateTracker) -> List[SlotSet]:
        return [SlotSet(name, value) for name, value in slot_values(tracker).items() if value is not None and name in CARRIED]


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
