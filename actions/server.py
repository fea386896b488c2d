"""The action server: rasa_sdk's executor behind a server of our own.

rasa_sdk's server answers an error with the whole request, which Rasa then logs: a conversation in a log file. It also allows
every origin and asks for no secret. So only its executor is used.
"""

from __future__ import annotations

import hmac
import json
import logging
import threading
import zlib
from typing import Any, Mapping

from opentelemetry.trace import SpanKind
from prometheus_client import REGISTRY
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from actions.breaker_metrics import Breakers
from actions.clients.breaker import hosts_left_alone
from actions.clients.gtfs_static import timetables_from_settings
from actions.open_data.drawing import warm_up
from actions.threads import set_threads
from bot.conversations.database import setup
from bot.conversations.logs import start_log
from bot.monitoring.loop import LoopWatch
from bot.monitoring.sanic_server import end_in_order
from bot.monitoring.server import watch
from bot.monitoring.tracing import span, start_tracing
from bot.secrets import secrets
from bot.settings import settings

MOST_BYTES = 10_000_000  # a call carries the events of a session
KEEP_ALIVE_S = 75  # longer than the assistant keeps a connection

_log = logging.getLogger(__name__)


class _BadCallError(ValueError):
    """The body is not an action call."""


def make_app(executor: ActionExecutor, secret: str) -> Sanic:
    """`POST /webhook` runs an action, with `Authorization: Bearer <secret>`; `GET /health` answers without.

    Its `left_alone` are the hosts of city systems that failed so often that they are left alone for a while.
    """
    app = Sanic("actions", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MOST_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_ALIVE_S
    app.config.ACCESS_LOG = False

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return json_response({"state": "ok", "left_alone": hosts_left_alone()})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()):
            return json_response({"error": "the secret is wrong"}, 401)
        try:
            call = _read(request)
            with span(call["next_action"], SpanKind.SERVER, called_with=request.headers):
                return json_response(await executor.run(call))
        except _BadCallError as err:
            return json_response({"error": str(err)}, 400)
        except ActionExecutionRejection as err:
            return json_response({"error": "rejected", "action_name": err.action_name}, 400)
        except ActionNotFoundException as err:
            return json_response({"error": "there is no such action", "action_name": err.action_name}, 404)

    async def failed(request: Request, err: Exception) -> HTTPResponse:
        status = err.status_code if isinstance(err, SanicException) else 500
        if status >= 500:
            _log.error("an action call failed: %s", type(err).__name__)
        return json_response({"error": type(err).__name__}, status)

    app.error_handler.add(Exception, failed)
    return app


def _read(request: Request) -> Mapping[str, Any]:
    body = request.body
    try:
        if request.headers.get("content-encoding") == "deflate":
            body = zlib.decompressobj().decompress(body, MOST_BYTES)
        call = json.loads(body)
    except (ValueError, RecursionError, zlib.error):
        raise _BadCallError("the body must be JSON") from None
    if not isinstance(call, dict) or not isinstance(call.get("next_action"), str) or not isinstance(call.get("tracker"), dict):
        raise _BadCallError("next_action and tracker must be given")
    return call


def run() -> None:
    """Serves the actions until the process is told to stop."""
    start_log("actions")
    start_tracing("actions")
    setup()
    timetables = timetables_from_settings()
    if timetables:
        timetables.keep_fresh()
    executor = ActionExecutor()
    executor.register_package("actions")
    threading.Thread(target=warm_up, name="charts", daemon=True).start()
    app = make_app(executor, secrets().internal_secret)
    loop = LoopWatch()

    async def serving(app: Sanic, _: Any) -> None:
        set_threads()
        loop.begin()

    app.register_listener(serving, "after_server_start")
    end_in_order(app, settings().stop_within_s)
    REGISTRY.register(Breakers())
    watch("actions", live=loop.is_alive, ready=loop.is_serving)
    app.run(settings().private_host, settings().actions_port, access_log=False, motd=False)
