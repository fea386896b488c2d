"""Two people grade a random sample without seeing each other's grades; what the grades say."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta, timezone
from typing import Any, List

import pytest
from django.db import connection

from tests.review.record import turn
from tests.review.weeks import last_week, moment, sampled

pytestmark = pytest.mark.usefixtures("console_database")


def test_a_sample_is_of_turns_of_its_week_that_understood_something_and_were_nobodys_bills() -> None:
    from bot.review import sampling

    week = last_week()
    inside = [turn("first moment", at=moment(week)), turn("last moment", at=moment(week, days=6, hours=23, minutes=59))]
    turn("the week before", at=moment(week, seconds=-1))
    turn("this week", at=moment(week, days=7))
    turn("a photo", at=moment(week, days=1), certainty="")
    private = turn("my bill", at=moment(week, days=1))
    private.private = True
    private.save()
    assert sampling.draw(week, "clerk") == 2
    assert sorted(sampled(week)) == sorted(row.pk for row in inside)


def test_a_sample_has_its_size_is_drawn_once_and_not_in_the_order_of_the_record() -> None:
    from bot.review import sampling
    from bot.review.models import AuditEntry

    week = last_week()
    pks = [turn(f"message {number}", at=moment(week, hours=number)).pk for number in range(60)]
    assert sampling.draw(week, "clerk", size=40) == 40
    first = sampled(week)
    assert len(set(first)) == 40
    assert set(first) <= set(pks)
    assert first != sorted(first)  # by chance once in 40! draws
    turn("late", at=moment(week, days=5))
    assert sampling.draw(week, "somebody else") == 0
    assert sampled(week) == first
    assert list(AuditEntry.objects.values_list("by", "action", "subject")) == [("clerk", "draw_sample", f"week:{week}")]


def test_two_who_draw_at_the_same_moment_draw_one_sample() -> None:
    from bot.review import sampling

    week = last_week()
    for number in range(20):
        turn(f"message {number}", at=moment(week, hours=number))
    start = threading.Barrier(2)
    drawn: List[int] = []

    def draw() -> None:
        start.wait()
        drawn.append(sampling.draw(week, "clerk", size=5))
        connection.close()

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == [0, 5]
    assert len(sampled(week)) == 5


@pytest.mark.parametrize("days", [1, 7])
def test_a_day_that_is_no_monday_and_a_week_that_goes_on_have_no_sample(days: int) -> None:
    from bot.review import sampling

    with pytest.raises(ValueError, match="a week that is over"):
        sampling.draw(last_week() + timedelta(days=days), "clerk")


def a_sample(count: int, week: Any = None, language: str = "en") -> List[int]:
    from bot.review import sampling

    week = week or last_week()
    for number in range(count):
        turn(f"message {number}", at=moment(week, hours=number), language=language)
    sampling.draw(week, "clerk")
    return sampled(week)


def left(by: str) -> List[int]:
    from bot.review import grading

    return [row.pk for row in grading.open_to(by, last_week())]


def test_a_turn_is_graded_by_two_people_and_by_no_third() -> None:
    from bot.review import grading
    from bot.review.models import Grade

    one, two = a_sample(2)
    assert grading.give(one, "right", "anna")
    assert (left("anna"), left("ben")) == ([two], [one, two])
    assert grading.give(one, "wrong", "ben")
    assert left("carla") == [two]
    assert not grading.give(one, "partly", "carla")
    assert not grading.give(one, "partly", "anna")  # who has seen what the other said could follow them
    assert sorted(Grade.objects.values_list("by", "value")) == [("anna", "right"), ("ben", "wrong")]


def test_a_grade_may_be_changed_while_nobody_else_has_graded() -> None:
    from bot.review import grading
    from bot.review.models import Grade

    one, two = a_sample(2)
    grading.give(one, "right", "anna")
    grading.give(two, "right", "anna")
    found = grading.may_change("anna", last_week())
    assert found is not None
    assert found.pk == two
    assert grading.give(two, "wrong", "anna")
    assert Grade.objects.get(sampled=two).value == "wrong"
    grading.give(two, "wrong", "ben")
    found = grading.may_change("anna", last_week())
    assert found is not None
    assert found.pk == one
    assert grading.may_change("ben", last_week()) is None


def test_until_both_have_graded_no_result_tells_what_one_said() -> None:
    from bot.review import grading

    one, _ = a_sample(2)
    grading.give(one, "wrong", "anna")
    assert grading.graded(last_week()) == []
    assert [(row.turns, row.both, row.mine, row.left) for row in grading.progress("ben", 5)] == [(2, 0, 0, 2)]
    grading.give(one, "right", "ben")
    assert [turn.values for turn in grading.graded(last_week())] == [("wrong", "right")]  # anna's, ben's
    assert [(row.turns, row.both, row.mine, row.left) for row in grading.progress("ben", 5)] == [(2, 1, 1, 1)]


def test_results_count_what_both_said_and_what_one_doubted_by_language_and_week() -> None:
    from bot.review import grading

    week, before = last_week(), last_week() - timedelta(days=7)
    given = [
        (before, "fr", "right", "wrong"),
        (week, "en", "right", "right"),
        (week, "en", "wrong", "wrong"),
        (week, "en", "partly", "right"),
    ]
    french = a_sample(1, before, "fr")
    english = a_sample(3, week)
    for pk, (_, _, one, other) in zip(french + english, given, strict=True):
        grading.give(pk, one, "anna")
        grading.give(pk, other, "ben")
    turns = grading.graded(before)
    whole = grading.result(turns)
    counted = [(share.hits, share.total) for share in (whole.right, whole.wrong, whole.doubted, whole.agreed)]
    assert counted == [(1, 4), (1, 4), (2, 4), (2, 4)]
    assert {language: found.turns for language, found in grading.results_by(turns, lambda row: row.language)} == {"en": 3, "fr": 1}
    assert [(found, row.turns) for found, row in grading.results_by(turns, lambda row: row.week)] == [(week, 3), (before, 1)]


def test_a_disposed_conversation_leaves_the_sample_and_nobody_takes_its_place() -> None:
    from bot.conversations.models import InboundMessage
    from bot.review import sampling

    kept, gone = turn("kept", at=moment(last_week())), turn("gone", address="two", at=moment(last_week()))
    sampling.draw(last_week(), "clerk")
    InboundMessage.objects.get(pk=gone.pk).conversation.delete()
    assert sampling.draw(last_week(), "clerk") == 0
    assert sampled(last_week()) == [kept.pk]


def test_a_week_begins_on_monday_of_the_citys_clock() -> None:
    from bot.review import sampling

    assert sampling.week_of(datetime(2026, 11, 23, 4, 59, tzinfo=timezone.utc)) == date(2026, 11, 16)  # 23:59 on Sunday in Toronto
    assert sampling.week_of(datetime(2026, 11, 23, 5, 0, tzinfo=timezone.utc)) == date(2026, 11, 23)
