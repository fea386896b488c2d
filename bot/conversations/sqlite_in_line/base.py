"""Django's SQLite for threads that write much: those of one process wait in line for the right to write.

SQLite knows no line: whoever finds the database being written to sleeps a while and looks again, longer each time, while others that come
later go first. Between processes it stays so; there are few.
"""

from __future__ import annotations

import threading
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

_writing = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction that may write holds the lock from its beginning to its end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holds = False

    def _start_transaction_under_autocommit(self) -> None:
        if not _writing.acquire(timeout=self.settings_dict["OPTIONS"]["timeout"]):
            raise OperationalError("database is locked")
        self._holds = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

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

    def _leave(self) -> None:
        if self._holds:
            self._holds = False
            _writing.release()
