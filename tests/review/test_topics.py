"""Messages that nobody answered, put together by what they are about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Dict, List, Sequence, Set

import numpy as np
import pytest
from django.utils import timezone
from numpy.typing import NDArray

from tests.review.record import lost, offered, turn

pytestmark = pytest.mark.usefixtures("console_database")

SUBJECTS = ["trampoline", "beehive", "drone", "hedge"]


def by_subject(texts: Sequence[str]) -> NDArray[np.float32]:
    """An encoder that knows these subjects and nothing else: a text with none is like no other text."""
    rows = []
    for place, text in enumerate(texts):
        row = np.zeros(len(SUBJECTS) + len(texts), dtype=np.float32)
        known = [number for number, subject in enumerate(SUBJECTS) if subject in text.casefold()]
        row[known[0] if known else len(SUBJECTS) + place] = 1
        rows.append(np.pad(row, (0, 400 - len(row))))
    return np.array(rows, dtype=np.float32)


def find() -> int:
    from bot.review import topics

    return topics.find(by_subject, [])


def found(**wanted: Any) -> Dict[str, Any]:
    """The topics by their most telling word."""
    from bot.review.models import UnansweredTopic

    return {topic.terms[0]: topic for topic in UnansweredTopic.objects.filter(**wanted)}


def ask(subject: str, count: int, start: int = 0, **more: Any) -> List[Any]:
    shapes = ["may i have a {}", "is a {} allowed here", "rules about my {}", "{} next door", "who checks the {}", "how near may a {} be"]
    return [lost(shapes[number % 6].format(subject) + f" question{'x' * number}", **more) for number in range(start, start + count)]


def test_messages_about_the_same_thing_become_a_topic_and_others_none() -> None:
    ask("trampoline", 4)
    ask("beehive", 3)
    ask("drone", 2)
    lost("something else altogether")
    assert find() == 2
    assert {name: topic.size for name, topic in found().items()} == {"trampoline": 4, "beehive": 3}


def test_what_was_answered_is_in_no_topic() -> None:
    for number in range(3):
        turn(f"trampoline {'a' * number}")
        offered(f"beehive {'a' * number}", taken=True)
        offered(f"drone {'a' * number}", taken=False)
    assert find() == 1
    assert set(found()) == {"drone"}


def test_private_turns_are_in_no_topic() -> None:
    for row in ask("trampoline", 3):
        row.private = True
        row.save()
    assert find() == 0


def test_languages_have_topics_of_their_own() -> None:
    ask("trampoline", 3)
    ask("trampoline", 3, start=3, language="fr")
    assert find() == 2
    assert {topic.language for topic in _topics()} == {"en", "fr"}


def test_marks_of_masking_are_no_word_of_a_topic() -> None:
    for number in range(3):
        lost(f"trampoline at jo{number}@example.com")
    for number in range(3):
        lost(f"519-555-013{number}")
    assert find() == 1
    assert found()["trampoline"].terms == ["trampoline"]


def test_the_trend_counts_the_time_as_long_before() -> None:
    now = timezone.now()
    ask("trampoline", 3, at=now - timedelta(days=1))
    ask("trampoline", 2, start=3, at=now - timedelta(days=61))
    ask("beehive", 4, at=now - timedelta(days=61))
    ask("trampoline", 1, start=5, at=now - timedelta(days=121))
    assert find() == 1
    topic = found()["trampoline"]
    assert (topic.size, topic.size_before) == (3, 2)


def test_what_many_write_in_the_same_words_counts_as_often() -> None:
    for number in range(3):
        lost("trampoline", address=f"resident {number}")
    assert find() == 1
    assert found()["trampoline"].size == 3


def test_a_topic_that_goes_on_keeps_its_address_and_what_staff_decided() -> None:
    from bot.review import topic_decisions

    ask("trampoline", 3)
    ask("beehive", 3)
    find()
    before = found()
    topic_decisions.ignore(before["trampoline"].pk, "clerk")
    ask("trampoline", 5, start=3)  # it grows to more than twice its size
    find()
    after = found()
    assert {name: topic.pk for name, topic in after.items()} == {name: topic.pk for name, topic in before.items()}
    assert {name: (topic.state, topic.size) for name, topic in after.items()} == {"trampoline": ("ignored", 8), "beehive": ("new", 3)}


def test_an_ignored_topic_hides_no_larger_one_that_it_becomes_part_of() -> None:
    from bot.review.models import UnansweredMessage, UnansweredTopic

    rows = ask("trampoline", 7)
    small = UnansweredTopic.objects.create(language="en", terms=["small"], size=3, size_before=0, state="ignored")
    UnansweredMessage.objects.bulk_create(UnansweredMessage(topic=small, inbound=row, distance=0) for row in rows[:3])
    find()
    assert [(topic.state, topic.size) for topic in _topics()] == [("new", 7)]


def test_a_topic_nobody_asks_about_any_more_is_gone() -> None:
    rows = ask("trampoline", 3)
    find()
    rows[0].conversation.delete()
    find()
    assert _topics() == []


def test_the_same_record_gives_the_same_topics() -> None:
    ask("trampoline", 4)
    ask("beehive", 4)
    find()
    first = _members()
    find()
    assert _members() == first
    assert len(first) == 2


def test_a_conversation_deleted_while_topics_are_found_is_left_out() -> None:
    from bot.conversations.models import Conversation
    from bot.review import topics

    ask("trampoline", 3, address="stays")
    ask("trampoline", 1, start=3, address="goes")
    gone = Conversation.objects.latest("started_at")

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        Conversation.objects.filter(pk=gone.pk).delete()
        return by_subject(texts)

    topics.find(encode, [])
    assert found()["trampoline"].size == 3


def _topics() -> List[Any]:
    from bot.review.models import UnansweredTopic

    return list(UnansweredTopic.objects.all())


def _members() -> List[Set[int]]:
    return [set(topic.messages.values_list("inbound", flat=True)) for topic in _topics()]


def test_the_newest_messages_are_read_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    now: datetime = timezone.now()
    ask("beehive", 3, at=now - timedelta(days=10))
    ask("trampoline", 4, start=3, at=now - timedelta(days=1))
    monkeypatch.setattr("bot.review.topics.MOST_MESSAGES", 4)
    find()
    assert {name: topic.size for name, topic in found().items()} == {"trampoline": 4}
