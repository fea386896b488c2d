"""A record with work for reviewers. Run in a process that Django is set up in."""

from __future__ import annotations

from datetime import timedelta
from typing import Sequence

from django.utils import timezone

from bot.review import grading, sampling
from bot.review.models import UnansweredMessage, UnansweredTopic
from tests.review.record import lost, turn
from tests.review.weeks import last_week, moment, sampled

OTHER = "ben"  # who has graded before


def fill() -> None:
    _topic(
        "trampoline, yard, keep",
        41,
        12,
        ["can i keep a trampoline in my yard", "are trampolines allowed near a fence", "trampoline rules?"],
    )
    _topic("bees, hive", 7, 6, ["may i keep bees", "is a hive next door legal", "W" * 300])
    for number, (text, answer) in enumerate(ASKED):
        turn(text, answer, address=f"resident {number // 2}", at=moment(last_week(), hours=8 * number), label="article/garbage_missed")
    before = last_week() - timedelta(days=7)
    for number in range(6):
        turn(
            ASKED[number % 4][0],
            ASKED[number % 4][1],
            address=f"earlier {number}",
            at=moment(before, hours=number),
            language=["en", "fr"][number % 2],
        )
    for week in (before, last_week()):
        sampling.draw(week, "worker")
    for number, pk in enumerate(sampled(before)):
        grading.give(pk, ["right", "wrong", "partly"][number % 3], OTHER)
        grading.give(pk, ["right", "wrong", "right"][number % 3], "anna")
    turn("they forgot my bin", at=timezone.now(), label="article/garbage_missed", helped=False)


ASKED = (
    ("they skipped my garbage", "Put it back out by 7 a.m. tomorrow and tell us where.\nSource: the city's page on garbage."),
    ("ok but what about the recycling", "Recycling is picked up by another body. Call them."),
    ("when is the pool open", "The pool is open from 6 a.m. to 9 p.m."),
    ("my cat is up a tree", "I did not understand. Call 519-741-2345."),
)


def _topic(terms: str, size: int, before: int, texts: Sequence[str]) -> None:
    topic = UnansweredTopic.objects.create(language="en", terms=terms.split(", "), size=size, size_before=before)
    for number, text in enumerate(texts):
        UnansweredMessage.objects.create(topic=topic, inbound=lost(text, address=text), distance=number / 10)
