"""The assistant's process: Rasa's server with our channel, our agent and the model that fits the data; on a private address."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

from prometheus_client import ProcessCollector

from bot.assistant.process import prepare
from bot.assistant.reading import Reader
from bot.assistant.training import model_path
from bot.assistant.without_tensorflow import leave_out_tensorflow
from bot.conversations.logs import start_log
from bot.language.detect import detect
from bot.monitoring.loop import LoopWatch
from bot.monitoring.sanic_server import end_in_order
from bot.monitoring.server import watch
from bot.monitoring.tracing import start_tracing
from bot.secrets import secrets
from bot.settings import ROOT, settings

MAX_REQUEST_BYTES = 65_536
LONGEST_TURN_S = 150  # ten actions of ten seconds, and some
KEEP_DAYS = 7  # the tracker is working state: the record is the worker's
_PURGE_EVERY_S = 3_600

_log = logging.getLogger(__name__)


def run() -> None:
    """Serves until it is stopped. Ends with exit code 1 and one sentence when it cannot start."""
    model = model_path()
    if not model.is_file():
        sys.exit("No trained model fits the data: run `resident train` first.")
    host, port = settings().private_host, settings().assistant_port
    if not _free(host, port):
        sys.exit(f"Port {port} is in use: stop what listens there or set ASSISTANT_PORT.")
    _environment()
    gc.disable()  # what is loaded stays: it is not looked through for garbage, neither now nor later, when that would hold up a resident
    app = make_app()
    _watch(app)
    try:
        app.ctx.agent = _agent(model)
    except Exception as err:
        sys.exit(f"The model {model.name} cannot be used ({type(err).__name__}): run `resident train` to make it anew.")
    _read_beside(app.ctx.agent)
    app.run(host=host, port=port, workers=1, access_log=False)


def make_app() -> Any:
    """Rasa's Sanic application with our channel and nothing else; `app.ctx.agent` is to be set. Loads Rasa."""
    from rasa.core.run import configure_app, create_http_input_channels
    from rasa.utils.log_utils import configure_structlog

    start_log("assistant")
    start_tracing("assistant")
    logging.getLogger().setLevel(logging.WARNING)  # Rasa writes what residents say at DEBUG and INFO
    logging.getLogger("bot").setLevel(logging.INFO)
    configure_structlog(logging.WARNING)
    channels = create_http_input_channels(None, str(ROOT / "credentials.yml"))
    app = configure_app(channels, enable_api=False, cors=None)
    end_in_order(app, settings().stop_within_s)
    app.register_middleware(_only_turns, "request")

    app.ctx.loop_watch = LoopWatch()

    async def begin(app: Any, _: Any) -> None:
        app.ctx.purging = asyncio.ensure_future(_purge(app.ctx.agent.tracker_store.rows))
        app.ctx.loop_watch.begin()
        _log.info("the assistant is ready: %s", app.ctx.agent.model_name)

    async def close(app: Any, _: Any) -> None:
        app.ctx.purging.cancel()
        await app.ctx.agent.action_endpoint.close()

    app.register_listener(begin, "after_server_start")
    app.register_listener(close, "after_server_stop")
    return app


def _only_turns(request: Any) -> Any:
    """Rasa tells its version at `/`; this port has nothing to tell."""
    from sanic.response import json

    return None if request.path.startswith("/webhooks/turn/") else json({"error": "no such page"}, 404)


def _watch(app: Any) -> None:
    """Its port is there before the model is loaded, which takes a while: alive, and not ready."""
    from bot.assistant.connector import is_ready

    loop = app.ctx.loop_watch
    watch("assistant", live=loop.is_alive, ready=lambda: loop.is_serving() and is_ready(app))


def _agent(model: Path) -> Any:
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints

    from bot.assistant.action_server import ActionServer
    from bot.assistant.agent import TurnAgent

    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    agent = TurnAgent(
        tracker_store=TrackerStore.create(endpoints.tracker_store),
        action_endpoint=ActionServer(endpoints.action.url, secrets().internal_secret),
    )
    agent.load_model(model)
    detect("bonjour")  # loads its models now, not in a resident's turn
    agent.processor.read("bonjour", None)  # and what is made with the first message
    return agent


def _read_beside(agent: Any) -> None:
    """From now on messages are read in a process of their own, which is watched with this one."""
    gc.freeze()
    gc.enable()
    reader = agent.processor.reader = Reader(agent.processor.read)
    ProcessCollector("reader", lambda: reader.process)


async def _purge(rows: Any) -> None:
    while True:
        try:
            await asyncio.to_thread(rows.purge, KEEP_DAYS)
        except Exception as err:  # the next hour tries again; turns report the database's state themselves
            _log.warning("old tracker rows could not be deleted (%s)", type(err).__name__)
        await asyncio.sleep(_PURGE_EVERY_S)


def _environment() -> None:
    """What Rasa, Sanic and `endpoints.yml` read from the environment; before Rasa is imported."""
    prepare()
    leave_out_tensorflow()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a message's sums are small; a second thread would mostly spin, waiting for the next
    os.environ["ACTIONS_URL"] = settings().actions_url
    os.environ["SANIC_REQUEST_MAX_SIZE"] = str(MAX_REQUEST_BYTES)
    os.environ["SANIC_RESPONSE_TIMEOUT"] = str(LONGEST_TURN_S)
    os.environ["TICKET_LOCK_LIFETIME"] = str(LONGEST_TURN_S)


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
