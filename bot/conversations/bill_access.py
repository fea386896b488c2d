"""Who may see a bill: what a resident has shown to be theirs, for how long, and every way it ends.

For the action server. What the billing gateway gave us to read with is sealed with the conversation's key and counts in that
conversation and on that channel only. Times are compared on the database's clock, as in `leases`. Every function commits
before it returns; call them off the event loop. A conversation that is not in the record (any more) has shown nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Iterator, List, Optional

from bot.conversations.database import setup, usable_connection
from bot.sealing import Sealed, SealError, lookup_digest

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bot.conversations.models import BillSession, Conversation

AT_MOST = timedelta(minutes=15)  # however long the gateway would let them read
SILENCE = timedelta(minutes=10)  # somebody else may have the phone, or the seat in the library, by then


@dataclass(frozen=True)
class Pending:
    """A code is on its way; `verification_id` is the gateway's name for it."""

    kind: str
    verification_id: str


def conversation_hash(conversation: str) -> str:
    """What the gateway knows a conversation by: it binds a code to it, and cannot tell which one it is."""
    return lookup_digest("conversation at the billing gateway", conversation)


def phone_of(conversation: str) -> Optional[str]:
    """The number a resident texts from (E.164); None on every other channel."""
    setup()
    from bot.conversations.models import Route

    with usable_connection():
        route = Route.objects.filter(conversation=conversation, channel="sms").first()
    try:
        return route.address() if route else None
    except SealError:
        return None


def begin(conversation: str, channel: str, kind: str, started_verification_id: str, *, expires_at: datetime) -> None:
    """A code is on its way for an account of this kind. It takes the place of one before."""
    with _held(conversation) as theirs:
        if theirs is not None:
            from bot.conversations.models import BillVerification

            sealed = theirs.seal(started_verification_id, _verification(channel, kind))
            values = {"channel": channel, "kind": kind, "verification_sealed": sealed, "expires_at": expires_at}
            BillVerification.objects.update_or_create(conversation=theirs, defaults=values)


def pending(conversation: str, channel: str) -> Optional[Pending]:
    """The code that is waited for; None when there is none, it is over, or it was asked for on another channel."""
    setup()
    from django.db.models.functions import Now

    from bot.conversations.models import BillVerification

    with usable_connection():
        rows = BillVerification.objects.select_related("conversation").filter(conversation=conversation, channel=channel)
        row = rows.filter(expires_at__gt=Now()).first()
    number = _opened(row.conversation, row.verification_sealed, _verification(row.channel, row.kind)) if row else None
    return Pending(row.kind, number) if row and number else None


def grant(conversation: str, channel: str, kind: str, token: str, *, expires_in_s: float) -> List[str]:
    """The resident has shown that an account of this kind is theirs: they may see it, and no code is waited for any more.

    Returns the tokens that count no longer, for the caller to log out with: of the session before; this one, where the conversation
    is gone.
    """
    with _held(conversation) as theirs:
        if theirs is None:
            return [token]
        from django.db.models.functions import Now

        from bot.conversations.models import BillSession, BillVerification

        BillVerification.objects.filter(conversation=theirs).delete()
        before = _end(theirs.bill_sessions.filter(kind=kind))
        BillSession.objects.create(
            conversation=theirs,
            channel=channel,
            kind=kind,
            token_sealed=theirs.seal(token, _session(channel, kind)),
            used_at=Now(),
            expires_at=Now() + min(timedelta(seconds=expires_in_s), AT_MOST),
        )
        return before


def access(conversation: str, channel: str, kind: str) -> Optional[str]:
    """The token to read an account of this kind with; None when the resident has to show again that it is theirs.

    It is over after 15 minutes at most and after 10 minutes of silence, which each use breaks; it was ended by them; or it was given
    on another channel.
    """
    with _held(conversation) as theirs:
        if theirs is None or _has_opted_out(theirs):
            return None
        from django.db.models.functions import Now

        rows = theirs.bill_sessions.filter(channel=channel, kind=kind, used_at__gt=Now() - SILENCE)
        rows = rows.filter(expires_at__gt=Now(), expires_at__lte=Now() + AT_MOST)  # a later end was written before a clock was set back
        row = rows.select_related("conversation").first()
        if row is None:
            return None
        rows.filter(pk=row.pk).update(used_at=Now())
        return _opened(theirs, row.token_sealed, _session(row.channel, row.kind))


def end(conversation: str) -> List[str]:
    """Forgets what the resident has shown. Returns the tokens, for the caller to log out with at the gateway."""
    with _held(conversation) as theirs:
        if theirs is None:
            return []
        from bot.conversations.models import BillVerification

        BillVerification.objects.filter(conversation=theirs).delete()
        return _end(theirs.bill_sessions.all())


def forget(conversation: str) -> List[str]:
    """`end`, and what was said about bills in this conversation is gone from the record. The turn itself goes when it ends."""
    tokens = end(conversation)
    with _held(conversation) as theirs:
        if theirs is not None:
            from bot.conversations.private_turns import wipe

            wipe(theirs)
    with usable_connection():
        from bot.conversations.retention import write_over

        write_over()
    return tokens


@contextmanager
def _held(conversation: str) -> Iterator[Optional[Conversation]]:
    """The conversation, its row locked in a transaction; None when there is none."""
    setup()
    from django.db import transaction

    from bot.conversations.models import Conversation

    with usable_connection(), transaction.atomic():
        yield Conversation.objects.select_for_update().filter(pk=conversation).first()


def _has_opted_out(conversation: Conversation) -> bool:
    from bot.conversations.models import Route
    from bot.conversations.opt_outs import has_opted_out

    route = Route.objects.filter(conversation=conversation).first()
    return route is not None and has_opted_out(route.channel, route.address_lookup)


def _end(rows: QuerySet[BillSession]) -> List[str]:
    over = list(rows.select_related("conversation"))
    rows.delete()
    return [token for row in over if (token := _opened(row.conversation, row.token_sealed, _session(row.channel, row.kind)))]


def _opened(conversation: Conversation, sealed: Sealed, what: str) -> Optional[str]:
    try:
        return conversation.unseal(sealed, what)
    except SealError:  # a damaged row, or one that was moved here: it shows nothing
        return None


def _verification(channel: str, kind: str) -> str:
    return f"bill verification of {kind} by {channel}"


def _session(channel: str, kind: str) -> str:
    return f"bill session of {kind} by {channel}"
