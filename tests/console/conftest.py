from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import pytest

os.environ.setdefault("RESIDENT_STATE", tempfile.mkdtemp(prefix="resident-tests-"))  # before anything reads the settings

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.test import Client, override_settings

from bot.conversations.database import setup
from tests.console.processes import environment, run_python
from tests.console.staff import NAME, PASSWORD, Staff
from tests.conversations import databases

setup()
# Argon2 as in production but for its cost: nearly every test signs in, and nobody guesses the password of tests.
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
for _name, _value in CHEAP.items():
    setattr(Argon2PasswordHasher, _name, _value)
MIGRATE = "from bot.conversations.database import migrate, setup; setup('bot.console.settings'); migrate()"


def migrated(url: str) -> str:
    """The database as `resident migrate` leaves it, with one account; its URL."""
    make_account = (
        "from django.contrib.auth.hashers import Argon2PasswordHasher; "
        f"[setattr(Argon2PasswordHasher, *pair) for pair in {list(CHEAP.items())}]; "
        "from django.contrib.auth.models import Group, User; "
        f"User.objects.create_user('{NAME}', password='{PASSWORD}').groups.add(Group.objects.get_or_create(name='reviewer')[0])"
    )
    run_python(f"{MIGRATE}; {make_account}", environment(DATABASE_URL=url))
    return url


@pytest.fixture(scope="session")
def console_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("console") / "record.sqlite3"
    migrated(databases.sqlite(path))
    return path


@pytest.fixture(scope="session")
def postgres_console_template() -> Iterator[str]:
    with databases.postgres_database() as name:
        migrated(databases.postgres(name))
        yield name


@pytest.fixture(params=databases.kinds())
def console_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield databases.sqlite(Path(shutil.copy(request.getfixturevalue("console_template"), tmp_path / "record.sqlite3")))
    else:
        with databases.postgres_database(request.getfixturevalue("postgres_console_template")) as name:
            yield databases.postgres(name)


@contextmanager
def used_by_console(url: str) -> Iterator[None]:
    """Points this process's Django at a database, with the console's settings."""
    with databases.used_by_django(url):
        from bot.console import settings as console_settings

        names = (name for name in dir(console_settings) if name.isupper() and name != "DATABASES")
        with override_settings(**{name: getattr(console_settings, name) for name in names}):
            cache.clear()  # what was kept is of another database
            yield


@pytest.fixture
def console_database(console_url: str) -> Iterator[str]:
    """The URL of a fresh database, which Django uses in this process with the console's settings."""
    with used_by_console(console_url):
        yield console_url


@pytest.fixture
def visitor(console_database: str) -> Client:
    """A browser nobody has signed in with."""
    return Client(SERVER_NAME="127.0.0.1")


@pytest.fixture
def staff(visitor: Client) -> Staff:
    """A browser in which a clerk has signed in."""
    clerk = Staff(visitor)
    clerk.sign_in()
    return clerk
