"""Numbers of requests, accounts, rolls and tickets, and plates, as residents write them."""

from __future__ import annotations

from typing import List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.city import city
from bot.language.found import Reading
from bot.language.identifiers import find_request_number, identifiers, tells_private_number
from bot.language.text import MAX_CHARACTERS


def found_in(text: str) -> List[Tuple[str, str]]:
    return [(one.kind, one.value) for one in identifiers(Reading.of(text))]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("what's happening with 26-000417", "26-000417"),
        ("status 26-000417?", "26-000417"),
        ("status - 26-000417", "26-000417"),
        ("26 - 000417", "26-000417"),
        ("26\u2013000417", "26-000417"),
        ("26 000417 please", "26-000417"),
        ("26000417", "26-000417"),
        ("où en est 26-000417", "26-000417"),
        ("call 519-741-2345", None),
        ("at 200 king st w", None),
        ("126-0004177", None),
        ("", None),
    ],
)
def test_a_request_number_is_found_however_it_is_written(text: str, number: Optional[str]) -> None:
    assert find_request_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("my request number is 26000417", "26-000417"),
        ("demande n° 26 000417", "26-000417"),
        ("26-000417", "26-000417"),  # its form is unmistakable
        ("26000417", None),  # may be anything
        ("account 26000417", None),
    ],
)
def test_nobody_asked_so_digits_alone_need_a_word(text: str, number: Optional[str]) -> None:
    assert find_request_number(text, expected=False) == number


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("account 123456789", "account_number", "123456789"),
        ("my acct # is 123-456-789", "account_number", "123456789"),
        ("compte n° 123 456 789", "account_number", "123456789"),
        ("le numéro de mon compte est le 123456789", "account_number", "123456789"),
        ("123456789 is my account number", "account_number", "123456789"),
        ("account 123456789 45 queen st n", "account_number", "123456789"),  # the house number is not part of it
        ("my acount is 123456789", "account_number", "123456789"),
        ("parking tiket 12345678", "ticket_number", "12345678"),
        ("ACCOUNT: １２３４５６７８９", "account_number", "123456789"),
        ("roll 3012 060 012 34500 0000", "roll_number", "3012060012345000000"),
        ("30-12-060-012-34500-0000", "roll_number", "3012060012345000000"),  # nothing else has 19 digits
        ("tax roll number is 301206001234500", "roll_number", "301206001234500"),
        ("numéro de rôle 30 12 060 012 34500", "roll_number", "301206001234500"),
        ("parking ticket 12345678", "ticket_number", "12345678"),
        ("j'ai reçu un constat no KW 1234567", "ticket_number", "KW1234567"),
        ("contravention: 123456", "ticket_number", "123456"),
        ("my licence plate is CKRT 123", "licence_plate", "CKRT123"),
        ("plaque: abc-123", "licence_plate", "ABC123"),
        ("AB 12345 is the plate", "licence_plate", "AB12345"),
        ("l'immatriculation de ma voiture est CKRT123", "licence_plate", "CKRT123"),
    ],
)
def test_a_number_that_says_what_it_is(text: str, kind: str, value: str) -> None:
    assert found_in(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "123456789",  # no word
        "call 519-741-2345",
        "account phone 519-741-2345",
        "account 519-741-2345",  # ten digits
        "account 12345678",  # eight digits
        "account 1234567890",
        "account 123456789-01",
        "3012 060 012 34500",  # fifteen digits and no word
        "12345678 days",
        "i got 2 tickets",
        "a $80 ticket",
        "ticket from 2026-11-05",
        "unit 405",  # four letters and three digits
        "king 200",
        "ma plaque est 123 ABC",
        "the plate was 123",
        "plate on king 200",
        "my plate was stolen 2 days ago",
        "licence plates, 200 old rd",
        "",
    ],
)
def test_what_only_looks_like_one(text: str) -> None:
    assert found_in(text) == []


def test_a_request_number_is_nothing_else_too() -> None:
    assert found_in("ticket 26-000417") == [("request_number", "26-000417")]


CUED = [
    ("account_number", "account {}", st.from_regex(r"[0-9]{9}", fullmatch=True)),
    ("roll_number", "rôle {}", st.from_regex(r"[0-9]{15}([0-9]{4})?", fullmatch=True)),
    ("ticket_number", "{} is my ticket", st.from_regex(r"[A-Z]{0,2}[0-9]{6,9}", fullmatch=True)),
    ("licence_plate", "plaque {}", st.from_regex(r"[A-Z]{4}[0-9]{3}|[A-Z]{2}[0-9]{5}", fullmatch=True)),
    ("request_number", "{}", st.from_regex(r"[0-9]{2}-[0-9]{6}", fullmatch=True)),
]


@pytest.mark.parametrize(("kind", "around", "values"), CUED)
def test_every_kind_of_the_city_is_read_back(kind: str, around: str, values: st.SearchStrategy[str]) -> None:
    @given(values)
    def reads_back(value: str) -> None:
        assert found_in(around.format(value)) == [(kind, value)]

    reads_back()


def test_the_kinds_are_those_of_the_city() -> None:
    assert {kind for kind, _, _ in CUED} == set(city().identifiers)


@given(st.from_regex(r"(account|compte|ticket|plaque|roll) [2-9][0-9]{2}[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}", fullmatch=True))
def test_a_phone_number_is_no_other_number_whatever_stands_before_it(text: str) -> None:
    assert found_in(text) == []


@given(st.text(max_size=200) | st.text("0123456789 -account.|", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    reading = Reading.of(text)
    assert len(reading.text) == len(reading.plain)
    for one in identifiers(reading):
        assert one.value
        assert 0 <= one.start < one.end <= len(reading.text)


def test_only_the_beginning_of_a_text_is_read() -> None:
    assert len(Reading.of("ﬃ" * 10_000).text) == MAX_CHARACTERS  # which becomes three letters
    assert found_in("." * MAX_CHARACTERS + " account 123456789") == []


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("210 000 025", True),
        ("210000025 n2h5a1 svp", True),
        ("3012 010 001 00001", True),
        ("constat 7012345", True),
        ("an abandoned car, plate CKRT 551", False),  # reports of cars have one
        ("26-000417", False),
        ("26000417", False),
        ("call me at 519-555-0123", False),
        ("bus 7 at 200 king st w, 2026-12-01", False),
        ("my number is 210000025", True),
        ("it was infraction no 7012345", True),
        ("the pole with tag 318842 leans over the sidewalk", False),
        ("streetlight SL204417 flickers", False),
        ("borne-fontaine 003318 qui coule", False),
        ("pothole at 43.4491023, -80.4902771", False),
        ("nid-de-poule à 43.449102311, -80.490277105", False),
        ("our place is assessed at 715000", False),
        ("green bin, serial number 200417733, cracked lid", False),
        ("le numéro de série du bac est 200417733", False),
        ("my library card number is 884120", False),
        ("ma carte de bus 884120 ne passe plus", False),
    ],
)
def test_what_may_be_an_account_or_a_roll_or_is_named_as_a_ticket_is_private(text: str, private: bool) -> None:
    assert tells_private_number(text) == private
