"""The console as a process of its own."""

from __future__ import annotations

import uvicorn

from bot.conversations.database import setup
from bot.conversations.logs import start_log
from bot.settings import settings


def run() -> None:
    """Serves the console on loopback until it is told to stop."""
    start_log()
    setup("bot.console.settings")
    from django.core.asgi import get_asgi_application

    uvicorn.run(
        get_asgi_application(),
        host="127.0.0.1",
        port=settings().console_port,
        lifespan="off",
        ws="none",  # there are none, and Rasa pins a websockets too old for uvicorn to import
        proxy_headers=False,  # attempts to sign in are counted by address: nobody may choose theirs
        log_config=None,
        access_log=False,
        server_header=False,
    )
