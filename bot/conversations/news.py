"""Being told at once of what another process wrote, instead of asking the database for it many times a second.

What is told says only where to look. It may be lost: whoever waits looks by itself every `LOOK_S` too. PostgreSQL carries it to every host
(LISTEN and NOTIFY). SQLite is for one machine: there it goes from process to process, through sockets in a folder beside the database.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Callable, NamedTuple, Optional

from django.db import Error, connection, transaction

from bot.conversations.database import usable_connection

LOOK_S = 0.25
GATHER_S = 0.02  # who is told of much at a time looks once for all of it
WAITING = "waiting"  # a message is in the inbox
ANSWERED = "answered"  # a turn is done, and what there is to say is in the outbox

_CHANNEL = "chatbot"
_FOLDER, _SOCKET = "news", ".socket"
_MOST_BYTES = 200
_FAILURE_PAUSE_S = 1.0
_LISTEN_S = 0.2  # then a listener sees whether it is still wanted, and still connected

_log = logging.getLogger(__name__)


class News(NamedTuple):
    """`kind`: WAITING or ANSWERED. `channel`: the resident's. `turn_id`: 32 hexadecimal digits."""

    kind: str
    channel: str
    turn_id: str


Heard = Callable[[News], None]


def tell(news: News) -> None:
    """Tells all processes that listen, once the transaction is committed."""
    transaction.on_commit(partial(_send, " ".join(news)), robust=True)


def listen(heard: Heard, ended: threading.Event) -> threading.Thread:
    """Calls `heard` of all news, in a thread of its own, until `ended`. It must return at once."""
    work = _listen_to_postgres if connection.vendor == "postgresql" else _listen_on_socket
    thread = threading.Thread(target=work, args=(heard, ended), name="news", daemon=True)
    thread.start()
    return thread


def _send(line: str) -> None:
    if connection.vendor != "postgresql":
        folder = _folder()
        for path in folder.glob(f"*{_SOCKET}") if folder else ():
            _send_to(path, line)
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [_CHANNEL, line])
    except Error as err:  # what it is about is committed
        _log.warning("news could not be told: %s", type(err).__name__)


def _send_to(path: Path, line: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        try:
            sender.sendto(line.encode(), str(path))
        except ConnectionRefusedError:  # its process was killed
            path.unlink(missing_ok=True)
        except OSError:  # it is gone, or has too much to read: it looks by itself
            pass


def _folder() -> Optional[Path]:
    """Beside the database's file; None where there is no file."""
    path = Path(str(connection.settings_dict["NAME"]))
    return path.with_name(_FOLDER) if path.is_absolute() else None


def _listen_on_socket(heard: Heard, ended: threading.Event) -> None:
    folder = _folder()
    if folder is None:
        return
    path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{_SOCKET}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ears:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            ears.bind(str(path))
        except OSError as err:  # a socket's path has a hundred bytes at most, for one
            _log.warning("news cannot be listened to (%s): answers come up to %s s later", err.strerror, 2 * LOOK_S)
            return
        ears.settimeout(_LISTEN_S)
        while not ended.is_set():
            with suppress(socket.timeout):
                _hear(heard, ears.recv(_MOST_BYTES).decode(errors="replace"))
    path.unlink(missing_ok=True)


def _listen_to_postgres(heard: Heard, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            with usable_connection():
                _hear_postgres(heard, ended)
        except Error as err:
            _log.warning("news cannot be listened to: %s", type(err).__name__)
            ended.wait(_FAILURE_PAUSE_S)
        finally:
            connection.close()


def _hear_postgres(heard: Heard, ended: threading.Event) -> None:
    """Raises django.db.Error when this thread's connection breaks."""
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {_CHANNEL}")
    while not ended.is_set():
        with connection.wrap_database_errors:
            for told in connection.connection.notifies(timeout=_LISTEN_S):
                _hear(heard, told.payload)


def _hear(heard: Heard, line: str) -> None:
    parts = line.split(" ")
    if len(parts) == len(News._fields):
        heard(News(*parts))
