"""What people and logs may read."""

from __future__ import annotations

import io
import logging
import re
from datetime import date
from typing import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.city import city
from bot.conversations.cleaning import clean
from bot.conversations.logs import install_log_masking, mask_line
from bot.conversations.masking import MARKERS, mask, mask_deeply
from bot.language.entities import find_entities


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail me at jane.doe+x@example.co.uk thanks", "mail me at [email] thanks"),
        ("jane at example dot ca", "[email]"),
        ("jane(at)example.ca", "[email]"),
        ("call 519-555-0123 or +1 (519) 555 0124", "call [phone] or [phone]"),
        ("5195550123", "[phone]"),
        ("５１９-５５５-０１２３", "[phone]"),
        ("519.555.0123x22", "[phone]"),
        ("N2G 4G7 and n2g4g7", "[postal code] and [postal code]"),
        ("n2g-4g7", "[postal code]"),
        ("N2G 4GI", "[postal code]"),  # a letter for the digit it looks like
        ("account 12345678", "account [number]"),
        ("acct1234567x", "acct[number]x"),
        ("123-4567", "[number]"),
        ("046454286", "[number]"),  # neither an account nor a SIN to its reader
        ("046 454 286", "[SIN removed]"),
        ("4111 1111 1111 1111", "[card removed]"),
        ("they skiped my garbage agian, 45 queen st n", "they skiped my garbage agian, [address]"),
        ("garbage at 200 king st w?", "garbage at [address]?"),
        ("unit 5, 45 Queen Street North", "[address]"),
        ("1145 Weber St. E", "[address]"),
        ("8 St. George St", "[address]"),
        ("j'habite au 45 rue Queen Nord", "j'habite au [address]"),
        ("200, rue King Ouest", "[address]"),
        ("12 chemin Doon Sud", "[address]"),
        ("pothole at 45 queen please", "pothole at [address] please"),  # a street of the city's own list needs no type
        ("au 12 de la rue Mill", "au [address]"),
        ("queen st number 45", "[address]"),
        ("call five one nine 555 oh one two four", "call [phone]"),
        ("cinq cent dix-neuf, cinq cent cinquante-cinq, zéro un vingt-quatre", "[phone]"),
        ("plate CKRT 482, blue honda", "plate [licence plate], blue honda"),
        ("ticket KW 4512", "ticket [ticket number]"),
        ("my name is john smith and i moved", "my name is [name] and i moved"),
        ("c'est Marie Tremblay à l'appareil", "c'est [name] à l'appareil"),
        ("jane dot doe at example dot ca", "[email]"),
    ],
)
def test_a_personal_detail_is_masked(text: str, masked: str) -> None:
    assert mask(clean(text).text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "status of 26-000417?",
        "#26-000417 and 26-000418",
        "there are 3 potholes on king st",
        "Recycling: Tuesday, December 8\nGreen bin: Tuesday, December 1",  # Green is a street
        "2 bags on the street for 3 days",
        "on 2026-11-23 I had 7 bags",
        "paid on 12/05/2026",
        "by-law 2019-113 of the 2024-2025 budget",
        "123 456 residents",
        "my name is on the list",
        "2 queen size mattresses",
        "route 7 king street",
        "one of two bins",
        "meet at noon at the park",
        "turn 3f2a12345678903f2a1234567890abcd",
        "👍",
        "",
    ],
)
def test_what_is_not_personal_stays_readable(text: str) -> None:
    assert mask(text) == text


def test_the_citys_own_phone_number_stays_readable() -> None:
    assert mask(f"call {city().phone} please") == f"call {city().phone} please"


@given(st.from_regex(r"[2-9][0-9]{2}[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}", fullmatch=True), st.sampled_from(["", "call ", "x", "(", "tel:"]))
def test_no_phone_number_survives(number: str, before: str) -> None:
    if number != city().phone:
        assert sum(character.isdigit() for character in mask(before + number)) < 4


@given(st.from_regex(r"[0-9]{7,30}", fullmatch=True))
def test_no_long_number_survives(number: str) -> None:
    assert not re.search("[0-9]{7}", mask(f"it is {number}"))


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


def test_every_text_in_a_shape_is_masked_and_the_shape_stays() -> None:
    shape = [{"entity": "address", "value": "45 queen st n\x00"}, {"n": 3, "list": ["519-555-0123", None, True, 1.5]}]
    assert mask_deeply(shape) == [{"entity": "address", "value": "[address]"}, {"n": 3, "list": ["[phone]", None, True, 1.5]}]


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("phone", "+15195550124", "[phone]"),
        ("phone", "+15197412345", "[phone]"),  # the city's own too: a resident gave it
        ("email", "jane@example.ca", "[email]"),
        ("postal_code", "N2G 4V6", "[postal code]"),
        ("street_address", "200 King", "[address]"),  # without a type, which no pattern would know
        ("account_number", "123456789", "[account number]"),
        ("account_number", "26-000417", "[account number]"),  # whatever it looks like
        ("roll_number", "3012060012345000000", "[roll number]"),
        ("ticket_number", "KW1234", "[ticket number]"),
        ("licence_plate", "CKRT123", "[licence plate]"),
        ("licence_plate", ["CKRT123"], "[licence plate]"),
        ("request_number", "26-000417", "26-000417"),
        ("street_corner", "King St & Queen St", "King St & Queen St"),
        ("date", "2026-11-28/2026-11-29", "2026-11-28/2026-11-29"),
        ("time", "19:30", "19:30"),
        ("amount", "4550", "4550"),
        ("facility", "breithaupt_pool", "breithaupt_pool"),
    ],
)
def test_an_entity_that_points_to_a_person_becomes_its_kind(kind: str, value: object, masked: str) -> None:
    understood = [{"intent": {"name": "inform", "confidence": 0.9}, "entities": [{"entity": kind, "value": value}]}]
    assert mask_deeply(understood)[0]["entities"] == [{"entity": kind, "value": masked}]


def test_entities_are_masked_whatever_a_message_holds() -> None:
    text = "account 123456789, plate CKRT 123, ticket 1234567, roll 301206001234500, 519-555-0124, jane@example.ca, 200 king st w, n2g 4v6"
    found = find_entities(text, date(2026, 11, 26))
    assert {entity["entity"] for entity in found} == set(MARKERS)
    assert not re.search("[0-9]|jane|CKRT", str(mask_deeply(found)))


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    factory, root, lines = logging.getLogRecordFactory(), logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(lines)
    root.addHandler(handler)
    install_log_masking()
    install_log_masking()  # a second call is harmless
    yield lines
    logging.setLogRecordFactory(factory)
    root.removeHandler(handler)


def test_every_log_line_is_masked_whoever_writes_it(log_lines: io.StringIO) -> None:
    logging.getLogger("some.library").warning("got %s from %r", "jane@example.ca", {"phone": "519-555-0123"})
    logging.getLogger("another").error("card ４１１１ 1111 1111 1111")
    assert log_lines.getvalue() == "got [email] from {'phone': '[phone]'}\ncard [card removed]\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"'4111\u200b1111\xa01111 1111'", "'[card removed]'"),  # as `repr` writes what is invisible
        (r'{"text": "\uff15\uff11\uff19 555 0124"}', '{"text": "[phone]"}'),  # as JSON writes full-width digits
        (r"'hello\n45 queen st n\nthanks'", "'hello [address] thanks'"),
        ("owes $213.40 on 4 accounts", "owes [amount] on 4 accounts"),
    ],
)
def test_a_log_line_is_masked_as_it_was_meant(written: str, shown: str) -> None:
    assert mask_line(written) == shown


def test_a_record_whose_arguments_do_not_fit_is_masked_and_breaks_nothing(log_lines: io.StringIO) -> None:
    logging.getLogger("some.library").error("%d calls by %s", "519-555-0123")
    assert log_lines.getvalue() == "%d calls by %s ('[phone]',)\n"


def test_a_traceback_in_the_log_is_masked(log_lines: io.StringIO) -> None:
    try:
        raise ValueError("no such account 12345678 of jane@example.ca")
    except ValueError:
        logging.getLogger("some.library").exception("failed")
    assert "ValueError: no such account [number] of [email]" in log_lines.getvalue()
