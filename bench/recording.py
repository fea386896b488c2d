"""What recording a turn for lists, numbers and search adds to it: `python -m bench.recording`, about a minute.

The same turns are taken in, begun and answered, in turns, in two records of the same size: one as it is, one that keeps neither visits
nor an index of words. The assistant is not asked: its answer is given. SQLite in a file, and PostgreSQL where TEST_POSTGRES_URL names
a server. Seconds are of the clock, on a machine with nothing else to do.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Dict, Iterator, List
from unittest.mock import patch

os.environ.setdefault("RESIDENT_STATE", tempfile.mkdtemp(prefix="resident-bench-"))

from bot.conversations.database import setup

setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bot.conversations import leases, turns, visits  # noqa: E402
from bot.conversations.assistant_client import Answer  # noqa: E402
from bot.conversations.inbox import accept  # noqa: E402
from bot.conversations.log_search import INDEX  # noqa: E402
from bot.conversations.models import Conversation, InboundMessage, TurnSummary, Visit  # noqa: E402
from bot.messages import Message  # noqa: E402
from tests.conversations import databases  # noqa: E402

KEPT = 20_000  # messages in each record before
TIMES = 400
MOST_MS = 5.0
WORDS = "when will the garbage truck come down our street this week and where do the broken branches go".split()
UNDERSTOOD = {"intent": {"name": "article", "confidence": 0.9, "outcome": "sure"}, "entities": [{"entity": "article", "value": "pools"}]}
DONE = {"name": "action_answer_article", "outcome": "ok", "ms": 3, "api_calls": [], "answered": "article/pools"}


def fill() -> None:
    """Conversations of ten messages, each with its visit."""
    now = timezone.now()
    people = Conversation.objects.bulk_create(
        [Conversation(channel="rest", data_key_sealed=b"x", dispose_after=now.date()) for _ in range(KEPT // 10)]
    )
    stays = Visit.objects.bulk_create([Visit(conversation=one, channel="rest", started_at=now, last_at=now, turns=10) for one in people])
    rows = InboundMessage.objects.bulk_create(
        [
            InboundMessage(
                conversation=one,
                channel="rest",
                provider_id=f"{one.key} {number}",
                received_at=now,
                text_masked=" ".join(WORDS[number:]),
                text_sealed=b"x" * 80,
                text_digest="x" * 64,
                state="done",
            )
            for one in people
            for number in range(10)
        ],
        batch_size=1000,
    )
    of = {stay.conversation_id: stay for stay in stays}
    made = [TurnSummary(inbound=row, visit=of[row.conversation_id], at=now, channel="rest", outcome="answered") for row in rows]
    TurnSummary.objects.bulk_create(made, batch_size=1000)


def without_index() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for event in ("insert", "update", "delete", "dispose"):
                cursor.execute(f"DROP TRIGGER inbound_words_{event}")
            cursor.execute(f"DROP TABLE {INDEX}")
        else:
            cursor.execute("DROP INDEX inbound_words")


def turn_ms(number: int) -> float:
    """Takes a message in and answers it; milliseconds."""
    given = Answer((Message("An answer."),), [UNDERSTOOD], [DONE], [], "en")
    began = time.perf_counter()
    accept("rest", f"resident {number % 40}", " ".join(WORDS[number % 7 :]), f"id {number}", limited=False)
    (claim,) = leases.claim("bench", 1)
    turn = turns.begin(claim)
    if turn is None:
        raise RuntimeError("no turn to answer")
    turns.answer(turn, given)
    return (time.perf_counter() - began) * 1000


@contextmanager
def fresh(kind: str, folder: Path, name: str) -> Iterator[str]:
    """The URL of a migrated record of this kind."""
    with ExitStack() as stack:
        url = (
            databases.sqlite(folder / f"{name}.sqlite3")
            if kind == "sqlite"
            else databases.postgres(stack.enter_context(databases.postgres_database()))
        )
        databases.migrate(url)
        yield url


def measure(kind: str, folder: Path) -> Dict[str, List[float]]:
    """Milliseconds of each turn with and without recording, in rounds of ten that alternate."""
    taken: Dict[str, List[float]] = {"with": [], "without": []}
    with ExitStack() as stack:
        urls = {name: stack.enter_context(fresh(kind, folder, name)) for name in taken}
        for name, url in urls.items():
            with databases.used_by_django(url):
                if name == "without":
                    without_index()
                fill()
                turn_ms(10**6)
        for first in range(0, TIMES, 10):
            for name, url in urls.items():
                with databases.used_by_django(url), ExitStack() as off:
                    if name == "without":
                        off.enter_context(patch.object(visits, "record", _nothing))
                    connection.ensure_connection()
                    taken[name] += [turn_ms(number) for number in range(first, first + 10)]
    return taken


def _nothing(*_: Any, **__: Any) -> None:
    """In the place of recording."""


def main() -> int:
    """Prints a line per database. Returns 1 when recording costs more than it may."""
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("sqlite", *(["postgresql"] if databases.POSTGRES_URL else [])):
            taken = measure(kind, Path(folder))
            middle = {name: median(values) for name, values in taken.items()}
            late = {name: quantiles(values, n=20)[-1] for name, values in taken.items()}
            added = middle["with"] - middle["without"]
            worst = max(worst, added)
            times = middle["with"] / middle["without"]
            print(
                f"{kind}: {middle['with']:.1f} ms a turn with recording, {middle['without']:.1f} without (x {times:.2f}): {added:.1f} more"
            )
            print(f"  95 of 100 turns take at most {late['with']:.1f} ms with and {late['without']:.1f} without; it may add {MOST_MS:.0f}")
    return int(worst > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
