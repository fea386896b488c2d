"""The gateway as it is, except that nobody writes too fast for it and it reads little at once: tests neither wait long nor write much."""

from __future__ import annotations


def run() -> None:
    from bot.conversations.database import setup

    setup("bot.gateway.settings")
    from bot.conversations import inbox, timeline
    from bot.gateway import server, webchat_views

    inbox.PER_CONVERSATION = 10_000
    timeline.MOST = 2
    webchat_views.MESSAGES.most = webchat_views.SESSIONS.most = 10_000
    server.run()
