"""What a turn says becomes messages that Telegram takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Choice, Feedback, Link, Message, Picture, Place, Source
from bot.telegram.render import MOST_IN_CAPTION, MOST_UNITS, render

CHOICES = (Choice("Yes", "choice_" + "a" * 22), Choice("No", "choice_" + "b" * 22))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_message_that_fits_stays_as_it_is_with_its_source_below() -> None:
    message = Message(
        "Carts go out by 7 a.m.", CHOICES, Link("Map", "https://example.org"), source=Source("City", "https://city.ca", "2026-11-01")
    )
    (shown,) = render([message], "en")
    assert shown == Message(
        "Carts go out by 7 a.m.\n\nSource: City, as of November 1, 2026, https://city.ca", CHOICES, Link("Map", "https://example.org")
    )


def test_whether_it_helped_is_asked_below_in_a_message_of_its_own() -> None:
    yes, no = Choice("Yes", "choice_y"), Choice("No", "choice_n")
    message = Message("Carts go out by 7 a.m.", CHOICES, feedback=Feedback("Did this help?", yes, no))
    assert render([message], "en") == [Message("Carts go out by 7 a.m.", CHOICES), Message("Did this help?", (yes, no))]


def test_each_message_of_a_turn_stays_one() -> None:
    assert [shown.text for shown in render([Message("One."), Message("Two.")], "en")] == ["One.", "Two."]


def test_a_long_text_is_cut_between_sentences_and_its_choices_hang_on_the_last_part() -> None:
    sentence = "The cart stays where it is until the truck has been. "
    first, last = render([Message(sentence * 100, CHOICES, asks_location=True)], "en")
    assert (units(first.text) <= MOST_UNITS, first.choices, first.asks_location) == (True, (), False)
    assert first.text.endswith("has been.")
    assert (last.choices, last.asks_location) == (CHOICES, True)
    assert f"{first.text} {last.text}" == (sentence * 100).strip()


def test_length_is_counted_in_units_of_utf16() -> None:
    assert [units(part.text) for part in render([Message("👍" * 2048)], "en")] == [4096]
    assert [units(part.text) for part in render([Message("👍" * 2049)], "en")] == [4096, 2]


def test_a_picture_and_a_place_come_before_the_text_they_belong_to() -> None:
    picture, place = Picture("https://city.ca/map.png", "A map of the route"), Place("City Hall", 43.4516, -80.4925)
    shown = render([Message("Here it is.", CHOICES, place=place, picture=picture)], "en")
    assert shown == [Message("A map of the route", picture=picture), Message("City Hall", place=place), Message("Here it is.", CHOICES)]


def test_a_caption_too_long_goes_on_as_text() -> None:
    picture = Picture("https://city.ca/map.png", "A street. " * 150)
    first, rest = render([Message(picture=picture)], "en")
    assert (units(first.text) <= MOST_IN_CAPTION, first.picture, rest.picture) == (True, picture, None)
    assert rest.text.endswith("A street.")


def test_a_link_alone_has_its_title_to_hang_on() -> None:
    assert render([Message(link=Link("The form", "https://city.ca"))], "en") == [
        Message("The form", link=Link("The form", "https://city.ca"))
    ]


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=50).map(lambda text: text * 300))
def test_whatever_the_text_each_part_fits_and_nothing_but_space_is_lost(text: str) -> None:
    parts = [part.text for part in render([Message(text)], "en")]
    assert all(0 < units(part) <= MOST_UNITS for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
