"""E-billing: whether an account has it; signing up and leaving begin here and end with a link sent to the contact on file."""

from __future__ import annotations

import asyncio
from typing import List, Mapping, Optional

from actions.base import Outcome, Turn, choice, payload
from actions.bill_words import ebilling_wish
from actions.clients.billing import BillingError
from actions.look_ups.base import State
from actions.look_ups.bill import BillLookUp
from actions.source import source_parts
from actions.words import word
from bot.labels import LOOK_UP

ENROL, LEAVE = "enrol", "leave"
_SENT: Mapping[str, str] = {ENROL: "utter_ebilling_enrol", LEAVE: "utter_ebilling_leave"}
_ALREADY: Mapping[str, str] = {ENROL: "utter_ebilling_already_enrol", LEAVE: "utter_ebilling_already_leave"}
_STATES: Mapping[str, str] = {
    "enrolled": "utter_ebilling_is_enrolled",
    "not_enrolled": "utter_ebilling_is_not_enrolled",
    "unknown": "utter_ebilling_is_unknown",
}


class EbillingLookUp(BillLookUp):
    """The state holds `wish` too: to enrol or to leave. Without one it says how the account stands and offers the other."""

    kind = "ebilling"

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        if not asked:
            tapped = (turn.entity("answer") or "").partition(" ")[0]
            state["wish"] = tapped if tapped in (ENROL, LEAVE) else ebilling_wish(turn.text)
        return await super().read(turn, state, asked=asked)

    async def tell(self, turn: Turn, asked: State, token: str) -> Outcome:
        wish: Optional[str] = asked.get("wish")
        if wish is None:
            return await self._tell_state(turn, asked["bill"], token)
        try:
            sent = await asyncio.to_thread(self.gateway.ebilling, token, wish, locale=turn.language, idempotency_key=turn.turn_id)
        except BillingError as err:
            responses = {"already_done": _ALREADY[wish], "no_contact": "utter_ebilling_no_contact"}
            if err.code not in responses:
                raise
            turn.say(responses[err.code], choices=self.further(turn, asked["bill"]), parts=source_parts(turn, "billing"))
            return Outcome.REFUSED
        turn.say(_SENT[wish], contact=word("contacts", sent.sent_to, turn.language), parts=source_parts(turn, "billing"))
        return Outcome.OK

    async def _tell_state(self, turn: Turn, kind: str, token: str) -> Outcome:
        balance = await asyncio.to_thread(self.gateway.balance, token)
        offers: List[str] = {"enrolled": [LEAVE], "not_enrolled": [ENROL]}.get(balance.ebilling, [])
        choices = [
            choice(word("choices", f"ebilling_{wish}", turn.language), payload(LOOK_UP, look_up=self.kind, answer=f"{wish} {kind}"))
            for wish in offers
        ]
        turn.say(_STATES[balance.ebilling], choices=choices, by_hand=self.by_hand, parts=source_parts(turn, "billing"))
        return Outcome.OK
