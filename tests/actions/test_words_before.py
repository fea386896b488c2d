"""What was written before a task begins: it belongs to the task only if it was about it."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

import pytest

from actions.clients.geocoder import Geocoder
from actions.clients.open311 import Open311
from actions.clients.waste import Waste
from actions.collection_form import ValidateCollectionForm
from actions.look_up_form import ValidateLookUpForm
from actions.look_ups.ward import WardLookUp
from tests.actions.test_report_problem import made_form
from tests.actions.turns import Form, Said, run, tracker

pytestmark = pytest.mark.usefixtures("record")

Event = Dict[str, Any]


def wrote(text: str, intent: str, *then: str) -> List[Event]:
    """A message, and the actions that ran after it."""
    user = {"event": "user", "text": text, "parse_data": {"intent": {"name": intent}}}
    return [user, *({"event": "action", "name": name} for name in then)]


def loop(name: Optional[str]) -> List[Event]:
    return [{"event": "active_loop", "name": name}]


ADDRESS_FOR_GARBAGE = [
    *wrote("when is garbage day", "collection_day", "collection_form"),
    *loop("collection_form"),
    *wrote("45 queen st n", "inform", "collection_form"),
    *loop(None),
    {"event": "action", "name": "action_collection_day"},
]


@pytest.fixture
def form(open311: Open311) -> Form:
    return made_form(open311)


def begins(form: Form, before: Sequence[Event], text: str, *, tapped: bool = False, language: str = "en", code: str = "pothole") -> Said:
    """What a resident reads whose report begins after that, up to its first question; what it holds is in the form's slots."""
    form.slots["language"] = language
    how: Dict[str, Any] = {"ranking": [("report_problem", 1.0)], "confidence": 1.0} if tapped else {}
    given = tracker(text, "report_problem", entities={"service_code": code}, slots=form.slots, loop="report_form", **how)
    given.events[:] = [*before, *given.events, *loop("report_form")]
    validated = run(form.validator, given)
    form.slots.update(validated.slots)
    form.open = True
    asked = form.slots["requested_slot"]
    if asked not in form.asks:
        return Said([*validated.messages, {"response": f"utter_ask_{asked}", "buttons": []}], validated.events)
    then = run(form.asks[asked], tracker(text, "report_problem", slots=form.slots, loop="report_form"))
    return Said([*validated.messages, *then.messages], [*validated.events, *then.events])


# --- the address given to another form


@pytest.mark.parametrize(
    ("text", "language", "asks"),
    [("I want to report a pothole", "en", "Where is it?"), ("je veux signaler un nid-de-poule", "fr", "Où est-ce?")],
)
@pytest.mark.parametrize("tapped", [False, True])
def test_an_address_that_answered_another_form_is_not_the_place_of_a_report(
    form: Form, text: str, language: str, asks: str, tapped: bool
) -> None:
    assert asks in begins(form, ADDRESS_FOR_GARBAGE, text, language=language, tapped=tapped).text(language)
    assert form.slots["report_location"] is None


def test_nor_is_it_the_place_of_the_next_collection_day(waste: Waste) -> None:
    given = tracker("when is garbage day", "collection_day", loop="collection_form")
    before = [*loop("report_form"), *wrote("200 king st w", "inform", "report_form"), *loop(None)]
    given.events[:] = [*before, *given.events, *loop("collection_form")]
    assert run(ValidateCollectionForm(waste), given).slots["requested_slot"] == "collection_address"


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [("there's a pothole", "en", "What should the crew know?"), ("il y a un nid-de-poule", "fr", "Que doit savoir l'équipe?")],
)
def test_an_address_alone_that_was_asked_about_is_the_place(form: Form, text: str, language: str, shown: str) -> None:
    said = begins(form, wrote("45 queen st n", "inform", "action_take_information"), text, language=language)
    assert shown in said.text(language)
    assert form.slots["report_location"] == "45 Queen St N"


# --- a choice that is tapped


@pytest.mark.parametrize(
    ("question", "title", "language", "asks"),
    [
        ("How do I report a big pothole that broke my car?", "Report a pothole", "en", "Where is it?"),
        ("comment signaler un gros nid-de-poule qui a brisé mon auto?", "Signaler un nid-de-poule", "fr", "Où est-ce?"),
    ],
)
def test_a_question_that_an_article_answered_is_not_the_description(
    form: Form, question: str, title: str, language: str, asks: str
) -> None:
    said = begins(form, wrote(question, "article", "action_answer_article"), title, tapped=True, language=language)
    assert asks in said.text(language)
    assert form.slots["report_description"] is None
    form.say("200 king st w")
    assert form.slots["requested_slot"] == "report_description"


def test_it_may_say_where(form: Form) -> None:
    question = "how do I get the pothole at 45 queen st n fixed quickly?"
    said = begins(form, wrote(question, "article", "action_answer_article"), "Report a pothole", tapped=True)
    assert said.responses == ["utter_ask_report_description"]
    assert form.slots["report_location"] == "45 Queen St N"


def test_small_talk_is_not_the_description_either(form: Form) -> None:
    begins(form, wrote("hello there, is anybody working today", "greet", "utter_greet"), "Report a problem", tapped=True)
    assert form.slots["report_description"] is None


def test_the_title_of_a_choice_is_never_the_description(form: Form) -> None:
    begins(form, wrote("hello", "greet", "utter_greet"), "Report a broken bench or swing", tapped=True, code="playground")
    assert form.slots["report_description"] is None


@pytest.mark.parametrize(
    ("words", "title", "language"),
    [
        ("huge hole swallowed my front wheel at 45 queen st n", "Report a pothole", "en"),
        ("un énorme trou a brisé ma roue au 45 rue queen nord", "Signaler un nid-de-poule", "fr"),
    ],
)
def test_words_that_the_assistant_was_not_sure_about_describe_the_problem(form: Form, words: str, title: str, language: str) -> None:
    said = begins(form, wrote(words, "nlu_fallback", "action_offer_choices"), title, tapped=True, language=language)
    assert said.responses == ["utter_ask_report_contact"]
    assert (form.slots["report_description"], form.slots["report_location"]) == (words, "45 Queen St N")


def test_the_place_of_a_request_that_is_not_known_is_the_place_of_the_report(form: Form) -> None:
    before = [
        *wrote("what about the pothole at 45 queen st n", "check_request_status", "status_form"),
        *loop("status_form"),
        *loop(None),
        {"event": "action", "name": "action_check_request_status"},
    ]
    assert begins(form, before, "Report a problem", tapped=True).responses == ["utter_ask_report_description"]
    assert form.slots["report_location"] == "45 Queen St N"


def test_a_look_up_takes_the_address_that_was_asked_about_or_given_to_another_look_up(geocoder: Geocoder) -> None:
    def asked(before: List[Event]) -> Any:
        given = tracker("which ward am i in", "look_up", entities={"look_up": "ward"}, loop="look_up_form")
        given.events[:] = [*before, *given.events, *loop("look_up_form")]
        return run(ValidateLookUpForm({"ward": WardLookUp(None, geocoder)}), given).slots["requested_slot"]

    assert asked(wrote("45 queen st n", "inform", "action_take_information")) is None
    assert asked(ADDRESS_FOR_GARBAGE) is None
    assert asked([*loop("report_form"), *wrote("200 king st w", "inform", "report_form"), *loop(None)]) == "look_up_answer"
