"""A text is measured as Twilio measures it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sms.segments import ALONE, JOINED, Encoding, encoding_of, graphemes, not_gsm7, segments, units
from tests.sms.texts import texts


@pytest.mark.parametrize(
    ("text", "length", "special"),
    [
        ("a" * 160, 160, ""),
        ("é" * 10, 10, ""),  # in GSM-7, as are à è ù
        ("[x]", 5, ""),  # brackets come from the extension table and count twice
        ("12 €", 5, ""),
        ("ça", 2, "ç"),  # only the capital Ç is in GSM-7
        ("fenêtre où", 10, "ê"),
        ("[ç]", 3, "ç"),  # in UCS-2 a bracket is one unit
        ("d’accord", 8, "’"),
        ("24\u202fh", 4, "\u202f"),  # the narrow space French typography asks for
        ("👍", 2, "👍"),  # outside the basic plane: two UTF-16 units
        ("", 0, ""),
    ],
)
def test_a_text_is_measured_as_a_phone_network_does(text: str, length: int, special: str) -> None:
    assert units(text) == length
    assert not_gsm7(text) == special
    assert encoding_of(text) is (Encoding.UCS2 if special else Encoding.GSM7)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "b" * 10, 2),
        ("a" * 152 + "€" * 77, 3),  # € is a pair, never cut: 306 / 153 would say 2
        ("ñ" * 160, 1),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("í" * 134, 2),
        ("í" * 135, 3),
        ("👍" * 35, 1),
        ("👍" * 36, 2),
        ("í" * 66 + "👍" + "í" * 66, 3),  # a surrogate pair is never cut: 134 / 67 would say 2
        ("í" * 66 + "e\u0301" + "í" * 66, 3),  # nor is a letter with its accent
        ("ç" + "\r\n" * 35, 2),  # CR and LF are two
        ("a" * 1600, 11),
        ("í" * 1600, 24),
        ("e" + "\u0301" * 200, 3),  # a heap of marks no segment holds is cut
    ],
)
def test_segments_are_counted_on_their_edges(text: str, count: int) -> None:
    assert segments(text) == count


@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="^{}\\[~]|`\x00", min_codepoint=32)))
def test_plain_ascii_costs_one_unit_a_character(text: str) -> None:
    assert units(text) == len(text)


@given(texts)
def test_segments_hold_all_units_and_waste_less_than_a_grapheme_each(text: str) -> None:
    encoding = encoding_of(text)
    count = segments(text)
    assert "".join(graphemes(text)) == text
    if count == 1:
        assert units(text) <= ALONE[encoding]
    else:
        widest = max(len(grapheme.encode("utf-16-le")) // 2 for grapheme in graphemes(text))
        assert units(text) <= count * JOINED[encoding]
        assert units(text) > (count - 1) * (JOINED[encoding] - max(widest, 2))


@given(texts, st.integers(0, 50))
def test_a_longer_text_never_costs_less(text: str, left_off: int) -> None:
    assert segments(text[: max(0, len(text) - left_off)]) <= segments(text)
