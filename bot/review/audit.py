"""The log of who saw or did what in the console and on the command line: rows are added, never changed, each sealed to the one before.

`digest` is an HMAC over the row and the digest before it, so a row that was changed, left out or put in later shows.
"""

from __future__ import annotations

import json
from hmac import compare_digest
from typing import Optional

from django.db import connection, transaction

from bot.review.models import AuditEntry
from bot.sealing import lookup_digest

FIRST = "0" * 64


def note(by: str, action: str, subject: str = "", reason: str = "") -> None:
    """Adds a row. In the transaction of what was done, so that nothing is done without it.

    Args:
        by: the name of the account; on the command line, of the user of this machine.
        action: what was done, for example `reveal`.
        subject: to what, for example `conversation:1f…`; never a word of a resident.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has one writer anyway
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {AuditEntry._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        last = AuditEntry.objects.order_by("-id").first()
        entry = AuditEntry(by=by, action=action, subject=subject, reason=reason)
        entry.digest = digest(entry, last.digest if last else FIRST)
        entry.save()


def digest(entry: AuditEntry, before: str) -> str:
    """64 hexadecimal digits."""
    return lookup_digest("audit", json.dumps([before, entry.at.isoformat(), entry.by, entry.action, entry.subject, entry.reason]))


def first_broken() -> Optional[int]:
    """The id of the first row that does not fit the one before it; None when the log is whole."""
    before = FIRST
    for entry in AuditEntry.objects.order_by("id").iterator():
        if not compare_digest(entry.digest, digest(entry, before)):
            return entry.pk
        before = entry.digest
    return None
