"""The gateway as a process, and with it a worker and a fake assistant behind."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Tuple

import requests

from tests.conversations.assistant import FakeAssistant, served
from tests.conversations.doing import LIMIT_S, wait_until
from tests.conversations.processes import environment, process
from tests.running import free_port


def _serves(url: str) -> bool:
    try:
        return requests.get(f"{url}/static/demo.css", timeout=LIMIT_S).status_code == 200
    except requests.ConnectionError:
        return False


@contextmanager
def gateway_at_work(environ: Dict[str, str], folder: Path, module: str = "bot.gateway.server") -> Iterator[str]:
    """The gateway with these environment variables; yields its address."""
    with process(module, environ, folder / "gateway.log"):
        url = f"http://127.0.0.1:{environ['GATEWAY_PORT']}"
        wait_until(lambda: _serves(url))
        yield url


@contextmanager
def system_at_work(
    database: str, folder: Path, port: int = 0, gateway: str = "bot.gateway.server", **settings: str
) -> Iterator[Tuple[str, FakeAssistant]]:
    """Gateway and worker on one database; yields the gateway's address and what plays the assistant."""
    fake = FakeAssistant()
    with served(fake) as assistant_port:
        environ = environment(database, GATEWAY_PORT=str(port or free_port()), ASSISTANT_PORT=str(assistant_port), **settings)
        with process("bot.conversations.worker", environ, folder / "worker.log"), gateway_at_work(environ, folder, gateway) as url:
            yield url, fake
