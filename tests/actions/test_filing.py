"""A report is filed once, and what is said about it is what the city has."""

from __future__ import annotations

import uuid
from typing import List

import pytest
import requests

from actions.clients.ledger import ledger
from actions.clients.open311 import NewRequest, Open311
from actions.filing import KIND, Filing, file_once, follow, own_references
from bot.conversations import submissions
from tests.running import fault, free_port

pytestmark = pytest.mark.usefixtures("record")


def request_of(words: str) -> NewRequest:
    return NewRequest("pothole", words, "200 King St W")


def words() -> str:
    return f"Deep hole {uuid.uuid4().hex}"


def file(open311: Open311, request: NewRequest, report_id: str, budget_s: float = 8) -> Filing:
    with ledger(budget_s):
        return file_once(open311, request, conversation="conversation", report_id=report_id, language="en")


def numbers_at_the_city(sandbox: str, description: str) -> List[str]:
    listed = requests.get(f"{sandbox}/open311/v2/requests.json", params={"service_code": "pothole"}, timeout=10).json()
    return [row["service_request_id"] for row in listed if row["description"] == description]


def test_a_report_that_is_sent_again_files_nothing_and_gives_the_same_number(open311: Open311, sandbox: str) -> None:
    said, turn = words(), uuid.uuid4().hex
    first = file(open311, request_of(said), turn)
    again = file(open311, request_of(said), turn)
    assert first.state == again.state == "filed"
    assert numbers_at_the_city(sandbox, said) == [first.number] == [again.number]


def test_the_same_words_under_another_id_are_another_report(open311: Open311, sandbox: str) -> None:
    said = words()
    file(open311, request_of(said), uuid.uuid4().hex)
    file(open311, request_of(said), uuid.uuid4().hex)
    assert len(numbers_at_the_city(sandbox, said)) == 2


def test_a_report_taken_without_an_answer_is_found_at_the_city(open311: Open311, sandbox: str) -> None:
    said = words()
    with fault(sandbox, "open311", "accept_then_hang"):
        filing = file(open311, request_of(said), uuid.uuid4().hex, budget_s=4)
    assert filing.state == "filed"
    assert numbers_at_the_city(sandbox, said) == [filing.number]


def test_a_turn_cut_off_after_the_city_took_the_report_finds_it(open311: Open311, sandbox: str) -> None:
    said, turn = words(), uuid.uuid4().hex
    submissions.begin(f"{KIND}:conversation:{turn}", conversation="conversation", kind=KIND)
    number = open311.file(request_of(said), "en").service_request_id  # and then the process was killed
    assert file(open311, request_of(said), turn) == Filing("filed", number, "Sample data: no crew is sent.")
    assert numbers_at_the_city(sandbox, said) == [number]


def test_a_turn_cut_off_before_the_city_took_the_report_is_not_sent_by_guess(open311: Open311, sandbox: str) -> None:
    said, turn = words(), uuid.uuid4().hex
    submissions.begin(f"{KIND}:conversation:{turn}", conversation="conversation", kind=KIND)
    assert file(open311, request_of(said), turn, budget_s=1).state == "unknown"
    assert numbers_at_the_city(sandbox, said) == []


@pytest.mark.parametrize(("name", "taken"), [("html500", 0), ("error200", 0), ("truncated", 1), ("empty", 0)])
def test_an_unclear_answer_is_unknown_and_never_sent_twice(open311: Open311, sandbox: str, name: str, taken: int) -> None:
    said, turn = words(), uuid.uuid4().hex
    with fault(sandbox, "open311", name):
        assert file(open311, request_of(said), turn, budget_s=4).state == "unknown"
        assert file(open311, request_of(said), turn, budget_s=4).state == "unknown"
    assert len(numbers_at_the_city(sandbox, said)) == taken


def test_what_was_unknown_is_known_once_the_city_answers_again(open311: Open311, sandbox: str) -> None:
    said, turn = words(), uuid.uuid4().hex
    with fault(sandbox, "open311", "truncated"):
        assert file(open311, request_of(said), turn).state == "unknown"
    found = file(open311, request_of(said), turn)
    assert found.state == "filed"
    assert numbers_at_the_city(sandbox, said) == [found.number]


def test_a_report_nobody_took_is_not_filed_and_may_be_sent_again(open311: Open311, sandbox: str) -> None:
    said, turn = words(), uuid.uuid4().hex
    nobody = Open311(f"http://127.0.0.1:{free_port()}", zone=open311.zone)
    assert file(nobody, request_of(said), turn).state == "not_filed"
    assert file(open311, request_of(said), turn).state == "filed"
    assert len(numbers_at_the_city(sandbox, said)) == 1


def test_a_refused_report_is_not_filed_and_the_citys_words_are_kept(open311: Open311) -> None:
    filing = file(open311, NewRequest("nope", words(), "200 King St W"), uuid.uuid4().hex)
    assert filing.state == "not_filed"
    assert filing.error is not None
    assert filing.error.detail


def test_the_number_behind_a_token_is_waited_for(open311: Open311) -> None:
    request = NewRequest("parking", words(), "33 Benton St", {"PROBLEM": ("driveway",), "VEHICLE": ("White van",)})
    filing = file(open311, request, uuid.uuid4().hex)
    assert filing.state == "filed"
    assert open311.service_request(filing.number, "en") is not None


def parked() -> NewRequest:
    return NewRequest("parking", words(), "33 Benton St", {"PROBLEM": ("driveway",), "VEHICLE": ("White van",)})


def test_without_time_to_wait_the_token_is_told_and_told_again_for_the_same_turn(open311: Open311) -> None:
    open311.http.reserve_s = 0
    request, turn = parked(), uuid.uuid4().hex
    filing = file(open311, request, turn, budget_s=1.2)
    assert (filing.state, filing.number) == ("filed", "")
    assert filing.token
    again = file(open311, request, turn)
    assert (again.state, again.number, again.token) == ("filed", "", filing.token)


def test_a_token_is_asked_for_less_and_less_often(open311: Open311, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: List[float] = []
    monkeypatch.setattr("actions.filing.time.sleep", pauses.append)
    monkeypatch.setattr("actions.filing.seconds_left", lambda: 8.0 - sum(pauses))
    monkeypatch.setattr(open311, "request_number", lambda token, language: "")
    assert file(open311, parked(), uuid.uuid4().hex).token
    assert pauses == [0.5, 1.0, 2.0]


def test_what_was_reported_and_what_is_followed_are_ones_own(open311: Open311) -> None:
    conversation = uuid.uuid4().hex
    with ledger(8):
        filed = file_once(open311, request_of(words()), conversation=conversation, report_id="a report", language="en")
    follow("26-000417", conversation=conversation)
    follow("26-000417", conversation=conversation)
    assert [one.reference for one in own_references(conversation)] == ["26-000417", filed.number]
