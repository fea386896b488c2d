"""Django's SQLite for processes that write much: transactions wait in line for the right to write, those of one process for each other.

SQLite knows no line: whoever finds the database being written to sleeps a while and looks again, longer each time, while others that come
later go first. Here the first in line looks every millisecond, and whoever comes later waits behind it.
"""

from __future__ import annotations

import fcntl
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import Any, BinaryIO, Iterator, Optional

from django.db.backends.sqlite3 import base

LOOK_S = 0.001
_writing = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction that may write holds the lock of its process from its beginning to its end."""

    transaction_mode: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holds = False
        self._line: Optional[BinaryIO] = None  # a file beside the database, which the first in line has locked

    def _start_transaction_under_autocommit(self) -> None:
        patience_s = self.settings_dict["OPTIONS"]["timeout"]
        until = time.monotonic() + patience_s
        with self.wrap_database_errors:
            if not _writing.acquire(timeout=patience_s):
                raise _locked()
            self._holds = True
            try:
                with self._first_in_line(until):
                    self._begin(until)
            except BaseException:
                self._leave()
                raise

    @contextmanager
    def _first_in_line(self, until: float) -> Iterator[None]:
        """Where there can be no such file, SQLite's own lock keeps writers apart all the same."""
        try:
            self._line = self._line or open(f"{self.settings_dict['NAME']}-line", "ab")
            while not _locks(self._line):
                if time.monotonic() > until:
                    raise _locked()
                time.sleep(LOOK_S)
        except OSError:
            yield
            return
        try:
            yield
        finally:
            fcntl.flock(self._line, fcntl.LOCK_UN)

    def _begin(self, until: float) -> None:
        connection: sqlite3.Connection = self.connection
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    connection.execute(f"BEGIN {self.transaction_mode}")
                except sqlite3.OperationalError as err:
                    if str(err) != _LOCKED or time.monotonic() > until:
                        raise
                else:
                    return
                time.sleep(LOOK_S)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(1000 * self.settings_dict['OPTIONS']['timeout'])}")

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]
        self._leave()  # after a commit that failed the transaction is rolled back
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._leave()
            if self._line is not None:
                self._line.close()
                self._line = None

    def _leave(self) -> None:
        if self._holds:
            self._holds = False
            _writing.release()


_LOCKED = "database is locked"  # as SQLite says it


def _locked() -> sqlite3.OperationalError:
    return sqlite3.OperationalError(_LOCKED)


def _locks(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
