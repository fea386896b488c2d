"""The numbers of made-up weeks, counted by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Dict

import pytest

from tests.review.counted import asked, local, resident, turn, visit

WEEK = (date(2026, 10, 5), date(2026, 10, 11))  # a Monday to a Sunday


def counted(first: date = WEEK[0], last: date = WEEK[1], **scope: str) -> Any:
    from bot.review.numbers import Scope, numbers
    from bot.review.periods import Period

    return numbers(Scope(Period(first, last), **scope))


@pytest.fixture
def week(console_database: str) -> None:
    """Ten visits in the week and two in the week before."""
    from bot.review.models import TurnReview

    visit(local("2026-10-05"), {"answered_ms": 100}, {"answered_ms": 300}, channel="sms")
    visit(local("2026-10-06"), outcome="looked_up", returned_at=local("2026-10-06", "20:00"))
    asked(turn(visit(local("2026-10-06"), helped=True), local("2026-10-06"), topic="", label="thanks", certainty=""), True)
    asked(turn(visit(local("2026-10-07"), helped=False), local("2026-10-07")), False)
    asked(turn(visit(local("2026-10-07"), language="fr"), local("2026-10-07")), None)
    visit(local("2026-10-08"), {"label": "report_problem/pothole", "topic": "report_problem"}, outcome="reported")
    visit(local("2026-10-09"), {"certainty": "lost", "topic": "", "label": ""}, outcome="handed_over", language=None)
    judged = visit(local("2026-10-10"), {"certainty": "torn", "topic": "transit", "label": "article/fares"}, outcome="offered")
    TurnReview.objects.create(inbound_id=judged.summaries.get().pk, verdict="right", by="clerk")
    failed_look_up = {"label": "look_up/next_bus", "topic": "look_up", "call_failed": True, "answered_ms": 900}
    visit(local("2026-10-11", "23:59"), failed_look_up, {"answered_ms": 700}, outcome="failed", channel="sms")
    visit(local("2026-10-11"), {"topic": "", "label": "greet"}, outcome="talked")
    visit(local("2026-10-04", "23:59"), outcome="given_up")
    visit(local("2026-09-28", "00:00"))
    visit(local("2026-10-12", "00:00"))  # the week after
    visit(local("2026-09-27", "23:59"))  # before the week before


def test_every_measure_of_a_week_is_what_counting_by_hand_gives(week: None) -> None:
    now = counted().now
    assert (now.visits, now.turns) == (10, 15)
    # of the nine with a need: not the one who came back, was handed over, was offered choices, or failed
    assert (now.containment.hits, now.containment.total) == (5, 9)
    assert (now.resolved.hits, now.resolved.total) == (3, 9)  # said yes, report, reviewer
    assert (now.abandoned.hits, now.abandoned.total) == (0, 9)  # the one with choices was right, a reviewer says
    assert (now.fallback.hits, now.fallback.total) == (2, 15)
    assert (now.failed.hits, now.failed.total) == (2, 15)
    assert (now.look_ups.hits, now.look_ups.total) == (1, 15)
    assert (now.satisfaction.helped.hits, now.satisfaction.helped.total) == (1, 2)
    assert (now.satisfaction.response.hits, now.satisfaction.response.total) == (2, 3)


def test_every_count_of_a_week_is_by_its_code_the_largest_first(week: None) -> None:
    now = counted().now
    assert list(now.outcomes.items())[0] == ("answered", 4)
    assert now.outcomes == {
        "answered": 4,
        **{outcome: 1 for outcome in ("looked_up", "reported", "handed_over", "offered", "failed", "talked")},
    }
    assert now.channels == {"webchat": 8, "sms": 2}
    assert now.languages == {"en": 8, "fr": 1, "": 1}
    assert now.topics == {"waste": 9, "look_up": 1, "report_problem": 1, "transit": 1}
    assert now.failures == {"look_up/next_bus": 1}
    assert now.days == [2, 3, 4, 1, 1, 1, 3]


def test_answer_times_are_by_channel_and_were_measured(week: None) -> None:
    now = counted().now
    assert {channel: (times.turns, times.median_ms, times.p95_ms) for channel, times in now.answer_times.items()} == {"sms": (4, 300, 900)}


def test_the_time_before_is_as_long_and_ends_where_the_week_begins(week: None) -> None:
    before = counted().before
    assert (before.visits, before.turns) == (2, 2)
    assert before.days == [1, 0, 0, 0, 0, 0, 1]
    assert (before.abandoned.hits, before.abandoned.total) == (1, 2)


@pytest.mark.parametrize(
    ("scope", "visits", "turns"),
    [({"channel": "sms"}, 2, 4), ({"language": "fr"}, 1, 2), ({"language": "-"}, 1, 1), ({"channel": "x"}, 0, 0)],
)
def test_a_channel_or_a_language_is_counted_alone(week: None, scope: Dict[str, str], visits: int, turns: int) -> None:
    now = counted(**scope).now
    assert (now.visits, now.turns) == (visits, turns)


def test_votes_follow_channel_and_language_too(week: None) -> None:
    from bot.conversations.models import InboundMessage

    InboundMessage.objects.filter(feedback__helped=True).update(language="fr")
    satisfaction = counted(language="fr").now.satisfaction
    assert (satisfaction.helped.hits, satisfaction.response.total) == (1, 1)


def test_who_wrote_less_than_a_day_ago_is_not_contained_yet(console_database: str) -> None:
    from django.utils import timezone

    from bot.review.periods import today

    visit(timezone.now() - timedelta(hours=25))
    visit(timezone.now() - timedelta(minutes=1))
    now = counted(today() - timedelta(days=3), today()).now
    assert now.visits == 2
    assert (now.containment.hits, now.containment.total) == (1, 1)


def test_an_empty_record_has_numbers_of_nothing(console_database: str) -> None:
    found = counted()
    assert (found.now.visits, found.now.turns, found.rising) == (0, 0, [])
    assert found.now.containment.value is None
    assert found.now.answer_times == {}
    assert found.now.days == [0] * 7


@pytest.mark.parametrize(
    ("day", "moments", "hours"),
    [
        ("2026-03-08", ["00:30", "01:59", "03:00"], {0: 1, 1: 1, 3: 1}),  # no two o'clock: 23 hours
        ("2026-11-01", ["00:00", "01:30", "01:30+", "23:59"], {0: 1, 1: 2, 23: 1}),  # one o'clock twice: 25 hours
    ],
)
def test_days_on_which_the_clock_changes_are_counted_whole(console_database: str, day: str, moments: Any, hours: Any) -> None:
    for moment in moments:
        visit(local(day, moment.rstrip("+"), fold=int(moment.endswith("+"))))
    found = counted(date.fromisoformat(day), date.fromisoformat(day))
    assert found.now.days == [len(moments)]
    assert found.now.visits == len(moments)
    assert {hour: count for hour, count in enumerate(found.now.hours[6]) if count} == hours
    next_day = date.fromisoformat(day) + timedelta(days=1)
    assert counted(next_day, next_day).before.days == [len(moments)]


def test_a_quarter_of_an_hour_is_enough_for_a_clock_half_an_hour_off(console_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace
    from zoneinfo import ZoneInfo

    from bot.city import city
    from bot.review import numbers, periods

    island = replace(city(), timezone=ZoneInfo("America/St_Johns"))
    for module in (numbers, periods):
        monkeypatch.setattr(module, "city", lambda: island)
    visit(local("2026-10-05", "09:29"))  # 10:59 there
    visit(local("2026-10-05", "09:31"))  # 11:01 there
    now = counted().now
    assert [now.hours[0][hour] for hour in (10, 11)] == [1, 1]


def test_a_topic_is_rising_when_chance_does_not_explain_it(console_database: str) -> None:
    from bot.review.numbers import rising

    now = {"steep": 40, "new": 12, "steady": 30, "few": 9, "small": 10}
    before = {"steep": 10, "steady": 25, "small": 5}
    assert rising(now, before) == ["steep", "new"]  # 30/√50 = 4.2; 12/√12 = 3.5; 5/√55 = 0.7; too few; 5/√15 = 1.3
    assert rising(now, {}) == []


def test_one_visit_is_numbers_too(console_database: str) -> None:
    visit(local("2026-10-07"), {"answered_ms": 250}, of=resident())
    now = counted().now
    assert (now.visits, now.containment.value, now.answer_times["webchat"].p95_ms) == (1, 1.0, 250)
