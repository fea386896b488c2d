"""The log of who saw or did what in the console and on the command line: rows are added, never changed, each sealed to the one before.

`digest` is an HMAC over the row and the digest before it, so a row that was changed, left out or put in later shows. Triggers
refuse to change or delete a row, except one that `remove_before` has marked as removed.
"""

from __future__ import annotations

import getpass
import json
import os
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Optional, Tuple

from django.db import connection, transaction
from django.utils import timezone

from bot.review.models import AuditEntry, AuditMark
from bot.sealing import lookup_digest

FIRST = "0" * 64
ROWS_AT_ONCE = 5_000  # of a check while somebody waits: about a quarter of a second
ROWS_REMOVED_AT_ONCE = 50_000


@dataclass(frozen=True)
class Check:
    """How far the log is whole. `broken`: the first row that does not fit, None when there is none up to `entry`."""

    entry: int  # the last row that was looked at and fits; 0: none yet
    broken: Optional[int]
    complete: bool  # False: rows behind `entry` were not looked at
    since: Optional[datetime] = None  # when the rows before were looked at, None: now


def note(by: str, action: str, subject: str = "", reason: str = "") -> None:
    """Adds a row. In the transaction of what was done, so that nothing is done without it.

    Args:
        by: the name of the account; on the command line, of the user of this machine.
        action: what was done, for example `reveal`. `data/console/audit.yml` has the word staff read for it.
        subject: to what, for example `conversation:1f…`; never a word of a resident.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has one writer anyway
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {AuditEntry._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        last = AuditEntry.objects.order_by("-id").first()
        entry = AuditEntry(by=by, action=action, subject=subject, reason=reason)
        entry.digest = digest(entry, last.digest if last else _begins_after()[1])
        entry.save()


def machine_user() -> str:
    """Who uses the command line, for `note`."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user often has no name
        return f"user {os.getuid()}"


def digest(entry: AuditEntry, before: str) -> str:
    """64 hexadecimal digits."""
    return lookup_digest("audit", json.dumps([before, entry.at.isoformat(), entry.by, entry.action, entry.subject, entry.reason]))


def first_broken() -> Optional[int]:
    """The id of the first row that does not fit the one before it; None when the log is whole. Reads every row."""
    return check_all().broken


def check_all() -> Check:
    """Looks at every row, and remembers how far the log is whole."""
    found = _check(*_begins_after(), most=None)
    _remember(found)
    return found


def check_on(most: int = ROWS_AT_ONCE) -> Check:
    """Looks at the rows since the last check, and remembers how far the log is whole."""
    found = check_tail(most)
    _remember(found)
    return found


def check_tail(most: int = ROWS_AT_ONCE) -> Check:
    """Looks at up to `most` rows since the last check, and changes nothing."""
    start, checked = _begins_after(), AuditMark.objects.filter(name=AuditMark.Name.CHECKED).first()
    if checked is None or checked.entry <= start[0]:
        return _check(*start, most=most)
    kept = AuditEntry.objects.filter(pk=checked.entry).values_list("digest", flat=True).first()
    if not _sealed(checked) or kept != checked.digest:
        return Check(start[0], checked.entry, complete=False, since=checked.at)
    return _check(checked.entry, checked.digest, most=most, since=checked.at)


def remove_before(moment: datetime, by: str) -> int:
    """Removes the rows from before a moment, whose time is over, and notes that; how many they were.

    What remains is whole as before: it begins with the digest of the last row removed. Nothing is removed from a log that is broken.

    Raises:
        BrokenError: the log is not whole.
    """
    found = check_all()  # not in the transaction: it may take minutes, and SQLite has one writer
    if found.broken is not None:
        raise BrokenError(found.broken)
    with transaction.atomic():
        last = AuditEntry.objects.filter(at__lt=moment).order_by("-id").first()
        if last is None:
            return 0
        gone = AuditEntry.objects.filter(pk__lte=last.pk)
        number = gone.count()
        note(by, "audit_remove", f"audit:{last.pk}", f"{number}")
        _mark(AuditMark.Name.START, last.pk, last.digest)
        while first := gone.order_by("id").first():  # a statement may take ten seconds
            gone.filter(pk__lt=first.pk + ROWS_REMOVED_AT_ONCE).delete()
    return number


class BrokenError(ValueError):
    """The log is not whole; the message names the first row that does not fit."""

    def __init__(self, entry: int) -> None:
        super().__init__(f"The audit log is broken at row {entry}")


def _check(entry: int, before: str, *, most: Optional[int], since: Optional[datetime] = None) -> Check:
    """Looks at the rows behind `entry`, whose digest is `before`."""
    rows = AuditEntry.objects.filter(pk__gt=entry).order_by("id")
    for number, row in enumerate(rows.iterator() if most is None else rows[: most + 1]):
        if number == most:
            return Check(entry, None, complete=False, since=since)
        if not compare_digest(row.digest, digest(row, before)):
            return Check(entry, row.pk, complete=False, since=since)
        entry, before = row.pk, row.digest
    return Check(entry, None, complete=True, since=since)


def _begins_after() -> Tuple[int, str]:
    """The row before the first one that is kept, and its digest. A mark that is not ours makes the first row look broken."""
    start = AuditMark.objects.filter(name=AuditMark.Name.START).first()
    if start is None:
        return 0, FIRST
    return start.entry, start.digest if _sealed(start) else ""


def _remember(found: Check) -> None:
    there = AuditEntry.objects.filter(pk=found.entry).values_list("digest", flat=True).first()
    if found.broken is None and there:
        _mark(AuditMark.Name.CHECKED, found.entry, there)


def _mark(name: AuditMark.Name, entry: int, row_digest: str) -> None:
    mark = AuditMark(name=name, entry=entry, digest=row_digest, at=timezone.now())
    mark.seal = _seal(mark)
    mark.save()


def _seal(mark: AuditMark) -> str:
    return lookup_digest("audit mark", json.dumps([mark.name, mark.entry, mark.digest, mark.at.isoformat()]))


def _sealed(mark: AuditMark) -> bool:
    return compare_digest(mark.seal, _seal(mark))
