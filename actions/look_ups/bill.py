"""What look-ups of a resident's own account share: whose it is must be shown first, by a code sent to the contact on file."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import ClassVar, Dict, List, Mapping, Optional, Tuple

from actions.base import Outcome, Turn, choice, payload
from actions.bill_access import CODE_SENT, EXPIRED, GRANTED, LOCKED, SOON, WAIT, WRONG, BillAccess, Checked, log_out, minutes
from actions.bill_phrases import names_kind_only, not_at_hand, number_not_at_hand, of_another, wrong_length
from actions.bill_words import KINDS, account_in, code_in, kind_named, kind_of_number, postal_code_in, wants_new_code
from actions.clients.billing import Billing, BillingError, billing_from_settings
from actions.forms import UNCLEAR, is_danger
from actions.look_ups.base import LookUp, State, earlier
from actions.threads import in_record
from actions.words import word
from bot.city import city
from bot.labels import LOOK_UP

KIND, ACCOUNT, POSTAL_CODE, CODE = "kind", "account", "postal_code", "code"  # what is asked for: `step` in the state
NEW_CODE, OTHER_ACCOUNT = "new_code", "other_account"  # answers that are tapped while a code is waited for

OF_AN_ACCOUNT = ("balance", "high_bill", "ebilling")  # the kinds of look-up about one

_ASK: Mapping[str, str] = {"utility": "utter_ask_bill_utility", "property_tax": "utter_ask_bill_property_tax"}
_ASK_UNCLEAR: Mapping[str, str] = {"utility": "utter_ask_bill_utility_unclear", "property_tax": "utter_ask_bill_property_tax_unclear"}
_ASK_NUMBER: Mapping[str, str] = {"utility": "utter_ask_bill_number_utility", "property_tax": "utter_ask_bill_number_property_tax"}
_NO_NUMBER: Mapping[str, str] = {"utility": "utter_bill_no_number_utility", "property_tax": "utter_bill_no_number_property_tax"}
NOT_AT_HAND, DIGITS = "not_at_hand", "digits"  # `note`: they do not have what is asked for; a number has too many digits or too few
ANOTHER = "another"  # `stopped`: it is somebody else's
UNCLEAR_ANSWERS = 2  # so many in a row mean that they do not have what is asked for

_STOPPED: Mapping[str, str] = {LOCKED: "utter_bill_locked", WAIT: "utter_bill_wait"}  # when nothing more can be asked now


class BillLookUp(LookUp):
    """Asks for a kind of bill, its account number and postal code, then for the code. Nothing of them is left in the state afterwards.

    The state holds `bill`, the kind; `step`, what is asked for; `note`, what came of the answer before, with `left` tries or `wait_s`;
    `stopped` when it ends without a look at the account; `unclear`, how many answers in a row were not understood.
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
        if self._not_at_hand(turn, state):
            if state["step"] == KIND:
                await self._read_kind(turn, state)  # "I lost the gas bill"
            state["note"] = NOT_AT_HAND
            return True
        if await self._read_step(turn, state):
            state.pop("unclear", None)
            return True
        if state["step"] != CODE and not turn.tapped and of_another(turn.text):
            state.update(step=None, stopped=ANOTHER, bill=state.get("bill") or self.kinds[0])
            return True
        return False

    def answers(self, turn: Turn, state: State) -> bool:
        if state.get("step") == KIND and names_kind_only(turn.text):
            return True
        return not is_danger(turn) and self._not_at_hand(turn, state)

    def _not_at_hand(self, turn: Turn, state: State) -> bool:
        """Whether they do not have what is asked for. Digits are a try, and another code can be sent."""
        tried = any(map(str.isdigit, turn.text)) or (state["step"] == CODE and wants_new_code(turn.text))
        return not (turn.tapped or tried) and not_at_hand(turn.text)

    def not_understood(self, state: State) -> State:
        kept = {name: value for name, value in state.items() if name != "note"}
        return {**kept, "unclear": state.get("unclear", 0) + 1}

    async def _read_step(self, turn: Turn, state: State) -> bool:
        read = {KIND: self._read_kind, ACCOUNT: self._read_account, POSTAL_CODE: self._read_account, CODE: self._read_code}[state["step"]]
        return await read(turn, state)

    async def _begin(self, turn: Turn, state: State) -> None:
        if not turn.tapped and of_another(turn.text):
            state.update(step=None, stopped=ANOTHER, bill=kind_named(turn.text) or self.kinds[0])
            return
        told = " \n".join(turn.texts)  # a tapped choice, and the words that led to it
        kind: Optional[str] = (
            _tapped(turn) or kind_of_number(told, self.kinds) or kind_named(turn.text) or kind_named(told) or earlier_kind(turn)
        )
        if len(self.kinds) == 1:
            kind = self.kinds[0]
        if kind not in self.kinds:
            opened = await in_record(self.access.verified, turn, self.kinds)
            kind = opened[0] if len(opened) == 1 else None
        if kind is None:
            state["step"] = KIND
            self._keep(state, None, postal_code_in(told))
        else:
            await self._take_kind(turn, state, kind)
            if state["step"] == ACCOUNT:
                await self._read_account(turn, state, told)
        if state["step"] in (KIND, ACCOUNT) and (wrong_length(told) or number_not_at_hand(turn.text)):
            state["note"] = DIGITS if wrong_length(told) else NOT_AT_HAND

    async def _read_kind(self, turn: Turn, state: State) -> bool:
        kind = _tapped(turn) or kind_of_number(turn.text, self.kinds) or kind_named(turn.text)
        if kind not in self.kinds:
            postal_code = postal_code_in(turn.text)
            self._keep(state, None, postal_code)
            return postal_code is not None
        await self._take_kind(turn, state, kind)
        if state["step"] == ACCOUNT:
            await self._read_account(turn, state)
        return True

    async def _take_kind(self, turn: Turn, state: State, kind: str) -> None:
        state.update(bill=kind, step=None if await in_record(self.access.token, turn, kind) else ACCOUNT)

    async def _read_account(self, turn: Turn, state: State, text: Optional[str] = None) -> bool:
        """Takes what a text, the message's if none is given, says of the account; has a code sent once both its parts are known."""
        text = turn.text if text is None else text
        account, postal_code = account_in(text, state["bill"]), postal_code_in(text)
        self._keep(state, account, postal_code)
        missing = [name for name in (ACCOUNT, POSTAL_CODE) if not state.get(name)]
        if missing:
            state["step"] = missing[0]
            if wrong_length(text):
                state["note"] = DIGITS
            return bool(account or postal_code)
        given = state.pop(ACCOUNT), state.pop(POSTAL_CODE)
        self._take(state, await asyncio.to_thread(self.access.start, turn, state["bill"], *given))
        return True

    def _keep(self, state: State, account: Optional[str], postal_code: Optional[str]) -> None:
        state.update({name: value for name, value in ((ACCOUNT, account), (POSTAL_CODE, postal_code)) if value})

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
        if note == NOT_AT_HAND or (unclear and state.get("unclear", 0) >= UNCLEAR_ANSWERS):
            self._help(turn, state)
        elif step == KIND:
            response = "utter_ask_bill_kind_digits" if note == DIGITS else "utter_ask_bill_kind"
            turn.say(response, choices=[self._kind_choice(kind, turn.language) for kind in self.kinds])
        elif step == CODE:
            self._ask_code(turn, state, unclear)
        elif step == POSTAL_CODE:
            turn.say("utter_ask_bill_postal_code_unclear" if unclear else "utter_ask_bill_postal_code")
        elif note == EXPIRED:
            turn.say("utter_ask_bill_code_expired")
        elif unclear or note == DIGITS:
            turn.say(_ASK_UNCLEAR[state["bill"]])
        else:
            turn.say((_ASK_NUMBER if state.get(POSTAL_CODE) else _ASK)[state["bill"]])

    def _help(self, turn: Turn, state: State) -> None:
        """Where what is asked for stands, who helps without it, and a way out."""
        step = state["step"]
        responses = {KIND: "utter_bill_no_number", CODE: "utter_bill_no_code"}
        choices = [choice(word("choices", "stop", turn.language), payload("cancel"))]
        if step == KIND:
            choices = [*(self._kind_choice(kind, turn.language) for kind in self.kinds), *choices]
        elif step == CODE:
            choices = [*self._code_choices(turn.language), *choices]
        response = responses.get(step) or _NO_NUMBER[state["bill"]]
        turn.say(response, choices=choices, by_hand=self.by_hand, phone=self.phone)

    @property
    def phone(self) -> str:
        """Of those who look after accounts."""
        return city().backends["billing"].options.get("phone") or city().phone

    def _ask_code(self, turn: Turn, state: State, unclear: bool) -> None:
        values = {"digits": state["code_digits"], "left": state.get("left", 0)}
        responses: Dict[Optional[str], str] = {WRONG: "utter_ask_bill_code_wrong", SOON: "utter_ask_bill_code_soon"}
        response = "utter_ask_bill_code_unclear" if unclear else responses.get(state.get("note"), "utter_ask_bill_code")
        turn.say(response, choices=self._code_choices(turn.language), **values)

    def _code_choices(self, language: str) -> List[Dict[str, str]]:
        return [choice(word("choices", answer, language), payload("inform", answer=answer)) for answer in (NEW_CODE, OTHER_ACCOUNT)]

    def _kind_choice(self, kind: str, language: str) -> Dict[str, str]:
        return choice(word("bills", kind, language), payload("inform", answer=kind))

    async def answer(self, turn: Turn, state: State) -> Outcome:
        asked, kind = dict(state), state.get("bill", "")
        for key in set(state) - {"bill"}:
            del state[key]
        if asked.get("stopped") == ANOTHER:
            own = choice(word("choices", "own_account", turn.language), payload(LOOK_UP, look_up=self.kind))
            turn.say("utter_bill_of_another", choices=[own], phone=self.phone)
            return Outcome.REFUSED
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
