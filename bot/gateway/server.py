"""The gateway as a process of its own: the only part the public reaches."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from contextlib import suppress
from math import ceil
from types import FrameType
from typing import List, Optional
from uuid import UUID

import uvicorn

from bot.bodies import BoundedBodies, Larger
from bot.connections import PromptConnection
from bot.conversations.database import answers, setup
from bot.conversations.logs import start_log
from bot.conversations.news import ANSWERED, News, listen
from bot.monitoring.server import watch
from bot.monitoring.uvicorn_server import WatchedServer
from bot.settings import settings

AT_ONCE = 1000  # connections; more are told to come back, so that those inside get through


class _Server(WatchedServer):
    """Hears of turns that are done. Ends the streams of the web chat first, which would hold it up until STOP_WITHIN_S; the widgets come
    back by themselves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ended = threading.Event()

    def handle_exit(self, sig: int, frame: Optional[FrameType]) -> None:
        from bot.gateway.webchat_views import changes

        changes.close()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: Optional[List[socket.socket]] = None) -> None:
        from bot.gateway.views import done_turns
        from bot.gateway.webchat_views import changes

        await super().startup(sockets)
        loop = asyncio.get_running_loop()

        def take(told: News) -> None:
            if told.kind == ANSWERED:
                done_turns.done(UUID(told.turn_id))
            if told.channel == changes.channel:
                changes.look()

        def hear(told: News) -> None:
            with suppress(RuntimeError):  # the loop is closed: the process ends
                loop.call_soon_threadsafe(take, told)

        listen(hear, self._ended)

    async def shutdown(self, sockets: Optional[List[socket.socket]] = None) -> None:
        from bot.gateway.views import fetched

        self._ended.set()
        await super().shutdown(sockets)
        await fetched.mark()


def run() -> None:
    """Serves residents until told to stop."""
    start_log("gateway")
    setup("bot.gateway.settings")
    from bot.gateway.handler import AsyncHandler
    from bot.gateway.webchat import MAX_PHOTO_BYTES, PHOTO_PATH, lets_in

    config = settings()
    # Django notes every 4xx, and every 503 of /health while the parts start; only what went wrong inside matters here.
    logging.getLogger("django.request").addFilter(lambda record: bool(record.exc_text))
    if config.host not in ("127.0.0.1", "localhost", "::1") and not config.rest_api_key:
        logging.getLogger(__name__).warning("REST is open to everybody who reaches RESIDENT_HOST; set REST_API_KEY to close it")
    serving = uvicorn.Config(
        BoundedBodies(AsyncHandler(), {PHOTO_PATH: Larger(MAX_PHOTO_BYTES, lets_in)}),
        host=config.host,
        port=config.gateway_port,
        http=PromptConnection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=ceil(config.stop_within_s),
        forwarded_allow_ips=list(config.trusted_proxies),
    )
    server = _Server(serving)
    loop = server.loop_watch
    watch("gateway", live=loop.is_alive, ready=lambda: loop.is_serving() and answers())
    server.serve_until_stopped()
