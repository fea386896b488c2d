from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Iterator

import pytest

os.environ.setdefault("RESIDENT_STATE", tempfile.mkdtemp(prefix="resident-tests-"))  # before anything reads the settings

from bot.conversations.database import setup

setup()

from tests.conversations import databases  # noqa: E402
from tests.conversations.assistant import FakeAssistant, served  # noqa: E402


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "record.sqlite3"
    databases.migrate(databases.sqlite(path))
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    with databases.postgres_database() as name:
        databases.migrate(databases.postgres(name))
        yield name


@pytest.fixture(params=databases.kinds())
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "record.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield databases.sqlite(path)
    else:
        with databases.postgres_database(request.getfixturevalue("postgres_template")) as name:
            yield databases.postgres(name)


@pytest.fixture
def record(database_url: str) -> Iterator[str]:
    """A fresh database that Django uses in this process; its URL."""
    with databases.used_by_django(database_url):
        yield database_url


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def assistant_port(assistant: FakeAssistant) -> Iterator[int]:
    with served(assistant) as port:
        yield port
