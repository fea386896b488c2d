"""One running system for all black-box tests."""

from __future__ import annotations

from typing import Iterator

import pytest

from tests.blackbox.system import System


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    running = System(tmp_path_factory.mktemp("system"))
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.close()
