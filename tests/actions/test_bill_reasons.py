"""Why a bill is high: the comparison's numbers, the reasons and their order, and amounts that stay whole cents in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import List, Optional, Sequence, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.bill_money import written_money
from actions.bill_reasons import Against, Comparison, compare
from actions.clients.billing_shapes import Bill, Rate, Service, ServiceLine, Usage
from actions.clients.green_button import UsagePoint, UsageSummary
from actions.clients.money import Money
from bot.language.money import find_amount_cents


def cad(cents: int) -> Money:
    return Money(cents, "CAD")


def line(service: Service, cents: int, used: Optional[str] = None, rate: Optional[str] = None, unit: str = "m3") -> ServiceLine:
    return ServiceLine(
        service,
        cad(cents),
        Usage(Decimal(used), unit) if used is not None else None,
        Rate(Decimal(rate), unit) if rate is not None else None,
    )


def bill(first: date, days: int, *lines: ServiceLine) -> Bill:
    last = first + timedelta(days=days - 1)
    issued = last + timedelta(days=5)
    return Bill(issued, issued + timedelta(days=17), first, last, sum((one.amount for one in lines), cad(0)), lines)


def explained(*bills: Bill, points: Sequence[UsagePoint] = ()) -> Comparison:
    found = compare(bills, points)
    assert found is not None
    return found


APRIL, MARCH, LAST_APRIL = date(2026, 4, 1), date(2026, 3, 2), date(2025, 4, 1)


def reasons(now: Sequence[ServiceLine], before: Sequence[ServiceLine], *, days: int = 30) -> Tuple[str, ...]:
    return explained(bill(APRIL, days, *now), bill(MARCH, 30, *before)).reasons


def test_the_last_bill_is_put_beside_the_month_before_and_last_year() -> None:
    found = explained(
        bill(APRIL, 30, line("water", 6000, "30", "2.8"), line("gas", 5000, "90", "0.40")),
        bill(MARCH, 30, line("water", 4000, "15", "2.7"), line("gas", 9000, "180", "0.50")),
        *[bill(MARCH - timedelta(days=30 * month), 30, line("water", 4000, "15", "2.7")) for month in range(1, 11)],
        bill(LAST_APRIL, 32, line("water", 3300, "16", "2.5")),
    )
    assert found.before is not None
    assert found.last_year is not None
    assert (found.before.period_start, found.last_year.period_start) == (MARCH, LAST_APRIL)
    water, gas = found.services
    assert (water.service, water.amount, water.quantity, water.unit, water.days) == ("water", cad(6000), Decimal(30), "m3", 30)
    assert water.before == Against(cad(2000), Decimal(15), 30, 100, 4)
    assert water.last_year == Against(cad(2700), Decimal(16), 32, 100, 12)
    assert gas.before == Against(cad(-4000), Decimal(180), 30, -50, -20)
    assert gas.last_year == Against(cad(5000), None, 32, None, None)
    assert found.reasons == ("more_use:water", "check_toilet", "higher_rate:water")


def test_no_bill_is_not_explained_and_a_first_bill_has_nothing_beside_it() -> None:
    assert compare(()) is None
    found = explained(bill(APRIL, 30, line("water", 4000, "15", "2.7")))
    assert (found.before, found.last_year, found.reasons) == (None, None, ())


def test_a_bill_after_a_long_gap_is_not_the_month_before() -> None:
    found = explained(bill(APRIL, 30, line("water", 4000)), bill(date(2025, 11, 1), 30, line("water", 100)))
    assert found.before is None


def test_a_bill_sent_anew_is_not_compared_with_the_one_it_replaces() -> None:
    found = explained(bill(APRIL, 30, line("water", 4000)), bill(APRIL, 30, line("water", 9000)), bill(MARCH, 30, line("water", 3900)))
    assert found.before is not None
    assert found.before.period_start == MARCH


def test_a_period_that_begins_on_the_day_the_last_one_ended_follows_it() -> None:
    found = explained(bill(APRIL, 30, line("water", 4000)), bill(MARCH, 31, line("water", 3900)))
    assert found.before is not None


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ("17.1", ("nothing_unusual",)),  # 14 % more
        ("17.25", ("more_use:water",)),
        ("22.4", ("more_use:water",)),  # 49 %
        ("22.5", ("more_use:water", "check_toilet")),
        ("12", ("nothing_unusual",)),
    ],
)
def test_water_use_that_jumps_points_to_the_toilet(used: str, expected: Tuple[str, ...]) -> None:
    assert reasons([line("water", 5000, used, "2.7")], [line("water", 4000, "15", "2.7")]) == expected


def test_use_is_told_by_the_day_so_a_longer_period_alone_is_no_more_use() -> None:
    now, before = line("water", 5200, "19.2", "2.7"), line("water", 4000, "15", "2.7")
    assert reasons([now], [before], days=36) == ("more_days",)
    assert reasons([before], [before], days=31) == ("nothing_unusual",)


def test_sewer_that_follows_water_is_told_once_and_alone_when_it_is_alone() -> None:
    water, sewer = line("water", 8000, "30", "2.7"), line("sewer", 9000, "30", "3.1")
    before = [line("water", 4000, "15", "2.7"), line("sewer", 4500, "15", "3.1")]
    assert reasons([water, sewer], before) == ("more_use:water", "check_toilet")
    assert reasons([sewer], before) == ("more_use:sewer",)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (date(2026, 1, 10), ("more_use:gas", "cold_month")),
        (date(2025, 11, 20), ("more_use:gas", "cold_month")),  # 11 days of November, 19 of December
        (date(2025, 11, 10), ("more_use:gas",)),
        (date(2026, 3, 25), ("more_use:gas",)),
    ],
)
def test_more_gas_in_a_cold_month_is_the_cold(first: date, expected: Tuple[str, ...]) -> None:
    now, before = line("gas", 15000, "240", "0.5"), line("gas", 9000, "120", "0.5")
    assert explained(bill(first, 30, now), bill(first - timedelta(days=30), 30, before)).reasons == expected


@pytest.mark.parametrize(
    ("a_year_ago", "expected"),
    [
        ("230", ("season",)),  # 4 % more than then, twice the month before
        ("150", ("more_use:gas", "cold_month")),
    ],
)
def test_gas_is_set_beside_the_same_month_last_year(a_year_ago: str, expected: Tuple[str, ...]) -> None:
    now, before, then = line("gas", 15000, "240", "0.5"), line("gas", 9000, "120", "0.5"), line("gas", 14000, a_year_ago, "0.5")
    bills = (bill(date(2026, 1, 10), 30, now), bill(date(2025, 12, 11), 30, before), bill(date(2025, 1, 10), 30, then))
    assert explained(*bills).reasons == expected


def test_less_gas_in_a_cold_month_is_no_reason() -> None:
    now, before = line("gas", 9000, "120", "0.5"), line("gas", 15000, "240", "0.5")
    assert explained(bill(date(2026, 2, 1), 28, now), bill(date(2026, 1, 2), 30, before)).reasons == ("nothing_unusual",)


def test_rates_of_one_service_count_together() -> None:
    now = [line("gas", 1000, "100", "0.1163"), line("gas", 1500, "100", "0.1500")]
    before = [line("gas", 1000, "100", "0.1163"), line("gas", 1300, "100", "0.1300")]
    found = explained(bill(APRIL, 30, *now), bill(MARCH, 30, *before))
    (gas,) = found.services
    assert gas.before == Against(cad(200), Decimal(100), 30, 0, 8)  # 0.2663 beside 0.2463
    assert found.reasons == ("higher_rate:gas",)


@pytest.mark.parametrize(
    ("before", "last_year", "expected"),
    [
        ("2.70", "2.48", ("nothing_unusual",)),  # 9 % in a year
        ("2.70", "2.45", ("higher_rate:water",)),  # 10 %
        ("2.67", "2.70", ("higher_rate:water",)),  # 1 % in a month
        ("2.80", "2.70", ("nothing_unusual",)),
    ],
)
def test_a_rate_that_rises_a_little_in_a_year_is_no_news(before: str, last_year: str, expected: Tuple[str, ...]) -> None:
    found = explained(
        bill(APRIL, 30, line("water", 4000, "15", "2.70")),
        bill(MARCH, 30, line("water", 4000, "15", before)),
        bill(LAST_APRIL, 30, line("water", 4000, "15", last_year)),
    )
    assert found.reasons == expected


def test_the_use_that_costs_most_is_told_first_with_what_follows_it() -> None:
    now = [line("gas", 7000, "180", "0.4"), line("water", 6000, "30", "2"), line("sewer", 6000, "30", "2")]
    before = [line("gas", 3000, "90", "0.4"), line("water", 3000, "15", "2"), line("sewer", 3000, "15", "2")]
    assert reasons(now, before) == ("more_use:water", "check_toilet", "more_use:gas")


def test_a_tax_bill_for_more_days_is_not_higher_for_that() -> None:
    found = explained(bill(date(2026, 7, 1), 184, line("tax", 98000)), bill(date(2026, 1, 1), 181, line("tax", 98000)))
    assert found.reasons == ("nothing_unusual",)


def test_charges_are_told_last_and_only_what_is_new_of_the_others() -> None:
    water = line("water", 4000, "15", "2.7")
    late, other = line("late_charge", 80), line("other", 2500)
    assert reasons([water, late, other], [water]) == ("late_charge", "other_charges")
    assert reasons([water, other], [water, other]) == ("nothing_unusual",)
    assert reasons([water, line("other", -500)], [water]) == ("nothing_unusual",)
    assert explained(bill(APRIL, 30, water, late)).reasons == ("late_charge",)


def test_all_reasons_come_in_their_order() -> None:
    now = [line("late_charge", 80), line("other", 1), line("gas", 9, "9", "3"), line("water", 9, "9", "3")]
    before = [line("gas", 1, "1", "1"), line("water", 1, "1", "1")]
    found = explained(bill(date(2026, 1, 1), 31, *now), bill(date(2025, 12, 3), 29, *before))
    assert found.reasons == (
        "more_use:gas",
        "cold_month",
        "more_use:water",
        "check_toilet",
        "higher_rate:gas",
        "higher_rate:water",
        "more_days",
        "late_charge",
        "other_charges",
    )


def test_quantities_in_two_units_are_not_compared() -> None:
    found = explained(bill(APRIL, 30, line("water", 5000, "18000", unit="L")), bill(MARCH, 30, line("water", 4000, "15")))
    assert found.services[0].before == Against(cad(1000), None, 30, None, None)
    assert found.reasons == ("nothing_unusual",)


def test_nothing_used_before_gives_no_percentage() -> None:
    found = explained(bill(APRIL, 30, line("water", 5000, "18")), bill(MARCH, 30, line("water", 4000, "0")))
    assert found.services[0].before == Against(cad(1000), Decimal(0), 30, None, None)


def meter(*periods: Tuple[date, int, str]) -> UsagePoint:
    return UsagePoint(
        "water",
        tuple(UsageSummary(first, first + timedelta(days=days - 1), days, Decimal(used), "m3", None) for first, days, used in periods),
    )


def test_the_meters_tell_what_the_bills_do_not() -> None:
    water = meter((APRIL, 29, "29"), (MARCH, 30, "15"))
    found = explained(bill(APRIL, 30, line("water", 6000)), bill(MARCH, 30, line("water", 4000)), points=[water])
    (one,) = found.services
    assert (one.quantity, one.unit, one.days) == (Decimal(29), "m3", 29)
    assert one.before == Against(cad(2000), Decimal(15), 30, 100, None)
    assert found.reasons == ("more_use:water", "check_toilet")


@pytest.mark.parametrize(
    "points",
    [
        [meter((date(2026, 4, 16), 30, "29"), (MARCH, 30, "15"))],  # another period
        [meter((APRIL, 30, "29")), meter((APRIL, 30, "2"))],  # two meters
        [UsagePoint("gas", meter((APRIL, 30, "29")).summaries)],
    ],
)
def test_a_meter_that_may_not_be_meant_tells_nothing(points: List[UsagePoint]) -> None:
    found = explained(bill(APRIL, 30, line("water", 6000)), bill(MARCH, 30, line("water", 4000)), points=points)
    assert found.services[0].quantity is None


CENTS = st.integers(min_value=0, max_value=99_999_999_999)
USED = st.decimals(min_value=0, max_value=10_000, places=3, allow_nan=False)


@given(st.lists(CENTS, min_size=1, max_size=8), st.lists(CENTS, min_size=1, max_size=8))
def test_differences_of_the_services_add_up_to_the_difference_of_the_bills(now: List[int], before: List[int]) -> None:
    found = explained(
        bill(APRIL, 30, *[line("water", cents) for cents in now]), bill(MARCH, 30, *[line("water", cents) for cents in before])
    )
    assert found.services[0].before is not None
    assert found.services[0].before.difference.cents == sum(now) - sum(before)


@given(USED, USED, st.integers(min_value=1, max_value=400), st.integers(min_value=25, max_value=35))
def test_percentages_are_whole_and_within_half_of_the_truth(now: Decimal, before: Decimal, days: int, days_before: int) -> None:
    first = APRIL - timedelta(days=days_before)
    found = explained(bill(APRIL, days, line("water", 1, str(now))), bill(first, days_before, line("water", 1, str(before))))
    assert found.services[0].before is not None
    percent = found.services[0].before.per_day_percent
    if before == 0:
        assert percent is None
    else:
        assert type(percent) is int
        assert abs((percent + 100) * before * days - 100 * now * days_before) * 2 <= before * days


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_money_adds_up_in_whole_cents(first: int, second: int) -> None:
    total = cad(first) + cad(second)
    assert total == cad(first + second)
    assert total - cad(second) == cad(first)
    assert -total + total == cad(0)
    assert str(total.units).replace(".", "").lstrip("-0") == str(abs(total.cents)).lstrip("0")


@pytest.mark.parametrize("cents", [1.0, 0.1, "1", True, Decimal(1), None])
def test_money_takes_nothing_but_whole_cents(cents: object) -> None:
    with pytest.raises(TypeError):
        Money(cents, "CAD")  # type: ignore[arg-type]


def test_money_in_two_currencies_is_not_added() -> None:
    with pytest.raises(ValueError, match="two currencies"):
        cad(1) + Money(1, "USD")


@pytest.mark.parametrize(
    ("cents", "english", "french"),
    [
        (0, "$0.00", "0,00 $"),
        (5, "$0.05", "0,05 $"),
        (18342, "$183.42", "183,42 $"),
        (104550, "$1,045.50", "1 045,50 $"),
        (-2550, "-$25.50", "-25,50 $"),
        (99_999_999_999, "$999,999,999.99", "999 999 999,99 $"),
    ],
)
def test_an_amount_is_written_to_the_cent_in_both_languages(cents: int, english: str, french: str) -> None:
    assert written_money(cad(cents), "en") == english
    assert written_money(cad(cents), "fr").replace("\u00a0", " ").replace("\u202f", " ") == french


@given(CENTS, st.sampled_from(["en", "fr"]))
def test_an_amount_we_write_is_read_back_to_the_cent(cents: int, language: str) -> None:
    assert find_amount_cents(written_money(cad(cents), language)) == cents
