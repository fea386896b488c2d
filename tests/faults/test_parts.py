"""A part or a city system that is away, slow or speaks nonsense: what residents read meanwhile and afterwards."""

from __future__ import annotations

import os
import re
import signal
import uuid
from typing import Any, Callable, Dict

import pytest
import requests

from tests.faults.conftest import ANSWER, QUESTION
from tests.faults.proxy import Proxy, failing, holding
from tests.faults.town import CARD, LIMIT_S, SIN, Town, behind
from tests.running import fault

pytestmark = pytest.mark.faults
DEADLINE_S = 15  # an apology comes soon
NUMBER = re.compile(r"\b\d{2}-\d{6}\b")
WEEKDAY = re.compile(r"Monday|Tuesday|Wednesday|Thursday|Friday")
FILE = b"POST /open311/v2/requests"
CITY_PHONE = "519-741-2345"
AWAY: Dict[str, Dict[str, Any]] = {
    "refuses connections": {"refused": True},
    "does not answer": {"silent": True},
    "stops in the middle of an answer": {"most_bytes": 40},
    "answers a byte at a time": {"drip_s": 1.0},
}


def gone(proxies: Dict[str, Proxy]) -> None:
    """What hung does not go on where it was: it is started again."""
    for proxy in proxies.values():
        proxy.reset()


@pytest.mark.parametrize("way", ["refuses connections", "does not answer", "stops in the middle of an answer"])
def test_while_the_action_server_fails_the_form_is_kept_and_its_report_filed_once_afterwards(town: Town, way: str) -> None:
    caller = town.caller()
    assert "210 King St W" in caller.describes_a_pothole()
    with failing(town.system.actions.values(), **AWAY[way]):
        said = caller.chooses("Send it")
        assert said.startswith("Sorry, something went wrong")
        assert CITY_PHONE in said
        gone(town.system.actions)
    again = caller.says("yes, send it")
    (filed,) = town.system.filed(caller.word)
    assert NUMBER.findall(again) == [filed["service_request_id"]]
    assert filed["address"] == "210 King St W"


@pytest.mark.parametrize("way", ["refuses connections", "does not answer", "answers a byte at a time"])
def test_while_the_assistant_fails_residents_are_told_and_afterwards_answered(town: Town, way: str) -> None:
    caller, phone = town.caller(), town.phone()
    with failing(town.system.assistant.values(), **AWAY[way]):
        form = phone.texts(QUESTION)
        assert "Sorry, something went wrong" in caller.says(QUESTION)
        phone.settles(form)
        assert "Sorry, something went wrong" in phone.shows()[0]
        gone(town.system.assistant)
    assert ANSWER in caller.says(QUESTION)
    assert ANSWER in phone.says(f"{QUESTION} please")


def test_an_action_server_that_is_slow_is_waited_for(town: Town) -> None:
    caller = town.caller()
    with failing(town.system.actions.values(), delay_s=1.0):
        caller.describes_a_pothole()
        assert NUMBER.search(caller.chooses("Send it"))


@pytest.mark.parametrize("way", AWAY)
def test_while_the_city_fails_no_day_is_made_up_and_no_report_called_filed(town: Town, way: str) -> None:
    caller, other = town.caller(), town.caller()
    caller.describes_a_pothole()
    question = f"when is garbage at {int(uuid.uuid4().hex[:3], 16) + 10} weber st e?"
    with failing(town.system.city.values(), **AWAY[way]):
        sent, asked = caller.chooses("Send it"), other.says(question)
    assert not NUMBER.search(sent)
    assert CITY_PHONE in sent
    assert not WEEKDAY.search(asked)
    assert "regionofwaterloo.ca/waste" in asked or CITY_PHONE in asked


def test_a_report_that_was_taken_before_everything_failed_is_not_sent_again(town: Town) -> None:
    """The city has it, the action server is gone before it can say so, and its resident was told to try again."""
    caller = town.caller()
    caller.describes_a_pothole()
    actions = town.system.actions.values()
    with holding(actions, b'"next_action": "action_submit_report"', answered=True) as held:
        sending = behind(caller.chooses, "Send it")
        held.wait()
        with failing(actions, refused=True):
            held.drop()
            assert sending.result(LIMIT_S).startswith("Sorry, something went wrong")
    (filed,) = town.system.filed(caller.word)
    assert NUMBER.findall(caller.says("yes, send it")) == [filed["service_request_id"]]


def test_a_report_filed_after_the_apology_is_told_once_by_text_and_with_the_next_answer_over_rest(town: Town) -> None:
    caller, phone = town.caller(), town.phone()
    caller.describes_a_pothole()
    phone.describes_a_pothole()
    told = [filed_too_late(town, caller.chooses, "Send it"), filed_too_late(town, phone.says, "send it")]
    for said in told:
        assert said.startswith("Sorry, something went wrong")
        assert not NUMBER.search(said)
    numbers = [town.system.filed(resident.word)[0]["service_request_id"] for resident in (caller, phone)]
    sentences = [f"The report you made earlier did reach the city. Its number is {number}." for number in numbers]
    town.system.wait_for(lambda: sentences[1] in phone.shows()[-1])
    town.system.wait_for(lambda: is_done(town, caller.conversation))
    answer = caller.says(QUESTION)
    assert answer.startswith(sentences[0])
    assert ANSWER in answer
    assert ANSWER in phone.says(QUESTION)
    assert ANSWER in caller.says(f"{QUESTION} please")
    assert ["\n".join(caller.read).count(numbers[0]), "\n".join(phone.shows()).count(numbers[1])] == [1, 1]


def filed_too_late(town: Town, sends: Callable[[str], str], text: str) -> str:
    """What is read when the city says only after the turn that it took a report. The actions would give up before: they are stopped."""
    with holding(town.system.city.values(), FILE, answered=True) as held:
        sending = behind(sends, text)
        held.wait()
        stopped = town.system.signals("actions", signal.SIGSTOP)
        try:
            return str(sending.result(LIMIT_S))
        finally:
            held.release()
            os.kill(stopped, signal.SIGCONT)


def is_done(town: Town, conversation: str) -> bool:
    """Whether we know that a report was filed."""
    return town.system.rows("SELECT state FROM conversations_submission WHERE conversation = %s", [conversation]) == [("done",)]


def test_what_must_not_be_read_is_in_no_log_number_or_table_whatever_fails(town: Town) -> None:
    """A SIN, a card and a phone number through every way in, while each part fails; the invariants look for them."""
    caller, phone = town.caller(), town.phone()
    secret = f"my sin is {SIN} and my card is {CARD}, call me at {phone.number}, {phone.word}"
    phone.says(secret)
    caller.says(secret.replace(phone.word, caller.word))
    for proxies in (town.system.actions, town.system.assistant, town.system.city):
        with failing(proxies.values(), refused=True):
            phone.says(f"they skipped my garbage, {secret} {uuid.uuid4().hex[:4]}")
            caller.says(f"there is a pothole on king st w, {secret.replace(phone.word, caller.word)}")
    with failing(town.system.database.values(), refused=True):
        assert town.system.says(phone.number, secret).status_code == 503
    with fault(town.system.sandbox, "open311", "error200"):
        caller.says(f"210, {SIN} {CARD}")
    assert town.system.says(f"{phone.number}\0", secret).status_code == 400
    unsigned = requests.post(f"{town.system.gateway}/webhooks/sms/webhook", data=phone.form(secret), timeout=30)
    assert unsigned.status_code == 403
