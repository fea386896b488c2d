"""A turn becomes one text: everything a message has, nothing twice, no payload."""

from __future__ import annotations

from bot.messages import Choice, Feedback, Link, Message, Picture, Place, Source
from bot.sms.render import render
from bot.sms.segments import Encoding, encoding_of, segments
from bot.sms.split import split

DAY = Choice("Find my collection day", "choice_abc")
PROBLEM = Choice("Report a problem", "choice_def")


def test_text_and_choices_are_lines_without_payloads() -> None:
    sms = render([Message("What’s up?", choices=(DAY, PROBLEM))], "en")
    assert sms.text == "What's up?\n1 Find my collection day\n2 Report a problem"
    assert sms.choices == (DAY, PROBLEM)


def test_a_turn_is_one_text_numbered_through() -> None:
    sms = render([Message("One.", choices=(DAY,)), Message("Two."), Message("Three?", choices=(PROBLEM,))], "en")
    assert sms.text == "One.\n1 Find my collection day\nTwo.\nThree?\n2 Report a problem"
    assert sms.choices == (DAY, PROBLEM)
    assert segments(sms.text) == 1


def test_whether_it_helped_is_one_line_numbered_on() -> None:
    feedback = Feedback("Did this help?", Choice("Yes", "choice_yes"), Choice("No", "choice_no"))
    sms = render([Message("One.", choices=(DAY,)), Message("Two.", choices=(PROBLEM,), feedback=feedback)], "en")
    assert sms.text == "One.\n1 Find my collection day\nTwo.\n2 Report a problem\nDid this help? 3 Yes 4 No"
    assert [choice.payload for choice in sms.choices] == ["choice_abc", "choice_def", "choice_yes", "choice_no"]


def test_every_part_of_a_message_is_there() -> None:
    message = Message(
        text="Here it is.",
        choices=(DAY,),
        link=Link("The form", "https://kitchener.ca/form"),
        place=Place("City Hall", 43.4516, -80.4925),
        picture=Picture("https://kitchener.ca/map.png", "Map"),
        source=Source("City of Kitchener", "https://kitchener.ca/waste", "2026-11-01"),
    )
    assert render([message], "en").text.splitlines() == [
        "Here it is.",
        "The form: https://kitchener.ca/form",
        "City Hall: 43.45160, -80.49250",
        "Map: https://kitchener.ca/map.png",
        "Source: City of Kitchener, as of November 1, 2026, https://kitchener.ca/waste",
        "1 Find my collection day",
    ]
    assert "en date du 1er novembre 2026" in render([message], "fr").text


def test_a_link_the_text_has_is_not_repeated_but_a_longer_one_is_another() -> None:
    link = Link("Form", "https://kitchener.ca/form")
    assert render([Message("See https://kitchener.ca/form.", link=link)], "en").text == "See https://kitchener.ca/form."
    assert "Form: " in render([Message("See https://kitchener.ca/forms", link=link)], "en").text


def test_a_picture_is_named_once() -> None:
    assert render([Message("A map.", picture=Picture("https://a.ca/m.png", "A map."))], "en").text == "A map.\nhttps://a.ca/m.png"


def test_nothing_said_is_an_empty_text() -> None:
    assert render([], None).text == ""
    assert render([Message()], None).choices == ()


def test_a_french_answer_in_typographic_french_stays_in_gsm7_when_its_letters_allow() -> None:
    sms = render([Message("L’été, «\u00a0réglé\u00a0» à 14\u202fh… où\u202f?")], "fr")
    assert sms.text == 'L\'été, "réglé" à 14 h... où ?'
    assert encoding_of(sms.text) is Encoding.GSM7


def test_a_long_turn_keeps_its_choices_in_order_over_the_parts() -> None:
    sms = render([Message("A sentence of some length. " * 30, choices=(DAY, PROBLEM))], "en")
    parts = split(sms.text, "Reply MORE for the rest.")
    assert len(parts) == 2
    assert parts[1].endswith("1 Find my collection day\n2 Report a problem")
