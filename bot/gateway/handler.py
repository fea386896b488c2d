"""Django's handler of requests, without what it does for synchronous views: the gateway has none.

Its work at the database has threads of its own (`bot.gateway.work`).
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries


class AsyncHandler(ASGIHandler):
    """Makes no thread for each request, and does not look in it for connections to the database."""

    def __init__(self) -> None:
        super().__init__()
        request_started.disconnect(reset_queries)
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_old_connections)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.handle(scope, receive, send)
