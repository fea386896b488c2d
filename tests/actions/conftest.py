"""One sandbox city for all tests of this folder, and a record to write keys in."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest
import requests

from actions.clients import breaker
from actions.clients.geocoder import Geocoder
from actions.clients.open311 import Open311
from actions.clients.waste import Waste
from bot.city import city
from bot.conversations.database import setup
from tests.running import sandbox_server

setup()

from tests.actions.bills import bank, bank_folder, talk, untried  # noqa: E402, F401
from tests.conversations import databases  # noqa: E402

LIMIT_S = 60.0


@pytest.fixture(autouse=True)
def _no_system_is_left_alone() -> None:
    """What failed in the test before says nothing of this one."""
    breaker.forget_all()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    with sandbox_server() as base_url:
        yield base_url


@pytest.fixture(scope="session")
def layers(sandbox: str) -> str:
    """The sandbox's layers, made up: a large one takes longer when it is first asked for than a city would."""
    services = f"{sandbox}/arcgis/rest/services"
    for row in requests.get(services, params={"f": "json"}, timeout=LIMIT_S).json()["services"]:
        if row["type"] == "FeatureServer":
            query = {"where": "1=1", "returnCountOnly": "true", "f": "json"}
            assert requests.get(f"{services}/{row['name']}/FeatureServer/0/query", params=query, timeout=LIMIT_S).json()["count"]
    return services


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
