"""A record of as many messages as wanted, as two years of a city would leave it: made up, with nobody's words but the articles' own.

Times of day, channels, languages, lengths of visits and what goes wrong are spread as they would be; labels have a long tail. Sealed
columns hold nothing. Rows come in the order of time, a few tables at once, straight into the tables of a migrated database.
"""

from __future__ import annotations

import json
import random
import sqlite3
import uuid
from datetime import datetime, timedelta, timezone
from itertools import accumulate
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from django.db import connection

from bot.conversations.models import Conversation, Feedback, InboundMessage, OutboundMessage, TurnDetails, TurnSummary, Visit
from bot.knowledge.store import knowledge
from bot.review.models import Tag

DAYS = 730
ROWS_AT_ONCE = 20_000  # messages
TURNS = {1: 25, 2: 35, 3: 20, 4: 10, 5: 6, 6: 4}  # of a visit: how often of 100
CHANNELS = {"webchat": 50, "sms": 35, "telegram": 10, "rest": 5}
NEEDS = {"": 865, "torn": 60, "lost": 50, "failed": 15, "disliked": 9, "emergency": 1}
HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 13, 13, 12, 12, 11, 10, 9, 8, 7, 6, 5, 3, 2]
OUTCOMES = {"answered": 55, "looked_up": 20, "reported": 10, "handed_over": 5, "offered": 3, "given_up": 4, "talked": 3}
RARE = "article/asked_once_in_a_blue_moon"
RARE_WORD = "zamboni"
TAGS = [f"tag {number}" for number in range(20)]
Rows = Dict[Any, List[Tuple[Any, ...]]]
COLUMNS = {
    Conversation: "key channel language data_key_sealed started_at last_message_at dispose_after owner expects_private lease_number",
    Visit: "id conversation channel language started_at last_at turns outcome needs weight helped review reviewed_by assigned_to",
    InboundMessage: "id turn_id conversation channel provider_id received_at text_masked text_sealed text_digest album notices refusal "
    "private forget_number state attempts finished_at outcome language",
    TurnSummary: "inbound visit at channel language label topic confidence certainty outcome needs weight helped call_failed answered_ms",
    TurnDetails: "inbound understood actions slots_changed ms",
    OutboundMessage: "id conversation inbound position body_sealed text_masked parts_masked segments created_at state attempts due_at "
    "sent_at provider_id delivery error_code",
    Feedback: "inbound subject asked_at helped voted_at",
    Tag: "visit name by at",
}


def make(messages: int) -> None:
    """Fills the database that Django uses, which must be migrated and empty. Says how far it is."""
    done, rows = 0, {model: [] for model in COLUMNS}
    for turns in _visits(messages, rows):
        done += turns
        if len(rows[InboundMessage]) >= ROWS_AT_ONCE:
            _write(rows)
            print(f"\r  {done:,} of {messages:,} messages", end="", flush=True)
    _write(rows)
    print(f"\r  {done:,} messages, tidying up{' ' * 20}", flush=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in (Visit, InboundMessage, OutboundMessage):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), (SELECT max(id) FROM {model._meta.db_table}))"
                )
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


def _visits(messages: int, rows: Rows) -> Iterator[int]:
    """Adds the rows of one visit after the other, and yields its turns."""
    dice = random.Random(10)
    subjects = _Subjects(dice)
    at = _times(messages, dice)
    keys: List[Tuple[str, str, str]] = []
    inbound = visit = 0
    while inbound < messages:
        visit += 1
        begun = next(at)
        if dice.random() < 0.5 or not keys:
            key, channel, language = f"{dice.getrandbits(128):032x}", _one(dice, CHANNELS), "fr" if dice.random() < 0.05 else "en"
            keys.append((key, channel, language))
            rows[Conversation].append((key, channel, language, b"", begun, begun, begun.date() + timedelta(days=800), "", False, 0))
        else:
            key, channel, language = keys[-1 - min(int(dice.expovariate(1 / 3000)), len(keys) - 1)]
        turns = min(_one(dice, TURNS), messages - inbound)
        worst, weight, helped, moment, outcome = "", 0.0, None, begun, "talked"
        for _ in range(turns):
            inbound += 1
            moment += timedelta(seconds=dice.randrange(5, 240))
            needs = _one(dice, NEEDS)
            label, topic, text, answer = subjects.draw(inbound, language)
            confidence = {"torn": 0.5, "lost": 0.2}.get(needs, 0.9) + dice.uniform(-0.2, 0.1)
            certainty = needs if needs in ("torn", "lost") else "sure"
            outcome = needs if needs in ("emergency", "failed") else _one(dice, OUTCOMES)
            doubt = dice.uniform(0.2, 4.0) if needs else 0.0
            vote = False if needs == "disliked" else True if dice.random() < 0.03 else None
            helped = helped if vote is None else vote
            if list(NEEDS).index(needs) > list(NEEDS).index(worst):
                worst, weight = needs, doubt
            state = ("done", 1, moment, "answered", language)
            rows[InboundMessage].append(
                (inbound, _uuid(dice), key, channel, f"m{inbound}", moment, text, b"", "", "", "[]", "", False, False, *state)
            )
            ms = dice.randrange(80, 900)
            rows[TurnSummary].append(
                (inbound, visit, moment, channel, language, label, topic, confidence, certainty, outcome, needs, doubt, vote, False, ms)
            )
            understood = {
                "text_language": language,
                "intent": {"name": label, "confidence": confidence, "outcome": certainty},
                "entities": [],
            }
            actions = [{"name": "action_answer", "outcome": "ok", "api_calls": [], "ms": ms // 2}]
            rows[TurnDetails].append((inbound, json.dumps([understood]), json.dumps(actions), "[]", ms))
            sent = ("sent", 1, moment, moment, "", "delivered", "")
            rows[OutboundMessage].append((inbound, key, inbound, 0, b"", answer, "{}", 1, moment, *sent))
            if vote is not None:
                rows[Feedback].append((inbound, label, moment, vote, moment))
        reviewed = dice.random()
        review = "reviewed" if reviewed < 0.1 else "follow_up" if reviewed < 0.101 else "new"
        by, assigned = ("clerk" if review == "reviewed" else ""), ("clerk" if dice.random() < 0.002 else "")
        rows[Visit].append((visit, key, channel, language, begun, moment, turns, outcome, worst, weight, helped, review, by, assigned))
        if dice.random() < 0.01:
            rows[Tag].append((visit, dice.choice(TAGS), "clerk", moment))
        yield turns


def _times(messages: int, dice: random.Random) -> Iterator[datetime]:
    """When visits begin, in order, up to now, more by day than by night."""
    now = datetime.now(timezone.utc)
    number = int(messages / (sum(turns * often for turns, often in TURNS.items()) / 100) * 1.05) + 20
    hours = dice.choices(range(24), HOURS, k=number)
    days = sorted(dice.randrange(DAYS) for _ in range(number))
    moments = [
        now - timedelta(days=DAYS - day) + timedelta(hours=hour - 24, seconds=dice.randrange(3600))
        for day, hour in zip(days, hours, strict=True)
    ]
    return iter(sorted(moments))


class _Subjects:
    """What residents write about: articles, a few of them most of the time, most of them seldom; one almost never."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._articles = list(knowledge().articles)
        self._weights = list(accumulate(1 / (rank + 1) for rank in range(len(self._articles))))
        self._words = sorted({word for article in self._articles for word in article.answer["en"].split() if word.isalpha()})

    def draw(self, number: int, language: str) -> Tuple[str, str, str, str]:
        """Label, topic, text, answer."""
        article = self._dice.choices(self._articles, cum_weights=self._weights)[0]
        text = f"{self._dice.choice(article.questions[language])} {self._dice.choice(self._words)} {self._dice.choice(self._words)}"
        if number % 33_333 == 7:
            return RARE, "waste", f"{text} {RARE_WORD}", article.sms[language]
        return article.label, article.file.rpartition("/")[2].partition(".")[0], text, article.sms[language]


def _one(dice: random.Random, often: Dict[Any, int]) -> Any:
    return dice.choices(list(often), list(often.values()))[0]


def _uuid(dice: random.Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128))


def _write(rows: Rows) -> None:
    for model, new in rows.items():
        table = model._meta.db_table
        columns = [model._meta.get_field(name).column for name in COLUMNS[model].split()]
        if new and connection.vendor == "postgresql":
            _copy(table, columns, new)
        elif new:
            marks = ", ".join(["?"] * len(columns))
            connection.ensure_connection()
            plain: sqlite3.Connection = connection.connection
            plain.execute("PRAGMA synchronous = OFF")
            with connection.cursor():
                plain.execute("BEGIN")
                plain.executemany(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", [tuple(map(_for_sqlite, row)) for row in new]
                )
                plain.execute("COMMIT")
        new.clear()


def _copy(table: str, columns: Sequence[str], rows: Sequence[Tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _for_sqlite(value: Any) -> Any:
    """As Django stores it there."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, uuid.UUID):
        return value.hex
    return str(value) if hasattr(value, "year") else value
