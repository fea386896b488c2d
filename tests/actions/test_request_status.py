"""Where a report stands."""

from __future__ import annotations

import time
import uuid

import pytest
import requests

from actions.clients.geocoder import Geocoder
from actions.clients.open311 import NewRequest, Open311
from actions.clients.open311_shapes import read_requests
from actions.filing import KIND, follow
from actions.request_status import ActionAskRequestNumber, ActionCheckRequestStatus, ValidateStatusForm, details
from bot.city import city
from bot.conversations import submissions
from bot.conversations.submissions import UNNUMBERED
from bot.messages import Place
from tests.actions.turns import Form, run, tracker
from tests.running import fault

pytestmark = pytest.mark.usefixtures("record")
HERE = Place("", 43.4091, -80.4711)


@pytest.fixture
def form(open311: Open311, geocoder: Geocoder) -> Form:
    validator, submit = ValidateStatusForm(geocoder), ActionCheckRequestStatus(open311, geocoder)
    return Form(validator, {"request_number": ActionAskRequestNumber()}, submit, conversation=uuid.uuid4().hex)


def filed(sandbox: str, conversation: str = "", **fields: str) -> str:
    """The number of a pothole that was reported, in this conversation if one is given."""
    shape = {"api_key": "sandbox", "service_code": "pothole", "description": "hole", **fields}
    number = str(requests.post(f"{sandbox}/open311/v2/requests.json", data=shape, timeout=10).json()[0]["service_request_id"])
    if conversation:
        remember(conversation, number)
    return number


def remember(conversation: str, reference: str) -> None:
    key = uuid.uuid4().hex
    submissions.begin(key, conversation=conversation, kind=KIND)
    submissions.finish(key, reference)


def test_an_open_request_is_told_with_its_dates_and_notes(form: Form) -> None:
    said = form.say("what's happening with 26-000417", "check_request_status")
    assert said.responses == ["utter_request_open"]
    assert said.report["answered"] == "check_request_status"
    text = said.text()
    assert all(part in text for part in ("26-000417", "Pothole", "Received: ", "Expected by: ", "Inspected"))


@pytest.mark.parametrize(("expected", "told"), [("2026-03-01T08:15:30-05:00", False), ("2026-03-09T08:15:30-05:00", True), ("", False)])
def test_a_day_that_was_promised_is_one_after_the_report(expected: str, told: bool) -> None:
    row = {"service_request_id": "1", "status": "open", "requested_datetime": "2026-03-01T08:15:30-05:00", "expected_datetime": expected}
    (found,) = read_requests([row], city().timezone)
    assert ("Expected by: Monday, March 9, 2026" in " ".join(details(found, "en"))) is told
    assert ("Expected" in " ".join(details(found, "en"))) is told


def test_a_closed_request_has_no_expected_date(form: Form) -> None:
    said = form.say("26-000413?", "check_request_status")
    assert said.responses == ["utter_request_closed"]
    assert "Expected" not in said.text()
    assert "Picked up" in said.text()


def test_the_same_in_french(form: Form) -> None:
    form.slots["language"] = "fr"
    said = form.say("où en est 26-000417", "check_request_status")
    assert all(part in said.text("fr") for part in ("est ouverte", "Nid-de-poule", "Reçue : "))


def test_the_number_is_asked_for_when_it_is_missing(form: Form) -> None:
    assert form.say("what about my report", "check_request_status").responses == ["utter_ask_request_number"]
    assert form.say("the blue one").responses == ["utter_ask_request_number_unclear"]
    assert form.say("its 26-000417").responses == ["utter_request_open"]


def test_the_report_filed_in_this_conversation_needs_no_number(form: Form) -> None:
    form.slots["last_request"] = "26-000417"
    assert "26-000417" in form.say("what about my report", "check_request_status").text()


def test_a_number_the_city_does_not_know_is_said_to_be_unknown(form: Form) -> None:
    said = form.say("status of 26-999999", "check_request_status")
    assert said.responses == ["utter_request_unknown"]
    assert said.report["outcome"] == "not_found"


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("html500", "utter_status_unreachable"),
        ("429", "utter_status_unreachable"),
        ("error200", "utter_status_unreachable"),
        ("truncated", "utter_status_unreachable"),
        ("empty", "utter_request_unknown"),
    ],
)
def test_a_city_that_cannot_be_read_is_not_taken_for_an_unknown_number(form: Form, sandbox: str, name: str, response: str) -> None:
    with fault(sandbox, "open311", name):
        assert form.say("26-000417", "check_request_status").responses == [response]


def test_a_city_without_open311_says_whom_to_call() -> None:
    action = ActionCheckRequestStatus(None)
    action.open311 = None
    validator = ValidateStatusForm()
    validator.offered = False
    form = Form(validator, {}, action)
    assert form.say("what about my report", "check_request_status").responses == ["utter_status_not_offered"]
    assert not form.open


@pytest.mark.parametrize("intent", ["cancel", "report_problem", "article", "thank", "frustration", "insult", "small_talk"])
def test_what_is_no_number_is_left_to_the_rules(form: Form, intent: str) -> None:
    form.say("what about my report", "check_request_status")
    form.say("words", intent)
    assert form.rejected


def test_asked_inside_another_form_its_slots_are_left_alone(open311: Open311) -> None:
    inside = {"loop": "report_form", "conversation": uuid.uuid4().hex}
    asked = tracker("what's up with 26-000417", "check_request_status", slots={"form_note": "unclear"}, **inside)
    said = run(ActionCheckRequestStatus(open311), asked)
    assert said.responses == ["utter_request_open"]
    assert set(said.slots) == {"action_report"}
    without = run(ActionCheckRequestStatus(open311), tracker("what about my report", "check_request_status", **inside))
    assert without.responses == ["utter_status_needs_number"]


# --- without a number: where the problem is


def test_an_open_request_on_a_street_is_told_whole_when_it_is_the_only_one(form: Form, sandbox: str) -> None:
    said = form.say("what about the hanging branch, the tree on belmont ave", "check_request_status")
    assert said.responses == ["utter_request_open"]
    assert "26-000409" in said.text()


def test_requests_near_a_place_are_listed_the_nearest_first(form: Form, sandbox: str) -> None:
    far, close = (filed(sandbox, lat=str(latitude), long=str(HERE.longitude)) for latitude in (HERE.latitude + 0.001, HERE.latitude))
    filed(sandbox, lat=str(HERE.latitude + 0.01), long=str(HERE.longitude))
    form.say("what about my street", "check_request_status")
    said = form.share(HERE)
    assert said.responses == ["utter_requests_near"]
    assert [line.partition(":")[0] for line in said.text().splitlines()[1:-1]] == [close, far]
    assert said.report["answered"] == "check_request_status"


def test_the_kind_of_problem_that_is_named_counts(form: Form, sandbox: str) -> None:
    filed(sandbox, address_string="77 Krug St")
    assert "26-000411" in form.say("is the sidewalk on krug st fixed", "check_request_status").text()
    assert form.say("what about the graffiti on krug st", "check_request_status").responses == ["utter_requests_near_none"]


def test_nothing_open_near_a_place_is_said_with_how_far_the_list_reaches(form: Form) -> None:
    said = form.say("status of the pothole at 33 patricia ave", "check_request_status")
    assert said.responses == ["utter_requests_near_none"]
    assert "three months" in said.text()
    assert said.report["outcome"] == "not_found"


def test_a_closed_request_is_not_listed_near_its_place(form: Form) -> None:
    assert form.say("the litter at 85 frederick st", "check_request_status").responses == ["utter_requests_near_none"]


def test_a_place_may_be_the_answer_to_the_question_for_a_number(form: Form) -> None:
    assert form.say("what happened to the tree", "check_request_status").responses == ["utter_ask_request_number"]
    assert "26-000409" in form.say("75 belmont ave w").text()


def test_an_error_is_not_told_as_nothing_open(form: Form, sandbox: str) -> None:
    with fault(sandbox, "open311", "html500"):
        said = form.say("what about the pothole on king st", "check_request_status")
    assert said.responses == ["utter_requests_unreachable"]
    assert said.report["outcome"] == "unavailable"


# --- without a number: what was reported in this conversation


def test_the_only_report_of_the_conversation_is_told(form: Form, sandbox: str) -> None:
    number = filed(sandbox, form.conversation, address_string="12 Mill St")
    said = form.say("any news about my report", "check_request_status")
    assert said.responses == ["utter_request_open"]
    assert number in said.text()


def test_several_reports_of_the_conversation_are_listed_the_newest_first(form: Form, sandbox: str) -> None:
    first = filed(sandbox, form.conversation, address_string="12 Mill St")
    second = filed(sandbox, form.conversation, address_string="14 Mill St")
    follow("26-000413", conversation=form.conversation)
    filed(sandbox, "somebody else", address_string="16 Mill St")
    said = form.say("where are my reports on mill st at", "check_request_status")
    assert said.responses == ["utter_requests_own"]
    lines = said.text().splitlines()[1:-1]
    assert lines == [
        "26-000413: Illegal dumping, closed, 900 Homer Watson Blvd, Kitchener",
        f"{second}: Pothole, open, 14 Mill St",
        f"{first}: Pothole, open, 12 Mill St",
    ]


def test_a_report_the_city_does_not_list_stays_in_the_list(form: Form, sandbox: str) -> None:
    filed(sandbox, form.conversation, address_string="12 Mill St")
    remember(form.conversation, "26-999998")
    assert "26-999998: sent, not listed yet" in form.say("my reports", "check_request_status").text()


# --- tokens


def parked(open311: Open311) -> str:
    attributes = {"PROBLEM": ("driveway",), "VEHICLE": ("White van",)}
    return open311.file(NewRequest("parking", "Van", "33 Benton St", attributes), "en").token


def wait_for_the_number(open311: Open311, token: str) -> str:
    until = time.monotonic() + 10
    while not (number := open311.request_number(token, "en")):
        assert time.monotonic() < until
    return number


def test_a_token_gives_no_number_while_the_city_has_none_and_then_the_number(form: Form, open311: Open311) -> None:
    token = parked(open311)
    remember(form.conversation, f"{UNNUMBERED}{token}")
    early = form.say("my report", "check_request_status")
    assert early.responses == ["utter_request_no_number_yet"]
    assert token in early.text()
    number = wait_for_the_number(open311, token)
    assert number in form.say("my report", "check_request_status").text()
    assert [one.reference for one in submissions.references(form.conversation, kinds=[KIND])] == [number]


def test_a_token_that_is_written_is_looked_up(form: Form, open311: Open311) -> None:
    token = parked(open311)
    number = wait_for_the_number(open311, token)
    assert number in form.say(f"what about {token}", "check_request_status").text()


def test_a_token_nobody_gave_out_is_unknown(form: Form) -> None:
    said = form.say("what about a1b2c3d4e5f60718", "check_request_status")
    assert said.responses == ["utter_request_unknown"]


# --- a report that was sent stays as it is


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("i need to take back report 26-000733", "en"),
        ("report 26-000733 says the wrong street", "en"),
        ("can i add a picture to 26-000733", "en"),
        ("retirez mon signalement 26-000733 svp", "fr"),
        ("il y a une erreur dans le 26-000733", "fr"),
    ],
)
def test_what_was_sent_can_neither_be_withdrawn_nor_changed_here(form: Form, words: str, language: str) -> None:
    form.slots["language"] = language
    said = form.say(words, "check_request_status")
    assert said.responses == ["utter_report_is_sent"]
    assert all(part in said.text(language) for part in ("26-000733", city().phone))
    assert not form.open


def test_the_report_of_this_conversation_is_meant_where_no_number_is_given(form: Form) -> None:
    form.slots["last_request"] = "26-000417"
    assert "26-000417" in form.say("i put the wrong address, change it please", "check_request_status").text()
    assert "is open" in form.say("and the number was?", "check_request_status").text()


def test_without_a_number_it_is_said_to_call_with_it(form: Form) -> None:
    assert form.say("i want to withdraw what i sent last week", "check_request_status").responses == ["utter_report_is_sent_no_number"]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("has 26-000417 been cancelled or is someone coming", "en"),
        ("did you ever change the lamp from 26-000417", "en"),
        ("26-000417 they patched the wrong hole", "en"),
        ("what about 26-000417, the yield sign is wrong still", "en"),
        ("la branche a-t-elle été retirée? 26-000417", "fr"),
        ("quand allez-vous changer le panneau du 26-000417", "fr"),
        ("ma demande 26-000417 a été annulée?", "fr"),
    ],
)
def test_a_question_about_the_citys_work_withdraws_nothing(form: Form, words: str, language: str) -> None:
    form.slots["language"] = language
    assert form.say(words, "check_request_status").responses == ["utter_request_open"]


@pytest.mark.parametrize(
    ("words", "language"),
    [("please cancel 26-000733", "en"), ("how do i correct my request 26-000733", "en"), ("annulez le 26-000733", "fr")],
)
def test_a_request_is_withdrawn_by_its_number_or_its_name(form: Form, words: str, language: str) -> None:
    form.slots["language"] = language
    assert form.say(words, "check_request_status").responses == ["utter_report_is_sent"]


def test_news_are_no_change(form: Form) -> None:
    assert form.say("any update or change on 26-000417?", "check_request_status").responses == ["utter_request_open"]
