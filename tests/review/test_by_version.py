"""How versions answered, beside the one before: made-up days counted by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Dict, List, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.review.counted import asked, local, turn, visit

pytestmark = pytest.mark.usefixtures("console_database")
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
OLD, NEW = "release-0a1b2c3d", "7"


def scope() -> Any:
    from bot.review.numbers import Scope
    from bot.review.periods import Period

    return Scope(Period(*OCTOBER))


def found() -> Dict[str, Any]:
    from bot.review.by_version import by_version

    return {row.name: row for row in by_version(scope())}


def says(row: Any) -> Dict[str, str]:
    return {measure.name: measure.says for measure in row.measures}


def shares(row: Any) -> Dict[str, Any]:
    return {measure.name: (measure.now.hits, measure.now.total) for measure in row.measures}


def answered(version: str, day: int, turns: int, lost: int = 0, **columns: Any) -> Any:
    """A visit on a day of October with so many turns, some of them not understood."""
    at = local(f"2026-10-{day:02d}")
    return visit(at, *({"certainty": "lost" if number < lost else "sure"} for number in range(turns)), version=version, **columns)


def graded(of: Any, values: Sequence[str], certainty: str = "sure") -> None:
    """Another turn of a visit, which two people have graded."""
    from bot.review.models import Grade, SampledTurn

    inbound = turn(of, of.last_at, certainty=certainty)
    week = of.last_at.date() - timedelta(days=of.last_at.weekday())
    sampled = SampledTurn.objects.create(inbound=inbound, week=week, place=SampledTurn.objects.count())
    for by, value in zip("ab", values, strict=False):
        Grade.objects.create(sampled=sampled, by=by, value=value)


def test_the_sums_of_all_versions_are_what_the_page_of_numbers_says_of_the_same_days() -> None:
    from bot.review.numbers import numbers

    for day, version in enumerate([OLD, OLD, NEW, OLD, "8", "8", "9"], start=5):
        answered(version, day, turns=day, lost=day % 3, outcome=["answered", "handed_over", "failed", "reported"][day % 4], channel="sms")
        voted = answered(version, day, 1, helped=day % 2 == 0)
        asked(turn(voted, voted.last_at, outcome="failed"), [True, False, None][day % 3])
    every, now = list(found().values()), numbers(scope()).now
    assert len(every) == 4
    assert sum(row.visits for row in every) == now.visits == 14
    assert sum(row.turns for row in every) == now.turns == sum(range(5, 12)) + 14
    whole = {"containment": now.containment, "fallback": now.fallback, "failed": now.failed, **vars(now.satisfaction)}
    for name, share in whole.items():
        parts = [shares(row)[name] for row in every]
        assert tuple(map(sum, zip(*parts, strict=True))) == (share.hits, share.total)
        assert share.total > 0


def test_versions_come_newest_first_with_their_time_beside_the_one_that_answered_before() -> None:
    answered(OLD, 5, 1)
    answered(NEW, 8, 1)
    answered(NEW, 9, 1)
    rows = list(found().values())
    assert [(row.name, row.before) for row in rows] == [(NEW, OLD), (OLD, None)]
    assert (rows[0].first, rows[0].last) == (local("2026-10-08"), local("2026-10-09"))
    assert (rows[0].visits, rows[0].turns) == (2, 2)
    assert {says for says in says(rows[1]).values()} == {"first", ""}


def test_after_a_rollback_a_version_is_compared_with_what_it_took_the_place_of() -> None:
    """The release, 7, back to the release, 8, back to 7, 9: 8 took the place of the release, 9 of 7."""
    for day, version in enumerate([OLD, NEW, OLD, "8", NEW, "9"], start=5):
        answered(version, day, 1)
    assert {name: row.before for name, row in found().items()} == {"9": NEW, "8": OLD, NEW: OLD, OLD: None}


def test_what_was_answered_before_versions_were_noted_is_of_none_and_nothing_is_compared_with_it() -> None:
    visit(local("2026-10-05"), {"certainty": "lost"})
    answered(NEW, 8, 1)
    rows = found()
    assert list(rows) == [NEW]
    assert (rows[NEW].before, rows[NEW].turns) == (None, 1)


def test_a_version_that_understands_less_is_worse_on_its_first_day() -> None:
    for day in range(5, 15):
        answered(OLD, day, 20, lost=2)
    answered(NEW, 15, 40, lost=14)
    row = found()[NEW]
    assert shares(row)["fallback"] == (14, 40)
    assert row.worse == ["fallback"]
    assert says(row)["failed"] == "alike"
    assert {says(row)[name] for name in ("right", "sure_wrong", "containment", "helped")} == {"few"}
    assert found()[OLD].worse == []


def test_a_version_that_understands_more_is_better_and_no_sign_is_shown() -> None:
    answered(OLD, 5, 40, lost=14)
    answered(NEW, 15, 200, lost=20)
    row = found()[NEW]
    assert (says(row)["fallback"], row.worse) == ("better", [])


@pytest.mark.parametrize(("turns", "expected"), [(19, "few"), (20, "worse")])
def test_with_fewer_than_twenty_cases_nothing_is_said_however_bad_it_looks(turns: int, expected: str) -> None:
    answered(OLD, 5, 100, lost=5)
    answered(NEW, 15, turns, lost=turns)
    assert says(found()[NEW])["fallback"] == expected


@pytest.mark.parametrize(("lost", "expected"), [(12, "alike"), (13, "worse")])
def test_chance_must_explain_it_less_than_once_in_a_hundred_times(lost: int, expected: str) -> None:
    """20 of 200 and 12 of 50 or more: 1.09 % by Fisher's test; 13 or more: 0.46 %."""
    answered(OLD, 5, 200, lost=20)
    answered(NEW, 15, 50, lost=lost)
    assert says(found()[NEW])["fallback"] == expected


def test_grades_tell_what_was_right_and_what_was_wrong_though_the_assistant_was_sure() -> None:
    old, new = answered(OLD, 5, 1), answered(NEW, 12, 1)
    for number in range(24):
        graded(old, ("right", "right"))
        graded(new, ("wrong", "wrong") if number < 12 else ("right", "right"), certainty="lost" if number < 2 else "sure")
    graded(new, ("right", "wrong"))
    graded(new, ("right",))  # the other has not graded yet
    row = found()[NEW]
    assert (shares(row)["right"], shares(row)["sure_wrong"]) == ((12, 25), (10, 25))
    assert row.worse == ["right", "sure_wrong"]
    assert shares(found()[OLD])["right"] == (24, 24)


def test_a_vote_counts_for_the_version_that_gave_the_answer() -> None:
    shared = answered(OLD, 5, 1)
    asked(turn(shared, shared.last_at), False)
    shared.version = NEW  # the last answer came from the other one
    shared.save()
    turn(shared, shared.last_at)
    rows = found()
    assert (shares(rows[OLD])["helped"], shares(rows[NEW])["helped"]) == ((0, 1), (0, 0))
    assert (rows[OLD].visits, rows[NEW].visits) == (0, 1)
    assert says(rows[NEW])["response"] == ""


def test_satisfaction_falls_and_contained_conversations_get_fewer() -> None:
    for number in range(30):
        kept, lost = answered(OLD, 5, 1), answered(NEW, 9, 1, outcome="answered" if number % 2 else "handed_over")
        asked(turn(kept, kept.last_at), True)
        asked(turn(lost, lost.last_at), number % 2 == 0)
    assert found()[NEW].worse == ["containment", "helped"]


def test_the_database_is_asked_as_often_however_many_versions_there_are() -> None:
    def asked_for(versions: List[str]) -> int:
        for day, version in enumerate(versions, start=5):
            graded(answered(version, day, 1), ("right", "right"))
        with CaptureQueriesContext(connection) as queries:
            assert len(found()) == len(versions)
        return len(queries)

    assert asked_for([OLD, NEW]) == asked_for([OLD, NEW, *(str(number) for number in range(8, 20))])
