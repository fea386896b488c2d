"""How a turn ended and why it needs eyes, from the reports of the assistant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.city import city
from bot.conversations.judging import TurnResult, form_is_open, judge, most_pressing, needs_of, weight
from bot.conversations.models import InboundMessage
from bot.conversations.subjects import Subject, read, subjects
from bot.knowledge.store import load
from tests.knowledge.writing import article, write

Ended = InboundMessage.Outcome
SUBJECTS = {
    "article/garbage_missed": Subject("waste", "routine"),
    "article/tax_due": Subject("property_tax", "money"),
    "article/noise": Subject("bylaws", "legal"),
    "article/gas_smell": Subject("utilities", "safety"),
    "article/bus_fares": Subject("transit", "routine", of_city=False),
    "look_up/ward": Subject("council", "routine"),
}


def part(intent: str, confidence: Optional[float] = 0.9, outcome: Optional[str] = "sure", **entities: str) -> Dict[str, Any]:
    named = {"name": intent, "confidence": confidence, **({"outcome": outcome} if outcome else {})}
    rows = [{"entity": name, "value": value} for name, value in entities.items()]
    return {
        "intent": named,
        "entities": rows,
        "intent_ranking": [{"name": intent, "confidence": confidence}, {"name": "greet", "confidence": 0.01}],
    }


def unsure(outcome: Optional[str], *labels: str, confidence: float = 0.3) -> Dict[str, Any]:
    ranking = [{"name": label, "confidence": confidence} for label in labels]
    shape = part("nlu_fallback", confidence, outcome)
    return {**shape, "intent_ranking": ranking}


def tap(intent: str, **entities: str) -> Dict[str, Any]:
    shape = part(intent, 1.0, None, **entities)
    return {**shape, "intent_ranking": [{"name": intent, "confidence": 1.0}]}


def did(name: str, outcome: str = "ok", *calls: Optional[int], **more: Any) -> Dict[str, Any]:
    return {
        "name": f"action_{name}",
        "outcome": outcome,
        "api_calls": [{"host": "h", "call": "GET x", "status": status, "ms": 5} for status in calls],
        **more,
    }


def asks(form: str, outcome: str = "ok", *calls: Optional[int]) -> Dict[str, Any]:
    return {**did("", outcome, *calls), "name": f"validate_{form}"}


def ended(
    understood: List[Any], actions: List[Any], *, form: bool = False, changed: Tuple[str, ...] = (), how: Ended = Ended.ANSWERED
) -> Any:
    return judge(TurnResult(how, understood, actions, changed, form_open=form), SUBJECTS)


MISSED = part("article", article="garbage_missed")
ANSWERED = did("answer_article", answered="article/garbage_missed")


@pytest.mark.parametrize(
    ("why", "understood", "actions", "form", "outcome", "needs"),
    [
        ("an article", [MISSED], [ANSWERED], False, "answered", ""),
        (
            "a look-up",
            [part("look_up", look_up="ward")],
            [asks("look_up_form"), did("look_up", "ok", 200, answered="look_up/ward")],
            False,
            "looked_up",
            "",
        ),
        (
            "collection days",
            [part("collection_day")],
            [did("collection_day", "ok", 200, answered="collection_day")],
            False,
            "looked_up",
            "",
        ),
        (
            "where a report stands",
            [part("check_request_status")],
            [did("check_request_status", answered="check_request_status")],
            False,
            "looked_up",
            "",
        ),
        (
            "looked up, and there is no such number",
            [part("check_request_status")],
            [did("check_request_status", "not_found", 404)],
            False,
            "looked_up",
            "",
        ),
        (
            "a filed report",
            [part("affirm")],
            [asks("report_form"), did("submit_report", "ok", 201, answered="report_problem/pothole")],
            False,
            "reported",
            "",
        ),
        (
            "a report to copy: the city takes none from here",
            [part("affirm")],
            [asks("report_form"), did("submit_report", "unavailable")],
            False,
            "handed_over",
            "",
        ),
        (
            "the city refused the report and the resident got its form",
            [part("affirm")],
            [did("submit_report", "refused", 400)],
            False,
            "handed_over",
            "",
        ),
        ("asked for a person", [part("talk_to_person")], [did("talk_to_person")], False, "handed_over", ""),
        (
            "asked for a person inside a report",
            [part("talk_to_person")],
            [did("talk_to_person"), asks("report_form")],
            True,
            "handed_over",
            "",
        ),
        ("frustrated", [part("frustration")], [did("answer_frustration")], False, "handed_over", ""),
        (
            "another body's service",
            [part("article", article="bus_fares")],
            [did("answer_article", answered="article/bus_fares")],
            False,
            "handed_over",
            "",
        ),
        ("an article that is not there: whom to ask", [part("article")], [did("answer_article", "not_found")], False, "handed_over", ""),
        (
            "an article about a danger reports no answer",
            [part("article", article="gas_smell")],
            [did("answer_article")],
            False,
            "answered",
            "",
        ),
        ("torn, choices", [unsure("torn", "article/tax_due")], [did("offer_choices")], False, "offered", "torn"),
        ("lost, with articles that hold its words", [unsure("lost", "article/tax_due")], [did("offer_choices")], False, "offered", "lost"),
        ("lost: whom to ask", [unsure("lost", "article/tax_due")], [did("offer_choices", "not_found")], False, "handed_over", "lost"),
        ("not a city matter", [part("out_of_scope")], [did("offer_choices", "not_found")], False, "handed_over", ""),
        (
            "asked back",
            [part("report_problem", service_code="pothole")],
            [asks("report_form"), did("ask_report_location")],
            True,
            "given_up",
            "",
        ),
        ("an answer in a form, then its question again", [MISSED], [ANSWERED, asks("report_form")], True, "given_up", ""),
        ("an address alone: what about it?", [tap("inform")], [did("take_information")], False, "given_up", ""),
        ("a greeting", [part("greet")], [], False, "talked", ""),
        ("a task cancelled", [part("cancel")], [did("cancel_task")], False, "talked", ""),
        ("danger", [part("emergency", danger="fire")], [did("say_danger")], False, "emergency", "emergency"),
        (
            "danger inside a report",
            [part("emergency", danger="fire")],
            [did("say_danger"), asks("report_form")],
            True,
            "emergency",
            "emergency",
        ),
        (
            "a city system that did not answer",
            [part("collection_day")],
            [did("collection_day", "unavailable", None)],
            False,
            "failed",
            "failed",
        ),
        ("one left alone since it is down", [part("look_up")], [did("look_up", "unavailable", None)], False, "failed", "failed"),
        ("an answer that was none", [part("look_up")], [did("look_up", "bad_data", 200)], False, "failed", "failed"),
        (
            "the error of the call is the form's",
            [part("affirm")],
            [asks("report_form", "unavailable", 503), did("submit_report", "unavailable")],
            False,
            "failed",
            "failed",
        ),
        ("a fault of ours", [part("look_up")], [did("look_up", "failed")], False, "failed", "failed"),
        (
            "a system is down, and the form goes on without",
            [part("inform")],
            [asks("report_form", "unavailable", None)],
            True,
            "given_up",
            "failed",
        ),
        (
            "told from what was kept",
            [part("collection_day")],
            [did("collection_day", "ok", 503, answered="collection_day")],
            False,
            "looked_up",
            "",
        ),
        ("too many requests", [part("look_up")], [did("look_up", "refused", 429)], False, "failed", "failed"),
        (
            "two needs, one failed",
            [MISSED, part("collection_day")],
            [ANSWERED, did("collection_day", "unavailable", None)],
            False,
            "failed",
            "failed",
        ),
    ],
)
def test_a_turn_ends_as_its_actions_say(why: str, understood: List[Any], actions: List[Any], form: bool, outcome: str, needs: str) -> None:
    found = ended(understood, actions, form=form)
    assert (found.outcome, found.needs) == (outcome, needs), why


@pytest.mark.parametrize(
    ("how", "outcome", "needs"), [(Ended.APOLOGISED, "failed", "failed"), (Ended.REFUSED, "talked", ""), (Ended.RATED, "talked", "")]
)
def test_without_an_answer_of_the_assistant_the_message_s_end_says_it(how: Ended, outcome: str, needs: str) -> None:
    found = ended([], [], how=how)
    assert (found.outcome, found.needs, found.reading.label, found.reading.certainty) == (outcome, needs, "", "")


@pytest.mark.parametrize(
    ("why", "understood", "actions", "changed", "label", "topic", "certainty"),
    [
        ("an article has its file's topic", [MISSED], [ANSWERED], (), "article/garbage_missed", "waste", "sure"),
        ("a look-up has that of the article about it", [part("look_up", look_up="ward")], [], (), "look_up/ward", "council", "sure"),
        ("else its task", [part("look_up", look_up="next_bus")], [], (), "look_up/next_bus", "look_up", "sure"),
        ("a report", [part("report_problem", service_code="pothole")], [], (), "report_problem/pothole", "report_problem", "sure"),
        ("a tapped choice is nothing to understand", [tap("article", article="tax_due")], [], (), "article/tax_due", "property_tax", ""),
        (
            "torn: the likeliest",
            [unsure("torn", "article/tax_due", "greet")],
            [did("offer_choices")],
            (),
            "article/tax_due",
            "property_tax",
            "torn",
        ),
        (
            "before the assistant said torn",
            [unsure(None, "article/tax_due")],
            [did("offer_choices")],
            (),
            "article/tax_due",
            "property_tax",
            "torn",
        ),
        (
            "before the assistant said lost",
            [unsure(None, "article/tax_due")],
            [did("offer_choices", "not_found")],
            (),
            "article/tax_due",
            "property_tax",
            "lost",
        ),
        ("before the assistant said sure", [part("greet", outcome=None)], [], (), "greet", "", "sure"),
        ("of two needs the more doubtful", [MISSED, unsure("torn", "article/tax_due")], [], (), "article/tax_due", "property_tax", "torn"),
        ("danger before all", [unsure("lost", "greet"), part("emergency", danger="fire")], [], (), "emergency/fire", "emergency", "sure"),
        (
            "a form took what the classifier did not know",
            [unsure("lost", "greet")],
            [asks("report_form")],
            ("report_location",),
            "",
            "report_problem",
            "",
        ),
        (
            "a form did not understand it either",
            [unsure("lost", "greet")],
            [asks("status_form")],
            ("form_note",),
            "greet",
            "check_request_status",
            "lost",
        ),
        (
            "a yes that ends a report is about the report",
            [part("affirm")],
            [asks("report_form"), did("submit_report", answered="report_problem/pothole")],
            ("last_request",),
            "report_problem/pothole",
            "report_problem",
            "sure",
        ),
        ("no word of a resident is a label", [part("article", article="call 519 555 0199!")], [], (), "article", "", "sure"),
    ],
)
def test_a_turn_has_the_label_topic_and_certainty_of_what_was_understood(
    why: str, understood: List[Any], actions: List[Any], changed: Tuple[str, ...], label: str, topic: str, certainty: str
) -> None:
    found = ended(understood, actions, changed=changed).reading
    assert (found.label, found.topic, found.certainty) == (label, topic, certainty), why


@pytest.mark.parametrize(
    ("why", "understood", "actions", "expected"),
    [
        ("sure: a tenth of doubt about something routine", [MISSED], [ANSWERED], 0.1),
        ("the same doubt about the law weighs three times as much", [part("article", article="noise")], [did("answer_article")], 0.3),
        ("torn about money: 0.7 x 2", [unsure("torn", "article/tax_due")], [did("offer_choices")], 1.4),
        ("lost is all doubt: 1 x 2", [unsure("lost", "article/tax_due")], [did("offer_choices", "not_found")], 2.0),
        ("a danger: 1 x 5", [part("emergency", danger="fire")], [did("say_danger")], 5.0),
        ("a question about a danger: 0.1 x 5", [part("article", article="gas_smell")], [did("answer_article")], 0.5),
        ("a bill that could not be shown: 1 x 2", [part("look_up")], [did("look_up", "unavailable", None, private=True)], 2.0),
        ("a tap", [tap("article", article="tax_due")], [did("answer_article", answered="article/tax_due")], 0.0),
    ],
)
def test_weight_is_doubt_times_harm(why: str, understood: List[Any], actions: List[Any], expected: float) -> None:
    assert ended(understood, actions).weight == pytest.approx(expected), why


def test_a_dislike_is_all_doubt_and_presses_more_than_anything_but_danger() -> None:
    assert needs_of("answered", "sure", False, helped=False) == "disliked"
    assert needs_of("failed", "lost", True, helped=False) == "disliked"
    assert needs_of("emergency", "sure", False, helped=False) == "emergency"
    assert needs_of("offered", "torn", False, helped=True) == "torn"
    assert weight("disliked", "sure", 0.99, 3.0) == 3.0


def test_a_visit_needs_what_its_most_pressing_turn_needs_with_the_greatest_weight_of_such_turns() -> None:
    assert most_pressing([]) == ("", 0.0)
    assert most_pressing([("", 0.9), ("torn", 0.2), ("lost", 1.0), ("lost", 3.0), ("torn", 4.0)]) == ("lost", 3.0)
    assert most_pressing([("failed", 1.0), ("emergency", 5.0), ("disliked", 9.0)]) == ("emergency", 5.0)


def test_where_it_is_not_said_the_last_action_tells_whether_a_form_waits() -> None:
    assert form_is_open([ANSWERED, asks("report_form")])
    assert form_is_open([asks("report_form"), did("ask_report_location")])
    assert not form_is_open([asks("report_form"), did("submit_report")])
    assert not form_is_open([])


def test_articles_say_topic_risk_and_whose_service_it_is(tmp_path: Path) -> None:
    write(tmp_path, "waste.yml", article("bins", owner="city", risk="routine"))
    write(tmp_path, "transit.yml", article("fares", owner="grt", risk="money"))
    write(tmp_path, "council.yml", article("calm_ward", risk="routine", look_up="ward"))
    write(tmp_path, "voting.yml", article("grave_ward", risk="legal", look_up="ward"))
    found = read(load(tmp_path).articles, city().bodies)
    assert found["article/bins"] == Subject("waste", "routine", True)
    assert found["article/fares"] == Subject("transit", "money", False)
    assert found["look_up/ward"] == Subject("voting", "legal", True)


def test_every_article_of_the_city_is_known_and_some_are_another_body_s() -> None:
    found = subjects()
    assert len(found) > 200
    assert {True, False} == {subject.of_city for subject in found.values()}
    assert city().bodies["city"].of_city


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["ok", "failed", "nlu_fallback", "emergency"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["intent", "name", "outcome", "confidence", "entities", "intent_ranking", "api_calls", "status", "answered", "value"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=3), st.lists(json_values, max_size=3), st.lists(json_values, max_size=2), st.booleans())
def test_whatever_the_assistant_sends_is_judged_and_fits_its_columns(understood: Any, actions: Any, changed: Any, form: bool) -> None:
    found = judge(TurnResult(Ended.ANSWERED, understood, actions, changed, form_open=form), SUBJECTS)
    assert re.fullmatch(r"[A-Za-z0-9_./-]{0,100}", found.reading.label)
    assert len(found.reading.topic) <= 60
    assert found.reading.certainty in ("sure", "torn", "lost", "")
    assert found.reading.confidence is None or 0 <= found.reading.confidence <= 1
    assert 0 <= found.weight <= 5
