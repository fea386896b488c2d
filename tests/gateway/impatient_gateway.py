"""The gateway as it is, except that it waits a second where it waits fifteen, and reads two messages where it reads two hundred."""

from __future__ import annotations


def run() -> None:
    from bot.conversations.database import setup

    setup("bot.gateway.settings")
    from bot import bodies, connections
    from bot.conversations import timeline
    from bot.gateway import server, webchat_views

    bodies.ARRIVES_WITHIN_S = connections.HEAD_ARRIVES_WITHIN_S = 1.0
    webchat_views.POLL_WAITS_S = 3.0
    timeline.MOST = 2
    server.run()
