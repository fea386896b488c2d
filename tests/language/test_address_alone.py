"""Messages that are nothing but an address, and those that say more."""

from __future__ import annotations

import pytest

from bot.language.address_alone import address_alone


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("88 margaret ave", "88 Margaret Ave"),
        ("oops, i should say 210 king st e", "210 King St E"),
        ("and what about 31 stirling ave n?", "31 Stirling Ave N"),
        ("same thing for my mom's, 7 gage ave", "7 Gage Ave"),
        ("31 krug", "31 Krug"),
        ("my other address is 200 King St W, Kitchener, ON", "200 King St W"),
        ("pardon, c’est plutôt le 31 rue krug", "31 Krug St"),
        ("et la même chose au 210, rue King Est?", "210 King St E"),
    ],
)
def test_words_that_only_lead_to_an_address_say_nothing_else(text: str, line: str) -> None:
    found = address_alone(text, town="Kitchener")
    assert found is not None
    assert found.line == line


@pytest.mark.parametrize(
    "text",
    [
        "4 mattresses",
        "6 green bins",
        "garbage 31 krug st",
        "there is smoke at 31 krug st",
        "my ward is 31 krug st",
        "bruit au 31 rue krug",
        "30 days",
        "king street",
        "",
    ],
)
def test_a_message_that_says_more_or_has_no_address_is_not_one(text: str) -> None:
    assert address_alone(text, town="Kitchener") is None
