"""One running system for all black-box tests."""

from __future__ import annotations

import os
from typing import Callable, Iterator

import pytest

from tests.blackbox.residents import CHANNELS, Resident
from tests.blackbox.system import System
from tests.gateway.telegram_fake import TOKEN, telegram_at_work
from tests.running import free_port

# Needs PostgreSQL: not there to be skipped where there is none.
collect_ignore = [] if os.environ.get("TEST_POSTGRES_URL") else ["test_rolling_restart.py"]


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with telegram_at_work() as telegram:
        reached = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": telegram.url, "TWILIO_SEGMENTS_PER_S": "50"}
        watched = {f"{part}_MONITORING_PORT": str(free_port()) for part in ("GATEWAY", "WORKER", "ASSISTANT", "ACTIONS", "CONSOLE")}
        running = System(tmp_path_factory.mktemp("system"), telegram, **reached, **watched)
        try:
            running.wait_until_ready()
            yield running
        finally:
            running.close()


@pytest.fixture(params=CHANNELS)
def newcomer(request: pytest.FixtureRequest, system: System) -> Callable[[], Resident]:
    """Makes somebody new on a channel; a test that asks for it runs over every channel."""
    return lambda: system.resident(request.param)
