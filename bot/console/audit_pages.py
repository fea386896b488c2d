"""The audit log as its readers see it: filtered by the address, a page at a time, and as a CSV file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import AsyncIterator, List, Mapping, Optional, Tuple, cast

from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bot.console.ids import number
from bot.console.roles import Ability, needs
from bot.conversations.database import usable_connection
from bot.conversations.log_search import LARGEST_ID
from bot.review import audit
from bot.review.cells import Cell, csv_lines
from bot.review.models import AuditEntry

ROWS_PER_PAGE = 50
ROWS_PER_PIECE = 2_000  # of a file
COLUMNS = ("number", "at", "by", "action", "subject", "reason")


@dataclass(frozen=True)
class Wanted:
    """Filters as the address has them; empty: all. Days are the city's, both included."""

    by: str = ""
    action: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        return cls(**{name: given.get(name, "").replace("\0", "").strip()[:200] for name in cls.__dataclass_fields__})

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def rows(self) -> QuerySet[AuditEntry]:
        """Newest first. Raises ValueError: a day is not one."""
        found = AuditEntry.objects.order_by("-id")
        for name in ("by", "action", "subject"):
            if value := getattr(self, name):
                found = found.filter(**{name: value})
        if self.since:
            found = found.filter(at__gte=_midnight(self.since))
        if self.until:
            found = found.filter(at__lt=_midnight(self.until, days_later=1))
        return found


def _midnight(day: str, days_later: int = 0) -> datetime:
    parsed = parse_date(day)
    if parsed is None or not 1 < parsed.year < 9999:
        raise ValueError("a day is written as 2026-11-30")
    return timezone.make_aware(datetime.combine(parsed + timedelta(days=days_later), time.min))


@require_safe
@needs(Ability.AUDIT)
def audit_log(request: HttpRequest) -> HttpResponse:
    wanted = Wanted.of(request.GET)
    try:
        before = number(request.GET.get("before"))
    except ValueError as err:
        raise Http404 from err
    try:
        found = wanted.rows()
    except ValueError:
        found, problem = AuditEntry.objects.none(), "day"
    else:
        problem = ""
    rows = list((found if before is None else found.filter(pk__lt=before))[: ROWS_PER_PAGE + 1])
    context = {
        "section": "audit",
        "wanted": wanted,
        "rows": rows[:ROWS_PER_PAGE],
        "older": rows[ROWS_PER_PAGE - 1].pk if len(rows) > ROWS_PER_PAGE else None,
        "first_page": before is None,
        "problem": problem,
        "check": audit.check_tail(),
    }
    return render(request, "console/audit.html", context)


@require_POST
@needs(Ability.AUDIT)
def audit_check(request: HttpRequest) -> HttpResponse:
    """Looks at some more of the log; the page then says how far."""
    audit.check_on()
    return redirect("audit_log")


@require_POST
@needs(Ability.AUDIT)
def audit_file(request: HttpRequest) -> HttpResponse:
    """The rows of the filters as CSV, newest first, in pieces: the file may be long. The export is in the log itself."""
    wanted = Wanted.of(request.POST)
    try:
        rows = wanted.rows()
    except ValueError as err:
        raise Http404 from err
    audit.note(request.user.get_username(), "export", "audit", wanted.query[:500])
    response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return cast(HttpResponse, response)  # what every view returns, as far as the marks of views care


async def _csv(rows: QuerySet[AuditEntry]) -> AsyncIterator[str]:
    yield "".join(csv_lines([COLUMNS]))
    before: Optional[int] = LARGEST_ID
    while before is not None:
        piece = await sync_to_async(_piece)(rows, before)
        before = piece[-1].pk if piece else None
        yield "".join(csv_lines(map(_cells, piece), mark=False))


def _piece(rows: QuerySet[AuditEntry], before: int) -> List[AuditEntry]:
    with usable_connection():
        return list(rows.filter(pk__lt=before)[:ROWS_PER_PIECE])


def _cells(row: AuditEntry) -> Tuple[Cell, ...]:
    return row.pk, timezone.localtime(row.at).isoformat(timespec="seconds"), row.by, row.action, row.subject, row.reason
