"""Rasa's trackers with quick copies.

Rasa copies a tracker for each action, by replaying all that was said in the session, and its slots each time by the way that fits any
object; it looks through all kinds of events for every event it reads, and whether each is abstract.
"""

from __future__ import annotations

from collections import deque
from copy import copy
from functools import lru_cache

from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


def use() -> None:
    """Makes Rasa use them in this process."""
    Slot.__copy__ = copy_of_slot
    DialogueStateTracker.copy = copy_of_tracker
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))


def copy_of_slot(slot: Slot) -> Slot:
    """A slot of the same kind with the same value."""
    copied = object.__new__(type(slot))
    vars(copied).update(vars(slot))
    return copied


def copy_of_tracker(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """The same conversation, which goes on by itself: what is added to the one is not in the other."""
    copied = object.__new__(type(tracker))
    vars(copied).update(vars(tracker))
    copied.events = deque(tracker.events, tracker.events.maxlen)
    copied.slots = {slot.name: copy(slot) for slot in tracker.slots.values()}
    copied.active_loop = copy(tracker.active_loop)
    copied.sender_source = copied.model_id = copied.assistant_id = None  # as Rasa has it
    return copied
