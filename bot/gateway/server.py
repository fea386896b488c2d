"""The gateway as a process of its own: the only part the public reaches."""

from __future__ import annotations

import logging

import uvicorn

from bot.conversations.database import setup
from bot.conversations.logs import start_log
from bot.settings import settings

AT_ONCE = 1000  # connections; more are told to come back, so that those inside get through
STOPS_WITHIN_S = 8  # the process manager kills after 10


def run() -> None:
    """Serves residents until told to stop."""
    start_log()
    setup("bot.gateway.settings")
    from django.core.asgi import get_asgi_application

    from bot.gateway.body import BoundedBodies

    config = settings()
    # Django notes every 4xx, and every 503 of /health while the parts start; only what went wrong inside matters here.
    logging.getLogger("django.request").addFilter(lambda record: bool(record.exc_text))
    if config.host not in ("127.0.0.1", "localhost", "::1") and not config.rest_api_key:
        logging.getLogger(__name__).warning("REST is open to everybody who reaches RESIDENT_HOST; set REST_API_KEY to close it")
    uvicorn.run(
        BoundedBodies(get_asgi_application()),
        host=config.host,
        port=config.gateway_port,
        http="h11",  # bounds the headers; httptools does not
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=STOPS_WITHIN_S,
    )
