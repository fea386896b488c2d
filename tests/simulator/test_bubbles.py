"""What a phone in the terminal shows: the text as it is, and what it costs."""

from __future__ import annotations

import pytest

from bot.simulator.bubbles import bubble, price


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a" * 160, "1 segment, GSM-7, 160 of 160 units"),
        ("a" * 161, "2 segments, GSM-7, 161 of 306 units"),
        ("10 €", "1 segment, GSM-7, 5 of 160 units"),
        ("l'arrêt", "1 segment, UCS-2 because of ê, 7 of 70 units"),
        ("ê" * 71, "2 segments, UCS-2 because of ê, 71 of 134 units"),
    ],
)
def test_the_price_is_segments_with_the_reason_for_them(text: str, words: str) -> None:
    assert price(text) == words


def test_a_text_stands_in_a_frame_with_its_lines_as_they_are() -> None:
    assert bubble("Send it?\n1 Yes\n2 No", "+15195550100", 80, own=False) == [
        "┌ +15195550100",
        "│ Send it?",
        "│ 1 Yes",
        "│ 2 No",
        "└ 1 segment, GSM-7, 19 of 160 units",
    ]


def test_own_texts_stand_to_the_right() -> None:
    assert bubble("hi", "+15195550123", 80, own=True)[1] == " " * 20 + "│ hi"


@pytest.mark.parametrize("columns", [3, 20, 45, 80, 300])
@pytest.mark.parametrize("own", [True, False])
def test_a_long_text_is_wrapped_into_the_terminal_and_nothing_of_it_is_lost(columns: int, own: bool) -> None:
    words = "The calendar knows it: https://www.regionofwaterloo.ca/en/living-here/garbage.aspx or call."
    _, *lines, _ = bubble(words, "+15195550100", columns, own=own)
    assert max(map(len, lines)) <= columns
    assert "".join(line.lstrip().removeprefix("│ ") for line in lines).replace(" ", "") == words.replace(" ", "")
