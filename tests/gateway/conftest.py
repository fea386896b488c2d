from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, Iterator

import pytest

from tests.conversations import databases
from tests.conversations.conftest import assistant, assistant_port, database_url, postgres_template, record, sqlite_template  # noqa: F401
from tests.conversations.processes import environment
from tests.gateway.resident import Resident
from tests.gateway.starting import gateway_at_work, system_at_work
from tests.running import free_port

Gateway = Callable[..., ContextManager[str]]


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    """Starts a gateway on a database, with settings as environment variables; gives its address."""

    @contextmanager
    def start(database: str, **settings: Any) -> Iterator[str]:
        environ = environment(database, GATEWAY_PORT=str(free_port()), **{name: str(value) for name, value in settings.items()})
        with gateway_at_work(environ, tmp_path) as url:
            yield url

    return start


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dict[str, Any]]:
    """A gateway and a worker at work on one database, with a fake assistant behind: `url`, `assistant`, `database_url`, `folder`."""
    folder = tmp_path_factory.mktemp("running")
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    with system_at_work(database, folder) as (url, fake):
        yield {"url": url, "assistant": fake, "database_url": database, "folder": folder}


@pytest.fixture
def resident(running: Dict[str, Any]) -> Resident:
    """Somebody new, in front of the running system."""
    running["assistant"].__init__()
    return Resident(running["url"])
