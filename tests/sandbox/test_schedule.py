"""The sample rules of collection, for any zone and any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.places import Zone
from bot.sandbox.schedule import collections

ZONES = st.builds(Zone, st.sampled_from(["tuesday", "wednesday", "thursday", "friday"]), st.sampled_from("ab"))
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def days_of(stream: str, zone: Zone, after: date, before: date) -> list[date]:
    return [one.day for one in collections(zone, after, before) if stream in [row["name"] for row in one.streams]]


@given(zone=ZONES, today=DAYS)
def test_there_is_always_a_next_collection_of_each_kind(zone: Zone, today: date) -> None:
    assert days_of("organics", zone, today, today + timedelta(days=8))
    assert days_of("garbage", zone, today, today + timedelta(days=15))
    assert days_of("recycling", zone, today, today + timedelta(days=15))


@given(zone=ZONES, today=DAYS)
def test_garbage_and_recycling_take_turns_and_organics_go_every_time(zone: Zone, today: date) -> None:
    found = [one for one in collections(zone, today, today + timedelta(days=120)) if one.streams]
    kinds = [{row["name"] for row in one.streams} for one in found]
    assert all("organics" in kind for kind in kinds)
    assert all(("garbage" in kind) != ("recycling" in kind) for kind in kinds)
    assert all(("garbage" in one) != ("garbage" in other) for one, other in zip(kinds, kinds[1:], strict=False))


@given(zone=ZONES, today=DAYS)
def test_yard_waste_is_collected_in_its_season_only(zone: Zone, today: date) -> None:
    months = {day.month for day in days_of("yardwaste", zone, today, today + timedelta(days=364))}
    assert months <= {4, 5, 6, 7, 8, 9, 10, 11}
    assert {5, 6, 7, 8, 9, 10} <= months


@given(zone=ZONES, after=DAYS, span=st.integers(0, 60))
def test_only_the_days_asked_for_are_given_in_order_and_a_part_agrees_with_the_whole(zone: Zone, after: date, span: int) -> None:
    before = after + timedelta(days=span)
    found = collections(zone, after, before)
    days = [one.day for one in found]
    assert days == sorted(days)
    assert all(after <= day <= before for day in days)
    wider = collections(zone, after - timedelta(days=30), before + timedelta(days=30))
    assert found == [one for one in wider if after <= one.day <= before]


@pytest.mark.parametrize(
    ("day", "usual", "moved_to"),
    [
        ("tuesday", date(2026, 6, 30), date(2026, 6, 30)),  # the day before the holiday stays
        ("wednesday", date(2026, 7, 1), date(2026, 7, 2)),  # the holiday itself
        ("friday", date(2026, 7, 3), date(2026, 7, 4)),  # the end of the week moves to Saturday
        ("tuesday", date(2024, 1, 2), date(2024, 1, 2)),  # a holiday on a Monday moves nothing
        ("friday", date(2027, 12, 24), date(2027, 12, 24)),  # nor does one on a Saturday
    ],
)
def test_a_holiday_moves_the_rest_of_its_week_by_one_day(day: str, usual: date, moved_to: date) -> None:
    week = usual - timedelta(days=usual.weekday())
    (found,) = (one for one in collections(Zone(day, "a"), week, week + timedelta(days=6)) if one.streams)
    assert found.day == moved_to
    assert bool(found.holiday) == (moved_to != usual)
