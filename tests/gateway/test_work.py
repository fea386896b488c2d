"""Work that blocks, beside the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest
from django.db import OperationalError

from bot.gateway import work
from bot.gateway.work import in_database


def test_a_database_that_hangs_is_an_error_and_what_hung_is_done_later(record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "LIMIT_S", 0.1)
    goes_on, done = threading.Event(), threading.Event()
    with pytest.raises(OperationalError):
        asyncio.run(in_database(lambda: goes_on.wait(30) and done.set()))
    goes_on.set()
    assert done.wait(30)
    assert asyncio.run(in_database(lambda: "answers again")) == "answers again"
