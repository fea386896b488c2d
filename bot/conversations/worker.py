"""The worker process: dispatcher, sender, heartbeat, retention. Any number of them may run on one PostgreSQL."""

from __future__ import annotations

from bot.conversations.database import setup
from bot.conversations.logs import start_log
from bot.monitoring.tracing import start_tracing


def run() -> None:
    """Works until SIGTERM or SIGINT, then finishes the turns under way."""
    start_log("worker")
    start_tracing("worker")
    setup()
    from bot.conversations.working import Worker

    Worker().run()
