"""Calls over HTTP that end in time: a time-out holds for all of an answer, not for each of its bytes anew."""

from __future__ import annotations

import socket
import time
from typing import Any, Optional

from urllib3 import PoolManager
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool


class InTime(PoolManager):
    """For `http://`. Give the call a `urllib3.Timeout` with a `total`: connecting, sending, headers and body end within it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pool_classes_by_scheme = {**self.pool_classes_by_scheme, "http": _Pool}


class _Socket(socket.socket):
    """urllib3 sets the time-out once for each answer, and reads it with `recv_into`."""

    _until: Optional[float] = None  # of `time.monotonic`

    def settimeout(self, value: Optional[float]) -> None:
        self._until = None if value is None else time.monotonic() + value
        super().settimeout(value)

    def recv_into(self, *args: Any) -> int:
        if self._until is not None:
            left_s = self._until - time.monotonic()
            if left_s <= 0:
                raise TimeoutError("timed out")
            super().settimeout(left_s)
        return super().recv_into(*args)


class _Connection(HTTPConnection):
    def _new_conn(self) -> Any:
        made = super()._new_conn()
        bounded = _Socket(made.family, made.type, made.proto, fileno=made.detach())
        bounded.settimeout(self.timeout)  # type: ignore[arg-type]  # urllib3 has made a number of it
        return bounded


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection
