"""`GET /health`: every part's state, asked at the same time, none for longer than a second."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import lru_cache, partial
from typing import Dict, Optional, Tuple

import requests
from django.db import Error
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse

from bot.conversations.models import Heartbeat
from bot.gateway.views import only
from bot.gateway.work import in_database
from bot.running.slots import in_use
from bot.secrets import secrets
from bot.settings import Settings, settings

OK, DOWN = "ok", "down"
LIMIT_S = 1.0
HEARTBEAT_LIMIT = timedelta(seconds=10)
KEPT_S = 0.5


def addresses(config: Settings) -> Dict[str, str]:
    """Where each part with an address tells its health."""
    parts = {
        "assistant": f"{config.assistant_url}/webhooks/turn/health",
        "actions": f"{config.actions_url}/health",
        "console": f"{config.console_url}/health",
    }
    if config.profile == "sandbox":
        parts["sandbox"] = f"{config.sandbox_url}/health"
    return parts


def _answers(url: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment is not for our own servers
        session.headers["Authorization"] = f"Bearer {secrets().internal_secret}"
        return bool(session.get(url, timeout=LIMIT_S, allow_redirects=False).status_code == requests.codes.ok)


def _worker_lives() -> bool:
    return Heartbeat.objects.filter(name="worker", at__gt=Now() - HEARTBEAT_LIMIT).exists()


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(8, "health")


async def _asked(url: str) -> str:
    asking = asyncio.get_running_loop().run_in_executor(_threads(), partial(_answers, url))
    try:
        return OK if await asyncio.wait_for(asking, 2 * LIMIT_S) else DOWN
    except (requests.RequestException, asyncio.TimeoutError):
        return DOWN


async def _record() -> Dict[str, str]:
    try:
        lives = await asyncio.wait_for(in_database(_worker_lives), LIMIT_S)
    except (Error, asyncio.TimeoutError):
        return {"database": DOWN, "worker": DOWN}
    return {"database": OK, "worker": OK if lives else DOWN}


async def _states() -> Dict[str, str]:
    parts = addresses(in_use(settings()))
    asking = {name: asyncio.create_task(_asked(url)) for name, url in parts.items()}
    record = await _record()
    return {"gateway": OK, **record, **{name: await task for name, task in asking.items()}}


class Health:
    """The last answer counts for a moment, and one question is under way at a time: anybody may ask, however often."""

    def __init__(self) -> None:
        self._last: Optional[Tuple[float, Dict[str, str]]] = None
        self._asking = asyncio.Lock()

    async def parts(self) -> Dict[str, str]:
        """Each part's state by name."""
        async with self._asking:
            if self._last is None or time.monotonic() - self._last[0] > KEPT_S:
                self._last = (time.monotonic(), await _states())
            return self._last[1]


_health = Health()


async def health(request: HttpRequest) -> HttpResponse:
    """200 when every part is well, else 503."""
    if request.method not in ("GET", "HEAD"):
        return only("GET, HEAD")
    parts = await _health.parts()
    well = set(parts.values()) == {OK}
    response = JsonResponse({"state": OK if well else DOWN, "parts": parts}, status=200 if well else 503)
    response["Cache-Control"] = "no-store"
    return response
