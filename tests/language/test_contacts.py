"""Phone numbers, e-mail addresses and postal codes as residents write them."""

from __future__ import annotations

from typing import List, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.contacts import PostalCode, emails, find_postal_code, phones
from bot.language.found import Reading


def phones_in(text: str) -> List[str]:
    return [one.value for one in phones(Reading.of(text), "CA")]


def emails_in(text: str) -> List[str]:
    return [one.value for one in emails(Reading.of(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("call me at 519-555-0124", ["+15195550124"]),
        ("mon numéro: (519) 555 0124", ["+15195550124"]),
        ("5195550124 or +1.226.555.0133", ["+15195550124", "+12265550133"]),
        ("519-555-0124 ext 22", ["+15195550124"]),
        ("５１９-５５５-０１２４", ["+15195550124"]),
        ("+33 1 42 68 53 00", ["+33142685300"]),
        ("26-000417", []),
        ("account 123456789", []),
        ("555-0124", []),  # no area code
        ("119-555-0124", []),  # there is no such area code
        ("on 2026-11-23 i paid $1,234,567.89", []),
        ("", []),
    ],
)
def test_phone_numbers(text: str, found: List[str]) -> None:
    assert phones_in(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mail jane.doe+x@Example.co.uk thanks", ["jane.doe+x@example.co.uk"]),
        ("(jane@example.ca).", ["jane@example.ca"]),
        ("jane at example dot ca", ["jane@example.ca"]),
        ("jane arobase exemple point ca", ["jane@exemple.ca"]),
        ("jane(at)example.ca et luc [at] exemple.ca", ["jane@example.ca", "luc@exemple.ca"]),
        ("jane@example", []),
        ("meet me at the park", []),
        ("@kitchener", []),
        ("at 3@1.50", []),  # three at a dollar fifty
        ("jane@@example.ca", []),
        ("", []),
    ],
)
def test_email_addresses(text: str, found: List[str]) -> None:
    assert emails_in(text) == found


@pytest.mark.parametrize(
    ("text", "code", "repaired"),
    [
        ("N2G 4V6", "N2G 4V6", False),
        ("my postal code is n2g4g7", "N2G 4G7", False),
        ("n2g-4g7,", "N2G 4G7", False),
        ("mon code: n2g 4gI", "N2G 4G1", True),
        ("N2G 4GO", "N2G 4G0", True),
        ("N2G 4GI or N2G 4G7", "N2G 4G7", False),  # the clean one wins
        ("W2G 4V6", None, False),  # no code begins with W
        ("N2D 4V6", None, False),  # none holds a D
        ("N2G 4V", None, False),
        ("XN2G 4V61", None, False),
        ("NOG IVI", None, False),  # letters only are no slip
        ("NOG IVI since 2019", None, False),  # whatever digits follow
        ("", None, False),
    ],
)
def test_postal_codes(text: str, code: Optional[str], repaired: bool) -> None:
    found = find_postal_code(text)
    assert (found and (found.code, found.repaired)) == (code and (code, repaired))


@given(st.from_regex(r"(519|226|548|416|613)[2-9][0-9]{6}", fullmatch=True))
def test_a_phone_number_is_read_back(digits: str) -> None:
    for value in phones_in(f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"):  # those with 11 behind are none
        assert value == f"+1{digits}"
        assert phones_in(value) == [value]


@given(st.emails(domains=st.from_regex(r"[a-z]{1,12}(\.[a-z]{2,5}){1,2}", fullmatch=True)))
def test_an_email_address_is_read_back(address: str) -> None:
    for value in emails_in(address):
        assert emails_in(f"mail {value}, please") == [value]


@given(
    st.from_regex(r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9]", fullmatch=True),
    st.sampled_from(["", " ", "-"]),
)
def test_a_postal_code_is_read_back(code: str, sign: str) -> None:
    assert find_postal_code(f"at {code.replace(' ', sign).lower()}.") == PostalCode(code, False, 3, 3 + 6 + len(sign))


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    phones_in(text), emails_in(text), find_postal_code(text)
