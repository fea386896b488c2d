"""What one process commits is heard by the others at once; what is not heard holds nobody up for long."""

from __future__ import annotations

import asyncio
import queue
import shutil
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator
from uuid import uuid4

import pytest
from django.db import transaction

from bot.conversations import news
from bot.conversations.news import ANSWERED, WAITING, News
from bot.gateway.replies import DoneTurns
from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant
from tests.conversations.doing import dispatching, make_dispatcher, wait_for, wait_until, write

HEARD_S = 10.0
QUIET_S = 0.3  # what is told is heard in much less
KNOCKING = News(WAITING, "nobody's", "0" * 32)
SOMETHING = News(WAITING, "rest", "0" * 32)


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Iterator[Path]:
    """Where the sockets are of those who listen, beside the SQLite database that Django uses."""
    path = tmp_path / "record.sqlite3"
    shutil.copy(sqlite_template, path)
    sockets = tmp_path / "news"
    sockets.mkdir()
    with databases.used_by_django(databases.sqlite(path)):
        yield sockets


@contextmanager
def ears() -> Iterator[queue.SimpleQueue[News]]:
    """What is heard, from when it can be heard."""
    heard: queue.SimpleQueue[News] = queue.SimpleQueue()
    first, ended = threading.Event(), threading.Event()

    def hear(told: News) -> None:
        if told == KNOCKING:
            first.set()
        else:
            heard.put(told)

    def hears() -> bool:
        news.tell(KNOCKING)
        return first.is_set()

    listening = news.listen(hear, ended)

    try:
        wait_until(hears)
        yield heard
    finally:
        ended.set()
        listening.join()


@pytest.mark.usefixtures("record")
def test_everybody_hears_that_a_message_waits_and_that_its_turn_is_done(assistant: FakeAssistant, assistant_port: int) -> None:
    with ears() as first, ears() as second:
        row = write("ann", "one")
        for heard in (first, second):
            assert heard.get(timeout=HEARD_S) == (WAITING, "rest", row.turn_id.hex)
        with dispatching(assistant_port):
            wait_for(row)
        for heard in (first, second):
            assert heard.get(timeout=HEARD_S) == (ANSWERED, "rest", row.turn_id.hex)


@pytest.mark.usefixtures("record")
def test_nothing_is_heard_before_it_is_committed_nor_what_never_is() -> None:
    with ears() as heard:
        with transaction.atomic():
            news.tell(SOMETHING)
            time.sleep(QUIET_S)
            assert heard.empty()
        assert heard.get(timeout=HEARD_S) == SOMETHING
        with suppress(LookupError), transaction.atomic():
            news.tell(SOMETHING)
            raise LookupError
        time.sleep(QUIET_S)
        assert heard.empty()


@pytest.mark.usefixtures("record")
def test_without_anybody_who_listens_messages_are_taken_in_and_answered(assistant: FakeAssistant, assistant_port: int) -> None:
    row = write("ann", "one")
    dispatcher = make_dispatcher(assistant_port)
    working = threading.Thread(target=dispatcher.run)
    working.start()
    late = write("bob", "two")
    wait_for(row, late)
    dispatcher.stopping.set()
    working.join()
    dispatcher.drain(10.0)


def test_what_a_killed_process_leaves_behind_is_cleared_away(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
        dead.bind(str(folder / "4711-dead.socket"))
    with ears() as heard:
        news.tell(SOMETHING)
        assert heard.get(timeout=HEARD_S) == SOMETHING
        assert "4711-dead.socket" not in [path.name for path in folder.iterdir()]
    assert list(folder.iterdir()) == []


def test_who_hears_nothing_any_more_holds_up_nobody_who_tells(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(folder / "4711-deaf.socket"))
        begun = time.monotonic()
        for _ in range(2_000):  # more than the system keeps for it
            news.tell(SOMETHING)
        assert time.monotonic() - begun < HEARD_S
        assert (folder / "4711-deaf.socket").exists()


def test_a_turn_that_was_done_before_anybody_waited_for_it_is_known() -> None:
    turns, turn_id = DoneTurns(), uuid4()
    turns.done(turn_id)
    assert asyncio.run(turns.wait(turn_id, 0.0))
