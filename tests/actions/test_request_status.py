"""Where a report stands."""

from __future__ import annotations

import pytest

from actions.clients.open311 import Open311
from actions.request_status import ActionAskRequestNumber, ActionCheckRequestStatus, ValidateStatusForm
from tests.actions.turns import Form, run, tracker
from tests.running import fault


@pytest.fixture
def form(open311: Open311) -> Form:
    return Form(ValidateStatusForm(), {"request_number": ActionAskRequestNumber()}, ActionCheckRequestStatus(open311))


def test_an_open_request_is_told_with_its_dates_and_notes(form: Form) -> None:
    said = form.say("what's happening with 26-000417", "check_request_status")
    assert said.responses == ["utter_request_open"]
    assert said.report["answered"] == "check_request_status"
    text = said.text()
    assert all(part in text for part in ("26-000417", "Pothole", "Received: ", "Expected by: ", "Inspected"))


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
    said = run(action, tracker("26-000417", "check_request_status"))
    assert said.responses == ["utter_status_not_offered"]


@pytest.mark.parametrize("intent", ["cancel", "report_problem", "article", "thank", "frustration", "insult", "small_talk"])
def test_what_is_no_number_is_left_to_the_rules(form: Form, intent: str) -> None:
    form.say("what about my report", "check_request_status")
    form.say("words", intent)
    assert form.rejected


def test_asked_inside_another_form_its_slots_are_left_alone(open311: Open311) -> None:
    asked = tracker("what's up with 26-000417", "check_request_status", loop="report_form", slots={"form_note": "unclear"})
    said = run(ActionCheckRequestStatus(open311), asked)
    assert said.responses == ["utter_request_open"]
    assert set(said.slots) == {"action_report"}
    without = run(ActionCheckRequestStatus(open311), tracker("what about my report", "check_request_status", loop="report_form"))
    assert without.responses == ["utter_status_needs_number"]
