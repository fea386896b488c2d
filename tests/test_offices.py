"""The offices of the city, and what is no office."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict

import phonenumbers
import pytest

from bot.city import city
from bot.knowledge.store import knowledge
from bot.offices import offices, read_offices

ROW = {
    "phone": "519-555-0100",
    "name": {"en": "Office", "fr": "Bureau"},
    "topics": [],
    "days": [1],
    "opens": "09:00",
    "closes": "12:00",
    "closed_on_holidays": True,
}
ONTARIO = {"country": "CA", "subdivision": "ON", "categories": ["public", "optional"]}


def test_every_office_of_the_city_has_a_name_in_each_language_a_phone_number_and_topics_that_there_are() -> None:
    topics = {article.file.rpartition("/")[2].removesuffix(".yml") for article in knowledge().articles}
    assert offices()
    for office in offices():
        assert set(office.name) == set(city().languages)
        assert phonenumbers.is_possible_number(phonenumbers.parse(office.phone, city().country))
        assert set(office.topics) <= topics


def test_it_is_closed_on_the_holidays_of_its_province_and_no_other_workday() -> None:
    [office] = read_offices({"holidays": ONTARIO, "offices": [{**ROW, "days": [1, 2, 3, 4, 5]}]})
    assert not office.is_open_on(date(2027, 2, 15))  # Family Day
    assert office.is_open_on(date(2026, 11, 11))  # Remembrance Day is no holiday in Ontario
    [open_then] = read_offices({"holidays": ONTARIO, "offices": [{**ROW, "closed_on_holidays": False}]})
    assert open_then.is_open_on(date(2027, 2, 15))


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (date(2026, 12, 28), False),  # for Boxing Day, a Saturday
        (date(2026, 12, 29), True),
        (date(2027, 12, 27), False),  # for Christmas, a Saturday
        (date(2027, 12, 28), False),  # for Boxing Day, a Sunday
        (date(2028, 1, 3), False),  # for New Year's Day, a Saturday
        (date(2026, 8, 3), False),  # Civic Holiday
        (date(2026, 9, 30), True),  # no holiday in Ontario
    ],
)
def test_the_city_s_offices_are_closed_on_the_day_taken_for_a_holiday_on_a_weekend(day: date, opens: bool) -> None:
    assert [office.is_open_on(day) for office in offices()] == [opens]


@pytest.mark.parametrize("wrong", [{"opens": "12:00"}, {"opens": "nine"}, {"days": []}, {"days": [0]}, {"days": [8]}])
def test_hours_that_cannot_be_are_refused(wrong: Dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="isoformat|hours of"):
        read_offices({"holidays": ONTARIO, "offices": [{**ROW, **wrong}]})


def test_a_province_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        read_offices({"holidays": {**ONTARIO, "subdivision": "XX"}, "offices": [ROW]})
