"""A PostgreSQL server of our own, which may be stopped, killed and hung."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from glob import glob
from pathlib import Path
from typing import Any, List, Tuple

import psycopg

from tests.running import free_port

_PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_SERVER_USERS = ("postgres", "nobody")


class Postgres:
    """A server on a free loopback port, with one empty database `resident`. Its data goes when it is closed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="faults-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, _server_user())
        self._run("initdb", "-D", self._data, "-U", "resident", "--auth=trust", "--encoding=UTF8", "--locale=C")
        self.start()
        self.administer("CREATE DATABASE resident")

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    @property
    def pid(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def url(self, port: int) -> str:
        """The database's address, by another port than its own when a proxy stands there."""
        return f"postgresql://resident@127.0.0.1:{port}/resident"

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off -c max_connections=100"
        )
        self._run("pg_ctl", "-D", self._data, "-s", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        """`how`: fast, which ends what is under way, or immediate, which is a crash."""
        self._run("pg_ctl", "-D", self._data, "-s", "-w", "-m", how, "stop")

    def rows(self, query: str, parameters: Any = None) -> List[Tuple[Any, ...]]:
        """What the database answers to whoever looks from outside; changes are committed."""
        with psycopg.connect(self.url(self.port), autocommit=True) as connection:
            cursor = connection.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def administer(self, command: str) -> None:
        """Something that is done to the database from outside of it."""
        with psycopg.connect(f"postgresql://resident@127.0.0.1:{self.port}/postgres", autocommit=True) as server:
            server.execute(command)

    def dump(self) -> str:
        """Every row as `pg_dump` writes it."""
        return self._run("pg_dump", "-h", "127.0.0.1", "-p", str(self.port), "-U", "resident", "--data-only", "--inserts", "resident")

    def replace_by_a_backup_of_itself(self) -> None:
        """Dumps the database, drops it with its connections, and restores the dump into a new one of the same name."""
        server = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "resident")
        backup = str(self.folder / "backup")
        self._run("pg_dump", *server, "--format=custom", "--file", backup, "resident")
        self._run("dropdb", *server, "--force", "resident")
        self._run("createdb", *server, "resident")
        self._run("pg_restore", *server, "--dbname=resident", "--single-transaction", backup)  # parts look at it meanwhile

    def close(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            os.kill(self.pid, signal.SIGCONT)
            self.stop("immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *words: str) -> str:
        return subprocess.run(
            [*_as_server_user(), str(_programs() / program), *words], check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def _programs() -> Path:
    found = shutil.which("initdb")
    folders = [str(Path(found).resolve().parent)] if found else sorted(place for pattern in _PLACES for place in glob(pattern))
    assert folders, "PostgreSQL is needed: apt-get install postgresql"
    return Path(folders[-1])


def _server_user() -> str:
    names = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in _SERVER_USERS if name in names)


def _as_server_user() -> List[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", _server_user(), "--", "env", "-C", "/"] if os.geteuid() == 0 else []
