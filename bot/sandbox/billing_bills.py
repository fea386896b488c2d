"""The sandbox's bills: made up from sample rates and seasons, the same for everybody who asks on one day. No floats: cents and decimals."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Dict, List, Mapping, Optional, Tuple

from bot.sandbox.seeds import seed

READ_BEFORE_ISSUE_DAYS = 3
_CENT, _TENTH = Decimal(1), Decimal("0.1")
_TAX_BILLS = 7  # two a year


@dataclass(frozen=True)
class Line:
    """One service on a bill; `usage` in m3, `rate` in dollars per m3, both None where a price is fixed."""

    service: str
    amount_cents: int
    usage: Optional[Decimal] = None
    rate: Optional[Decimal] = None


@dataclass(frozen=True)
class Bill:
    issued_on: date
    due_date: date
    period_start: date
    period_end: date
    lines: Tuple[Line, ...]

    @property
    def amount_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)

    def line(self, service: str) -> Line:
        """The service on this bill. Raises StopIteration when it is not on it."""
        return next(line for line in self.lines if line.service == service)


def money(cents: int) -> Dict[str, Any]:
    """The contract's Money."""
    return {"amount_cents": cents, "currency": "CAD"}


def bills_of(row: Mapping[str, Any], today: date) -> List[Bill]:
    """The account's bills, newest first."""
    issued = today - timedelta(days=row["issued_days_ago"])
    if row["kind"] == "property_tax":
        return [_tax_bill(row, _months_before(issued, 6 * number), number) for number in range(_TAX_BILLS)]
    count = row["bills"]
    ends = [_months_before(issued, number) - timedelta(days=READ_BEFORE_ISSUE_DAYS) for number in range(count + 1)]
    use = {service: [_usual(service, row, ends[at + 1], ends[at]) for at in range(count)] for service in ("gas", "water")}
    for service, why in row.get("last_bill", {}).items():
        if service in use:
            use[service][0] = _unusual(use[service], why)
    return [_utility_bill(row, at, ends[at + 1], ends[at], use["gas"][at], use["water"][at], today) for at in range(count)]


def shape_of(bill: Bill) -> Dict[str, Any]:
    """The Bill of the contract."""
    return {
        "issued_on": bill.issued_on.isoformat(),
        "due_date": bill.due_date.isoformat(),
        "period_start": bill.period_start.isoformat(),
        "period_end": bill.period_end.isoformat(),
        "amount": money(bill.amount_cents),
        "services": [
            {
                "service": line.service,
                "amount": money(line.amount_cents),
                "usage": {"value": str(line.usage), "unit": "m3"} if line.usage is not None else None,
                "rate": {"value": str(line.rate), "per": "m3"} if line.rate is not None else None,
            }
            for line in bill.lines
        ],
    }


def _utility_bill(row: Mapping[str, Any], at: int, last_end: date, end: date, gas: Decimal, water: Decimal, today: date) -> Bill:
    issued = end + timedelta(days=READ_BEFORE_ISSUE_DAYS)
    gas_rate = row.get("last_bill", {}).get("gas_rate") if at == 0 else None
    fixed = seed("billing")["fixed_cents"]
    lines = (
        _metered("gas", gas, Decimal(gas_rate) if gas_rate else _rate("gas", end, today)),
        _metered("water", water, _rate("water", end, today)),
        _metered("sewer", water, _rate("sewer", end, today)),
        *(Line(service, cents) for service, cents in fixed.items()),
    )
    due = issued + timedelta(days=seed("billing")["grace_days"])
    return Bill(issued, due, last_end + timedelta(days=1), end, lines)


def _tax_bill(row: Mapping[str, Any], issued: date, number: int) -> Bill:
    cents = 2 * row["instalment_cents"] - 731 * number  # a little less each time one looks back
    first = date(issued.year, 1, 1) if issued.month <= 6 else date(issued.year, 7, 1)
    last = date(issued.year, 6, 30) if issued.month <= 6 else date(issued.year, 12, 31)
    return Bill(issued, issued + timedelta(days=34), first, last, (Line("tax", cents),))


def _metered(service: str, usage: Decimal, rate: Decimal) -> Line:
    cents = int((usage * rate * 100).quantize(_CENT, ROUND_HALF_UP))
    return Line(service, cents, usage, rate)


def _rate(service: str, end: date, today: date) -> Decimal:
    years = seed("billing")["rates"][service]
    return Decimal(years[max(min(end.year - today.year, 0), min(years))])


def _usual(service: str, row: Mapping[str, Any], last_end: date, end: date) -> Decimal:
    """What a household uses between two readings: by season and days, a few per cent up or down."""
    middle = last_end + (end - last_end) / 2
    chance = zlib.crc32(f"{row['account']} {service} {end:%Y-%m}".encode()) % 9
    usual = Decimal(str(seed("billing")["seasons"][service][middle.month - 1]))
    return (usual * (end - last_end).days / 30 * (96 + chance) / 100).quantize(_TENTH)


def _unusual(use: List[Decimal], why: str) -> Decimal:
    factor = Decimal(seed("billing")["unusual"][why])
    return (max(use[1], use[12]) * factor).quantize(_TENTH)


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, the 28th at the latest."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, min(day.day, 28)) if months else day
