"""Whether a resident may see a bill: what they say is checked by the billing gateway, what comes of it is kept by the record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Union

from actions.base import Turn
from actions.clients.billing import Billing, BillingError
from actions.clients.billing_shapes import Session, Started
from actions.threads import in_record
from bot.city import city
from bot.conversations import attempts, bill_access

TRUSTED_CHANNEL = "sms"  # the only one whose address is a contact that an account may have on file
GRANTED, CODE_SENT = "granted", "code_sent"
WRONG, EXPIRED, LOCKED, WAIT, SOON = "wrong", "expired", "locked", "wait", "soon"


@dataclass(frozen=True)
class Checked:
    """How it stands: `granted`, `code_sent`, `wrong` with `left` tries, `expired`, `locked`, `wait` and `soon` for so many seconds."""

    state: str
    left: int = 0
    wait_s: int = 0
    code_digits: int = 6


class BillAccess:
    """One gateway's. Call it off the event loop. Every method may raise BillingError for what the resident cannot mend."""

    def __init__(self, billing: Billing) -> None:
        self.billing = billing

    def token(self, turn: Turn, kind: str) -> Optional[str]:
        """What opens the account of this kind for this conversation on this channel; None without a check that still counts."""
        return bill_access.access(turn.tracker.sender_id, turn.channel, kind)

    def verified(self, turn: Turn, kinds: Sequence[str]) -> List[str]:
        """The kinds that are open now."""
        return [kind for kind in kinds if self.token(turn, kind)]

    def start(self, turn: Turn, kind: str, account: str, postal_code: str) -> Checked:
        """Asks for a code to be sent to the contact on file. The answer is the same whether such an account exists."""
        conversation = turn.tracker.sender_id
        wait_s = attempts.may_start(conversation, kind, account)
        if wait_s:
            return Checked(WAIT, wait_s=wait_s)
        trusts = turn.channel == TRUSTED_CHANNEL and city().backends["billing"].options.get("trust_phone_on_file") == "true"
        try:
            begun: Union[Started, Session] = self.billing.start(
                kind,
                account,
                postal_code,
                locale=turn.language,
                conversation_hash=bill_access.conversation_hash(conversation),
                phone=bill_access.phone_of(conversation) if trusts else None,
                idempotency_key=turn.turn_id,
            )
        except BillingError as err:
            return _refused(err)
        if isinstance(begun, Session):
            return self._granted(turn, begun)
        bill_access.begin(conversation, turn.channel, kind, begun.verification_id, expires_at=begun.expires_at)
        return Checked(CODE_SENT, code_digits=begun.code_digits)

    def check(self, turn: Turn, kind: str, code: str) -> Checked:
        """Hands the code to the gateway. A turn that was cut off behind its answer, and comes again, reads the same."""
        conversation = turn.tracker.sender_id
        pending = bill_access.pending(conversation, turn.channel)
        if pending is None:
            return Checked(GRANTED if self.token(turn, kind) else EXPIRED)
        wait_s = attempts.may_try(conversation)
        if wait_s:
            return Checked(WAIT, wait_s=wait_s)
        try:
            session = self.billing.check(
                pending.verification_id,
                code,
                conversation_hash=bill_access.conversation_hash(conversation),
                idempotency_key=turn.turn_id,
            )
        except BillingError as err:
            if err.code == "code_invalid":
                attempts.failed(conversation)
            return _refused(err)
        return self._granted(turn, session)

    def _granted(self, turn: Turn, session: Session) -> Checked:
        over = bill_access.grant(turn.tracker.sender_id, turn.channel, session.kind, session.token, expires_in_s=session.expires_in_s)
        _end_at_gateway(self.billing, over)
        return Checked(GRANTED)

    def resend(self, turn: Turn) -> Checked:
        """Has another code sent; the one before counts no longer."""
        conversation = turn.tracker.sender_id
        pending = bill_access.pending(conversation, turn.channel)
        if pending is None:
            return Checked(EXPIRED)
        bound_to = bill_access.conversation_hash(conversation)
        try:
            begun = self.billing.resend(pending.verification_id, conversation_hash=bound_to, idempotency_key=turn.turn_id)
        except BillingError as err:
            refused = _refused(err)
            return Checked(SOON, wait_s=refused.wait_s) if refused.state == WAIT else refused
        bill_access.begin(conversation, turn.channel, pending.kind, begun.verification_id, expires_at=begun.expires_at)
        return Checked(CODE_SENT, code_digits=begun.code_digits)


def minutes(wait_s: int) -> int:
    """How long to wait as residents are told it: whole minutes, one at least."""
    return max(1, -(-wait_s // 60))


def _refused(err: BillingError) -> Checked:
    """What the gateway's refusal means to the resident. Raises it again when it is no answer to what they said."""
    states: Dict[str, str] = {"code_invalid": WRONG, "code_expired": EXPIRED, "too_many_attempts": LOCKED, "rate_limited": WAIT}
    if err.code not in states:
        raise err
    return Checked(states[err.code], left=err.attempts_left or 0, wait_s=err.retry_after_s or 0)


async def log_out(billing: Optional[Billing], conversation: str, *, wipe: bool = False) -> int:
    """Ends what a conversation may see, here and at the gateway; `wipe`: what was said about bills goes too. Returns how much was open."""
    tokens: List[str] = await in_record(bill_access.forget if wipe else bill_access.end, conversation)
    if billing is not None:
        await asyncio.to_thread(_end_at_gateway, billing, tokens)
    return len(tokens)


def _end_at_gateway(billing: Billing, tokens: Sequence[str]) -> None:
    for token in tokens:
        try:
            billing.log_out(token)
        except BillingError:
            continue  # it ends by itself within minutes, and nobody here has it any more
