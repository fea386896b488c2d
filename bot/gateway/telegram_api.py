"""Telegram's Bot API for threads: python-telegram-bot's client, which is asynchronous, on an event loop of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
import warnings
from concurrent.futures import Future
from functools import lru_cache
from typing import Any, Awaitable, Coroutine, Optional, TypeVar

import httpx
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.conversations.photos import FetchError
from bot.settings import Settings, settings

TELEGRAM = "https://api.telegram.org"
CONNECT_TIMEOUT_S, READ_TIMEOUT_S, WRITE_TIMEOUT_S = 5.0, 15.0, 15.0  # together less than `sender.SENDING`
CONNECTIONS = 32
Result = TypeVar("Result")


class TelegramApi:
    """One per process. `bot` has the methods of the Bot API, kept below Telegram's 30 messages a second."""

    def __init__(self, config: Settings) -> None:
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # they log every address, and the bot's token is part of it
        logging.getLogger("telegram").setLevel(logging.CRITICAL)  # it logs answers; we say ourselves what went wrong
        warnings.simplefilter("ignore", PTBUserWarning)  # advice to programmers
        self.config = config
        base = (config.telegram_api_base_url or TELEGRAM).rstrip("/")
        own = config.telegram_api_base_url is not None
        self.bot: ExtBot[Any] = ExtBot(
            config.telegram_bot_token or "",
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=_request(own),
            get_updates_request=_request(own),
            rate_limiter=AIORateLimiter(),
        )
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True).start()

    def do(self, call: Awaitable[Result]) -> Result:
        """What a call returns, waited for in this thread. Raises `telegram.error.TelegramError`."""
        return self.begin(_awaited(call)).result()

    def begin(self, call: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Starts a call and waits for nothing."""
        return asyncio.run_coroutine_threadsafe(call, self._loop)

    async def content(self, address: str, most: int) -> Optional[bytes]:
        """The bytes of a file whose address `get_file` gave; None when they are more than `most`.

        The library's own way reads a file of this machine when an answer names one, and as many bytes as come.

        Raises:
            FetchError: nothing there.
            httpx.HTTPError, httpx.InvalidURL: no answer; or no address, which a file of this machine is not.
        """
        parts, size = [], 0
        limits = httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
        trust_env = self.config.telegram_api_base_url is None
        async with httpx.AsyncClient(trust_env=trust_env, timeout=limits) as client:
            async with client.stream("GET", address, headers={"Accept-Encoding": "identity"}) as response:
                if response.status_code != httpx.codes.OK:
                    raise FetchError(f"Telegram gives no photo: HTTP status {response.status_code}")
                async for part in response.aiter_raw():
                    parts.append(part)
                    size += len(part)
                    if size > most:
                        return None
        return b"".join(parts)


async def _awaited(call: Awaitable[Result]) -> Result:
    return await call


def _request(own: bool) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        write_timeout=WRITE_TIMEOUT_S,
        media_write_timeout=WRITE_TIMEOUT_S,
        pool_timeout=CONNECT_TIMEOUT_S,
        httpx_kwargs={"trust_env": not own},  # a proxy of the environment is not for a Bot API of our own
    )


@lru_cache(maxsize=1)
def telegram_api() -> Optional[TelegramApi]:
    """The Bot API of this process; None when Telegram is not set up."""
    config = settings()
    return TelegramApi(config) if config.telegram_bot_token else None
