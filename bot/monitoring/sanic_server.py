"""Sanic as a process of ours runs it: told to end, it finishes what it is doing and takes nothing new."""

from __future__ import annotations

from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse


def end_in_order(app: Sanic, within_s: float) -> None:
    """Gives requests under way so long to be answered when the process is told to end.

    Sanic waits for connections, not for requests: a caller that asks again and again over one connection would hold it up until it is
    killed. So from then on each answer closes its connection, and the caller goes to another copy.
    """
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = within_s
    app.ctx.is_ending = False

    async def begin_to_end(app: Sanic, _: Any) -> None:
        app.ctx.is_ending = True

    async def close_when_ending(request: Request, _: BaseHTTPResponse) -> None:
        if request.app.ctx.is_ending and request.stream is not None:
            request.stream.keep_alive = False  # type: ignore[union-attr]

    app.register_listener(begin_to_end, "before_server_stop")
    app.register_middleware(close_when_ending, "response")
