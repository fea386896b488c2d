"""Idempotency keys: what was asked of the city is never asked twice."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.conversations import models, submissions
from bot.conversations.submissions import Submission

pytestmark = pytest.mark.usefixtures("record")


def begin(key: str = "key") -> Submission:
    return submissions.begin(key, conversation="conversation", kind="service_request")


def test_a_key_is_new_once() -> None:
    assert begin() == Submission("key", "started", "", new=True)
    assert begin() == Submission("key", "started", "", new=False)
    assert begin("another").new


def test_a_finished_key_gives_the_citys_number() -> None:
    begin()
    submissions.finish("key", "26-000417")
    assert begin() == Submission("key", "done", "26-000417", new=False)


def test_a_call_without_a_clear_answer_is_remembered_until_it_is_found() -> None:
    begin()
    submissions.mark_unknown("key")
    assert begin() == Submission("key", "unknown", "", new=False)
    submissions.finish("key", "26-000417")
    assert begin().state == "done"


def test_what_is_done_stays_done() -> None:
    begin()
    submissions.finish("key", "26-000417")
    submissions.mark_unknown("key")
    submissions.abandon("key")
    assert begin() == Submission("key", "done", "26-000417", new=False)


def test_a_key_whose_call_was_refused_may_be_used_again() -> None:
    begin()
    submissions.abandon("key")
    assert begin().new


def test_the_turn_that_asked_last_is_the_one_that_says_what_came_of_it() -> None:
    turns = [uuid.uuid4(), uuid.uuid4()]
    for turn in turns:
        submissions.begin("key", conversation="conversation", kind="service_request", turn=turn)
    begin()  # by nobody's turn
    assert models.Submission.objects.get().turn == turns[1]


def test_of_ten_that_begin_at_once_one_is_first() -> None:
    with ThreadPoolExecutor(10) as threads:
        begun = list(threads.map(lambda _: begin(), range(10)))
    assert [one.new for one in begun].count(True) == 1


def test_what_was_done_in_a_conversation_is_listed_the_newest_first() -> None:
    for key, conversation, kind in (("a", "mine", "one"), ("b", "mine", "two"), ("c", "mine", "other"), ("d", "theirs", "one")):
        submissions.begin(key, conversation=conversation, kind=kind)
        submissions.finish(key, f"number of {key}")
    submissions.begin("e", conversation="mine", kind="one")  # nobody knows
    submissions.begin("f", conversation="mine", kind="one")
    submissions.finish("f", "")  # the city gave no number
    listed = submissions.references("mine", kinds=("one", "two"))
    assert [(one.key, one.reference) for one in listed] == [("b", "number of b"), ("a", "number of a")]


def test_a_number_that_was_given_twice_is_listed_once() -> None:
    for key in ("a", "b"):
        submissions.begin(key, conversation="mine", kind="one")
        submissions.finish(key, "26-000417")
    assert [one.reference for one in submissions.references("mine", kinds=("one",))] == ["26-000417"]
