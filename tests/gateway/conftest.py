from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, Iterator

import pytest
import requests

from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant, served
from tests.conversations.conftest import assistant, assistant_port, database_url, postgres_template, record, sqlite_template  # noqa: F401
from tests.conversations.doing import LIMIT_S, wait_until
from tests.conversations.processes import environment, process
from tests.gateway.resident import Resident
from tests.running import free_port

Gateway = Callable[..., ContextManager[str]]


def _serves(url: str) -> bool:
    try:
        return requests.get(f"{url}/static/demo.css", timeout=LIMIT_S).status_code == 200
    except requests.ConnectionError:
        return False


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    """Starts a gateway on a database, with settings as environment variables; gives its address."""

    @contextmanager
    def start(database: str, **settings: Any) -> Iterator[str]:
        port = free_port()
        environ = environment(database, GATEWAY_PORT=str(port), **{name: str(value) for name, value in settings.items()})
        with process("bot.gateway.server", environ, tmp_path / "gateway.log"):
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: _serves(url))
            yield url

    return start


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dict[str, Any]]:
    """A gateway and a worker at work on one database, with a fake assistant behind: `url`, `assistant`, `database_url`, `folder`."""
    folder = tmp_path_factory.mktemp("running")
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    fake, port = FakeAssistant(), free_port()
    with ExitStack() as stack:
        environ = environment(database, GATEWAY_PORT=str(port), ASSISTANT_PORT=str(stack.enter_context(served(fake))))
        stack.enter_context(process("bot.conversations.worker", environ, folder / "worker.log"))
        stack.enter_context(process("bot.gateway.server", environ, folder / "gateway.log"))
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _serves(url))
        yield {"url": url, "assistant": fake, "database_url": database, "folder": folder}


@pytest.fixture
def resident(running: Dict[str, Any]) -> Resident:
    """Somebody new, in front of the running system."""
    running["assistant"].__init__()
    return Resident(running["url"])
