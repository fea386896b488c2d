"""A look-up: one kind of question that the city's live records answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Dict, Optional, Tuple

from actions.base import Outcome, Turn
from bot.city import city

LAST = "last_look_up"  # slot: the kind and the state of the look-up that was answered last

State = Dict[str, Any]
"""What a look-up knows of the question: JSON, kept in the conversation."""


class LookUp(ABC):
    """One kind. It keeps nothing itself; `backends` are names in the city profile.

    A CityError may leave `read` and `answer`: the framework says that the city's system did not do what was asked.
    """

    kind: ClassVar[str]
    backends: ClassVar[Tuple[str, ...]]
    private: ClassVar[bool] = False  # what is said about it is nobody else's: its turns are masked strictly

    @property
    def offered(self) -> bool:
        """Whether this city has every system that it needs."""
        return all(city().backends[name].url for name in self.backends)

    @property
    def by_hand(self) -> str:
        """Where residents look themselves."""
        return next(filter(None, (city().backends[name].by_hand for name in self.backends)), city().contact_url)

    def article(self, turn: Turn) -> Optional[str]:
        """The id of the article that stands in for an answer to this turn; None: one that names this look-up."""
        return next(filter(None, (city().backends[name].options.get("article") for name in self.backends)), None)

    @abstractmethod
    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        """Takes what the message says into `state`, which is changed in place.

        Args:
            asked: the message answers our question; else it begins the look-up.
        Returns:
            False when it holds nothing that was wanted.
        """

    def answers(self, turn: Turn, state: State) -> bool:
        """Whether a message answers what is asked, although it may be taken for something else: "I forgot my account number"."""
        return False

    def not_understood(self, state: State) -> State:
        """The state after an answer that was not understood."""
        return state

    def missing(self, state: State) -> bool:
        """Whether something must be asked."""
        return False

    async def ask(self, turn: Turn, state: State) -> None:
        """Says the question for what is missing; the slot `form_note` is `unclear` when the last answer was not understood."""
        raise ValueError("nothing is ever asked")

    @abstractmethod
    async def answer(self, turn: Turn, state: State) -> Outcome:
        """Looks it up and says it."""


def earlier(turn: Turn, kind: str) -> State:
    """The state of the look-up that was answered last, if it was of this kind; {} otherwise."""
    last = turn.slot(LAST) or {}
    return dict(last["state"]) if last.get("kind") == kind else {}


def written(turn: Turn) -> str:
    """What the resident wrote about it: the message, or the words before a tapped offer; "" when there are none."""
    if not turn.tapped:
        return turn.text
    return next(iter([*turn.told, *turn.texts[1:]]), "")
