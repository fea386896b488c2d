"""The form of every look-up: it asks for what the look-up still misses."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Mapping, Optional

from actions.base import Outcome, TaskAction, Turn, outcome_of
from actions.clients.errors import CityError
from actions.forms import SMALL_TALK, UNCLEAR, FormTask, asks_else, is_command
from actions.look_ups.base import LookUp, State
from actions.look_ups.kinds import look_ups
from actions.look_ups.place import PlaceLookUp
from actions.outside import OUTSIDE, say_outside
from actions.switched_off import switched
from bot.labels import EMERGENCY, LOOK_UP, NEEDS

NOT_OFFERED = "not_offered"
_BEFORE_ALL = {EMERGENCY, "talk_to_person", "start_over", "own_data", "delete_chat"}  # intents
STOPS = {NOT_OFFERED, "unreachable", "refused", "malformed"}  # `form_note`: why the form ends without what it needs


class ValidateLookUpForm(FormTask):
    """Ends with the kind and the state of the look-up in `look_up`, and with the reason in `form_note` when it cannot be answered."""

    form = "look_up_form"
    slots = ("look_up", "form_note")

    def __init__(self, kinds: Optional[Mapping[str, LookUp]] = None) -> None:
        self.kinds = look_ups() if kinds is None else kinds

    async def understand(self, turn: Turn, asked: Optional[str]) -> bool:
        if asked is None:
            await self._begin(turn)
            return True
        known = turn.slot("look_up")
        if self._is_answered(turn, known) and await self._read(turn, known["kind"], deepcopy(known["state"]), asked=True):
            return True
        if is_command(turn):
            return False
        if asks_else(turn, LOOK_UP):
            return False
        if await self._read(turn, known["kind"], deepcopy(known["state"]), asked=True):
            return True
        if turn.intent == LOOK_UP and turn.entity(LOOK_UP) != known["kind"]:
            await self._begin(turn)
            return True
        if turn.intent in (NEEDS | SMALL_TALK) - {LOOK_UP}:
            return False
        state = self.kinds[known["kind"]].not_understood(known["state"])
        turn.set(form_note=UNCLEAR, look_up={"kind": known["kind"], "state": state})
        return True

    def _is_answered(self, turn: Turn, known: Mapping[str, Any]) -> bool:
        """Whether the message answers the question whatever else it resembles. What goes before everything is never an answer."""
        look_up = self.kinds.get(known["kind"])
        return look_up is not None and not turn.tapped and turn.intent not in _BEFORE_ALL and look_up.answers(turn, known["state"])

    async def _begin(self, turn: Turn) -> None:
        kind = turn.entity(LOOK_UP) or ""
        look_up = self.kinds.get(kind)
        if look_up is None or not look_up.offered or (await switched()).is_off(f"{LOOK_UP}/{kind}"):
            turn.set(look_up={"kind": kind, "state": {}}, form_note=NOT_OFFERED)
            return
        await self._read(turn, kind, {}, asked=False)

    async def _read(self, turn: Turn, kind: str, state: State, *, asked: bool) -> bool:
        turn.private = self.kinds[kind].private
        try:
            understood = await self.kinds[kind].read(turn, state, asked=asked)
        except CityError as err:
            turn.outcome = outcome_of(err)
            turn.set(form_note=err.failure.value, look_up={"kind": kind, "state": {}})
            return True
        if isinstance(self.kinds[kind], PlaceLookUp) and "place" not in state:
            understood = say_outside(turn, "utter_look_up_outside", turn.texts) or understood
        if understood or not asked:
            turn.set(look_up={"kind": kind, "state": state})
        return understood

    async def next_slot(self, turn: Turn) -> Optional[str]:
        known = turn.slot("look_up")
        if turn.slot("form_note") in STOPS | {OUTSIDE} or not known:
            return None
        return "look_up_answer" if self.kinds[known["kind"]].missing(known["state"]) else None


class ActionAskLookUpAnswer(TaskAction):
    """Asks what the open look-up misses."""

    def __init__(self, kinds: Optional[Mapping[str, LookUp]] = None) -> None:
        self.kinds = look_ups() if kinds is None else kinds

    def name(self) -> str:
        return "action_ask_look_up_answer"

    async def work(self, turn: Turn) -> Outcome:
        known = turn.slot("look_up")
        turn.private = self.kinds[known["kind"]].private
        await self.kinds[known["kind"]].ask(turn, known["state"])
        return Outcome.OK
