"""A collection day after another: for a second address, for the same one again, and after an article that offers it."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pytest

from actions.answer_article import ActionAnswerArticle
from actions.clients.waste import Waste
from actions.collection_day import ActionCollectionDay
from actions.collection_form import ActionAskCollectionAddress, ValidateCollectionForm
from actions.offer_choices import ActionOfferChoices
from actions.photos import ActionTakeInformation
from tests.actions.turns import Form, Said, run, tracker

Event = Dict[str, Any]
STARTED = {"event": "session_started"}


def said(text: str, intent: str, **entities: str) -> Event:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    return {"event": "user", "text": text, "parse_data": {"intent": {"name": intent}, "entities": found}}


def follows(reading: Said) -> Optional[str]:
    return next((event["name"] for event in reading.events if event["event"] == "followup"), None)


def informs(text: str, *before: Event) -> Said:
    given = tracker(text)
    given.events[:0] = [STARTED, *before]
    return run(ActionTakeInformation(), given)


@pytest.mark.parametrize(
    "before",
    [
        [said("trash day 31 krug st", "collection_day")],
        [said("trash day 31 krug st", "collection_day"), said("thanks", "thank")],
        [said("nobody emptied my green cart", "article", article="garbage_missed")],
        [said("bins 31 krug st", "nlu_fallback"), {"event": "active_loop", "name": "collection_form"}],
    ],
)
def test_an_address_behind_a_question_about_collection_is_looked_up(before: List[Event]) -> None:
    reading = informs("oops i mean 210 king st e", *before)
    assert follows(reading) == "collection_form"
    assert not reading.messages


@pytest.mark.parametrize(
    "before",
    [
        [],
        [said("deep pothole", "report_problem")],
        [said("can i burn leaves", "article", article="open_fires")],
        [said("trash day 31 krug st", "collection_day"), said("hmm the thing", "nlu_fallback")],
    ],
)
def test_an_address_behind_anything_else_is_asked_about(before: List[Event]) -> None:
    reading = informs("210 king st e", *before)
    assert follows(reading) is None
    assert reading.responses == ["utter_address_alone"]


def test_words_without_an_address_ask_for_no_days() -> None:
    assert informs("a blue honda", said("trash day 31 krug st", "collection_day")).responses == ["utter_address_alone"]


def test_an_article_about_collection_is_followed_by_the_days_at_the_address_of_the_message() -> None:
    with_address = tracker("they passed 210 king st e without emptying the cart", "article", entities={"article": "garbage_missed"})
    assert follows(run(ActionAnswerArticle(), with_address)) == "collection_form"
    without = tracker("they passed us without emptying the cart", "article", entities={"article": "garbage_missed"})
    assert follows(run(ActionAnswerArticle(), without)) is None
    inside = tracker("they passed 210 king st e", "article", entities={"article": "garbage_missed"}, loop="report_form")
    assert follows(run(ActionAnswerArticle(), inside)) is None


@pytest.mark.parametrize(
    ("text", "label", "asked"),
    [
        ("schedule 210 king st e", "collection_day", True),
        ("bin calendar for 210 king st e", "article/collection_calendar", True),
        ("calendrier 210 rue king est", "collection_day", True),
        ("schedule of the bins", "collection_day", False),
        ("rubbish heap 210 king st e", "report_problem/illegal_dumping", False),
    ],
)
def test_an_unclear_message_with_an_address_that_is_likeliest_about_collection_gets_the_days(text: str, label: str, asked: bool) -> None:
    given = tracker(text, "nlu_fallback", ranking=[(label, 0.5), ("article/noise", 0.1)], outcome="torn")
    assert follows(run(ActionOfferChoices(), given)) == ("collection_form" if asked else None)


def asks(waste: Waste, text: str, *before: Event, intent: str = "collection_day", language: str = "en", tapped: bool = False) -> Said:
    """What is read after a question that begins the form."""
    how: Dict[str, Any] = {"ranking": [(intent, 1.0)], "confidence": 1.0} if tapped else {}
    given = tracker(text, intent, loop="collection_form", slots={"language": language}, **how)
    given.events[:] = [STARTED, *before, *given.events, {"event": "active_loop", "name": "collection_form"}]
    validated = run(ValidateCollectionForm(waste), given)
    asked = validated.slots["requested_slot"]
    action = ActionAskCollectionAddress() if asked else ActionCollectionDay(waste)
    return run(action, tracker(text, intent, slots=validated.slots | {"language": language}, loop="collection_form" if asked else None))


DATES_AT_KING = [
    said("which bins at 200 king st w", "collection_day"),
    {"event": "slot", "name": "last_address", "value": "200 King St W"},
]


def test_a_question_without_an_address_takes_the_one_of_before_and_says_how_to_name_another(waste: Waste) -> None:
    reading = asks(waste, "tell me the pickup day", *DATES_AT_KING)
    assert "200 King St W" in reading.text()
    assert "For another address, just write it." in reading.text()
    assert "Pour une autre adresse" in asks(waste, "le jour de la collecte c'est quand", *DATES_AT_KING, language="fr").text("fr")
    assert "200 King St W" in asks(waste, "Find my collection day", *DATES_AT_KING, tapped=True).text()


def test_an_address_of_the_message_itself_goes_before_and_needs_no_such_line(waste: Waste) -> None:
    reading = asks(waste, "pickup day at 45 queen st n", *DATES_AT_KING)
    assert "45 Queen St N" in reading.text()
    assert "another address" not in reading.text()


def test_the_address_before_a_message_that_was_not_understood_counts(waste: Waste) -> None:
    before = [said("45 queen st n cart stuff", "nlu_fallback"), said("hmm you know", "nlu_fallback")]
    assert "45 Queen St N" in asks(waste, "Find my collection day", *before, tapped=True).text()


@pytest.mark.parametrize(
    "before",
    [
        [{"event": "slot", "name": "last_address", "value": "200 King St W"}],  # carried over from another session
        [said("pothole at 200 king st w", "report_problem")],
        [*DATES_AT_KING, said("start over", "start_over")],
    ],
)
def test_an_address_of_another_session_or_of_a_report_does_not_count(waste: Waste, before: List[Event]) -> None:
    assert asks(waste, "tell me the pickup day", *before).responses == ["utter_ask_collection_address"]


def test_an_address_alone_asks_the_question_before_it_again(waste: Waste) -> None:
    before = [said("is it recycling next week at 200 king st w", "collection_day")]
    reading = asks(waste, "and 45 queen st n", *before, intent="inform")
    assert reading.responses[0].startswith("utter_collection_stream")
    assert "45 Queen St N" in reading.text()


@pytest.fixture
def form(waste: Waste) -> Form:
    return Form(ValidateCollectionForm(waste), {"collection_address": ActionAskCollectionAddress()}, ActionCollectionDay(waste))


@pytest.mark.parametrize("parts", [("200", "king st w"), ("it's on king street west", "200"), ("le 200", "rue king ouest")])
def test_number_and_street_may_come_one_after_the_other(form: Form, parts: List[str]) -> None:
    form.say("tell me the pickup day", "collection_day")
    assert form.say(parts[0]).responses[0] in {"utter_ask_collection_address_street", "utter_ask_collection_address_number"}
    assert "200 King St W" in form.say(parts[1], "nlu_fallback").text()


def test_the_question_for_the_other_half_says_the_one_that_is_known(form: Form) -> None:
    form.say("tell me the pickup day", "collection_day")
    assert "200" in form.say("number 200").text()
    assert "King St W" in form.say("king st west").text() or not form.open


@pytest.mark.parametrize("text", ["no idea what my house number is", "what if i dont know it", "je sais pas, je viens d'arriver"])
def test_who_does_not_know_the_address_reads_where_else_to_look_and_how_to_leave(form: Form, text: str) -> None:
    form.say("tell me the pickup day", "collection_day")
    reading = form.say(text)
    assert reading.responses == ["utter_ask_collection_address_lost"]
    assert "https://" in reading.text()
    assert "never mind" in reading.text()


def test_a_second_miss_is_not_answered_with_the_same_words(form: Form) -> None:
    form.say("tell me the pickup day", "collection_day")
    assert form.say("the house with the red door", "nlu_fallback").responses == ["utter_ask_collection_address_unclear"]
    assert form.say("beside my cousin", "nlu_fallback").responses == ["utter_ask_collection_address_lost"]


@pytest.mark.parametrize("text", ["what do you want it for?", "are two carts allowed", "pourquoi vous demandez ça"])
def test_a_question_is_no_bad_address(form: Form, text: str) -> None:
    form.say("tell me the pickup day", "collection_day")
    assert form.say(text, "nlu_fallback").responses == ["utter_ask_collection_address_why"]
