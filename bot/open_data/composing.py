"""From the parts of a question to its query, or to what must be asked or refused first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator, Optional, Tuple

from bot.open_data.layers import CATEGORY, DATE, MEASURED, TEXT
from bot.open_data.parts import Parts
from bot.open_data.query import GROUPS, MONTH, NUMBER, RECORD, YEAR, Measure, Near, Query
from bot.open_data.sentence import GROUPABLE

NOT_IN_DATA, PERSONAL, UNKNOWN_LAYER, NO_STREETS = "not_in_data", "personal", "unknown_layer", "no_streets"
LAYER, FIELD, MEASURE, GROUPING, PLACE, VALUE, TIME, STREET = "layer", "field", "measure", "grouping", "place", "value", "time", "street"
MOST_OPTIONS = 5


@dataclass(frozen=True)
class Question:
    """What must be said first. `about`: which layer, which field's statistic, which measure, which grouping, which place, which value (of
    `field`), which time or which street. `options`: complete questions to choose from; none when only the resident's own words can answer,
    which then stand behind the message (`bot.language.follow_up.joined`). For a place there is one, whose `near.place` is still empty, and
    for a street one without it."""

    about: str
    options: Tuple[Query, ...] = ()
    field: Optional[str] = None


@dataclass(frozen=True)
class Refusal:
    """Why a question is not answered. `words`: those that nothing in the data answers; `nearest`: what could be, without them."""

    reason: str
    words: Tuple[str, ...] = ()
    nearest: Optional[Query] = None


@dataclass(frozen=True)
class Reading:
    """What a message asks: exactly one of a query, a question back and a refusal."""

    query: Optional[Query] = None
    question: Optional[Question] = None
    refusal: Optional[Refusal] = None


def composed(parts: Parts, metres: int) -> Reading:
    """The query of the parts, or what stands in its way."""
    if parts.personal:
        return Reading(refusal=Refusal(PERSONAL, nearest=_nearest(parts)))
    if parts.street is not None and parts.layer.street is None and not parts.left:
        return Reading(refusal=Refusal(NO_STREETS, nearest=_nearest(parts)))
    if parts.left or parts.year_before:
        return Reading(refusal=Refusal(NOT_IN_DATA, tuple(parts.left), _nearest(parts)))
    parts = _charted(parts)
    question = _question(parts, metres)
    if question and question.about == FIELD and not question.options:
        return Reading(refusal=Refusal(NOT_IN_DATA, (), query_of(replace(parts, statistic=None))))
    if question:
        return Reading(question=question)
    if _says_nothing_of(parts):
        return Reading(refusal=Refusal(NOT_IN_DATA, (), query_of(replace(parts, statistic=None, measured=None, record=False))))
    if parts.record and parts.top not in (None, 1):
        return Reading(refusal=Refusal(NOT_IN_DATA, (), query_of(replace(parts, top=None))))
    return Reading(query=query_of(parts))


def query_of(parts: Parts) -> Query:
    """The query, whatever else the parts say."""
    statistic = parts.statistic if parts.measured else None
    by = parts.by[0] if parts.by and not parts.record else None
    dates = parts.dates or parts.unsaid
    return Query(
        layer=parts.layer.id,
        want=RECORD if parts.record and statistic else GROUPS if by else NUMBER,
        measure=Measure(statistic, parts.measured) if statistic else Measure(),
        where={name: tuple(sorted(values, key=lambda one: (isinstance(one, str), one))) for name, values in sorted(parts.where.items())},
        near=parts.near,
        dates=dates,
        by=by,
        order=parts.order if by else None,
        top=parts.top if by else None,
        in_effect=parts.in_effect and dates is not None,
        together=parts.together if by else (),
    )


def _question(parts: Parts, metres: int) -> Optional[Question]:
    if parts.here:
        return Question(PLACE, (query_of(replace(parts, near=Near("", parts.near.metres if parts.near else metres))),))
    if parts.street == "":
        return Question(STREET, (query_of(parts),))
    if parts.mine:
        return Question(VALUE, tuple(_values(parts, parts.mine)), field=parts.mine)
    if parts.two_times:
        return Question(TIME)
    if parts.unsure_time:
        return Question(TIME, (query_of(parts), query_of(replace(parts, dates=None))))
    if len(parts.by) > 1:
        return Question(GROUPING, tuple(query_of(replace(parts, by=[one])) for one in parts.by))
    if parts.measured and (parts.value_of or not _is_allowed(parts)):
        return Question(MEASURE, tuple(_statistics(parts)))
    if parts.statistic and not parts.measured:
        return Question(FIELD, tuple(_fields(parts)))
    if parts.groups_of_order:
        return Question(GROUPING, tuple(_groupings(parts)))
    if parts.list_wanted or parts.says_nothing:
        return Question(MEASURE, tuple(_kinds(parts)))
    return None


def _charted(parts: Parts) -> Parts:
    """A drawing that names no groups is by time where rows happen, else by what they are sorted into or the first field that is known."""
    if not parts.charted or parts.by or parts.record:
        return parts
    if parts.layer.date and not parts.layer.stock:
        by = MONTH if parts.dates and parts.dates[0].year == parts.dates[1].year else YEAR
    else:
        known = [field.id for field in parts.layer.fields if field.kind == CATEGORY and len(parts.where.get(field.id, ())) != 1]
        by = parts.layer.sort if parts.layer.sort in known else next(iter(known), "")
    return replace(parts, by=[by], counted=parts.statistic is None, list_wanted=False) if by else parts


def _is_allowed(parts: Parts) -> bool:
    """Whether the statistic makes sense for its field; the first and the last day of a date always do."""
    found = parts.layer.field(parts.measured or "")
    return found is not None and (found.kind == DATE or parts.statistic in found.statistics)


def _says_nothing_of(parts: Parts) -> bool:
    """Whether the field says nothing of the rows that are asked about: units are new homes, and none of a demolition."""
    found = parts.layer.field(parts.measured or "")
    return found is not None and any(name in parts.where and parts.where[name] <= set(values) for name, values in found.not_of.items())


def _values(parts: Parts, name: str) -> Iterator[Query]:
    found = parts.layer.field(name)
    for value in found.values if found else ():
        yield query_of(replace(parts, where={**parts.where, name: {value.value}}))


def _statistics(parts: Parts) -> Iterator[Query]:
    found = parts.layer.field(parts.measured or "")
    for statistic in found.statistics if found else ():
        yield query_of(replace(parts, statistic=statistic))


def _fields(parts: Parts) -> Iterator[Query]:
    for field in parts.layer.fields:
        if field.kind in MEASURED and parts.statistic in field.statistics:
            yield query_of(replace(parts, measured=field.id))


def _groupings(parts: Parts) -> Iterator[Query]:
    fields = [field for field in parts.layer.fields if field.kind in GROUPABLE and field.id not in parts.where]
    fields.sort(key=lambda field: (field.id != parts.layer.sort, not field.numbered, field.kind == TEXT))
    names = [field.id for field in fields]
    for name in [*names[: MOST_OPTIONS - 1], *([YEAR] if parts.layer.date else [])]:
        yield query_of(replace(parts, by=[name]))


def _kinds(parts: Parts) -> Iterator[Query]:
    """How many there are, and how many of each sort."""
    yield query_of(replace(parts, order=None, top=None))
    if parts.layer.sort and parts.layer.sort not in parts.where:
        yield query_of(replace(parts, by=[parts.layer.sort], order="most", top=None))


def _nearest(parts: Parts) -> Optional[Query]:
    """The question without what was not understood; None when nothing would be left of it but the layer's name."""
    if parts.here or parts.mine or parts.two_times or len(parts.by) > 1:
        return None
    return query_of(parts)
