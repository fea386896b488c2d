"""What a list of visits is narrowed to: the query of its address, and the visits that fit it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Callable, Dict, Mapping, Tuple, TypeVar
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import make_aware

from bot.conversations.log_search import matching
from bot.conversations.models import TurnSummary, Visit
from bot.review.models import Tag

Row = TypeVar("Row", TurnSummary, Tag)
NONE = "-"  # no language, no label, nobody
ANY = "any"  # whatever staff are needed for
FEW = 5_000  # rows: up to here their visits are looked up one by one, beyond it visits are tried from the newest on
VOTES = {"helped": True, "not_helped": False, "none": None}


def _code(text: str) -> bool:
    return len(text) <= 200 and "\0" not in text


def _day(text: str) -> bool:
    try:
        return 1970 <= date.fromisoformat(text).year < 3000
    except ValueError:
        return False


def _number(most: int) -> Callable[[str], bool]:
    return lambda text: bool(re.fullmatch(r"[0-9]{1,6}", text)) and int(text) <= most


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text in words


FIELDS: Dict[str, Callable[[str], bool]] = {
    "q": _code,
    "from": _day,
    "to": _day,
    "channel": _code,
    "language": _code,
    "topic": _code,
    "label": _code,
    "confidence_above": _number(100),
    "confidence_below": _number(100),
    "outcome": _one_of(*Visit.Outcome.values),
    "needs": _one_of(ANY, *filter(None, Visit.Needs.values)),
    "feedback": _one_of(*VOTES),
    "turns_from": _number(999_999),
    "turns_to": _number(999_999),
    "review": _one_of(*Visit.Review.values),
    "assigned": _code,
    "tag": _code,
}
"""By its name in the address: whether a text can be a value of it. Days are the city's, confidence is in percent."""


@dataclass(frozen=True)
class Filter:
    """`given` has what is asked for, by the names of `FIELDS`; `unreadable` the names of what could not be read and does not count."""

    given: Mapping[str, str]
    unreadable: Tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """For an address, without the question mark; empty when nothing is asked for."""
        return urlencode(self.given)

    def address(self, visit: Visit) -> str:
        """Of a visit's page, which leads back to this list and on to the next in it: `list` is the list's query."""
        query = {"visit": str(visit.pk), **({"list": self.query} if self.given else {})}
        return f"{reverse('conversation', args=[visit.conversation_id])}?{urlencode(query)}"


def read(query: Mapping[str, str]) -> Filter:
    """The filter that an address asks for. What belongs to no filter is left alone."""
    given, unreadable = {}, []
    for name, readable in FIELDS.items():
        text = query.get(name, "").strip()
        if text and readable(text):
            given[name] = text
        elif text:
            unreadable.append(name)
    return Filter(given, tuple(unreadable))


def visits(wanted: Filter) -> QuerySet[Visit]:
    """The visits that fit, in no order. A turn must fit all that is asked of turns: what it says, its label, topic and confidence.

    What is rare is found first, by its own index; what is common is tried on visits as they come. So neither reads the whole record.
    Messages are always found first: an index of words is of no use one visit at a time.
    """
    found = Visit.objects.filter(_of_visit(wanted.given))
    turns = TurnSummary.objects.filter(of_turn(wanted.given))
    if "q" in wanted.given:
        said = turns.filter(inbound__in=matching(wanted.given["q"]))
        found = found.filter(pk__in=said.values("visit"))
    elif asks_of_turns(wanted):
        found = found.filter(_with(turns))
    if "tag" in wanted.given:
        found = found.filter(_with(Tag.objects.filter(name=wanted.given["tag"])))
    return found


def _with(rows: QuerySet[Row]) -> Q:
    """The visits that have one of the rows."""
    few = list(rows.values_list("visit", flat=True)[: FEW + 1])
    return Q(pk__in=set(few)) if len(few) <= FEW else Q(Exists(rows.filter(visit=OuterRef("pk"))))


def asks_of_turns(wanted: Filter) -> bool:
    return any(name in wanted.given for name in ("label", "topic", "confidence_above", "confidence_below"))


def of_turn(given: Mapping[str, str]) -> Q:
    """What a turn must be, except for what it says. Where staff are needed, it is the turn that needs them."""
    fits = Q()
    if "label" in given:
        fits &= Q(label="" if given["label"] == NONE else given["label"])
    if "topic" in given:
        fits &= Q(topic=given["topic"])
    if "confidence_above" in given:
        fits &= Q(confidence__gte=int(given["confidence_above"]) / 100)
    if "confidence_below" in given:
        fits &= Q(confidence__lt=int(given["confidence_below"]) / 100)
    if given.get("needs", ANY) != ANY:
        fits &= Q(needs=given["needs"])
    return fits


def _of_visit(given: Mapping[str, str]) -> Q:
    fits = Q(**{name: given[name] for name in ("channel", "outcome", "review") if name in given})
    if "from" in given:
        fits &= Q(last_at__gte=begin_of_day(date.fromisoformat(given["from"])))
    if "to" in given:
        fits &= Q(last_at__lt=begin_of_day(date.fromisoformat(given["to"]) + timedelta(days=1)))
    if "language" in given:
        fits &= Q(language__isnull=True) if given["language"] == NONE else Q(language=given["language"])
    if "needs" in given:
        fits &= ~Q(needs="") if given["needs"] == ANY else Q(needs=given["needs"])
    if "feedback" in given:
        vote = VOTES[given["feedback"]]
        fits &= Q(helped__isnull=True) if vote is None else Q(helped=vote)
    if "turns_from" in given:
        fits &= Q(turns__gte=int(given["turns_from"]))
    if "turns_to" in given:
        fits &= Q(turns__lte=int(given["turns_to"]))
    if "assigned" in given:
        fits &= Q(assigned_to="" if given["assigned"] == NONE else given["assigned"])
    return fits


def begin_of_day(day: date) -> datetime:
    """Midnight in the city."""
    return make_aware(datetime.combine(day, time.min))
