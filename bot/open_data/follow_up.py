"""A message that goes on from an earlier question: "and in 2022?", "by ward", "just ward 3", "and trees?", "the top 3"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Optional, Set, Tuple

from bot.open_data.composing import LAYER as WHICH_LAYER
from bot.open_data.composing import NOT_IN_DATA, Question, Reading, Refusal, composed
from bot.open_data.dates import whole_year
from bot.open_data.layers import CATEGORY, Layer
from bot.open_data.parts import Parts
from bot.open_data.query import PERIODS, RECORD, YEAR, Query
from bot.open_data.reading import Reader, reader
from bot.open_data.sentence import Sentence
from bot.open_data.words import grammar


def follow_up(text: str, earlier: Query, today: date, *, language: str = "en", by: Optional[Reader] = None) -> Reading:
    """The earlier question with what a message changes of it; a refusal when it changes nothing, or says more than is understood.

    Args:
        by: what reads it; by default the reader of this process.
    """
    with_words = by or reader()
    first = _follow_up(with_words, text, earlier, language, today)
    if first.query is None:
        for other in grammar():
            second = _follow_up(with_words, text, earlier, other, today) if other != language else first
            if second.query is not None:
                return second
    return first


def _follow_up(by: Reader, text: str, earlier: Query, language: str, today: date) -> Reading:
    layer = by.layers.layer(earlier.layer)
    if layer is None:
        return Reading(refusal=Refusal(NOT_IN_DATA, (text,)))
    heard = by.heard(text, language, today)
    own = next((one, parts) for one, parts in heard if one.layer is layer)
    base = _parts_of_query(earlier, layer)
    others = [(one, parts) for one, parts in heard if one.layer is not layer and one.anchored and not parts.left]
    if own[1].left and len(others) == 1:
        return composed(_moved(base, *others[0]), by.layers.metres)
    if own[1].left and others:
        return Reading(question=Question(WHICH_LAYER))
    if own[1].left or own[1].personal:
        return composed(replace(_changed(base, own[1]), left=own[1].left, personal=own[1].personal), by.layers.metres)
    if not _changes(own[1]):
        return Reading(refusal=Refusal(NOT_IN_DATA, (text.strip(),)))
    return composed(_changed(base, own[1]), by.layers.metres)


def _changes(parts: Parts) -> bool:
    """Whether the message says anything about the question."""
    also = (parts.value_of, parts.total, parts.charted, parts.everywhere, parts.all_time, parts.year_before, parts.groups_of_order)
    return not parts.says_nothing or any(also)


def _parts_of_query(query: Query, layer: Layer) -> Parts:
    return Parts(
        layer,
        statistic=query.measure.statistic if query.measure.field else None,
        measured=query.measure.field,
        record=query.want == RECORD,
        by=[query.by] if query.by else [],
        order=query.order,
        top=query.top,
        where={name: set(values) for name, values in query.where.items()},
        near=query.near,
        dates=query.dates,
        in_effect=query.in_effect,
        together=query.together,
        counted=query.measure.field is None,
    )


def _changed(base: Parts, new: Parts) -> Parts:
    """The earlier question with what was said; what was not said stays."""
    found = replace(base, where={name: set(values) for name, values in base.where.items()}, by=list(base.by))
    _change_measure(found, new)
    _change_rows(found, new)
    _change_groups(found, new)
    if new.by or set(new.where) & set(found.by):
        found.together = new.together
    found.here, found.mine, found.two_times, found.list_wanted = new.here, new.mine, new.two_times, False
    found.street, found.charted = new.street, new.charted
    found.unsure_time = new.unsure_time and not found.record
    return found


def _change_measure(found: Parts, new: Parts) -> None:
    if new.statistic == "sum" and found.statistic and not new.total and not new.counted:
        found.measured = new.measured  # "and the units?": the same statistic of them
    elif new.statistic:
        found.statistic, found.measured, found.record = new.statistic, new.measured or found.measured, new.record
        if new.record:
            found.by, found.order, found.top = [], None, None
    elif new.value_of:
        found.measured, found.value_of = new.measured, found.statistic is None
    elif new.total:
        found.statistic = "sum" if found.measured else None
        found.by, found.order, found.top, found.record = [], None, None, False
    elif new.counted and not new.order:
        found.statistic, found.measured, found.record = None, None, False


def _change_rows(found: Parts, new: Parts) -> None:
    for name, values in new.where.items():
        found.where[name] = set(values)
    if new.near:
        found.near = new.near
    if new.dates:
        found.in_effect = new.in_effect and (found.in_effect or found.dates is None)
        found.dates = new.dates
    if new.all_time:
        found.dates = None
    if new.everywhere:
        found.near = None
        for field in found.layer.fields:
            if field.numbered or field.streets:
                found.where.pop(field.id, None)
    if new.year_before and found.dates:
        found.dates = _a_year_before(*found.dates)


def _a_year_before(first: date, last: date) -> Tuple[date, date]:
    def back(day: date) -> date:
        return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)

    return back(first), back(last)


def _change_groups(found: Parts, new: Parts) -> None:
    if new.by and not (new.by_sort and found.by):
        found.by = list(new.by)
        found.order, found.top, found.record = None, None, False
        if len(found.where.get(found.by[0], ())) == 1 and found.by[0] not in new.where:
            del found.where[found.by[0]]  # "by ward" behind a question about one ward: all of them
        if found.by[0] == YEAR and found.dates and not new.dates and found.dates[0].year == found.dates[1].year:
            found.dates = None
        if found.by[0] in PERIODS and found.in_effect:  # a row is in effect in many months, and begins in one
            found.in_effect, found.dates = False, new.dates
    if new.order:
        found.order, found.top = new.order, new.top
        found.groups_of_order = not found.by or new.by_sort and found.by == new.by
    if new.by or new.order:
        return
    fixed: Set[str] = {name for name, values in new.where.items() if len(values) == 1}
    if new.dates and whole_year(*new.dates):
        fixed.add(YEAR)
    if fixed & set(found.by):  # groups of one
        found.by, found.order, found.top = [], None, None


def _moved(base: Parts, sentence: Sentence, new: Parts) -> Parts:
    """The same question about another layer, with the conditions that layer knows."""
    found = replace(new, where={name: set(values) for name, values in new.where.items()}, list_wanted=False)
    names = {field.name: field for field in new.layer.fields if field.kind == CATEGORY}
    for field in base.layer.fields:
        if field.id in base.where and field.name in names:
            found.where.setdefault(names[field.name].id, set(base.where[field.id]))
    known = {field.id for field in new.layer.fields} | (set(PERIODS) if new.layer.date else set())
    if not found.by and not found.record and base.by and base.by[0] in known and base.by[0] not in found.where:
        found.by, found.order, found.top = list(base.by), base.order, base.top
    found.near = found.near or base.near
    street = base.where.get(base.layer.street.id) if base.layer.street else None
    if street and found.street is None:
        found.street = str(next(iter(street)))
        if new.layer.street:
            found.where[new.layer.street.id] = set(street)
    if new.layer.date and not new.layer.stock:
        found.dates = found.dates or (None if base.in_effect else base.dates)
    if base.statistic and not found.statistic and not any(item.role == "count" for item in sentence.items):
        found.statistic = base.statistic  # of which field is asked
        found.record = base.record
        if base.record:
            found.measured = new.layer.largest
    found.counted = True
    return found
