"""A tracker's quick copy is what Rasa's own makes by replaying the conversation, whatever was said."""

from __future__ import annotations

from typing import Any, Dict, List

from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot, BooleanSlot, Slot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.assistant.quick_trackers import copy_of_slot, copy_of_tracker

NAMES = st.sampled_from(["report_form", "status_form"])
EVENTS = st.one_of(
    st.sampled_from(["hello", "45 queen st"]).map(lambda text: UserUttered(text, {"name": "inform", "confidence": 1.0})),
    st.sampled_from(["action_listen", "report_form", "utter_greet"]).map(ActionExecuted),
    NAMES.map(ActiveLoop),
    st.builds(lambda: ActiveLoop(None)),
    NAMES.map(lambda name: ActionExecutionRejected(name)),
    st.booleans().map(LoopInterrupted),
    st.builds(lambda value: SlotSet("place", value), st.one_of(st.none(), st.just({"label": "45 Queen St"}))),
    st.builds(lambda value: SlotSet("deep", value), st.booleans()),
    st.sampled_from(["Hello.", "Where?"]).map(BotUttered),
    st.builds(AllSlotsReset),
    st.builds(SessionStarted),
    st.builds(Restarted),
    st.builds(UserUtteranceReverted),
    st.builds(ConversationPaused),
    st.sampled_from(["action_listen", "utter_greet"]).map(FollowupAction),
)


def slots() -> List[Slot]:
    return [TextSlot("language", [], initial_value="en"), AnySlot("place", []), BooleanSlot("deep", [])]


def tracker_of(events: List[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("somebody", events, slots())


def state(tracker: DialogueStateTracker) -> Dict[str, Any]:
    """All that a tracker knows, but when something empty was made."""
    known = tracker.current_state(EventVerbosity.ALL)
    known["latest_message"].pop("message_id", None)
    loop, said = tracker.active_loop, tracker.latest_bot_utterance
    slots_set = {name: (slot.value, slot.has_been_set) for name, slot in tracker.slots.items()}
    return {**known, "loop": loop and vars(loop), "said": said and said.text, "slots_set": slots_set, "max": tracker.events.maxlen}


@given(events=st.lists(EVENTS, max_size=12), more=st.lists(EVENTS, max_size=6))
def test_it_is_the_same_conversation_and_goes_on_by_itself(events: List[Event], more: List[Event]) -> None:
    tracker = tracker_of(events)
    before, copied = state(tracker), copy_of_tracker(tracker)
    replayed = tracker.travel_back_in_time(float("inf"))
    assert state(copied) == state(replayed)
    for one in (copied, replayed):
        one.update_with_events(more, None, override_timestamp=False)
    assert state(copied) == state(replayed)
    assert state(tracker) == before


def test_a_copied_slot_is_of_its_kind_and_has_a_value_of_its_own() -> None:
    slot = TextSlot("language", [], initial_value="en")
    copied = copy_of_slot(slot)
    copied.value = "fr"
    assert (type(copied), copied.name, copied.value, slot.value, slot.has_been_set) == (TextSlot, "language", "fr", "en", False)


def test_rasa_uses_them() -> None:
    import bot.assistant.tracker_store  # noqa: F401

    assert DialogueStateTracker.copy is copy_of_tracker
