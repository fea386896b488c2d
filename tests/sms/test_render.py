"""A turn becomes one text: everything a message has, nothing twice, no payload."""

from __future__ import annotations

from bot.messages import Choice, Feedback, Link, Message, Picture, Place, Source
from bot.sms.render import render
from bot.sms.segments import Encoding, encoding_of, segments
from bot.sms.split import split

DAY = Choice("Find my collection day", "choice_abc")
PROBLEM = Choice("Report a problem", "choice_def")


def test_text_and_choices_are_lines_without_payloads() -> None:
    text = render([Message("What’s up?", choices=(DAY, PROBLEM))], "en")
    assert text == "What's up?\n1 Find my collection day\n2 Report a problem"


def test_a_turn_is_one_text_numbered_through() -> None:
    text = render([Message("One.", choices=(DAY,)), Message("Two."), Message("Three?", choices=(PROBLEM,))], "en")
    assert text == "One.\n1 Find my collection day\nTwo.\nThree?\n2 Report a problem"
    assert segments(text) == 1


def test_whether_it_helped_is_one_line_numbered_on() -> None:
    feedback = Feedback("Did this help?", Choice("Yes", "choice_yes"), Choice("No", "choice_no"))
    text = render([Message("One.", choices=(DAY,)), Message("Two.", choices=(PROBLEM,), feedback=feedback)], "en")
    assert text == "One.\n1 Find my collection day\nTwo.\n2 Report a problem\nDid this help? 3 Yes 4 No"


def test_every_part_of_a_message_is_there() -> None:
    message = Message(
        text="Here it is.",
        choices=(DAY,),
        link=Link("The form", "https://kitchener.ca/form"),
        place=Place("City Hall", 43.4516, -80.4925),
        picture=Picture("https://kitchener.ca/map.png", "Map"),
        source=Source("City of Kitchener", "https://kitchener.ca/waste", "2026-11-01"),
    )
    assert render([message], "en").splitlines() == [
        "Here it is.",
        "The form: https://kitchener.ca/form",
        "City Hall: 43.45160, -80.49250",
        "Map: https://kitchener.ca/map.png",
        "Source: City of Kitchener, as of November 1, 2026, https://kitchener.ca/waste",
        "1 Find my collection day",
    ]
    assert "en date du 1er novembre 2026" in render([message], "fr")


def test_a_link_the_text_has_is_not_repeated_but_a_longer_one_is_another() -> None:
    link = Link("Form", "https://kitchener.ca/form")
    assert render([Message("See https://kitchener.ca/form.", link=link)], "en") == "See https://kitchener.ca/form."
    assert "Form: " in render([Message("See https://kitchener.ca/forms", link=link)], "en")


def test_a_picture_is_named_once() -> None:
    assert render([Message("A map.", picture=Picture("https://a.ca/m.png", "A map."))], "en") == "A map.\nhttps://a.ca/m.png"


def test_nothing_said_is_an_empty_text() -> None:
    assert render([], None) == ""
    assert render([Message()], None) == ""


def test_a_french_answer_in_typographic_french_stays_in_gsm7_when_its_letters_allow() -> None:
    text = render([Message("L’été, «\u00a0réglé\u00a0» à 14\u202fh… où\u202f?")], "fr")
    assert text == 'L\'été, "réglé" à 14 h... où ?'
    assert encoding_of(text) is Encoding.GSM7


def test_a_long_turn_keeps_its_choices_in_order_over_the_parts() -> None:
    text = render([Message("A sentence of some length. " * 30, choices=(DAY, PROBLEM))], "en")
    parts = split(text, "Reply MORE for the rest.")
    assert len(parts) == 2
    assert parts[1].endswith("1 Find my collection day\n2 Report a problem")
