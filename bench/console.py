"""What staff wait for in a record of a million messages: the inbox, lists with each filter, text search, a conversation.

    python -m bench.console [messages]     about ten minutes a database

SQLite always; PostgreSQL too where TEST_POSTGRES_URL names a server. The record is made up first (`bench.console_record`). Pages are asked
for with Django's test client, signed in: all that the console does for a page, and no HTTP. The peer is the plainest thing to do with the
same database in the same run: its latest 50 messages by time, in one query.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Callable, Dict, Iterator, List, Optional

from tests.console.conftest import migrated, used_by_console  # first: it makes Django ready, with a state folder of its own

# isort: split
from django.db import connection
from django.test import Client

from bench import console_record
from bot.conversations.models import InboundMessage, Visit
from tests.console.staff import NAME, PASSWORD
from tests.conversations import databases

MESSAGES = 1_000_000
TIMES = 60
BUDGETS_MS = {"inbox": 150, "conversation": 80, "text": 300}
PEER = "SELECT id, text_masked, received_at FROM conversations_inboundmessage ORDER BY received_at DESC LIMIT 50"
WORDS = ["garbage", "parking ticket", "water bill", "compost", "tax", "fishing licence", "snow", console_record.RARE_WORD, "zzyzx"]
LISTS = {
    "everything": "",
    "days": "from=2026-03-01&to=2026-03-31",
    "channel": "channel=rest",
    "language": "language=fr",
    "topic": "topic=waste",
    "label, common": "label={common}",
    "label, rare": f"label={console_record.RARE}",
    "label, middling": "label={middling}",
    "confidence below": "confidence_below=5",
    "confidence above": "confidence_above=99",
    "confidence between": "confidence_above=40&confidence_below=60",
    "outcome": "outcome=reported",
    "needs, any": "needs=any",
    "needs, rare": "needs=emergency",
    "feedback": "feedback=not_helped",
    "turns": "turns_from=6",
    "review": "review=follow_up",
    "assigned to": "assigned=clerk",
    "tag": "tag=tag 7",
    "nothing fits": "channel=fax",
    "many at once": "channel=sms&language=fr&outcome=answered&needs=lost&review=new&label={common}&from=2025-06-01",
    "text with label": "q=garbage&label={common}",
    "text, little else": "q=garbage&channel=rest&language=fr",
}


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def page(browser: Client, address: str) -> None:
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code)


def plainly() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PEER)
        cursor.fetchall()


def conversations() -> Iterator[str]:
    dice = random.Random(4)
    last = Visit.objects.latest("id").pk
    while True:
        visit = Visit.objects.get(pk=dice.randrange(1, last + 1))
        yield f"/conversations/{visit.conversation_id}?visit={visit.pk}"


def older(browser: Client) -> Iterator[str]:
    """The second, third, … page of the list."""
    address = "/conversations"
    while True:
        found = browser.get(address).content.decode().partition('" rel="next"')[0].rpartition('href="')[2]
        address = "/conversations" + found.replace("&amp;", "&")
        yield address


def measured(browser: Client) -> Dict[str, List[float]]:
    """Milliseconds of each page, by what it is."""
    labels = [article.label for article in console_record.knowledge().articles]
    names = {"common": labels[0], "middling": labels[100]}
    kinds: Dict[str, Iterator[str]] = {"inbox": cycle(["/"]), "conversation": conversations(), "older pages": older(browser)}
    kinds.update({f"text: {word}": cycle([f"/conversations?q={word}"]) for word in WORDS})
    kinds.update({f"list: {name}": cycle(["/conversations?" + query.format(**names)]) for name, query in LISTS.items()})
    plain = [timed(plainly) for _ in range(TIMES)]
    found = {"peer": plain}
    for name, addresses in kinds.items():
        page(browser, next(addresses))  # what is read once in the life of the console, and the plan of the query
        found[name] = [timed(lambda address=address: page(browser, address)) for address in (next(addresses) for _ in range(TIMES))]
    return found


def report(found: Dict[str, List[float]]) -> bool:
    """Prints the table; whether every budget is kept."""
    kept = True
    print(f"{'page':<32}{'p50 ms':>9}{'p95 ms':>9}{'x peer':>9}{'budget':>9}")
    peer = quantiles(found["peer"], n=100)[49]
    for name, times in found.items():
        cuts = quantiles(times, n=100)
        budget: Optional[int] = BUDGETS_MS.get(name.partition(":")[0])
        late = budget is not None and cuts[94] > budget
        kept = kept and not late
        mark = f"{budget or '':>9}{'  too slow' if late else ''}"
        print(f"{name:<32}{cuts[49]:>9.1f}{cuts[94]:>9.1f}{cuts[49] / peer:>9.0f}{mark}", flush=True)
    return kept


def run(url: str, messages: int) -> bool:
    with used_by_console(url):
        begun = time.monotonic()
        console_record.make(messages)
        print(f"  made in {time.monotonic() - begun:.0f} s", flush=True)
        browser = Client(SERVER_NAME="127.0.0.1")
        assert browser.post("/sign-in", {"username": NAME, "password": PASSWORD}).status_code == 302
        print(f"\n{connection.vendor}, {InboundMessage.objects.count():,} messages, {Visit.objects.count():,} visits", flush=True)
        return report(measured(browser))


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield migrated(databases.sqlite(Path(folder) / "record.sqlite3"))


@contextmanager
def postgres() -> Iterator[str]:
    with databases.postgres_database() as name:
        yield migrated(databases.postgres(name))


def main() -> None:
    messages = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else MESSAGES
    kept = True
    for database in (sqlite, *([postgres] if databases.POSTGRES_URL else [])):
        with database() as url:
            kept = run(url, messages) and kept
    sys.exit(0 if kept else "a page is too slow")


if __name__ == "__main__":
    main()
