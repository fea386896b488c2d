"""Green Button feeds as utilities write them: exact amounts, local days, and what is not understood left out."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Tuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.clients.green_button import FeedError, UsagePoint, UsageSummary, read_feed
from actions.clients.money import Money

FEEDS = Path(__file__).parent.parent / "fixtures" / "green_button"
ZONE = ZoneInfo("America/Toronto")


def stored(name: str) -> Tuple[UsagePoint, ...]:
    return read_feed((FEEDS / name).read_bytes(), ZONE)


def seconds(day: date) -> int:
    """Midnight of a local day, in seconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())


def feed(*summaries: str, point: str = "<ServiceCategory><kind>1</kind></ServiceCategory>") -> bytes:
    """One meter with these summaries and no links, as the simplest writers make it."""
    entries = "".join(
        f"<entry><content>{one}</content></entry>"
        for one in (f'<UsagePoint xmlns="http://naesb.org/espi">{point}</UsagePoint>', *summaries)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


def summary(
    start: object = 1764565200,
    duration: object = 2678400,
    *,
    bill: object = 14250000,
    currency: object = 124,
    value: object = 213,
    uom: object = 42,
    power: object = 0,
) -> str:
    return (
        '<UsageSummary xmlns="http://naesb.org/espi">'
        f"<billingPeriod><duration>{duration}</duration><start>{start}</start></billingPeriod>"
        f"<billLastPeriod>{bill}</billLastPeriod><currency>{currency}</currency><overallConsumptionLastPeriod>"
        f"<powerOfTenMultiplier>{power}</powerOfTenMultiplier><uom>{uom}</uom><value>{value}</value></overallConsumptionLastPeriod></UsageSummary>"
    )


def one(*args: object, point: str = "<ServiceCategory><kind>1</kind></ServiceCategory>", **values: object) -> UsageSummary:
    (meter,) = read_feed(feed(summary(*args, **values), point=point), ZONE)
    (found,) = meter.summaries
    return found


def test_the_gas_feed_of_the_reference_is_read() -> None:
    expected = UsageSummary(date(2025, 12, 1), date(2025, 12, 31), 31, Decimal(213), "m3", Money(14250, "CAD"))
    assert stored("gas.xml") == (UsagePoint("gas", (expected,)),)


def test_each_meter_of_a_feed_gets_its_own_bills_newest_first() -> None:
    gas, water = stored("two_meters.xml")
    assert (gas.kind, water.kind) == ("gas", "water")
    assert gas.summaries == (
        UsageSummary(date(2026, 3, 1), date(2026, 3, 31), 31, Decimal("110.0"), "m3", Money(8000, "CAD")),
        UsageSummary(date(2026, 2, 1), date(2026, 2, 28), 28, Decimal("150.2"), "m3", Money(9876, "CAD")),
    )
    newer, older = water.summaries
    assert (older.start, older.end, older.days) == (date(2025, 10, 15), date(2025, 11, 13), 30)
    assert (older.quantity, older.unit, older.cost) == (Decimal(17100), "L", Money(4512, "CAD"))
    assert (newer.quantity, newer.unit, newer.cost) == (None, "", Money(5000, "CAD"))  # a unit nobody knows


def test_readings_are_added_up_by_month_where_there_are_no_bills() -> None:
    (meter,) = stored("readings.xml")
    assert meter == UsagePoint(
        "water",
        (
            UsageSummary(date(2026, 4, 1), date(2026, 4, 3), 3, Decimal("4.5"), "m3", Money(100, "CAD")),
            UsageSummary(date(2026, 3, 30), date(2026, 3, 31), 2, Decimal(3), "m3", Money(67, "CAD")),
        ),
    )


def readings(rows: str, *, uom: int = 42, behaviour: int = 4, currency: int = 124) -> bytes:
    measured = f"<accumulationBehaviour>{behaviour}</accumulationBehaviour><currency>{currency}</currency><uom>{uom}</uom>"
    return feed(
        f'<ReadingType xmlns="http://naesb.org/espi">{measured}</ReadingType>',
        f'<IntervalBlock xmlns="http://naesb.org/espi">{rows}</IntervalBlock>',
    )


def reading(start: int, duration: int, value: int) -> str:
    when = f"<timePeriod><duration>{duration}</duration><start>{start}</start></timePeriod>"
    return f"<IntervalReading>{when}<value>{value}</value></IntervalReading>"


def test_a_month_of_hours_over_a_change_of_the_clocks_has_whole_days() -> None:
    begins, ends = seconds(date(2026, 11, 1)), seconds(date(2026, 12, 1))
    rows = "".join(reading(start, 3600, 1) for start in range(begins, ends, 3600))
    (meter,) = read_feed(readings(rows), ZONE)
    assert meter.summaries == (UsageSummary(date(2026, 11, 1), date(2026, 11, 30), 30, Decimal(721), "m3", None),)


@pytest.mark.parametrize(("uom", "behaviour"), [(38, 4), (42, 3), (42, 12)])
def test_readings_that_cannot_be_added_up_are_left_out(uom: int, behaviour: int) -> None:
    (meter,) = read_feed(readings(reading(1764565200, 86400, 5), uom=uom, behaviour=behaviour), ZONE)
    assert meter.summaries == ()


@pytest.mark.parametrize(
    ("value", "power", "uom", "expected"),
    [
        (4250, -3, 42, (Decimal("4.25"), "m3")),
        (5, 3, 42, (Decimal(5000), "m3")),
        (745, 0, 119, (Decimal(745), "ft3")),
        (81, 0, 169, (Decimal(81), "therm")),
        (18300, 0, 134, (Decimal(18300), "L")),
        (612345, 0, 72, (Decimal("612.345"), "kWh")),
        (613, 3, 72, (Decimal(613), "kWh")),
        (613, 0, 4321, (None, "")),
    ],
)
def test_quantities_are_exact(value: int, power: int, uom: int, expected: Tuple[object, str]) -> None:
    found = one(value=value, power=power, uom=uom)
    assert (found.quantity, found.unit) == expected
    assert "E" not in str(found.quantity)


@pytest.mark.parametrize(
    ("amount", "cents"),
    [(14250000, 14250), (499, 0), (500, 0), (501, 1), (1500, 2), (2500, 2), (2501, 3), (-1500, -2), (-2500, -2), (-499, 0)],
)
def test_money_is_in_cents_and_half_a_cent_goes_to_the_even_one(amount: int, cents: int) -> None:
    assert one(bill=amount).cost == Money(cents, "CAD")


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_whole_cents_come_back_as_they_were(cents: int) -> None:
    assert one(bill=cents * 1000).cost == Money(cents, "CAD")


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(min_value=1, max_value=100), st.sampled_from(["true", "even"]))
def test_periods_are_whole_local_days_whatever_the_clocks_did(first: date, days: int, counted: str) -> None:
    after = first + timedelta(days=days)
    length = days * 86_400 if counted == "even" else seconds(after) - seconds(first)
    found = one(seconds(first), length)
    assert (found.start, found.end, found.days) == (first, after - timedelta(days=1), days)


def test_an_evening_in_utc_is_still_the_local_day() -> None:
    start = int(datetime(2025, 12, 1, 2, 0, tzinfo=timezone.utc).timestamp())
    assert one(start, 86_400).start == date(2025, 11, 30)


@pytest.mark.parametrize(
    "point", ["<ServiceCategory><kind>6</kind></ServiceCategory>", "<ServiceCategory><kind>99</kind></ServiceCategory>", ""]
)
def test_a_meter_of_another_kind_is_another(point: str) -> None:
    (meter,) = read_feed(feed(summary(), point=point), ZONE)
    assert meter.kind == "other"


def test_a_summary_without_its_period_is_left_out() -> None:
    (meter,) = read_feed(feed('<UsageSummary xmlns="http://naesb.org/espi"><currency>124</currency></UsageSummary>', summary()), ZONE)
    assert len(meter.summaries) == 1


def test_a_period_told_twice_counts_once() -> None:
    (meter,) = read_feed(feed(summary(bill=1000), summary(bill=2000)), ZONE)
    assert [found.cost for found in meter.summaries] == [Money(2, "CAD")]


def test_an_amount_in_no_currency_is_not_told() -> None:
    assert one(currency=0).cost is None
    assert one(currency="").cost is None


def test_electricity_may_flow_back_but_gas_may_not() -> None:
    electric = "<ServiceCategory><kind>0</kind></ServiceCategory>"
    assert one(value=-5000, uom=72, point=electric).quantity == Decimal(-5)
    with pytest.raises(FeedError):
        one(value=-5000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": 840},
        {"bill": "142.50"},
        {"bill": "1" * 30},
        {"value": "many"},
        {"value": "٣"},
        {"power": 400},
        {"start": -1},
        {"start": 10**12},
        {"duration": 10**12},
        {"duration": -86400},
    ],
)
def test_a_number_that_cannot_be_is_an_error_and_no_guess(wrong: dict[str, object]) -> None:
    with pytest.raises(FeedError):
        one(**wrong)


BOMB = (
    b'<!DOCTYPE f [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><feed xmlns="http://www.w3.org/2005/Atom"><title>&b;</title></feed>'
)
OUTSIDE = b'<!DOCTYPE f [<!ENTITY a SYSTEM "file:///etc/hostname">]><feed xmlns="http://www.w3.org/2005/Atom"><title>&a;</title></feed>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html><body>Please sign in</body></html>",
        (FEEDS / "gas.xml").read_bytes()[:3000],
        b"<feed><entry/></feed>",
        BOMB,
        OUTSIDE,
        b'<!DOCTYPE feed><feed xmlns="http://www.w3.org/2005/Atom"/>',
        b'<feed xmlns="http://www.w3.org/2005/Atom">' + b"<a/>" * 700_000 + b"</feed>",
        feed(*[summary()] * 6_000),
    ],
    ids=["empty", "json", "page", "truncated", "no-namespace", "bomb", "outside", "doctype", "many-tags", "many-entries"],
)
def test_what_is_no_feed_is_an_error(body: bytes) -> None:
    with pytest.raises(FeedError):
        read_feed(body, ZONE)


def test_a_feed_without_a_meter_is_empty() -> None:
    assert read_feed(b'<feed xmlns="http://www.w3.org/2005/Atom"/>', ZONE) == ()


def test_a_period_that_begins_an_hour_early_by_the_old_clocks_begins_on_its_day() -> None:
    found = one(seconds(date(2026, 11, 15)) - 3600, 30 * 86_400)
    assert (found.start, found.end, found.days) == (date(2026, 11, 15), date(2026, 12, 14), 30)


def test_bills_belong_to_the_meter_that_points_to_them_wherever_they_are() -> None:
    def entry(own: str, content: str, related: str = "") -> str:
        pointing = f'<link rel="related" href="{related}"/>' if related else ""
        return f'<entry><link rel="self" href="{own}"/>{pointing}<content>{content}</content></entry>'

    def meter(kind: int) -> str:
        return f'<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>{kind}</kind></ServiceCategory></UsagePoint>'

    base = "https://u.example/espi/1_1/resource"
    entries = [
        entry(f"{base}/UsagePoint/1", meter(1), f"{base}/UsageSummary/b"),
        entry(f"{base}/UsagePoint/2", meter(2), "UsageSummary/a"),
        entry("UsageSummary/a", summary(value=1)),
        entry(f"{base}/UsageSummary/b", summary(value=2)),
        entry(f"{base}/UsageSummary/c", summary(value=3)),
    ]
    gas, water = read_feed(f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'.encode(), ZONE)
    assert [[found.quantity for found in point.summaries] for point in (gas, water)] == [[Decimal(2)], [Decimal(1)]]
