"""One running system for all black-box tests."""

from __future__ import annotations

from typing import Callable, Iterator

import pytest

from tests.blackbox.residents import CHANNELS, Resident
from tests.blackbox.system import System
from tests.gateway.telegram_fake import TOKEN, telegram_at_work


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with telegram_at_work() as telegram:
        reached = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": telegram.url, "TWILIO_SEGMENTS_PER_S": "50"}
        running = System(tmp_path_factory.mktemp("system"), telegram, **reached)
        try:
            running.wait_until_ready()
            yield running
        finally:
            running.close()


@pytest.fixture(params=CHANNELS)
def newcomer(request: pytest.FixtureRequest, system: System) -> Callable[[], Resident]:
    """Makes somebody new on a channel; a test that asks for it runs over every channel."""
    return lambda: system.resident(request.param)
