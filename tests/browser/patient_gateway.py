"""The gateway as it is, except that nobody writes too fast for it: tests do not wait for minutes."""

from __future__ import annotations


def run() -> None:
    from bot.conversations.database import setup

    setup("bot.gateway.settings")
    from bot.conversations import inbox
    from bot.gateway import server, webchat_views

    inbox.PER_CONVERSATION = 10_000
    webchat_views.MESSAGES.most = webchat_views.SESSIONS.most = 10_000
    server.run()
