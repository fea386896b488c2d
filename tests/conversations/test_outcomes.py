"""The measures on data small enough to count by hand; how each number comes about stands beside it."""

from __future__ import annotations

from typing import List, Optional, Tuple

import pytest
from scipy.stats import fisher_exact

from bot.conversations.models import Visit
from bot.conversations.outcomes import (
    Share,
    TurnCount,
    VisitCount,
    abandoned,
    containment,
    failed_look_ups,
    failed_turns,
    fallback_rate,
    p_more,
    percentile,
    rank,
    resolved,
    satisfaction,
    visit_outcome,
    wilson,
)

# Visits of a made-up week. 95 are over and had a need: 5 only talked, 7 ended less than 24 hours ago.
WEEK = [
    VisitCount("answered", False, None, 38),
    VisitCount("answered", False, True, 2),
    VisitCount("answered", True, None, 4),  # wrote again within a day: the answer was not enough
    VisitCount("answered", True, True, 1),
    VisitCount("looked_up", False, None, 19),
    VisitCount("looked_up", False, None, 1, right=True),
    VisitCount("reported", False, None, 9),
    VisitCount("reported", False, False, 1),  # a number was issued, and the resident said that it did not help
    VisitCount("handed_over", False, None, 8),
    VisitCount("given_up", False, None, 5),
    VisitCount("given_up", False, True, 1),  # an answer helped before they left a question open
    VisitCount("offered", False, None, 3),
    VisitCount("emergency", False, None, 1),
    VisitCount("failed", False, None, 2),
    VisitCount("talked", False, None, 5),
    VisitCount("answered", False, None, 7, over=False),
]


def test_contained_are_those_for_whom_the_assistant_was_enough() -> None:
    # 38 + 2 answered, 19 + 1 looked up, 9 + 1 reported, none of whom came back, of 95
    assert containment(WEEK) == Share(70, 95)


@pytest.mark.parametrize("outcome", ["handed_over", "emergency", "failed", "given_up", "offered"])
def test_whoever_was_sent_elsewhere_or_gave_up_is_not_contained(outcome: str) -> None:
    assert containment([VisitCount(outcome, False, None, 1), VisitCount("answered", False, None, 3)]) == Share(3, 4)


def test_whoever_came_back_within_a_day_is_not_contained_whatever_they_got() -> None:
    assert containment([VisitCount("reported", True, True, 1), VisitCount("reported", False, None, 1)]) == Share(1, 2)


def test_resolved_needs_a_word_of_the_resident_a_number_or_a_reviewer() -> None:
    # yes: 2 + 1 answered, 1 given up; a number: 9, not the 1 that did not help; a reviewer: 1. Of 102 with a need, those of today too.
    assert resolved(WEEK) == Share(14, 102)


def test_abandoned_are_questions_of_ours_without_answer_or_resolution() -> None:
    # 5 given up, 3 offered; not the 1 whom an earlier answer helped
    assert abandoned(WEEK) == Share(8, 102)


TURNS = [
    TurnCount("answered", "sure", 80),
    TurnCount("offered", "torn", 6),
    TurnCount("handed_over", "lost", 4),
    TurnCount("failed", "", 1),
    TurnCount("failed", "sure", 2, call_failed=True),
    TurnCount("given_up", "sure", 1, call_failed=True),
    TurnCount("talked", "", 6),
]


def test_the_shares_of_turns_are_of_all_messages_of_residents() -> None:
    assert fallback_rate(TURNS) == Share(10, 100)  # 6 torn and 4 lost
    assert failed_turns(TURNS) == Share(3, 100)
    assert failed_look_ups(TURNS) == Share(3, 100)


def test_satisfaction_comes_with_how_many_answered() -> None:
    found = satisfaction(asked=40, yes=9, no=3)
    assert (found.helped, found.response) == (Share(9, 12), Share(12, 40))
    assert (found.helped.value, found.response.value) == (0.75, 0.3)


def test_of_nothing_there_is_no_share() -> None:
    nobody = satisfaction(asked=3, yes=0, no=0)
    for share in (containment([]), resolved([]), abandoned([]), fallback_rate([]), failed_turns([]), nobody.helped):
        assert (share.value, share.interval) == (None, None)
    assert (nobody.response.value, percentile([], 50), rank(0, 50)) == (0.0, None, 0)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # 8 of 10: middle (0.8 + 0.19207) / 1.38415 = 0.71674, half 1.41602 * sqrt(0.016 + 0.0096036) = 0.22658
        (8, 10, 0.4902, 0.9433),
        # none of 10: 0 to 3.84146 / 13.84146
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        # 1 of 2: 0.5 in the middle, half 1.95996 / 2.92073 * sqrt(0.125 + 0.240091) = 0.40547
        (1, 2, 0.0945, 0.9055),
    ],
)
def test_wilson_s_interval(hits: int, total: int, low: float, high: float) -> None:
    found = wilson(hits, total)
    assert found is not None
    assert found == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("these", "those", "chance"),
    [
        # Fisher's lady tasting tea: 4 cups of 4 right by chance in one of C(8, 4) = 70 ways; 3 or more in 1 + 4 * 4 of them
        (Share(4, 4), Share(0, 4), 1 / 70),
        (Share(3, 4), Share(1, 4), 17 / 70),
        (Share(1, 4), Share(3, 4), 69 / 70),
        (Share(0, 4), Share(4, 4), 1.0),
        (Share(0, 5), Share(0, 7), 1.0),
        (Share(5, 5), Share(7, 7), 1.0),
        (Share(0, 0), Share(3, 7), 1.0),
    ],
)
def test_how_likely_chance_gives_one_side_so_many(these: Share, those: Share, chance: float) -> None:
    assert p_more(these, those) == pytest.approx(chance)


@pytest.mark.parametrize(
    ("these", "those"), [((900, 5_000), (5_000, 90_000)), ((10, 5_000), (5_000, 90_000)), ((310, 3_000), (900, 10_000))]
)
def test_of_large_numbers_it_is_what_another_program_says(these: Tuple[int, int], those: Tuple[int, int]) -> None:
    table = [[hits, total - hits] for hits, total in (these, those)]
    assert p_more(Share(*these), Share(*those)) == pytest.approx(fisher_exact(table, alternative="greater")[1], rel=1e-6)


@pytest.mark.parametrize(
    ("percent", "value"),
    # The textbook example: rank ceil(percent / 100 * 5), so 0.25 and 1.5 go up, 2 and 2.5 give the 2nd and 3rd.
    [(5, 15), (30, 20), (40, 20), (50, 35), (95, 50), (100, 50), (0, 15)],
)
def test_a_percentile_is_a_value_that_was_measured(percent: float, value: int) -> None:
    assert percentile([15, 20, 35, 40, 50], percent) == value


@pytest.mark.parametrize(
    ("total", "percent", "place"), [(100, 95, 95), (1000, 99.9, 999), (1, 50, 1), (3, 50, 2), (10, 70, 7), (100, 29, 29)]
)
def test_no_rounding_error_moves_a_rank(total: int, percent: float, place: int) -> None:
    assert rank(total, percent) == place


@pytest.mark.parametrize(
    ("turns", "whole", "why"),
    [
        ([], "talked", "nothing was needed"),
        (["talked", "talked"], "talked", "a greeting and thanks"),
        (["answered", "talked"], "answered", "thanks change nothing"),
        (["answered", "looked_up"], "looked_up", "the last need counts"),
        (["given_up"], "given_up", "a question was asked back, and nothing came"),
        (["given_up", "looked_up"], "looked_up", "it was answered: the next turn takes its place"),
        (["given_up", "talked"], "given_up", "cancelled"),
        (["offered"], "offered", "none was taken"),
        (["offered", "answered"], "answered", "one was taken"),
        (["handed_over", "answered"], "answered", "lost at first, found in other words: it did not end with a hand-over"),
        (["given_up", "reported", "answered"], "reported", "a report tells more than the question behind it"),
        (["reported", "given_up"], "reported", "what was resolved is not abandoned"),
        (["reported", "handed_over"], "handed_over", "it ended with a hand-over"),
        (["failed", "looked_up"], "failed", "a failure is never made good in the numbers"),
        (["emergency", "failed", "answered"], "emergency", "danger counts most"),
        (["failed", "emergency"], "emergency", "danger counts most"),
    ],
)
def test_a_visit_ends_as_its_turns_say(turns: List[str], whole: str, why: str) -> None:
    found: Visit.Outcome = Visit.Outcome.TALKED
    for turn in turns:
        found = visit_outcome(found, turn)
    assert found == whole, why


def test_a_share_shows_its_value_and_interval() -> None:
    share: Optional[float] = Share(8, 10).value
    assert share == 0.8
    assert Share(8, 10).interval == wilson(8, 10)
