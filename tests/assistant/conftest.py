"""One assistant process for all tests of this folder; each test talks in conversations of its own."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Iterator

import pytest

from tests.assistant.serving import Assistant, FakeActions, served


@pytest.fixture(scope="package")
def assistant(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The running assistant; it finds its action server only while `actions` is used."""
    made = Assistant(tmp_path_factory.mktemp("assistant"), FakeActions().port)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def actions(assistant: Assistant) -> Iterator[FakeActions]:
    fake = FakeActions()
    fake.port = int(assistant.environ["ACTIONS_PORT"])
    with served(fake):
        yield fake


@pytest.fixture
def conversation() -> str:
    return uuid.uuid4().hex
