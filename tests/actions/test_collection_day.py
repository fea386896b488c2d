"""Collection day: what a resident reads, from the first question to the dates."""

from __future__ import annotations

from datetime import date

import pytest

from actions.clients.geocoder import Geocoder
from actions.clients.waste import Calendar, Pickup, Waste
from actions.collection_answer import stream_lines
from actions.collection_day import ActionCollectionDay
from actions.collection_form import ActionAskCollectionAddress, ActionAskCollectionPlace, ValidateCollectionForm
from bot.messages import Place
from tests.actions.turns import Form, run, tracker
from tests.running import fault

CITY_HALL, FIELD = Place("", 43.4516, -80.4925), Place("", 43.40, -80.40)


@pytest.fixture
def form(waste: Waste, geocoder: Geocoder) -> Form:
    asks = {"collection_address": ActionAskCollectionAddress(), "collection_place": ActionAskCollectionPlace()}
    return Form(ValidateCollectionForm(waste, geocoder), asks, ActionCollectionDay(waste))


def test_a_question_with_its_address_is_answered_at_once(form: Form) -> None:
    said = form.say("when is garbage at 200 king st w?", "collection_day")
    assert said.responses == ["utter_collection_days"]
    text = said.text()
    assert "200 King St W" in text
    assert "Garbage: " in text
    assert "Sample data" in text
    assert said.messages[0]["custom"]["source"]["url"]
    assert (said.report["outcome"], said.report["answered"]) == ("ok", "collection_day")
    assert [call["call"] for call in said.report["api_calls"]] == ["GET places/{id}/events"]


def test_the_same_in_french(form: Form) -> None:
    form.slots["language"] = "fr"
    said = form.say("c'est quand les ordures au 200 rue king ouest", "collection_day")
    assert "Ordures : " in said.text("fr")
    assert "Données d'exemple" in said.text("fr")


def test_the_address_is_asked_for_when_it_is_missing(form: Form) -> None:
    assert form.say("when is garbage day", "collection_day").responses == ["utter_ask_collection_address"]
    assert form.say("200 king st w").responses == ["utter_collection_days"]


def test_an_address_in_the_words_before_a_tapped_choice_counts(form: Form) -> None:
    form.said_before.append("they skiped my garbage agian, 45 queen st n")
    said = form.say("Find my collection day", "collection_day", tapped=True)
    assert "45 Queen St N" in said.text()


def test_an_address_that_was_asked_about_counts_in_what_is_asked_next(waste: Waste) -> None:
    alone = {"event": "user", "text": "45 queen st n", "parse_data": {"intent": {"name": "inform"}}}
    given = tracker("when is garbage day", "collection_day", loop="collection_form")
    asked = {"event": "action", "name": "action_take_information"}
    given.events[:] = [alone, asked, *given.events, {"event": "active_loop", "name": "collection_form"}]
    assert run(ValidateCollectionForm(waste), given).slots["collection_address"] == "45 Queen St N"


def test_of_two_addresses_one_is_chosen(form: Form) -> None:
    said = form.say("garbage day 200 king street", "collection_day")
    assert said.responses == ["utter_ask_collection_place"]
    assert said.choices == ["200 King St E, Kitchener", "200 King St W, Kitchener", "None of these"]
    assert "200 King St W" in form.say("the second one").text()


@pytest.mark.parametrize("answer", ["the west one", "200 king st w", "200 King St W, Kitchener", "2"])
def test_a_choice_may_be_answered_in_words(form: Form, answer: str) -> None:
    form.say("when is garbage at 200 king st", "collection_day")
    assert "200 King St W" in form.say(answer).text()


def test_none_of_these_asks_for_the_address_again(form: Form) -> None:
    form.say("when is garbage at 200 king st", "collection_day")
    said = form.say("None of these", "something_else", tapped=True)
    assert said.responses == ["utter_ask_collection_address"]


def test_an_answer_that_is_no_choice_leaves_the_choices_open(form: Form) -> None:
    form.say("when is garbage at 200 king st", "collection_day")
    said = form.say("hmm let me think", "nlu_fallback")
    assert said.responses == ["utter_answer_unclear", "utter_ask_collection_place"]


def test_a_misspelt_street_is_confirmed_and_never_assumed(form: Form) -> None:
    said = form.say("garbage day 45 qeen st n", "collection_day")
    assert said.responses == ["utter_ask_collection_place_unsure"]
    assert said.choices == ["45 Queen St N, Kitchener", "None of these"]
    assert "45 Queen St N" in form.say("yes", "affirm").text()


def test_the_number_is_never_guessed(form: Form) -> None:
    said = form.say("garbage day 9999 queen st n", "collection_day")
    assert said.responses == ["utter_ask_collection_address_unknown"]
    assert "9999 Queen St N" in said.text()


def test_a_direction_that_was_given_counts(form: Form) -> None:
    said = form.say("garbage day 45 queen st w", "collection_day")
    assert said.responses == ["utter_ask_collection_place_unsure"]


def test_a_building_without_a_calendar_gets_no_made_up_day(form: Form) -> None:
    said = form.say("when is garbage at 55 queen st n", "collection_day")
    assert said.responses == ["utter_collection_no_calendar"]
    assert said.report["outcome"] == "not_found"


def test_a_message_without_address_is_asked_again(form: Form) -> None:
    form.say("when is garbage day", "collection_day")
    assert form.say("the blue house").responses == ["utter_ask_collection_address_unclear"]


def test_a_change_of_mind_replaces_the_address(form: Form) -> None:
    form.say("when is garbage at 201 king st", "collection_day")
    said = form.say("actually it's 210 not 201")
    assert "210 King St" in " ".join([said.text(), *said.choices])


@pytest.mark.parametrize("intent", ["cancel", "emergency", "talk_to_person", "start_over", "help", "frustration", "insult", "small_talk"])
def test_what_is_no_answer_is_left_to_the_rules(form: Form, intent: str) -> None:
    form.say("when is garbage day", "collection_day")
    form.say("something", intent)
    assert form.rejected


def test_another_question_is_left_to_the_rules_even_with_an_address(form: Form) -> None:
    form.say("when is garbage day", "collection_day")
    form.say("there is a huge pothole at 200 king st w", "report_problem")
    assert form.rejected


FAULTS = [
    ("html500", "utter_collection_unreachable", "unavailable"),
    ("429", "utter_collection_unreachable", "unavailable"),
    ("error200", "utter_collection_bad_data", "bad_data"),
    ("truncated", "utter_collection_bad_data", "bad_data"),
    ("empty", "utter_ask_collection_address_unknown", "not_found"),
]


@pytest.mark.parametrize(("name", "response", "outcome"), FAULTS)
def test_each_fault_has_its_own_honest_answer(form: Form, sandbox: str, name: str, response: str, outcome: str) -> None:
    with fault(sandbox, "waste", name):
        said = form.say("when is garbage at 200 king st w", "collection_day")
    assert said.responses == [response]
    assert outcome in [event["value"]["outcome"] for event in said.events if event["name"] == "action_report"]
    assert "{" not in said.text()


def test_a_slow_calendar_ends_with_the_time_of_the_action(form: Form, sandbox: str) -> None:
    form.validator.budget_s = 0.6
    with fault(sandbox, "waste", "slow"):
        said = form.say("when is garbage at 200 king st w", "collection_day")
    assert said.responses == ["utter_collection_unreachable"]


def test_a_calendar_that_fails_after_the_address_was_found_is_told_too(form: Form, waste: Waste, sandbox: str) -> None:
    place = vars(waste.places("200 King St W", "en")[0])
    with fault(sandbox, "waste", "truncated"):
        said = run(ActionCollectionDay(waste), tracker("yes", "affirm", slots={"collection_place": place}))
    assert said.responses == ["utter_collection_bad_data"]


def test_a_city_without_a_calendar_says_where_to_look() -> None:
    validator, action = ValidateCollectionForm(None), ActionCollectionDay(None)
    validator.waste = action.waste = None
    said = Form(validator, {}, action).say("when is garbage at 200 king st w", "collection_day")
    assert said.responses == ["utter_collection_not_offered"]
    assert "https://" in said.text()


def test_inside_another_form_the_address_of_the_message_is_used(waste: Waste) -> None:
    asked = tracker("when is garbage at 45 queen st n?", "collection_day", loop="report_form", slots={"form_note": "unclear"})
    said = run(ActionCollectionDay(waste), asked)
    assert "45 Queen St N" in said.text()
    assert "form_note" not in said.slots  # it is the other form's
    without = run(ActionCollectionDay(waste), tracker("when is garbage?", "collection_day", loop="report_form"))
    assert without.responses == ["utter_collection_needs_address"]


def test_nothing_of_the_address_stays_behind(form: Form) -> None:
    form.say("when is garbage at 200 king st w?", "collection_day")
    assert all(form.slots[slot] is None for slot in ValidateCollectionForm.slots)


def test_streams_come_soonest_first_with_two_dates_each_and_the_authoritys_word_for_unknown_ones() -> None:
    days = [date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15), date(2026, 12, 22)]
    pickups = [Pickup(days[0], "organics", "Organics"), Pickup(days[1], "christmas_tree", "Christmas trees")]
    calendar = Calendar((*pickups, *(Pickup(day, "organics", "Organics") for day in days[1:])), ())
    assert stream_lines(calendar, "en") == [
        "Green bin: Tuesday, December 1 and Tuesday, December 8",
        "Christmas trees: Tuesday, December 8",
    ]
    assert stream_lines(calendar, "fr")[0] == "Bac vert : mardi 1er décembre et mardi 8 décembre"


def test_a_shared_location_is_the_address_there(form: Form) -> None:
    asked = form.say("when is garbage day", "collection_day")
    assert asked.messages[0]["custom"] == {"asks_location": True}
    said = form.share(CITY_HALL)
    assert said.responses == ["utter_collection_days"]
    assert "200 King St W" in said.text()


def test_a_location_shared_before_the_need_was_clear_counts(form: Form) -> None:
    before = tracker("", location=CITY_HALL).events[0]
    tapped = tracker("Find my collection day", "collection_day", ranking=[("collection_day", 1.0)], confidence=1.0)
    tapped.events[:0] = [{**before, "metadata": {"location": vars(CITY_HALL)}}]
    tapped.events.append({"event": "active_loop", "name": "collection_form"})
    assert run(form.validator, tapped).slots["collection_place"]["name"] == "200 King St W, Kitchener"


def test_a_venue_is_at_the_address_it_is_labelled_with(form: Form) -> None:
    form.say("when is garbage day", "collection_day")
    assert "45 Queen St N" in form.share(Place("Corner shop, 45 Queen St N", 43.4516, -80.4925)).text()


def test_where_no_address_is_near_it_is_asked_for_in_words(form: Form) -> None:
    form.say("when is garbage day", "collection_day")
    assert form.share(FIELD).responses == ["utter_ask_collection_address_nowhere"]
    assert form.say("200 king st w").responses == ["utter_collection_days"]


@pytest.mark.parametrize("name", ["html500", "truncated", "error200"])
def test_without_a_working_locator_the_address_is_asked_for_in_words(form: Form, sandbox: str, name: str) -> None:
    form.say("when is garbage day", "collection_day")
    with fault(sandbox, "arcgis", name):
        assert form.share(CITY_HALL).responses == ["utter_ask_collection_address_no_locator"]


def test_a_city_without_a_locator_asks_for_the_address_in_words(form: Form) -> None:
    form.validator.geocoder = None
    form.say("when is garbage day", "collection_day")
    assert form.share(CITY_HALL).responses == ["utter_ask_collection_address_no_locator"]


def test_an_address_in_another_town_is_looked_up_there_and_not_taken_for_the_same_one_here(form: Form) -> None:
    asked = form.say("which day is garbage at 200 king st, cambridge", "collection_day")
    assert asked.text().startswith("The collection calendar does not know 200 King St, Cambridge.")
    assert form.slots["collection_options"] is None
