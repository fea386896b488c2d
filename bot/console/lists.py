"""Lists of visits, newest activity first, a page at a time and never by offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import List, Optional, Tuple

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from bot.console.filters import Filter, of_turn, visits
from bot.console.ids import number
from bot.conversations.models import TurnSummary, Visit

PER_PAGE = 50
COUNTED = 1_000  # so many are counted exactly
WINDOWS = (timedelta(days=30), timedelta(days=240))
Place = Tuple[datetime, int]


@dataclass(frozen=True)
class Page:
    """`visits` have `shown_text` and `shown_label`, of one turn, see `_with_text`. `newer`, `older`: places of the pages beside it."""

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
    newest = _keys(wanted, COUNTED + 1)
    keys: List[int] = []
    first = not (after or before)
    if before:
        keys = _keys(wanted, PER_PAGE + 1, _place(before), ahead=True)
        first = len(keys) <= PER_PAGE
        keys = keys[:PER_PAGE]
    elif after:
        keys = _keys(wanted, PER_PAGE + 1, _place(after))
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
    place = (visit.last_at, visit.pk)
    keys = _keys(wanted, 1, place, ahead=True), _keys(wanted, 1, place)
    found = Visit.objects.only("conversation", "last_at").in_bulk([key for side in keys for key in side])
    newer, older = (found[side[0]] if side else None for side in keys)
    return newer, older


def _keys(wanted: Filter, most: int, place: Optional[Place] = None, *, ahead: bool = False) -> List[int]:
    """The keys of the visits nearest to a place (None: to now), behind it or `ahead` of it, nearest first.

    Words are looked for near the place first: many a word is in so many messages that finding all of them takes long.
    """
    keys: List[int] = []
    for window in (*WINDOWS, None) if "q" in wanted.given else (None,):
        found = visits(wanted, *_span(place[0] if place else None, window, ahead))
        found = found.filter((_ahead if ahead else _behind)(*place)) if place else found
        found = found.order_by("last_at", "id") if ahead else _newest_first(found)
        keys = list(found.values_list("pk", flat=True)[:most])
        if len(keys) == most:
            break
    return keys


def _span(at: Optional[datetime], window: Optional[timedelta], ahead: bool) -> Tuple[Optional[datetime], Optional[datetime]]:
    """The stretch of time on one side of a moment (None: of now); without a window it has no other end."""
    if ahead:
        return at, (at or now()) + window if window else None
    return (at or now()) - window if window else None, at


def _newest_first(found: QuerySet[Visit]) -> QuerySet[Visit]:
    return found.order_by("-last_at", "-id")


def _behind(at: datetime, key: int) -> Q:
    return Q(last_at__lte=at) & (Q(last_at__lt=at) | Q(id__lt=key))


def _ahead(at: datetime, key: int) -> Q:
    return Q(last_at__gte=at) & (Q(last_at__gt=at) | Q(id__gt=key))


def _place_of(visit: Visit) -> str:
    return f"{visit.last_at.isoformat()}~{visit.pk}"


def _place(text: str) -> Place:
    moment, _, key = text.partition("~")
    at = datetime.fromisoformat(moment)
    pk = number(key)
    if pk is None or at.tzinfo is None or not 1970 <= at.year < 3000:
        raise ValueError("not a place: it has a time with its zone, and a number")
    return at, pk


def _with_text(found: QuerySet[Visit], wanted: Filter) -> QuerySet[Visit]:
    """With the masked text and the label of the last turn that fits; of the last one with a word that is looked for, if it can be told.

    A turn in the resident's own words in which something was needed goes before a tap, a vote or "ok thanks": these say nothing of
    what the visit is about.
    """
    small_talk = ExpressionWrapper(Q(certainty="") | Q(outcome=Visit.Outcome.TALKED), BooleanField())
    turns = TurnSummary.objects.filter(of_turn(wanted.given), visit=OuterRef("pk")).order_by(small_talk, "-inbound")
    word = wanted.given.get("q", "").strip('"').split()[:1]
    named = turns.filter(inbound__text_masked__icontains=word[0]) if word else turns
    columns = {"shown_text": "inbound__text_masked", "shown_label": "label"}
    return found.annotate(
        **{name: Coalesce(Subquery(named.values(column)[:1]), Subquery(turns.values(column)[:1])) for name, column in columns.items()}
    )
