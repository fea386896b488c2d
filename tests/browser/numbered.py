"""A record with two months of numbers. Run in a process that Django is set up in."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from tests.review.counted import asked, local, turn, visit

TOPICS = (
    ("waste", "article/garbage_missed"),
    ("parking", "article/overnight"),
    ("transit", "article/fares"),
    ("look_up", "look_up/next_bus"),
)
OUTCOMES = ("answered", "answered", "looked_up", "handed_over", "given_up", "reported")
CHANNELS = ("webchat", "webchat", "sms", "telegram")


def fill() -> None:
    for number in range(150):
        day = date(2026, 9, 1) + timedelta(days=(number * number) % 61)
        at = local(f"{day}", f"{7 + (number * 5) % 14:02d}:{number % 60:02d}")
        topic, label = TOPICS[0 if day.month == 9 else number % 4]
        said = {"topic": topic, "label": label, "answered_ms": 300 + 37 * number, "call_failed": number % 11 == 0}
        said |= {"certainty": "lost" if number % 9 == 0 else "sure"}
        made = visit(at, said, channel=CHANNELS[number % 4], language=["en", "en", "fr", None][number % 4], outcome=OUTCOMES[number % 6])
        if number % 5 == 0:
            asked(turn(made, at, topic=topic, label=label), [True, False, True, None][number // 5 % 4])


def versions() -> None:
    """Two versions that answered lately, the later one worse."""
    for day in range(1, 21):
        version, lost = ("1", 9) if day <= 2 else ("release-6d6b08ab", 2)
        for number in range(20):
            visit(timezone.now() - timedelta(days=day), {"certainty": "lost" if number < lost else "sure"}, version=version)
