"""What residents ask for and nobody answers: messages of the last weeks that the assistant was lost with, in topics.

Texts are masked. What staff decided about a topic stays with it when the topics are found anew.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Callable, Dict, Iterable, List, Sequence, Set, Tuple

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from numpy.typing import NDArray

from bot.city import city
from bot.conversations.models import Choice, InboundMessage, TurnSummary
from bot.conversations.readings import LOST, TORN
from bot.knowledge.schema import Article
from bot.language.meaning import unit
from bot.review import clustering
from bot.review.models import UnansweredMessage, UnansweredTopic

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, (texts, width)."""

WINDOW = timedelta(days=60)
MOST_MESSAGES = 20_000  # of one language that are read: the newest ones
_USUAL_QUESTIONS = 300  # of the articles, whose middle is where usual questions are: 2 s of encoding
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Message:
    """A message of the record, by the id of its row."""

    id: int
    at: datetime
    text: str


@dataclass(frozen=True)
class Found:
    """A topic as found now: its messages with their distance from its middle, 0 (in it) to 2, and how many came in the time before."""

    messages: Dict[int, float]
    known: int  # of its messages, that were there when topics were found last
    terms: List[str]
    before: int


def find(encode: Encode, articles: Sequence[Article]) -> int:
    """Finds the topics of each language of the city anew. Returns how many there are.

    Args:
        articles: those the assistant knows: their questions say what is usual.
    """
    return sum(_find(language, encode, articles, timezone.now()) for language in city().languages)


def _find(language: str, encode: Encode, articles: Sequence[Article], now: datetime) -> int:
    lately = _unanswered(language, now - WINDOW, now)
    since = lately[-1].at if len(lately) == MOST_MESSAGES else now - WINDOW
    earlier = _unanswered(language, since - (now - since), since)
    usual = [question for article in articles for question in article.questions[language]]
    last = UnansweredTopic.objects.filter(language=language).order_by("-found_at").values_list("found_at", flat=True).first()
    found = _topics(_legible(lately), _legible(earlier), encode, usual, last or now)
    _keep(language, found, now)
    return len(found)


def _unanswered(language: str, start: datetime, end: datetime) -> List[Message]:
    """Messages that were not understood, or whose resident took none of the choices they were offered; the newest first."""
    taken = Exists(Choice.objects.filter(inbound=OuterRef("inbound"), used_at__isnull=False))
    turns = TurnSummary.objects.filter(language=language, at__gte=start, at__lt=end, inbound__private=False)
    turns = turns.filter(Q(certainty=LOST) | Q(Q(certainty=TORN) & ~taken)).order_by("-at", "-inbound")
    rows = turns.values_list("inbound", "at", "inbound__text_masked")[:MOST_MESSAGES]
    return [Message(pk, at, clustering.legible(text)) for pk, at, text in rows]


def _legible(messages: Iterable[Message]) -> List[Message]:
    """Without those that say nothing once personal details are masked."""
    return [message for message in messages if message.text]


def _topics(lately: List[Message], earlier: List[Message], encode: Encode, usual: Sequence[str], last: datetime) -> List[Found]:
    by_text: Dict[str, List[Message]] = {}
    for message in lately:
        by_text.setdefault(message.text, []).append(message)
    texts = list(by_text)
    if not texts:
        return []
    step = max(1, len(usual) // _USUAL_QUESTIONS)
    centre = encode(usual[::step]).mean(axis=0) if usual else 0.0  # some encoders find all texts much alike
    vectors = unit(encode(texts) - centre)
    found = clustering.groups(vectors, np.array([len(by_text[text]) for text in texts]))
    middle = clustering.middles(vectors, found)
    old = [message.text for message in earlier]
    before = Counter(clustering.joining(unit(encode(old) - centre), middle).tolist()) if old else Counter()
    distances = 1 - vectors @ unit(middle).T
    every = [*usual, *(message.text for message in lately)]
    holding = Counter(word for text in every for word in set(clustering.words_of(text)))
    topics = []
    for number, rows in enumerate(found):
        theirs = [(message, float(distances[row, number])) for row in rows for message in by_text[texts[row]]]
        topics.append(
            Found(
                messages={message.id: distance for message, distance in theirs},
                known=sum(message.at < last for message, _ in theirs),
                terms=clustering.telling([message.text for message, _ in theirs], holding, len(every)),
                before=before[number],
            )
        )
    return sorted(topics, key=lambda topic: (-len(topic.messages), min(topic.messages)))


@transaction.atomic
def _keep(language: str, found: List[Found], now: datetime) -> None:
    """Puts the topics of a language in place of those before. One that goes on keeps its row, and so its address and its state.

    Nothing is encoded here: residents' messages are not kept waiting.
    """
    old = {topic.pk: topic for topic in UnansweredTopic.objects.select_for_update().filter(language=language)}
    members: Dict[int, Set[int]] = {pk: set() for pk in old}
    for pk, inbound in UnansweredMessage.objects.filter(topic__in=old).values_list("topic", "inbound"):
        members[pk].add(inbound)
    UnansweredMessage.objects.filter(topic__in=old).delete()
    kept: Set[int] = set()
    for topic in found:
        before = _went_on_from(topic, members)
        row = old[before] if before in old and before not in kept else UnansweredTopic(language=language)
        if before:
            kept.add(before)
            row.state = old[before].state
        there = _still_there(topic.messages)
        row.terms, row.size, row.size_before, row.found_at = topic.terms, len(there), topic.before, now
        row.save()
        UnansweredMessage.objects.bulk_create(
            (UnansweredMessage(topic=row, inbound_id=pk, distance=topic.messages[pk]) for pk in there), batch_size=_ROWS_AT_ONCE
        )
    UnansweredTopic.objects.filter(pk__in=set(old) - kept).delete()


def _went_on_from(topic: Found, members: Dict[int, Set[int]]) -> int:
    """The topic of last time that most of its messages of that time were in; 0 when there is none."""
    shared = {pk: len(ids & topic.messages.keys()) for pk, ids in members.items()}
    best = max(shared, key=lambda pk: (shared[pk], -pk), default=0)
    return best if best and 2 * shared[best] > topic.known else 0


def _still_there(messages: Iterable[int]) -> List[int]:
    """Without those that were deleted while topics were being found."""
    ids = list(messages)
    there: List[int] = []
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        there += InboundMessage.objects.filter(pk__in=ids[start : start + _ROWS_AT_ONCE]).values_list("pk", flat=True)
    return there


def samples(topics: Iterable[UnansweredTopic], most: int) -> Dict[int, List[Tuple[str, str]]]:
    """By topic, some of its messages, from its middle outwards: masked text and conversation, no text twice."""
    found: Dict[int, List[Tuple[str, str]]] = {}
    for topic in topics:
        rows = topic.messages.order_by("distance", "pk").values_list("inbound__text_masked", "inbound__conversation")
        texts: Dict[str, str] = {}
        for text, conversation in rows[: 10 * most]:
            if len(texts) < most:
                texts.setdefault(text, conversation)
        found[topic.pk] = list(texts.items())
    return found
