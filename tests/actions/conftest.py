"""One sandbox city for all tests of this folder, and a record to write keys in."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from actions.clients import breaker
from actions.clients.geocoder import Geocoder
from actions.clients.open311 import Open311
from actions.clients.waste import Waste
from bot.city import city
from bot.conversations.database import setup
from tests.running import sandbox_server

setup()

from tests.conversations import databases  # noqa: E402


@pytest.fixture(autouse=True)
def _no_system_is_left_alone() -> None:
    """What failed in the test before says nothing of this one."""
    breaker.forget_all()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    with sandbox_server() as base_url:
        yield base_url


@pytest.fixture
def open311(sandbox: str) -> Open311:
    return Open311(f"{sandbox}/open311/v2", zone=city().timezone, api_key="sandbox")


@pytest.fixture
def waste(sandbox: str) -> Waste:
    return Waste(f"{sandbox}/waste/api", area="RegionOfWaterlooON", service="1110")


@pytest.fixture
def geocoder(sandbox: str) -> Geocoder:
    return Geocoder(f"{sandbox}/arcgis/rest/services/Locator/GeocodeServer")


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A migrated database that the record uses in this process."""
    path: Path = tmp_path_factory.mktemp("record") / "record.sqlite3"
    databases.migrate(databases.sqlite(path))
    with databases.used_by_django(databases.sqlite(path)):
        yield
