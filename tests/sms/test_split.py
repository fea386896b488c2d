"""A long answer comes in parts a phone can hold, cut where a reader would."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.conversations.sentences import say
from bot.links import LINK
from bot.sms.segments import graphemes, segments
from bot.sms.split import MOST_SEGMENTS, split
from tests.sms.texts import texts

MORE = say("sms_more", "en")
SENTENCE = "Garbage is collected every two weeks on your collection day. "  # 61 characters


def bodies(parts: list[str]) -> list[str]:
    """The parts without the notice."""
    assert all(part.endswith(f"\n{MORE}") for part in parts[:-1])
    return [part[: -len(MORE) - 1] for part in parts[:-1]] + parts[-1:]


def test_what_fits_is_one_part_without_notice() -> None:
    assert split("a" * 459, MORE) == ["a" * 459]
    assert split("", MORE) == []


def test_the_first_part_ends_with_a_sentence_and_says_how_to_get_the_rest() -> None:
    parts = split(SENTENCE * 10, MORE)
    assert parts == [(SENTENCE * 7).strip() + f"\n{MORE}", (SENTENCE * 3).strip()]


def test_a_list_is_cut_between_its_lines() -> None:
    lines = "\n".join(f"{number} Report a problem with this or that thing" for number in range(1, 21))
    first, rest = bodies(split(lines, MORE))[:2]
    assert first.endswith("that thing")
    assert rest.startswith(f"{first.count(chr(10)) + 2} Report")


def test_a_sentence_that_would_leave_the_part_nearly_empty_is_cut_at_a_word() -> None:
    first = bodies(split("Yes. " + "word " * 200, MORE))[0]
    assert len(first) > 400
    assert first.endswith("word")


def test_each_part_is_as_dear_as_its_own_letters() -> None:
    parts = split("plain words here. " * 20 + "ça coûte plus cher. " * 10, MORE)
    assert len(parts[0]) > 300


@pytest.mark.parametrize("letter", ["a", "€", "ç", "👍", "👨‍👩‍👧", "e\u0301"])
def test_a_word_no_part_holds_is_cut_between_characters(letter: str) -> None:
    parts = bodies(split(letter * 700, MORE))
    assert "".join(parts) == letter * 700
    assert all(set(graphemes(part)) == {letter} for part in parts)


def test_a_link_is_kept_whole_beside_letters_that_know_no_spaces() -> None:
    link = "https://kitchener.ca/" + "x" * 60
    text = "字" * 120 + link + "字" * 120
    assert any(link in part for part in split(text, MORE))


def test_a_link_that_no_part_holds_is_cut_all_the_same() -> None:
    link = "https://kitchener.ca/" + "x" * 1000
    assert "".join(bodies(split(link, MORE))) == link


def test_a_notice_without_room_for_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="room"):
        split("a" * 500, "b" * 459)


@given(texts)
def test_parts_hold_all_words_in_order_links_whole_and_none_is_too_dear(text: str) -> None:
    parts = split(text, MORE)
    assert all(segments(part) <= MOST_SEGMENTS for part in parts)
    if parts:
        assert " ".join(bodies(parts)).split() == text.split()  # no word here is longer than a part
        for link in LINK.findall(text):
            assert any(link in part for part in parts)
