"""What look-ups of a resident's own account share: whose it is must be shown first, by a code sent to the contact on file."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import ClassVar, Dict, List, Mapping, Optional, Tuple

from actions.base import Outcome, Turn, choice, payload
from actions.bill_access import CODE_SENT, EXPIRED, GRANTED, LOCKED, SOON, WAIT, WRONG, BillAccess, Checked, log_out, minutes
from actions.bill_words import KINDS, account_in, code_in, kind_named, postal_code_in, wants_new_code
from actions.clients.billing import Billing, BillingError, billing_from_settings
from actions.forms import UNCLEAR
from actions.look_ups.base import LookUp, State, earlier
from actions.threads import in_record
from actions.words import word
from bot.labels import LOOK_UP

KIND, ACCOUNT, POSTAL_CODE, CODE = "kind", "account", "postal_code", "code"  # what is asked for: `step` in the state
NEW_CODE, OTHER_ACCOUNT = "new_code", "other_account"  # answers that are tapped while a code is waited for

OF_AN_ACCOUNT = ("balance", "high_bill", "ebilling")  # the kinds of look-up about one

_ASK: Mapping[str, str] = {"utility": "utter_ask_bill_utility", "property_tax": "utter_ask_bill_property_tax"}
_ASK_UNCLEAR: Mapping[str, str] = {"utility": "utter_ask_bill_utility_unclear", "property_tax": "utter_ask_bill_property_tax_unclear"}
_ASK_NUMBER: Mapping[str, str] = {"utility": "utter_ask_bill_number_utility", "property_tax": "utter_ask_bill_number_property_tax"}
_STOPPED: Mapping[str, str] = {LOCKED: "utter_bill_locked", WAIT: "utter_bill_wait"}  # when nothing more can be asked now


class BillLookUp(LookUp):
    """Asks for a kind of bill, its account number and postal code, then for the code. Nothing of them is left in the state afterwards.

    The state holds `bill`, the kind; `step`, what is asked for; `note`, what came of the answer before, with `left` tries or `wait_s`;
    `stopped` when it ends without a look at the account.
    """

    backends = ("billing",)
    private = True
    kinds: ClassVar[Tuple[str, ...]] = KINDS  # those this look-up can answer for

    def __init__(self, billing: Optional[Billing] = None) -> None:
        self.billing = billing or billing_from_settings()

    @abstractmethod
    async def tell(self, turn: Turn, asked: State, token: str) -> Outcome:
        """Says what the account says; `asked` is the state of the question. A BillingError may leave it."""

    @property
    def gateway(self) -> Billing:
        if self.billing is None:
            raise ValueError("no billing gateway is offered")
        return self.billing

    @property
    def access(self) -> BillAccess:
        return BillAccess(self.gateway)

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        if not asked:
            await self._begin(turn, state)
            return True
        state.pop("note", None)
        read = {KIND: self._read_kind, ACCOUNT: self._read_account, POSTAL_CODE: self._read_account, CODE: self._read_code}[state["step"]]
        return await read(turn, state)

    async def _begin(self, turn: Turn, state: State) -> None:
        kind = _tapped(turn) or kind_named(turn.text) or earlier_kind(turn)
        if len(self.kinds) == 1:
            kind = self.kinds[0]
        if kind not in self.kinds:
            opened = await in_record(self.access.verified, turn, self.kinds)
            kind = opened[0] if len(opened) == 1 else None
        if kind is None:
            state["step"] = KIND
            return
        await self._take_kind(turn, state, kind)
        if state["step"] == ACCOUNT:
            await self._read_account(turn, state)

    async def _read_kind(self, turn: Turn, state: State) -> bool:
        kind = _tapped(turn) or kind_named(turn.text)
        if kind not in self.kinds:
            return False
        await self._take_kind(turn, state, kind)
        return True

    async def _take_kind(self, turn: Turn, state: State, kind: str) -> None:
        state.update(bill=kind, step=None if await in_record(self.access.token, turn, kind) else ACCOUNT)

    async def _read_account(self, turn: Turn, state: State) -> bool:
        account, postal_code = account_in(turn.text, state["bill"]), postal_code_in(turn.text)
        if not (account or postal_code):
            return False
        state.update({name: value for name, value in ((ACCOUNT, account), (POSTAL_CODE, postal_code)) if value})
        missing = [name for name in (ACCOUNT, POSTAL_CODE) if not state.get(name)]
        if missing:
            state["step"] = missing[0]
            return True
        given = state.pop(ACCOUNT), state.pop(POSTAL_CODE)
        self._take(state, await asyncio.to_thread(self.access.start, turn, state["bill"], *given))
        return True

    async def _read_code(self, turn: Turn, state: State) -> bool:
        if turn.entity("answer") == OTHER_ACCOUNT:
            state["step"] = ACCOUNT
            return True
        code = code_in(turn.text, state["code_digits"])
        if code:
            self._take(state, await asyncio.to_thread(self.access.check, turn, state["bill"], code))
            return True
        if turn.entity("answer") == NEW_CODE or wants_new_code(turn.text):
            self._take(state, await asyncio.to_thread(self.access.resend, turn))
            return True
        return False

    def _take(self, state: State, checked: Checked) -> None:
        """Goes on as the gateway's answer has it."""
        state["note"] = checked.state
        if checked.state == GRANTED:
            state["step"] = None
        elif checked.state == CODE_SENT:
            state.update(step=CODE, code_digits=checked.code_digits)
        elif checked.state == WRONG:
            state["left"] = checked.left
        elif checked.state == EXPIRED:
            state["step"] = ACCOUNT
        elif checked.state in _STOPPED:
            state.update(step=None, stopped=checked.state)
        state["wait_s"] = checked.wait_s

    def missing(self, state: State) -> bool:
        return bool(state.get("step"))

    async def ask(self, turn: Turn, state: State) -> None:
        unclear = turn.slot("form_note") == UNCLEAR
        step, note = state["step"], state.get("note")
        if step == KIND:
            turn.say("utter_ask_bill_kind", choices=[self._kind_choice(kind, turn.language) for kind in self.kinds])
        elif step == CODE:
            self._ask_code(turn, state, unclear)
        elif step == POSTAL_CODE:
            turn.say("utter_ask_bill_postal_code_unclear" if unclear else "utter_ask_bill_postal_code")
        elif note == EXPIRED:
            turn.say("utter_ask_bill_code_expired")
        elif state.get(POSTAL_CODE):
            turn.say(_ASK_NUMBER[state["bill"]])
        else:
            turn.say((_ASK_UNCLEAR if unclear else _ASK)[state["bill"]])

    def _ask_code(self, turn: Turn, state: State, unclear: bool) -> None:
        values = {"digits": state["code_digits"], "left": state.get("left", 0)}
        responses: Dict[Optional[str], str] = {WRONG: "utter_ask_bill_code_wrong", SOON: "utter_ask_bill_code_soon"}
        response = "utter_ask_bill_code_unclear" if unclear else responses.get(state.get("note"), "utter_ask_bill_code")
        choices = [choice(word("choices", answer, turn.language), payload("inform", answer=answer)) for answer in (NEW_CODE, OTHER_ACCOUNT)]
        turn.say(response, choices=choices, **values)

    def _kind_choice(self, kind: str, language: str) -> Dict[str, str]:
        return choice(word("bills", kind, language), payload("inform", answer=kind))

    async def answer(self, turn: Turn, state: State) -> Outcome:
        asked, kind = dict(state), state.get("bill", "")
        for key in set(state) - {"bill"}:
            del state[key]
        if asked.get("stopped"):
            turn.say(_STOPPED[asked["stopped"]], minutes=minutes(asked["wait_s"]), by_hand=self.by_hand)
            return Outcome.REFUSED
        token = await in_record(self.access.token, turn, kind)
        if token is None:
            return self._over(turn, kind)
        try:
            return await self.tell(turn, asked, token)
        except BillingError as err:
            if err.code != "not_verified":
                raise
            await log_out(None, turn.tracker.sender_id)
            return self._over(turn, kind)

    def _over(self, turn: Turn, kind: str) -> Outcome:
        """The time in which the account may be seen is over."""
        turn.say("utter_bill_over", choices=[choice(word("choices", "check_again", turn.language), self._again(kind))])
        return Outcome.REFUSED

    def _again(self, kind: str) -> str:
        return payload(LOOK_UP, look_up=self.kind, answer=kind)

    def further(self, turn: Turn, kind: str) -> List[Dict[str, str]]:
        """What may be asked next of an open account."""
        others = [name for name in OF_AN_ACCOUNT if name != self.kind and not (name == "high_bill" and kind != KINDS[0])]
        named = [choice(word("look_ups", name, turn.language), payload(LOOK_UP, look_up=name, answer=kind)) for name in others]
        return [*named, choice(word("choices", "log_out", turn.language), payload("log_out"))]


def _tapped(turn: Turn) -> str:
    """The kind in a tapped choice, which is the last word of its answer."""
    return (turn.entity("answer") or "").rpartition(" ")[2]


def earlier_kind(turn: Turn) -> Optional[str]:
    """The kind of bill that was told last, by any of these look-ups."""
    return next((state["bill"] for name in OF_AN_ACCOUNT if (state := earlier(turn, name)).get("bill")), None)
