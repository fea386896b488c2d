"""Idempotency keys: what was asked of the city is never asked twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.conversations import submissions
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


def test_of_ten_that_begin_at_once_one_is_first() -> None:
    with ThreadPoolExecutor(10) as threads:
        begun = list(threads.map(lambda _: begin(), range(10)))
    assert [one.new for one in begun].count(True) == 1
