"""Fresh, migrated databases for tests: SQLite always, PostgreSQL when TEST_POSTGRES_URL names a server."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.running import ROOT

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "")


def kinds() -> List[object]:
    """Parameters for a fixture: the databases there are to test on."""
    return ["sqlite", *([pytest.param("postgresql", marks=pytest.mark.services)] if POSTGRES_URL else [])]


def migrate(url: str) -> None:
    """Migrates as `resident migrate` does, in a process of its own."""
    code = "from bot.conversations.database import migrate; migrate()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env={**os.environ, "DATABASE_URL": url})


def postgres(name: str) -> str:
    return urlsplit(POSTGRES_URL)._replace(path=f"/{name}").geturl()


@contextmanager
def postgres_database(template: str = "template1") -> Iterator[str]:
    """A database of its own on the test server; yields its name."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def used_by_django(url: str) -> Iterator[None]:
    """Points this process's Django, in every thread, at another database."""
    from django.db import connections

    from bot.conversations.settings import database

    before = connections.settings["default"]
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = connections.configure_settings({"default": database(url)})["default"]
    try:
        yield
    finally:
        connections["default"].close()
        del connections["default"]
        connections.settings["default"] = before


def sqlite(path: Path) -> str:
    return f"sqlite:///{path}"
