"""Threads and processes that write to SQLite wait for each other in line, and whoever fails holds up nobody."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Callable, Iterator, List

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from bot.conversations.models import Heartbeat
from tests.conversations import databases
from tests.conversations.doing import wait_until, write
from tests.conversations.processes import environment
from tests.running import ROOT, stop


@pytest.fixture(autouse=True)
def record(sqlite_template: Path, tmp_path: Path) -> Iterator[None]:
    path = tmp_path / "record.sqlite3"
    shutil.copy(sqlite_template, path)
    with databases.used_by_django(databases.sqlite(path)):
        yield


@contextmanager
def another_thread() -> Iterator[Callable[[Callable[[], object]], Future[object]]]:
    """Runs what it is given, one after the other, on a connection of its own."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda work: thread.submit(work)
        thread.submit(lambda: connection.close()).result()  # its own


def beat(name: str) -> None:
    with transaction.atomic():
        put(name)


def put(name: str) -> None:
    Heartbeat.objects.create(process=name, at=timezone.now())


def processes() -> List[str]:
    return sorted(Heartbeat.objects.values_list("process", flat=True))


def test_who_comes_while_somebody_writes_waits_and_then_writes() -> None:
    with another_thread() as elsewhere:
        with transaction.atomic():
            put("first")
            waiting = elsewhere(lambda: beat("second"))
            assert elsewhere(lambda: None).done() is False  # it stands behind the one that waits
            with transaction.atomic():  # a part of a transaction does not wait for its whole
                put("third")
        waiting.result(20)
        assert processes() == ["first", "second", "third"]


def test_who_only_reads_does_not_wait() -> None:
    row = write("ann", "one")
    with another_thread() as elsewhere, transaction.atomic():
        put("first")
        assert elsewhere(lambda: type(row).objects.get(pk=row.pk).text_masked).result(20) == "one"
        assert elsewhere(processes).result(20) == []


def test_a_transaction_that_fails_or_loses_its_connection_holds_up_nobody() -> None:
    def fails() -> None:
        with transaction.atomic():
            put("undone")
            raise LookupError

    def loses_its_connection() -> None:
        with transaction.atomic():
            put("lost")
            connection.close()

    with another_thread() as elsewhere:
        with pytest.raises(LookupError):
            fails()
        elsewhere(lambda: beat("after a failure")).result(20)
        loses_its_connection()
        elsewhere(lambda: beat("after a lost connection")).result(20)
        assert elsewhere(processes).result(20) == ["after a failure", "after a lost connection"]


def test_who_waits_too_long_hears_what_sqlite_says() -> None:
    began, ends = threading.Event(), threading.Event()

    def writes_long() -> None:
        with transaction.atomic():
            put("long")
            began.set()
            ends.wait(20)

    with another_thread() as elsewhere:
        writing = elsewhere(writes_long)
        began.wait(20)
        patience = connection.settings_dict["OPTIONS"]["timeout"]
        connection.settings_dict["OPTIONS"]["timeout"] = 0.05
        try:
            with pytest.raises(OperationalError, match="locked"):
                beat("short of time")
        finally:
            connection.settings_dict["OPTIONS"]["timeout"] = patience
            ends.set()
        writing.result(20)
        beat("later")
        assert processes() == ["later", "long"]


WRITES_ALL_THE_TIME = """
import time
from bot.conversations.database import setup
setup()
from django.db import transaction
from django.utils import timezone
from bot.conversations.models import Heartbeat
for number in range(100_000):
    with transaction.atomic():
        Heartbeat.objects.create(process=f"elsewhere {number}", at=timezone.now())
        time.sleep(0.02)
"""


def test_a_process_that_writes_all_the_time_leaves_room_for_the_first_in_line(tmp_path: Path) -> None:
    environ = environment(databases.sqlite(tmp_path / "record.sqlite3"))
    elsewhere = subprocess.Popen([sys.executable, "-c", WRITES_ALL_THE_TIME], cwd=ROOT, env=environ)
    try:
        wait_until(Heartbeat.objects.exists)
        for number in range(10):
            time.sleep(0.05)  # it goes on, and does not wait for us
            before = Heartbeat.objects.count()
            with transaction.atomic():
                meanwhile = Heartbeat.objects.count() - before
                put(f"here {number}")
            assert meanwhile <= 5  # the one under way, one that was in line already, and some while we were not running
        assert elsewhere.poll() is None
    finally:
        stop(elsewhere)


def test_a_process_that_is_killed_while_it_writes_or_waits_holds_up_nobody(tmp_path: Path) -> None:
    environ = environment(databases.sqlite(tmp_path / "record.sqlite3"))
    writing = subprocess.Popen([sys.executable, "-c", WRITES_ALL_THE_TIME.replace("0.02", "600")], cwd=ROOT, env=environ)
    try:
        wait_until(lambda: is_written_to(tmp_path))
        waiting = subprocess.Popen([sys.executable, "-c", WRITES_ALL_THE_TIME], cwd=ROOT, env=environ)
        try:
            wait_until(lambda: is_waited_for(tmp_path))
            waiting.kill()
            waiting.wait()
        finally:
            stop(waiting)
        writing.kill()
        writing.wait()
    finally:
        stop(writing)
    beat("afterwards")
    assert processes() == ["afterwards"]


def test_without_a_line_sqlite_keeps_writers_apart(tmp_path: Path) -> None:
    connection.close()
    (tmp_path / "record.sqlite3-line").unlink(missing_ok=True)
    (tmp_path / "record.sqlite3-line").mkdir()
    with another_thread() as elsewhere:
        with transaction.atomic():
            put("first")
            waiting = elsewhere(lambda: beat("second"))
        waiting.result(20)
    assert processes() == ["first", "second"]


def is_written_to(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "record.sqlite3", timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


def is_waited_for(folder: Path) -> bool:
    with (folder / "record.sqlite3-line").open("ab") as line:
        try:
            fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
