"""What a report asks besides kind and place: the city's own questions, who to reach, whether it is known already. What the city gets."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any, List

import pytest
import requests

from actions import report_catalogue
from actions.clients.geocoder import Geocoder
from actions.clients.open311 import NewRequest, Open311
from actions.report_catalogue import ByHand
from actions.report_form import ValidateReportForm
from actions.report_problem import ActionSubmitReport
from actions.words import spoken_date, today
from bot.messages import Place
from tests.actions.test_report_problem import at_the_city, attributes_at_the_city, made_form
from tests.actions.turns import Form, Said
from tests.running import fault

pytestmark = pytest.mark.usefixtures("record")
NUMBER = re.compile(r"\b\d{2}-\d{6}\b")


@pytest.fixture
def form(open311: Open311) -> Form:
    return made_form(open311)


@pytest.fixture
def located(open311: Open311, geocoder: Geocoder) -> Form:
    return made_form(open311, geocoder)


def words() -> str:
    return f"somewhat odd and ugly {uuid.uuid4().hex}"


def parked(form: Form, description: str) -> Said:
    """A parking complaint up to the city's question since when."""
    form.say(f"{description}, 33 benton st", "report_problem", service_code="parking")
    form.say("It blocks a driveway")
    return form.say("white van")


def newly_filed(sandbox: str, place: Place, days_ago: int = 0) -> str:
    """The number of a pothole that somebody else reported there."""
    form = {
        "api_key": "sandbox",
        "service_code": "pothole",
        "lat": str(place.latitude),
        "long": str(place.longitude),
        "description": "hole",
    }
    return str(requests.post(f"{sandbox}/open311/v2/requests.json", data=form, timeout=10).json()[0]["service_request_id"])


# --- the city's own questions


@pytest.mark.parametrize(
    ("answer", "days_ago", "clock"),
    [("yesterday evening", 1, "19:00"), ("hier à 22 h", 1, "22:00"), ("2 days ago", 2, "00:00"), ("this morning", 0, "08:00")],
)
def test_a_date_is_understood_as_people_say_it(form: Form, sandbox: str, answer: str, days_ago: int, clock: str) -> None:
    description = words()
    asked = parked(form, description)
    assert asked.choices == ["Skip this"]
    form.say(answer)
    form.say("skip")
    form.say("send it", "affirm")
    (filed,) = at_the_city(sandbox, f"{description}, 33 benton st")
    since = attributes_at_the_city(sandbox, filed)["SINCE"]
    assert since.startswith(f"{today() - timedelta(days_ago)}T{clock}")


def test_a_date_is_read_back_before_it_is_sent(form: Form) -> None:
    parked(form, words())
    form.say("october 12 2026 at 7 pm")
    assert "Monday, October 12, 2026, 7:00 p.m." in form.say("skip").text()


def test_how_long_it_has_been_there_is_understood_and_read_back(form: Form) -> None:
    parked(form, words())
    form.say("for 3 days")
    assert spoken_date(today() - timedelta(3), "en", year=True) in form.say("skip").text()


@pytest.mark.parametrize("answer", ["a while", "tomorrow", "in 3 days"])
def test_what_is_no_date_that_fits_is_asked_again(form: Form, answer: str) -> None:
    parked(form, words())
    assert form.say(answer, "nlu_fallback").responses == ["utter_answer_unclear", "utter_ask_report_attribute_date"]


@pytest.mark.parametrize(("answer", "number"), [("about 4", "4"), ("four bags", "4"), ("une douzaine", "12"), ("2,5", "2.5")])
def test_a_number_is_understood_in_digits_and_words(form: Form, sandbox: str, answer: str, number: str) -> None:
    description = f"{words()} at 900 homer watson blvd"
    form.say(description, "report_problem", service_code="illegal_dumping")
    form.say("bags and tires")
    form.say(answer)
    form.say("skip")
    form.say("send it", "affirm")
    (filed,) = at_the_city(sandbox, description)
    assert attributes_at_the_city(sandbox, filed) == {"ITEMS": ["bags", "tires"], "AMOUNT": number}


@pytest.mark.parametrize(
    ("answer", "intent"),
    [("skip", "nlu_fallback"), ("skip it", "cancel"), ("i don't know", "inform"), ("no", "deny"), ("Passer", "inform")],
)
def test_a_question_that_may_be_left_out_is_left_out(form: Form, sandbox: str, answer: str, intent: str) -> None:
    description = words()
    parked(form, description)
    form.say(answer, intent)
    form.say("skip")
    form.say("send it", "affirm")
    (filed,) = at_the_city(sandbox, f"{description}, 33 benton st")
    assert attributes_at_the_city(sandbox, filed) == {"PROBLEM": "driveway", "VEHICLE": "white van"}


def test_a_question_that_must_be_answered_is_not_left_out(form: Form) -> None:
    form.say(f"{words()}, 33 benton st", "report_problem", service_code="parking")
    form.say("It blocks a driveway")
    assert form.say("skip").responses == ["utter_answer_needed", "utter_ask_report_attribute"]
    assert form.say("i don't know").responses == ["utter_ask_report_attribute_date"]
    assert form.slots["report_answers"]["VEHICLE"] == ["i don't know"]


def dumped(form: Form) -> Said:
    """A report of dumped bags up to the city's question how many."""
    form.say(f"{words()} at 900 homer watson blvd", "report_problem", service_code="illegal_dumping")
    return form.say("bags")


@pytest.mark.parametrize(
    ("language", "skip"),
    [("en", "To leave it out, write: skip"), ("fr", "Pour ne pas répondre, écrivez : passer")],
)
def test_a_text_message_that_asks_for_a_number_shows_no_other_number(form: Form, language: str, skip: str) -> None:
    form.slots["language"], form.channel = language, "sms"
    form.say(f"{words()} at 900 homer watson blvd", "report_problem", service_code="illegal_dumping")
    asked = form.say("1 et 4")
    assert asked.choices == []
    assert asked.text(language).endswith(skip)
    form.say("1")
    assert form.slots["report_answers"]["AMOUNT"] == ["1"]


@pytest.mark.parametrize("answer", ["skip", "passer"])
def test_the_word_it_names_leaves_the_question_out(form: Form, answer: str) -> None:
    form.channel = "sms"
    dumped(form)
    assert form.say(answer).responses == ["utter_ask_report_contact"]
    assert form.slots["report_answers"]["AMOUNT"] == []


def test_elsewhere_a_question_for_a_number_is_left_out_with_a_tap(form: Form) -> None:
    form.channel = "webchat"
    asked = dumped(form)
    assert asked.choices == ["Skip this"]
    assert "write: skip" not in asked.text()


@pytest.mark.parametrize("answer", ["twenty one", "vingt et un bags", "a hundred"])
def test_a_number_in_more_words_than_are_known_is_asked_again(form: Form, answer: str) -> None:
    dumped(form)
    assert form.say(answer, "nlu_fallback").responses == ["utter_answer_unclear", "utter_ask_report_attribute_number"]


# --- who to reach


@pytest.mark.parametrize(
    ("answer", "email", "phone"),
    [
        ("jane@example.org", "jane@example.org", ""),
        ("519 555 0123", "", "+15195550123"),
        ("call 519-555-0123 or write jane at example dot org", "jane@example.org", "+15195550123"),
        ("skip", "", ""),
        ("no thanks", "", ""),
    ],
)
def test_the_city_gets_how_to_reach_the_resident_only_if_they_say_so(
    form: Form, monkeypatch: pytest.MonkeyPatch, answer: str, email: str, phone: str
) -> None:
    sent: List[Any] = []
    city_form = form.submit.open311
    filing = city_form.file
    monkeypatch.setattr(city_form, "file", lambda request, language: sent.append(request) or filing(request, language))
    form.say(f"{words()} at 201 king st w", "report_problem", service_code="pothole")
    summed_up = form.say(answer, "deny" if answer == "no thanks" else "inform")
    assert [part for part in (email, phone) if part and part not in summed_up.text()] == []
    form.say("send it", "affirm")
    assert [(one.email, one.phone) for one in sent] == [(email, phone)]
    assert form.slots["report_contact"] is None


def test_contact_details_are_fields_of_the_request(open311: Open311, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: List[Any] = []
    post = open311.http.post
    monkeypatch.setattr(
        open311.http, "post", lambda path, form, *args, **more: posted.append(dict(form)) or post(path, form, *args, **more)
    )
    open311.file(NewRequest("pothole", words(), "200 King St W", email="jane@example.org", phone="+15195550123"), "en")
    open311.file(NewRequest("pothole", words(), "200 King St W"), "en")
    assert (posted[0]["email"], posted[0]["phone"]) == ("jane@example.org", "+15195550123")
    assert not {"email", "phone"} & set(posted[1])


def test_what_is_neither_an_address_nor_a_number_is_asked_again_once_understood(form: Form) -> None:
    form.say(f"{words()} at 201 king st w", "report_problem", service_code="pothole")
    assert form.say("you have it already", "inform").responses == ["utter_ask_report_contact_unclear"]
    assert form.say("jane@example.org").responses == ["utter_ask_report_confirmed"]


def test_how_to_reach_somebody_can_be_changed_before_sending(form: Form) -> None:
    form.say(f"{words()} at 201 king st w", "report_problem", service_code="pothole")
    form.say("jane@example.org")
    assert "How to reach me" in form.say("no", "deny").choices
    assert form.say("How to reach me", tapped=True, answer="contact").responses == ["utter_ask_report_contact"]
    assert "jane@example.org" not in form.say("skip").text()


# --- is it known already?

HERE = Place("", 43.4371, -80.5202)
NEAR_HERE = Place("", 43.43738, -80.5202)  # 31 m north
FAR_FROM_HERE = Place("", 43.4390, -80.5202)  # 211 m north


def test_a_request_nearby_is_shown_before_anything_else_is_asked(located: Form, sandbox: str) -> None:
    number = newly_filed(sandbox, NEAR_HERE)
    newly_filed(sandbox, FAR_FROM_HERE)
    located.say("pothole", "report_problem", service_code="pothole")
    shown = located.share(HERE)
    assert shown.responses == ["utter_ask_report_duplicate"]
    assert f"30 m away: {number}" in shown.text()
    assert NUMBER.findall(shown.text()) == [number]
    assert shown.choices == ["It is the same", "Another problem"]


def test_a_request_without_a_point_is_near_when_it_is_at_the_same_door(located: Form, sandbox: str) -> None:
    form = {"api_key": "sandbox", "service_code": "litter", "address_string": "44 Weber St W", "description": "a bag"}
    number = requests.post(f"{sandbox}/open311/v2/requests.json", data=form, timeout=10).json()[0]["service_request_id"]
    shown = located.say("litter at 44 weber st west", "report_problem", service_code="litter")
    assert shown.responses == ["utter_ask_report_duplicate"]
    assert f"at this place: {number}" in shown.text()
    assert located.say("no, at 46 weber st w", "deny").responses[-1] == "utter_ask_report_description"


def test_the_same_problem_is_not_sent_again_and_its_number_is_followed(located: Form, sandbox: str) -> None:
    place = Place("", 43.4271, -80.5302)
    number = newly_filed(sandbox, place)
    located.say("pothole", "report_problem", service_code="pothole")
    located.share(place)
    before = requests.get(f"{sandbox}/open311/v2/requests.json", timeout=10).json()
    joined = located.say("yes it's the same", "affirm")
    assert joined.responses == ["utter_report_joined"]
    assert number in joined.text()
    assert not located.open
    assert located.slots["last_request"] == number
    assert requests.get(f"{sandbox}/open311/v2/requests.json", timeout=10).json() == before


def test_another_problem_at_the_same_place_is_sent(located: Form, sandbox: str) -> None:
    place, description = Place("", 43.4171, -80.5102), words()
    newly_filed(sandbox, place)
    located.say(description, "report_problem", service_code="pothole")
    located.share(place)
    assert located.say("Another problem", tapped=True, answer="own").responses == ["utter_ask_report_contact"]
    located.say("skip")
    located.say("send it", "affirm")
    assert len(at_the_city(sandbox, description)) == 1


def test_of_several_one_is_picked_by_its_number(located: Form, sandbox: str) -> None:
    place = Place("", 43.4071, -80.4902)
    numbers = {newly_filed(sandbox, place), newly_filed(sandbox, place)}
    located.say("pothole", "report_problem", service_code="pothole")
    shown = located.share(place)
    assert set(NUMBER.findall(shown.text())) == numbers
    assert located.say("yes", "affirm").responses[0] == "utter_answer_unclear"
    one = numbers.pop()
    assert one in located.say(f"it's {one}").text()


def test_other_kinds_and_closed_requests_are_not_shown(located: Form) -> None:
    located.say("graffiti on a wall", "report_problem", service_code="litter")
    asked = located.share(Place("", 43.4521, -80.4853))  # a closed one about litter is there
    assert asked.responses == ["utter_ask_report_description"]


def test_a_report_does_not_wait_for_a_city_that_cannot_say_what_is_known(located: Form, sandbox: str) -> None:
    located.say("pothole", "report_problem", service_code="pothole")
    with fault(sandbox, "open311", "429"):
        said = located.share(Place("", 43.4516, -80.4925))
    assert said.responses == ["utter_ask_report_description"]


def test_another_place_is_looked_at_anew(located: Form, sandbox: str) -> None:
    number = newly_filed(sandbox, Place("", 43.45159573954984, -80.49250329581994))  # 200 King St W
    located.say(f"{words()} at 45 queen st n", "report_problem", service_code="pothole")
    located.say("skip")
    shown = located.say("no wait it's 200 king st w", "deny")
    assert shown.responses == ["utter_report_place_changed", "utter_ask_report_duplicate"]
    assert number in shown.text()


# --- tokens and silence


def test_a_number_that_comes_later_is_promised_with_a_code_to_ask_with(form: Form, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.filing.seconds_left", lambda: 0.0)  # no time to wait for it
    parked(form, words())
    form.say("skip")
    form.say("skip")
    sent = form.say("send it", "affirm")
    assert sent.responses == ["utter_report_filed_token"]
    assert re.search(r"code is [0-9a-f]{16}:", sent.text())
    assert sent.report["answered"] == "report_problem/parking"


def test_a_kind_of_problem_the_city_never_speaks_about_again_is_said_to_be_one(form: Form, sandbox: str) -> None:
    description = f"{words()} at 33 benton st"
    form.say(description, "report_problem", service_code="property_standards")
    form.say("the fence fell over")
    form.say("skip")
    sent = form.say("send it", "affirm")
    assert sent.responses == ["utter_report_filed_silent"]
    assert not NUMBER.search(sent.text())
    assert len(at_the_city(sandbox, description)) == 1


# --- where the city has no server


@pytest.fixture
def by_hand(geocoder: Geocoder) -> Form:
    validator, submit = ValidateReportForm(), ActionSubmitReport()
    made = made_form(Open311("http://127.0.0.1:1", zone=None), geocoder)  # type: ignore[arg-type]
    for action in (validator, submit, *made.asks.values()):
        action.open311 = None
    validator.places.geocoder = geocoder
    return Form(validator, made.asks, submit)


def test_without_a_server_the_same_dialogue_ends_in_a_text_to_copy(by_hand: Form) -> None:
    assert "Roads and sidewalks" in by_hand.say("report a problem", "report_problem").choices
    assert by_hand.say("pothole", "report_problem", service_code="pothole").responses == ["utter_ask_report_location"]
    by_hand.say("200 king st w")
    said = by_hand.say("deep, right beside the bus stop")
    assert said.responses == ["utter_report_hand_over"]
    text = said.text()
    assert all(part in text for part in ("Pothole", "200 King St W", "deep, right beside the bus stop", "519-741-2345"))
    assert "https://form.kitchener.ca/CSD/CCS/Report-a-problem" in text
    assert said.report["outcome"] == "unavailable"
    assert "answered" not in said.report
    assert not by_hand.open


def test_without_a_server_a_place_is_confirmed_as_well(by_hand: Form) -> None:
    by_hand.slots["language"] = "fr"
    by_hand.say("il y a des seringues", "report_problem")
    assert by_hand.say("seringues").responses == ["utter_ask_report_location"]
    assert "Kitchener Market" in by_hand.say("au kitchener market").text("fr")
    by_hand.say("oui", "affirm")
    said = by_hand.say("trois seringues près de la porte")
    assert all(part in said.text("fr") for part in ("Seringues", "Kitchener Market", "trois seringues"))


def test_a_form_that_takes_them_is_given_the_parts_of_the_report() -> None:
    catalogue = ByHand({"services": [], "form_fields": {"location": "where", "description": "what"}})
    link = catalogue.form("https://example.org/form?lang=en", service="Pothole", location="200 King St W", description="deep & wide")
    assert link == "https://example.org/form?lang=en&where=200+King+St+W&what=deep+%26+wide"
    assert ByHand({"services": []}).form("https://example.org/form", service="Pothole") == "https://example.org/form"


def test_a_city_with_neither_server_nor_list_says_where_to_report(by_hand: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("report_form", "report_problem", "report_questions"):
        monkeypatch.setattr(f"actions.{module}.by_hand", lambda: None)
    said = by_hand.say("pothole at 200 king st w", "report_problem", service_code="pothole")
    assert said.responses == ["utter_report_not_offered"]
    assert "https://" in said.text()


def test_every_kind_of_problem_of_the_list_is_named_in_every_language() -> None:
    catalogue = report_catalogue.by_hand()
    assert catalogue
    english, french = catalogue.services("en"), catalogue.services("fr")
    assert len(english) > 10
    assert [one.service_code for one in english] == [one.service_code for one in french]
    assert all(one.service_name and one.group and one.keywords for one in [*english, *french])
