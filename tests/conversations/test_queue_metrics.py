"""What is told of the queues."""

from __future__ import annotations

import pytest

from bot.conversations.inbox import accept, begin_conversation
from bot.conversations.models import SYNTHETIC
from bot.conversations.queue_metrics import Queues
from tests.conversations.doing import write


@pytest.mark.usefixtures("record")
def test_what_the_worker_asks_itself_does_not_count_as_waiting() -> None:
    write("resident", "hello")
    begin_conversation("rest", "itself", f"{SYNTHETIC}one")
    accept("rest", "itself", "when is garbage day", "its-question", "en", limited=False)
    depth, _ = Queues([])._queues()
    assert [sample.value for sample in depth.samples] == [1]
