"""Runs a question about open data on the city's layers. They count and add up themselves: records are never fetched to be counted."""

from __future__ import annotations

import calendar
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, TypeVar

from actions.clients.arcgis import ArcGIS, ArcGISError
from actions.clients.arcgis import Layer as Client
from actions.clients.arcgis_query import Part, Spot, Statistic
from actions.clients.arcgis_shapes import Group, out
from actions.clients.arcgis_where import Condition, During, Is, Known
from actions.clients.errors import Failure
from actions.open_data.things import Things, things_of
from bot.open_data.layers import Layer
from bot.open_data.query import COUNT, GROUPS, LEAST, NUMBER, PERIODS, RECORD, YEAR, Query

AT_ONCE = 4  # queries, where one per year is needed
MOST_YEARS = 40
_EVERY = "count"

Done = TypeVar("Done")


@dataclass(frozen=True)
class Row:
    """One group: what its records have in common (None: nothing is written there), the value, and how many records they are."""

    key: Any
    value: Optional[float]
    count: int


@dataclass(frozen=True)
class Result:
    """What the data say.

    Args:
        count: of the records that the question is about and that have what is asked of them.
        value: the number that was asked for; a date for the newest or oldest; None when no record has one.
        rows: the groups, in the order to be told, all of them.
        record: the single record, by field id; None when there is none.
        updated: the day the data changed last, None when the city does not say.
        link: an address at which anyone can see the same.
        without: when none has it, how many there are.
    """

    count: int
    value: Any
    rows: Tuple[Row, ...]
    record: Optional[Mapping[str, Any]]
    updated: Optional[date]
    link: str
    without: int = 0


def run(server: ArcGIS, layer: Layer, query: Query, near: Optional[Spot] = None) -> Result:
    """The answer of the layer. Raises `actions.clients.arcgis.ArcGISError`.

    Args:
        near: where `query.near` is.
    """
    return _Run(server, layer, query, near).result()


class _Run:
    def __init__(self, server: ArcGIS, layer: Layer, query: Query, near: Optional[Spot]) -> None:
        self.layer, self.query, self.near = layer, query, near
        self.client: Client = server.layer(layer.service, sorted(set(self._names())))
        self.where = self._conditions()

    def _names(self) -> List[str]:
        """The fields that are needed, as the layer calls them."""
        query, layer = self.query, self.layer
        ids = [*query.where, query.measure.field, layer.date if query.dates or query.by in PERIODS else None]
        ids += [layer.until] if query.in_effect else []
        ids += [query.by] if query.by not in PERIODS else []
        ids += layer.shows if query.want == RECORD else []
        ids += [layer.thing] if layer.thing else []
        return [self._name(one) for one in ids if one]

    def _name(self, field_id: Optional[str]) -> str:
        field = self.layer.field(field_id or "")
        if field is None:
            raise ValueError(f"{self.layer.id} has no field {field_id}")
        return field.name

    def _conditions(self) -> List[Condition]:
        found: List[Condition] = [Is(self._name(one), tuple(values)) for one, values in self.query.where.items()]
        if not self.query.dates:
            return found
        begins, (first, last) = self._name(self.layer.date), self.query.dates
        if self.query.in_effect:
            return [*found, During(begins, ((None, last),)), During(self._name(self.layer.until), ((first, None),), or_empty=True)]
        return [*found, During(begins, ((first, last),))]

    def result(self) -> Result:
        found = self._found()
        if found.count or (self.query.want == NUMBER and self.query.measure.field is None):
            return found
        return replace(found, without=self.client.count(self.where, near=self.near))

    def _found(self) -> Result:
        if self.layer.thing and self._adds_up():
            return self._things(self.layer.thing)
        if self.query.want == RECORD:
            return self._record()
        if self.query.want == GROUPS:
            return self._groups()
        return self._number()

    def _done(self, params: Mapping[str, str], **parts: Any) -> Result:
        edited = self.client.info.edited
        found = {"count": 0, "value": None, "rows": (), "record": None, **parts}
        return Result(**found, updated=edited.date() if edited else None, link=self.client.link(params))

    def _adds_up(self) -> bool:
        """Whether pieces of one thing make up what is asked of it: there is one of it, and its length is that of all of them."""
        measured = self.layer.field(self.query.measure.field or "")
        return self.query.by not in PERIODS and (measured is None or "sum" in measured.statistics)

    def _things(self, thing: str) -> Result:
        """Numbers of things, whose pieces are the layer's rows."""
        query, name = self.query, self._name(thing)
        grouped_by = (name, self._name(query.by)) if query.want == GROUPS else name
        field = query.measure.field and self._name(query.measure.field)
        wanted = [Statistic(_EVERY, field or self.client.counted), *([Statistic("sum", field)] if field else [])]
        params = self.client.questions.statistics(wanted, self.where, by=grouped_by, near=self.near)
        lots = things_of(self.client.statistics(wanted, self.where, by=grouped_by, near=self.near), by=query.want == GROUPS)
        if query.want == GROUPS:
            return self._told(_joined([Row(lot.key, lot.value(query.measure.statistic), lot.count) for lot in lots], query), params)
        lot = lots[0] if lots else Things(None, 0, 0.0, {})
        if query.want == RECORD:
            return self._greatest_thing(thing, lot, params)
        return self._done(params, count=lot.count, value=lot.value(query.measure.statistic))

    def _greatest_thing(self, thing: str, lot: Things, params: Mapping[str, str]) -> Result:
        measure = self.query.measure
        order = f"{out(1)} DESC" if measure.statistic == "max" else out(1)
        params = {**params, "orderByFields": order, "resultRecordCount": "1"}
        value = lot.value(measure.statistic)
        if value is None:
            return self._done(params)
        name = next(name for name, total in sorted(lot.named.items()) if total == value)
        return self._done(params, count=1, value=value, record={thing: name, measure.field or "": value})

    def _number(self) -> Result:
        if self.query.measure.statistic == COUNT:
            count = self.client.count(self.where, near=self.near)
            return self._done(self.client.questions.count(self.where, near=self.near), count=count, value=count)
        params = self.client.questions.statistics(self._statistics(), self.where, near=self.near)
        groups = self.client.statistics(self._statistics(), self.where, near=self.near)
        row = _row(groups[0]) if groups else Row(None, None, 0)
        return self._done(params, count=row.count, value=row.value)

    def _statistics(self) -> List[Statistic]:
        """How many records have the field, and what is asked of it."""
        measure = self.query.measure
        if measure.field is None:
            return [Statistic(_EVERY, self.client.counted)]
        name = self._name(measure.field)
        return [Statistic(_EVERY, name), Statistic(measure.statistic, name)]

    def _groups(self) -> Result:
        by = self.query.by
        if by in PERIODS:
            part = Part("YEAR" if by == YEAR else "MONTH", self._name(self.layer.date))
            where = self.where if self.query.dates else [*self.where, Known(part.field)]
            if not self.client.info.expressions:
                rows = self._by_spans(part)
                return self._told(rows, self.client.questions.statistics(self._statistics(), where, near=self.near))
            grouped_by: Any = part
        else:
            where, grouped_by = self.where, self._name(by)
        groups = self.client.statistics(self._statistics(), where, by=grouped_by, near=self.near)
        rows = _joined([_row(group) for group in groups], self.query)
        return self._told(rows, self.client.questions.statistics(self._statistics(), where, by=grouped_by, near=self.near))

    def _told(self, rows: Sequence[Row], params: Mapping[str, str]) -> Result:
        ordered = _ordered(rows, self.query)
        return self._done(params, count=sum(row.count for row in rows), rows=tuple(ordered))

    def _by_spans(self, part: Part) -> List[Row]:
        """A question per year or month, for a layer that cannot group by them."""
        first, last = self._end(part.field, "ASC"), self._end(part.field, "DESC")
        if first is None or last is None:
            return []
        years = range(max(first.year, last.year - MOST_YEARS + 1), last.year + 1)
        spans: Dict[int, Tuple[Tuple[date, date], ...]] = {year: ((date(year, 1, 1), date(year, 12, 31)),) for year in years}
        if part.part == "MONTH":
            spans = {month: tuple(_month(year, month) for year in years) for month in range(1, 13)}

        def one(key: int) -> Row:
            groups = self.client.statistics(self._statistics(), [*self.where, During(part.field, spans[key])], near=self.near)
            return _row(groups[0], key) if groups else Row(key, None, 0)

        return [row for row in _at_once([partial(one, key) for key in spans]) if row.count]

    def _end(self, name: str, way: str) -> Optional[datetime]:
        """The first or last date, of one record: not every server has the least and greatest date as a statistic."""
        where = [*self.where, Known(name)]
        found = self.client.features(where, fields=[name], near=self.near, order_by=[f"{name} {way}"], most=1)
        moment: Optional[datetime] = found[0].attributes[name] if found else None
        return moment

    def _record(self) -> Result:
        measure = self.query.measure
        name = self._name(measure.field)
        order = f"{name} DESC" if measure.statistic == "max" else name
        where = [*self.where, Known(name)]
        ids = list(dict.fromkeys([*self.layer.shows, measure.field or ""]))
        fields = [self._name(one) for one in ids]
        found = self.client.features(where, fields=fields, near=self.near, order_by=[order], most=1)
        params = {**self.client.questions.features(where, fields=fields, near=self.near, order_by=[order]), "resultRecordCount": "1"}
        if not found:
            return self._done(params)
        record = {one: found[0].attributes[self._name(one)] for one in ids}
        return self._done(params, count=1, value=record[measure.field or ""], record=record)


def _row(group: Group, key: Any = None) -> Row:
    """A count by itself is its own value."""
    count = int(group.values[0] or 0)
    if count and group.values[-1] is None:
        raise ArcGISError(Failure.MALFORMED, "a statistic is missing")
    return Row(group.key if key is None else key, group.values[1] if len(group.values) > 1 else count, count)


def _joined(rows: Sequence[Row], query: Query) -> List[Row]:
    """Rows of one key as one row, "Maple" and "Maple " are the same tree; so are those of values that were asked for together."""
    by_key: Dict[Any, Row] = {}
    for row in rows:
        key = next((values for values in query.together if row.key in values), row.key)
        other = by_key.get(key)
        value = row.value if other is None else _both(other, row, query.measure.statistic)
        by_key[key] = Row(key, value, row.count + (other.count if other else 0))
    return list(by_key.values())


def _both(one: Row, other: Row, statistic: str) -> Optional[float]:
    if one.value is None or other.value is None:
        return one.value if other.value is None else other.value
    if statistic == "avg":
        return (one.value * one.count + other.value * other.count) / (one.count + other.count)
    if statistic in ("max", "min"):
        return (max if statistic == "max" else min)(one.value, other.value)
    return one.value + other.value


def _ordered(rows: Sequence[Row], query: Query) -> List[Row]:
    """By value where that was asked for or where keys have no order; what nothing is written for comes last."""
    by_key = query.order is None and all(isinstance(row.key, (int, float)) for row in rows if row.key is not None)
    if by_key:
        return sorted(rows, key=lambda row: (row.key is None, row.key or 0))
    sign = 1 if query.order == LEAST else -1
    return sorted(rows, key=lambda row: (row.key is None, row.value is None, sign * (row.value or 0), str(row.key)))


def _month(year: int, month: int) -> Tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _at_once(tasks: Sequence[Callable[[], Done]]) -> List[Done]:
    """What the tasks give, in their order, a few of them at the same time and within the same budget."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(copy_context().run, task) for task in tasks]
        return [one.result() for one in waiting]
