"""The sandbox city that foreign clients talk to."""

from __future__ import annotations

from typing import Iterator

import pytest

from tests.running import sandbox_server


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    with sandbox_server() as base_url:
        yield base_url
