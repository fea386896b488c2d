"""Why a bill is as high as it is: the last one beside the month before and the same month last year, in whole cents and exact decimals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Iterator, List, Optional, Sequence, Tuple

from actions.clients.billing_shapes import Bill, Rate, Service, ServiceLine
from actions.clients.green_button import UsagePoint, UsageSummary
from actions.clients.money import Money

MORE_DAYS = 2  # a meter is read a day earlier or later without anybody minding
MORE_USE_PERCENT = 15  # a day
HIGHER_RATE_PERCENT = 1  # beside the month before
HIGHER_IN_A_YEAR_PERCENT = 10  # rates go up a little every year, which is no news
TOILET_PERCENT = 50  # water a day: more than guests or a garden use, about what a running toilet does
MOST_BETWEEN = timedelta(days=45)  # a longer gap: the bill before is not known
LAST_YEAR, ABOUT = timedelta(days=365), timedelta(days=20)
COLD_MONTHS = (12, 1, 2, 3)
_FOLLOWS_WATER = "sewer"  # it is charged by the water used
_BY_METER = ("gas", "water")

NOTHING_UNUSUAL = "nothing_unusual"


@dataclass(frozen=True)
class Against:
    """One service beside an earlier bill. Percentages are whole; None: one of the two bills does not tell, or in another unit."""

    difference: Money
    quantity: Optional[Decimal]
    days: int
    per_day_percent: Optional[int]
    rate_percent: Optional[int]


@dataclass(frozen=True)
class ServiceComparison:
    """One service of the last bill; `unit` is that of all its quantities."""

    service: Service
    amount: Money
    quantity: Optional[Decimal]
    unit: str
    days: int
    before: Optional[Against]
    last_year: Optional[Against]

    @property
    def others(self) -> List[Against]:
        """Those of the two there are."""
        return [one for one in (self.before, self.last_year) if one is not None]

    @property
    def fair(self) -> List[Against]:
        """Those that tell whether more was used: heating follows the season, so gas is set beside last year where that is known."""
        if self.service == "gas" and self.last_year is not None and self.last_year.per_day_percent is not None:
            return [self.last_year]
        return self.others


@dataclass(frozen=True)
class Comparison:
    """The last bill beside the month before and the same month last year; None: there is no such bill.

    `reasons`, beside either of the two, the costliest use first: `more_use:<service>`, `check_toilet`, `cold_month`, `season`,
    `higher_rate:<service>`, `more_days` (beside the month before), `late_charge`, `other_charges`;
    or `nothing_unusual` alone. Empty when there is nothing to compare with and nothing to see in the bill itself.
    """

    bill: Bill
    before: Optional[Bill]
    last_year: Optional[Bill]
    services: Tuple[ServiceComparison, ...]
    reasons: Tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """What one bill says of one service."""

    amount: Money
    quantity: Optional[Decimal]
    unit: str
    rate: Optional[Rate]
    days: int


def compare(bills: Sequence[Bill], points: Sequence[UsagePoint] = ()) -> Optional[Comparison]:
    """The last bill explained; None without a bill.

    Args:
        bills: newest first.
        points: the meters, for what the bills do not say was used.
    """
    if not bills:
        return None
    bill = bills[0]
    before = next((one for one in bills[1:] if timedelta(0) <= bill.period_start - one.period_end <= MOST_BETWEEN), None)
    year_ago = bill.period_end - LAST_YEAR
    last_year = min(
        (one for one in bills[1:] if abs(year_ago - one.period_end) <= ABOUT), key=lambda one: abs(year_ago - one.period_end), default=None
    )
    kinds = dict.fromkeys(line.service for line in bill.services)
    services = tuple(_service(kind, bill, before, last_year, points) for kind in kinds)
    return Comparison(bill, before, last_year, services, tuple(_reasons(bill, before, last_year, services)))


def _service(
    kind: Service, bill: Bill, before: Optional[Bill], last_year: Optional[Bill], points: Sequence[UsagePoint]
) -> ServiceComparison:
    now = _part(bill, kind, points)
    against = [None if other is None else _against(now, _part(other, kind, points)) for other in (before, last_year)]
    return ServiceComparison(kind, now.amount, now.quantity, now.unit, now.days, against[0], against[1])


def _part(bill: Bill, kind: Service, points: Sequence[UsagePoint]) -> _Part:
    lines = [line for line in bill.services if line.service == kind]
    amount = sum((line.amount for line in lines), Money(0, bill.amount.currency))
    used = list(dict.fromkeys(line.usage for line in lines if line.usage is not None))
    if len({usage.unit for usage in used}) == 1:
        return _Part(amount, sum((usage.value for usage in used), Decimal(0)), used[0].unit, _rate(lines, len(used)), bill.days)
    summary = None if used else _summary(bill, kind, points)
    if summary is None:
        return _Part(amount, None, "", _rate(lines, len(used)), bill.days)
    return _Part(amount, summary.quantity, summary.unit, _rate(lines, 0), summary.days)


def _rate(lines: Sequence[ServiceLine], uses: int) -> Optional[Rate]:
    """What one more unit costs: the lines' rates together, supply and delivery for example; None when they are for different amounts."""
    rates = [line.rate for line in lines if line.rate is not None]
    if not rates or uses > 1 or len({rate.per for rate in rates}) > 1:
        return None
    return Rate(sum((rate.value for rate in rates), Decimal(0)), rates[0].per)


def _summary(bill: Bill, kind: Service, points: Sequence[UsagePoint]) -> Optional[UsageSummary]:
    """The meter's period that is the bill's, give or take some days at its ends; None when more than one meter could be meant."""
    meters = [point for point in points if point.kind == kind and kind in _BY_METER]
    if len(meters) != 1:
        return None
    fitting = [
        one for one in meters[0].summaries if one.quantity is not None and _shared_days(bill, one) * 10 >= 8 * max(bill.days, one.days)
    ]
    return max(fitting, key=lambda one: _shared_days(bill, one), default=None)


def _shared_days(bill: Bill, one: UsageSummary) -> int:
    return (min(bill.period_end, one.end) - max(bill.period_start, one.start)).days + 1


def _against(now: _Part, then: _Part) -> Against:
    then_used = then.quantity if now.unit == then.unit else None
    per_day = None
    if now.quantity is not None and then_used is not None:
        per_day = _percent(now.quantity * then.days, then_used * now.days)
    rate = _percent(now.rate.value, then.rate.value) if now.rate and then.rate and now.rate.per == then.rate.per else None
    return Against(now.amount - then.amount, then_used, then.days, per_day, rate)


def _percent(now: Decimal, then: Decimal) -> Optional[int]:
    """By how many percent it is more; None beside nothing."""
    return None if then <= 0 else int((now * 100 / then - 100).quantize(Decimal(1), ROUND_HALF_UP))


def _reasons(bill: Bill, before: Optional[Bill], last_year: Optional[Bill], services: Sequence[ServiceComparison]) -> Iterator[str]:
    found = [*_uses(bill, services), *(f"higher_rate:{one.service}" for one in services if _is_dearer(one))]
    metered = all(line.service != "tax" for line in bill.services)
    if metered and before is not None and bill.days - before.days >= MORE_DAYS:
        found.append("more_days")
    if _charged(bill, "late_charge") > 0:
        found.append("late_charge")
    if _charged(bill, "other") > (0 if before is None else max(0, _charged(before, "other"))):
        found.append("other_charges")
    if not found and (before is not None or last_year is not None):
        found.append(NOTHING_UNUSUAL)
    yield from found


def _uses(bill: Bill, services: Sequence[ServiceComparison]) -> Iterator[str]:
    """The services of which more was used, the one that costs most first."""
    names = {one.service for one in services}
    for one in sorted(services, key=lambda one: -_added(one, services)):
        if one.service == _FOLLOWS_WATER and "water" in names:
            continue
        use = max((other.per_day_percent or 0 for other in one.fair), default=0)
        if use >= MORE_USE_PERCENT:
            yield f"more_use:{one.service}"
            if one.service == "water" and use >= TOILET_PERCENT:
                yield "check_toilet"
            if one.service == "gas" and _is_cold(bill):
                yield "cold_month"
        elif max((other.per_day_percent or 0 for other in one.others), default=0) >= MORE_USE_PERCENT:
            yield "season"


def _added(one: ServiceComparison, services: Sequence[ServiceComparison]) -> int:
    """Cents that a service adds, with what follows it."""
    together = [other for other in services if other is one or (one.service == "water" and other.service == _FOLLOWS_WATER)]
    return sum(max((against.difference.cents for against in other.others), default=0) for other in together)


def _is_dearer(one: ServiceComparison) -> bool:
    pairs = ((one.before, HIGHER_RATE_PERCENT), (one.last_year, HIGHER_IN_A_YEAR_PERCENT))
    return any(against is not None and (against.rate_percent or 0) >= least for against, least in pairs)


def _is_cold(bill: Bill) -> bool:
    days = [bill.period_start + timedelta(days=number) for number in range(bill.days)]
    return 2 * sum(day.month in COLD_MONTHS for day in days) > len(days)


def _charged(bill: Bill, kind: Service) -> int:
    return sum(line.amount.cents for line in bill.services if line.service == kind)
