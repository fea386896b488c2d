"""Lists of visits, newest activity first, a page at a time and never by offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional, Tuple

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bot.console.filters import Filter, of_turn, visits
from bot.conversations.models import TurnSummary, Visit

PER_PAGE = 50
COUNTED = 1_000  # so many are counted exactly
LARGEST_ID = 2**63 - 1  # of a PostgreSQL bigint


@dataclass(frozen=True)
class Page:
    """`visits` have `shown_text` and `shown_label`, of their last turn that fits. `newer`, `older`: places of the pages beside it."""

    visits: List[Visit]
    count: int  # of all pages, at most COUNTED
    beyond: bool  # there are more than that
    newer: Optional[str]
    older: Optional[str]


def page(wanted: Filter, after: str = "", before: str = "") -> Page:
    """A page of a list: its first one, or the one behind or ahead of a place that a page gave.

    Raises:
        ValueError: not a place.
    """
    found = visits(wanted)
    newest = list(_newest_first(found).values_list("pk", flat=True)[: COUNTED + 1])
    keys: List[int] = []
    first = not (after or before)
    if before:
        keys = list(found.filter(_ahead(*_place(before))).order_by("last_at", "id").values_list("pk", flat=True)[: PER_PAGE + 1])
        first = len(keys) <= PER_PAGE
        keys = keys[:PER_PAGE]
    elif after:
        keys = list(_newest_first(found.filter(_behind(*_place(after)))).values_list("pk", flat=True)[: PER_PAGE + 1])
    if first:
        keys = newest[: PER_PAGE + 1]
    shown = list(_newest_first(_with_text(Visit.objects.filter(pk__in=keys[:PER_PAGE]), wanted)))
    more = bool(before and not first) or len(keys) > PER_PAGE
    return Page(
        shown,
        min(len(newest), COUNTED),
        len(newest) > COUNTED,
        _place_of(shown[0]) if shown and not first else None,
        _place_of(shown[-1]) if shown and more else None,
    )


def neighbours(wanted: Filter, visit: Visit) -> Tuple[Optional[Visit], Optional[Visit]]:
    """The visits beside one in its list, the newer and the older one; it need not fit the filter any more itself."""
    found = visits(wanted).only("conversation", "last_at")
    place = (visit.last_at, visit.pk)
    return found.filter(_ahead(*place)).order_by("last_at", "id").first(), _newest_first(found.filter(_behind(*place))).first()


def _newest_first(found: QuerySet[Visit]) -> QuerySet[Visit]:
    return found.order_by("-last_at", "-id")


def _behind(at: datetime, key: int) -> Q:
    return Q(last_at__lte=at) & (Q(last_at__lt=at) | Q(id__lt=key))


def _ahead(at: datetime, key: int) -> Q:
    return Q(last_at__gte=at) & (Q(last_at__gt=at) | Q(id__gt=key))


def _place_of(visit: Visit) -> str:
    return f"{visit.last_at.isoformat()}~{visit.pk}"


def _place(text: str) -> Tuple[datetime, int]:
    moment, _, key = text.partition("~")
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None or not (key.isascii() and key.isdecimal() and int(key) <= LARGEST_ID) or not 1970 <= at.year < 3000:
        raise ValueError("not a place: it has a time with its zone, and a number")
    return at, int(key)


def _with_text(found: QuerySet[Visit], wanted: Filter) -> QuerySet[Visit]:
    """With the masked text and the label of the last turn that fits; of the last one with a word that is looked for, if it can be told."""
    turns = TurnSummary.objects.filter(of_turn(wanted.given), visit=OuterRef("pk")).order_by("-inbound")
    word = wanted.given.get("q", "").strip('"').split()[:1]
    named = turns.filter(inbound__text_masked__icontains=word[0]) if word else turns
    columns = {"shown_text": "inbound__text_masked", "shown_label": "label"}
    return found.annotate(
        **{name: Coalesce(Subquery(named.values(column)[:1]), Subquery(turns.values(column)[:1])) for name, column in columns.items()}
    )
