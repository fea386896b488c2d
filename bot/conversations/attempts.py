"""How often something may be tried: codes to be sent, codes to be guessed, tickets to be looked for.

For the action server. Counters are rows of the database: they survive restarts, all processes share them, and a deleted conversation does
not start them anew. What is counted is known by a keyed HMAC only. Call the functions off the event loop.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Dict, List, Sequence, Tuple

from bot.conversations.database import setup, usable_connection
from bot.sealing import lookup_digest

if TYPE_CHECKING:
    from bot.conversations.models import Attempts

HOUR = timedelta(hours=1)
# A code is sent to the contact on file: more is a nuisance to whoever gets it, and each code is five more guesses (the gateway's limit).
STARTS_PER_ACCOUNT = 5
STARTS_PER_SENDER = 10  # a household has three accounts or four; a list of accounts has thousands
STARTS_IN_TOTAL = 600  # far beyond a city's residents: more is a machine, and each code costs the city a text message
TRIES_PER_SENDER = 15  # three codes mistyped to their end
FIRST_LOCK, LONGEST_LOCK = HOUR, timedelta(days=1)  # after the tries of an hour failed; each lock lasts twice as long as the one before
# A ticket's number is on the windshield for all to read: it is the plates that could be guessed.
SEARCHES_PER_TICKET = 5
SEARCHES_PER_SENDER = 10
SEARCHES_IN_TOTAL = 600
REMEMBERED = timedelta(days=7)  # since the last try: then a lock lasts as long as the first one again


@dataclass(frozen=True)
class Limit:
    """At most `most` times in any stretch of `within`; `key` says what is counted, as `of` makes it."""

    key: str
    most: int
    within: timedelta = HOUR


def of(what: str, *values: str) -> str:
    """The key of a counter: what is counted, and of whom, as an HMAC."""
    return lookup_digest(f"attempts: {what}", "\0".join(values))


def spend(limits: Sequence[Limit]) -> int:
    """Counts one try against each limit, unless one of them forbids it: then it counts against none.

    Returns the seconds to wait; 0: it may be done now. Of tries at the same time, no more are let through than one after the other.
    """
    setup()
    from django.db import transaction

    with usable_connection(), transaction.atomic():
        rows, now = _locked([limit.key for limit in limits])
        wait_s = max(_wait_s(rows[limit.key], limit, now) for limit in limits)
        if wait_s <= 0:
            for limit in limits:
                row = rows[limit.key]
                row.times, row.at = [*_counting(row, limit, now), now.timestamp()], now
                row.save(update_fields=["times", "at"])
        return max(0, math.ceil(wait_s))


def may_start(conversation: str, kind: str, account_id: str) -> int:
    """Seconds until a code may be sent for this account; 0: now, and it is counted. Unknown accounts are counted as known ones are."""
    return spend(
        [
            Limit(of("starts of an account", kind, _bare(account_id)), STARTS_PER_ACCOUNT),
            Limit(of("starts of a sender", _sender(conversation)), STARTS_PER_SENDER),
            Limit(of("starts"), STARTS_IN_TOTAL),
        ]
    )


def may_try(conversation: str) -> int:
    """Seconds until this sender may try a code; 0: now, and it is counted, whatever comes of it."""
    return spend([_tries(conversation)])


def failed(conversation: str) -> None:
    """The code that `may_try` let through was wrong. With the last try of an hour the sender is locked, each time for twice as long.

    A right code does not shorten it: whoever guesses may have an account of their own.
    """
    limit = _tries(conversation)
    from django.db import transaction

    with usable_connection(), transaction.atomic():
        rows, now = _locked([limit.key])
        row = rows[limit.key]
        if len(_counting(row, limit, now)) < limit.most or _locked_s(row, now) > 0:
            return
        row.locked_until = now + min(FIRST_LOCK * 2 ** min(row.locks, 10), LONGEST_LOCK)
        row.locks, row.at = min(row.locks + 1, 100), now
        row.save(update_fields=["locked_until", "locks", "at"])


def may_search_ticket(conversation: str, number: str) -> int:
    """Seconds until this sender may look for this ticket; 0: now, and it is counted."""
    return spend(
        [
            Limit(of("searches of a ticket", _bare(number)), SEARCHES_PER_TICKET),
            Limit(of("searches of a sender", _sender(conversation)), SEARCHES_PER_SENDER),
            Limit(of("searches"), SEARCHES_IN_TOTAL),
        ]
    )


def _tries(conversation: str) -> Limit:
    return Limit(of("tries of a sender", _sender(conversation)), TRIES_PER_SENDER)


def _bare(number: str) -> str:
    """However it is spaced and hyphened, it is the same number."""
    return re.sub(r"[\W_]", "", number).upper()


def _sender(conversation: str) -> str:
    """Who tries: the address where there is one, since a conversation can be deleted and begun again."""
    setup()
    from bot.conversations.models import Route

    with usable_connection():
        route = Route.objects.filter(conversation=conversation).first()
    return f"{route.channel} {route.address_lookup}" if route else conversation


def _locked(keys: Sequence[str]) -> Tuple[Dict[str, Attempts], datetime]:
    """The counters, made where there are none, and the database's time.

    They are locked in one order, so that no two processes wait for each other.
    """
    setup()
    from django.db.models.functions import Now

    from bot.conversations.models import Attempts

    for key in sorted(keys):
        Attempts.objects.get_or_create(key=key, defaults={"at": Now()})
    rows = Attempts.objects.select_for_update().filter(key__in=keys).order_by("key")
    locked = {row.key: row for row in rows}
    return locked, Attempts.objects.annotate(now=Now()).values_list("now", flat=True).get(key=keys[0])


def _counting(row: Attempts, limit: Limit, now: datetime) -> List[float]:
    """The times of the tries that count still. One in the future was written before a clock was set back: it counts as just now."""
    since = (now - limit.within).timestamp()
    return [min(at, now.timestamp()) for at in row.times if at > since]


def _locked_s(row: Attempts, now: datetime) -> float:
    return min((row.locked_until - now), LONGEST_LOCK).total_seconds() if row.locked_until else 0.0


def _wait_s(row: Attempts, limit: Limit, now: datetime) -> float:
    counting = _counting(row, limit, now)
    full = counting[-limit.most] + limit.within.total_seconds() - now.timestamp() if len(counting) >= limit.most else 0.0
    return max(full, _locked_s(row, now))
