"""Parking tickets of the sandbox's billing gateway."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Iterator

import pytest
import requests

from tests.running import sandbox_server
from tests.sandbox.billing import TIMEOUT_S, post


@pytest.fixture
def city() -> Iterator[str]:
    with sandbox_server() as base_url:
        yield base_url


def search(city: str, number: str, plate: str, **headers: str) -> requests.Response:
    return post(city, "tickets/search", {"ticket_number": number, "plate": plate}, **headers)


def test_each_ticket_is_what_its_row_says(city: str) -> None:
    found = {
        row["status"]: row
        for row in (
            search(city, number, plate).json()
            for number, plate in (("7001234", "abcd-123"), ("7005678", "BKXT482"), ("7009999", "CMRR 077"), ("7004321", "DAFE 905"))
        )
    }
    assert set(found) == {"open", "overdue", "paid", "disputed"}
    opened, overdue, paid, disputed = (found[status] for status in ("open", "overdue", "paid", "disputed"))
    assert opened["ticket_ref"] == "*****1234"
    assert date.fromisoformat(opened["due_date"]) - date.fromisoformat(opened["issued_on"]) == timedelta(days=15)
    assert opened["amount_due"] == opened["amount"]
    assert overdue["amount_due"]["amount_cents"] > overdue["amount"]["amount_cents"]
    assert (paid["amount_due"]["amount_cents"], paid["due_date"], paid["pay_url"]) == (0, None, None)
    assert (disputed["pay_url"], disputed["dispute_url"]) == (None, None)
    for url in (opened["pay_url"], opened["dispute_url"], overdue["pay_url"]):
        assert "Sample data" in requests.get(url, timeout=TIMEOUT_S).text


def test_the_offence_is_in_the_language_asked_for(city: str) -> None:
    english, french = (search(city, "7001234", "ABCD 123", **{"Accept-Language": language}).json() for language in ("en", "fr-CA"))
    assert (english["offence"], french["offence"]) == ("Parked in a no-parking zone", "Stationnement dans une zone interdite")


def test_an_unknown_number_and_a_wrong_plate_are_answered_alike_and_limited_alike(city: str) -> None:
    wrong_plate, unknown = ([search(city, number, "ZZZZ 999") for _ in range(11)] for number in ("7001234", "7999999"))
    assert [answer.status_code for answer in wrong_plate] == [answer.status_code for answer in unknown] == [404] * 10 + [429]
    assert wrong_plate[0].json() == unknown[0].json()
    assert wrong_plate[-1].json()["code"] == "rate_limited"
    assert search(city, "7001234", "ABCD 123").status_code == 429
