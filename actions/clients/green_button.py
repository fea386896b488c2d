"""Reads a Green Button feed (NAESB ESPI in Atom): what each meter used, bill by bill.

Feeds in use differ from the schema and from each other, so what is not understood is left out; numbers are exact or an error.
Source: espi.xsd 4.0, and the shapes seen in the wild (city-apis reference, 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Dict, Iterable, List, Literal, Optional, Sequence, Tuple
from zoneinfo import ZoneInfo

from actions.clients.espi import ESPI, Element, Entry, FeedError, belongs, child, day_of, entries_of, number_of, whole_days
from actions.clients.money import Money

__all__ = ["FeedError", "MeterKind", "UsagePoint", "UsageSummary", "read_feed"]

MeterKind = Literal["gas", "water", "electricity", "other"]

_KINDS: Dict[int, MeterKind] = {0: "electricity", 1: "gas", 2: "water"}
_COMMODITIES: Dict[int, MeterKind] = {1: "electricity", 7: "gas", 9: "water"}
_SUMMARIES = ("UsageSummary", "ElectricPowerUsageSummary")
_UNITS: Dict[int, Tuple[str, int]] = {
    72: ("kWh", -3),
    42: ("m3", 0),
    119: ("ft3", 0),
    169: ("therm", 0),
    134: ("L", 0),
}  # and a power of ten
_CANADIAN = 124  # ISO 4217
_NO_CURRENCY = (None, 0)
_PER_CENT = 1000  # money is in hundred-thousandths of a dollar
_OF_ITS_OWN = (None, 0, 4)  # accumulationBehaviour of readings that each stand for themselves; a counter's must not be added up
_DELIVERED = (None, 0, 1)  # flowDirection
_MOST_POWER = 12  # of ten


@dataclass(frozen=True)
class UsageSummary:
    """One period. `end` is its last day; `quantity` None: not told, or in a unit we do not know; `cost` None: not told."""

    start: date
    end: date
    days: int
    quantity: Optional[Decimal]
    unit: str
    cost: Optional[Money]


@dataclass(frozen=True)
class UsagePoint:
    """One meter. `summaries`: newest first."""

    kind: MeterKind
    summaries: Tuple[UsageSummary, ...]


def read_feed(body: bytes, zone: ZoneInfo) -> Tuple[UsagePoint, ...]:
    """The meters of a feed, in its order; the days are those of `zone`. Raises FeedError."""
    entries = entries_of(body)
    points = [entry for entry in entries if entry.name == "UsagePoint"]
    return tuple(_point(point, [entry for entry in entries if belongs(entry, point, points)], entries, zone) for point in points)


def _point(point: Entry, own: Sequence[Entry], entries: Sequence[Entry], zone: ZoneInfo) -> UsagePoint:
    bills = [entry.element for entry in own if entry.name in _SUMMARIES]
    kind = _kind(point.element, bills)
    summaries = [summary for bill in bills for summary in _summary(bill, kind, zone)]
    if not bills:
        summaries = _from_readings([entry for entry in own if entry.name == "MeterReading"] or [point], entries, kind, zone)
    by_period = {(summary.start, summary.end): summary for summary in summaries}  # a feed may hold a period twice; the later one counts
    return UsagePoint(kind, tuple(by_period[period] for period in sorted(by_period, reverse=True)))


def _kind(point: Element, bills: Iterable[Element]) -> MeterKind:
    named = number_of(point, "ServiceCategory", "kind")
    if named is not None:
        return _KINDS.get(named, "other")
    goods = (number_of(bill, "commodity") for bill in bills)
    return next((_COMMODITIES[good] for good in goods if good in _COMMODITIES), "other")


def _summary(bill: Element, kind: MeterKind, zone: ZoneInfo) -> List[UsageSummary]:
    """The bill's summary; nothing when its period is not told."""
    start, duration = number_of(bill, "billingPeriod", "start"), number_of(bill, "billingPeriod", "duration")
    days = whole_days(duration or 0)
    if start is None or days < 1:
        return []
    used = child(bill, "overallConsumptionLastPeriod")
    value = None if used is None else number_of(used, "value")
    quantity, unit = (None, "") if used is None or value is None else _quantity(value, used, kind)
    cost = _cost(number_of(bill, "billLastPeriod"), number_of(bill, "currency"))
    first = day_of(start, zone, early=True)
    return [UsageSummary(first, first + timedelta(days=days - 1), days, quantity, unit, cost)]


def _quantity(value: int, measured: Element, kind: MeterKind) -> Tuple[Optional[Decimal], str]:
    """The amount and its unit, for a value whose multiplier and unit `measured` names."""
    unit, shift = _UNITS.get(number_of(measured, "uom") or 0, ("", 0))
    power = number_of(measured, "powerOfTenMultiplier") or 0
    if abs(power) > _MOST_POWER:
        raise FeedError("a power of ten that cannot be meant")
    if value < 0 and kind in ("gas", "water"):
        raise FeedError("a use below nothing")
    return (Decimal(value) * Decimal(10) ** (power + shift) if unit else None), unit


def _cost(amount: Optional[int], currency: Optional[int]) -> Optional[Money]:
    if amount is None or currency in _NO_CURRENCY:
        return None
    if currency != _CANADIAN:
        raise FeedError("an amount in another currency")
    cents, rest = divmod(amount, _PER_CENT)
    up = rest * 2 > _PER_CENT or (rest * 2 == _PER_CENT and cents % 2 == 1)  # half to even
    return Money(cents + int(up), "CAD")


@dataclass(frozen=True)
class _Reading:
    start: int
    duration: int
    value: int
    cost: Optional[int]

    def day(self, zone: ZoneInfo) -> date:
        return day_of(self.start, zone, early=whole_days(self.duration) > 0)


def _from_readings(meters: Sequence[Entry], entries: Sequence[Entry], kind: MeterKind, zone: ZoneInfo) -> List[UsageSummary]:
    """Readings added up by month, for a meter without bills. Of several series of one meter the one that covers most is taken."""
    series = [(found, _readings(meter, entries)) for meter in meters for found in [_type_of(meter, entries)] if found is not None]
    if not series:
        return []
    measured, readings = max(series, key=lambda pair: sum(reading.duration for reading in pair[1]))
    months = groupby(readings, key=lambda reading: reading.day(zone).replace(day=1))
    return [_month(list(rows), measured, kind, zone) for _, rows in months]


def _type_of(meter: Entry, entries: Sequence[Entry]) -> Optional[Element]:
    """How a meter's readings are measured; None when they must not be added up, or that is not told."""
    types = [entry for entry in entries if entry.name == "ReadingType"]
    linked = (entry.element for entry in types if len(types) == 1 or belongs(entry, meter, ()))
    found = child(meter.element, "ReadingType")  # some write it inside
    if found is None:
        found = next(linked, None)
    if found is None or number_of(found, "accumulationBehaviour") not in _OF_ITS_OWN or number_of(found, "flowDirection") not in _DELIVERED:
        return None
    return found if number_of(found, "uom") in _UNITS else None


def _readings(meter: Entry, entries: Sequence[Entry]) -> List[_Reading]:
    """In order of time, each once."""
    meters = [entry for entry in entries if entry.name == meter.name]
    blocks = (entry.element for entry in entries if entry.name == "IntervalBlock" and belongs(entry, meter, meters))
    found: Dict[int, _Reading] = {}
    for block in blocks:
        for row in block.iter(f"{ESPI}IntervalReading"):
            start, duration, value = (
                number_of(row, "timePeriod", "start"),
                number_of(row, "timePeriod", "duration"),
                number_of(row, "value"),
            )
            if start is not None and duration is not None and value is not None:
                found[start] = _Reading(start, duration, value, number_of(row, "cost"))
    return [found[start] for start in sorted(found)]


def _month(readings: Sequence[_Reading], measured: Element, kind: MeterKind, zone: ZoneInfo) -> UsageSummary:
    first, last = readings[0].day(zone), readings[-1].day(zone) + timedelta(days=max(whole_days(readings[-1].duration), 1) - 1)
    quantity, unit = _quantity(sum(reading.value for reading in readings), measured, kind)
    costs = [reading.cost for reading in readings if reading.cost is not None]
    cost = _cost(sum(costs), number_of(measured, "currency")) if len(costs) == len(readings) else None
    return UsageSummary(first, last, (last - first).days + 1, quantity, unit, cost)
