"""Rasa's agent with our tracker store and our processor."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional, Union

from rasa.core.agent import Agent
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain

from bot.assistant.processor import TurnProcessor
from bot.assistant.tracker_store import TurnTrackerStore
from bot.assistant.turn import TurnFailed


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


def _end_turn(*_: Any) -> None:
    """Rasa ran ten actions without listening: kept, that would leave the conversation mute until its session ends."""
    raise TurnFailed("assistant", "too many actions")
