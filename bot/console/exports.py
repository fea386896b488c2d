"""What staff take out of the console: the numbers, and one row for each conversation, as CSV and as Excel workbooks."""

from __future__ import annotations

import tempfile
from datetime import datetime
from typing import IO, Any, AsyncIterator, Dict, Iterator, List, Optional, Sequence, Tuple, cast

from asgiref.sync import sync_to_async
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from bot.console.numbers import PeriodError, query_of, scope_of, shown
from bot.console.roles import Ability, needs
from bot.console.words import words
from bot.conversations.database import usable_connection
from bot.conversations.models import TurnSummary, Visit
from bot.review import audit
from bot.review.cells import Cell, csv_lines, workbook
from bot.review.models import Tag
from bot.review.numbers import Scope

ROWS_PER_PIECE = 1_000
KEPT_IN_MEMORY = 1_000_000  # bytes of a workbook; what is longer waits in a file
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[Cell]
Place = Tuple[datetime, int]


@require_POST
@needs(Ability.EXPORT)
def export_numbers(request: HttpRequest, form: str) -> HttpResponse:
    return _file(request, form, "numbers", _scope(request))


@require_POST
@needs(Ability.EXPORT)
def export_conversations(request: HttpRequest, form: str) -> HttpResponse:
    return _file(request, form, "conversations", _scope(request))


def _scope(request: HttpRequest) -> Scope:
    try:
        return scope_of(request.POST)
    except PeriodError as err:
        raise Http404 from err


def _file(request: HttpRequest, form: str, what: str, scope: Scope) -> HttpResponse:
    """The table as a file; the export is in the audit log before its first byte is read."""
    say = words(request)["say"]["numbers"]
    if form not in ("csv", "xlsx"):
        raise Http404
    audit.note(request.user.get_username(), "export", what, f"{query_of(scope)} {form}"[:500])
    headings: List[Row] = [list(say["export"][what].values())]
    if what == "numbers":
        pieces: Iterator[List[Row]] = iter([headings + _numbers(request, scope)])
    else:
        pieces = _pieces(headings, conversation_pieces(scope, request.build_absolute_uri("/").rstrip("/")))
    name = f"{what}-{scope.period.first}-{scope.period.last}.{form}"
    if form == "csv":
        response = StreamingHttpResponse(_csv(pieces), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return cast(HttpResponse, response)  # what every view returns, as far as the marks of views care
    file: IO[bytes] = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY)  # type: ignore[assignment]
    workbook({say["export"]["sheets"][what]: (row for piece in pieces for row in piece)}, file)
    file.seek(0)
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK))


def _pieces(first: List[Row], rest: Iterator[List[Row]]) -> Iterator[List[Row]]:
    yield first
    yield from rest


async def _csv(pieces: Iterator[List[Row]]) -> AsyncIterator[str]:
    """In pieces: under ASGI a plain iterator would be read to its end before the first byte is sent."""
    first = True
    while (piece := await sync_to_async(_next)(pieces)) is not None:
        lines = "".join(csv_lines(piece, mark=first))
        first = False
        yield lines


def _next(pieces: Iterator[List[Row]]) -> Optional[List[Row]]:
    return next(pieces, None)


def _numbers(request: HttpRequest, scope: Scope) -> List[Row]:
    """Rows of block, name, code, now, before, and of how many a share is. Shares are parts of one, times milliseconds."""
    everything, context = shown(request, scope), words(request)
    say: Dict[str, Any] = context["say"]
    titles = say["numbers"]["titles"]
    rows: List[Row] = [
        (titles["figures"], say["numbers"]["figures"][figure.name], figure.name, figure.now, figure.before, figure.of, figure.of_before)
        for figure in everything["figures"]
    ]
    names = {
        "outcomes": say["lists"]["outcomes"],
        "channels": say["channels"],
        "spoken": say["languages"],
        "topics": say["numbers"]["topic_names"],
        "failures": everything["label_names"],
    }
    for block, named in names.items():
        rows += [(titles[block], named.get(bar.code, bar.code), bar.code, bar.now, bar.before, None, None) for bar in everything[block]]
    for channel, now, *earlier in everything["answer_times"]:
        for name, value, before in zip(("median_ms", "p95_ms"), (now.median_ms, now.p95_ms), earlier, strict=True):
            title = f"{titles['answer_times']}: {say['numbers']['times'][name]}"
            rows.append((title, say["channels"].get(channel, channel), channel, value, before, now.turns, None))
    rows += [(titles["days"], f"{day}", f"{day}", now, before, None, None) for day, _, now, _, before in everything["days"]]
    return rows


def conversation_pieces(scope: Scope, site: str) -> Iterator[List[Row]]:
    """One row for each visit of a scope, newest activity first, in pieces. Columns: the words `numbers.export.conversations`.

    Args:
        site: the console's address, for the addresses of pages.
    """
    place: Optional[Place] = None
    while True:
        with usable_connection():
            visits = list(_behind(place, Visit.objects.filter(scope.rows("last_at")))[:ROWS_PER_PIECE])
            keys = [visit.pk for visit in visits]
            labels = _joined(TurnSummary.objects.filter(visit__in=keys).exclude(label="").order_by("inbound"), "label")
            tags = _joined(Tag.objects.filter(visit__in=keys).order_by("name"), "name")
        if visits:
            yield [_conversation(visit, site, labels.get(visit.pk, {}), tags.get(visit.pk, {})) for visit in visits]
        if len(visits) < ROWS_PER_PIECE:
            return
        place = visits[-1].last_at, visits[-1].pk


def _behind(place: Optional[Place], visits: QuerySet[Visit]) -> QuerySet[Visit]:
    if place is not None:
        at, key = place
        visits = visits.filter(Q(last_at__lte=at) & (Q(last_at__lt=at) | Q(pk__lt=key)))
    return visits.order_by("-last_at", "-id")


def _joined(rows: QuerySet[Any], column: str) -> Dict[int, Dict[str, None]]:
    """The values of a column by visit, each once, in order."""
    found: Dict[int, Dict[str, None]] = {}
    for visit, value in rows.values_list("visit", column):
        found.setdefault(visit, {})[value] = None
    return found


def _conversation(visit: Visit, site: str, labels: Dict[str, None], tags: Dict[str, None]) -> Row:
    vote = {True: "helped", False: "not_helped", None: ""}[visit.helped]
    return (
        visit.conversation_id,
        f"{site}{reverse('conversation', args=[visit.conversation_id])}?visit={visit.pk}",
        visit.channel,
        visit.language or "",
        *(_local(at) for at in (visit.started_at, visit.last_at)),
        visit.turns,
        visit.outcome,
        visit.needs,
        vote,
        ", ".join(labels),
        ", ".join(tags),
        visit.review,
        _local(visit.reviewed_at) if visit.reviewed_at else "",
    )


def _local(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
