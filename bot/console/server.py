"""The console as a process of its own."""

from __future__ import annotations

from math import ceil

import uvicorn

from bot.bodies import BoundedBodies
from bot.connections import PromptConnection
from bot.conversations.database import answers, setup
from bot.conversations.logs import start_log
from bot.monitoring.server import watch
from bot.monitoring.uvicorn_server import WatchedServer
from bot.settings import settings


def run() -> None:
    """Serves the console, on a private address, until it is told to stop."""
    start_log("console")
    setup("bot.console.settings")
    from django.core.asgi import get_asgi_application

    config = settings()
    serving = uvicorn.Config(
        BoundedBodies(get_asgi_application()),
        host=config.private_host,
        port=config.console_port,
        lifespan="off",
        http=PromptConnection,
        ws="none",  # there are none, and Rasa pins a websockets too old for uvicorn to import
        proxy_headers=False,  # attempts to sign in are counted by address: nobody may choose theirs
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=ceil(config.stop_within_s),
    )
    server = WatchedServer(serving)
    loop = server.loop_watch
    watch("console", live=loop.is_alive, ready=lambda: loop.is_serving() and answers())
    server.serve_until_stopped()
