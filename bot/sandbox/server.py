"""Serves the sandbox city on this machine."""

from __future__ import annotations

import os
from datetime import datetime
from threading import Thread

import uvicorn
from django.core.asgi import get_asgi_application

from bot.city import city
from bot.conversations.logs import start_log
from bot.sandbox import gtfs
from bot.sandbox.feature_store import prepare_all
from bot.sandbox.first_requests import first_requests
from bot.sandbox.places import suggest
from bot.sandbox.store import store
from bot.settings import settings

GOODBYE_S = 1  # how long a stop waits for answers under way: a slow one, switched on as a fault, is not worth waiting for


def run(*, ahead: bool = True) -> None:
    """Seeds the sandbox if it is new and serves it until told to stop.

    Args:
        ahead: makes the records of layers while it serves already, so that nobody waits for the first answer of a layer.
    """
    start_log("sandbox")
    os.environ["DJANGO_SETTINGS_MODULE"] = "bot.sandbox.settings"
    store().prepare(first_requests(datetime.now(city().timezone)))
    suggest("1")  # makes the list of addresses now, not while the first caller waits
    gtfs.feed(datetime.now(city().timezone).year)
    if ahead:
        Thread(target=prepare_all, daemon=True).start()
    uvicorn.run(
        get_asgi_application(),
        host="127.0.0.1",
        port=settings().sandbox_port,
        log_config=None,
        log_level="warning",
        access_log=False,  # its lines would hold addresses that residents asked about
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GOODBYE_S,
    )
