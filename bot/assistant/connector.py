"""The only way in: one turn over private HTTP, answered when it is stored (`docs/architecture.md`, "The turn")."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import traceback
from typing import Any, Awaitable, Callable, Dict, Mapping, Optional, Set, Tuple
from weakref import WeakValueDictionary

from opentelemetry.trace import SpanKind, StatusCode
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.constants import DEFAULT_INTENTS
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from sqlalchemy.exc import SQLAlchemyError

from bot.assistant.rows import AlreadyStoredError
from bot.assistant.turn import MalformedTurnError, Turn, TurnFailed, current_turn, read_turn
from bot.conversations.logs import about_turn
from bot.monitoring.tracing import span
from bot.sealing import SealError
from bot.secrets import secrets

_log = logging.getLogger(__name__)


class TurnOutput(OutputChannel):
    """Sends nothing: the answer is made from the stored events. `name` is the resident's channel, for responses that depend on it."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    def name(self) -> str:  # type: ignore[override]
        return self._channel

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Nothing to do."""


class TurnChannel(InputChannel):
    """`POST /webhooks/turn/` and `GET /webhooks/turn/health`."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: Set[asyncio.Future[Any]] = set()

    @classmethod
    def name(cls) -> str:
        return "turn"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The two routes. Rasa's `on_new_message` is not used: it answers with nothing."""
        routes = Blueprint("turn")

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return await _health(request.app)

        @routes.post("/")
        async def turn(request: Request) -> HTTPResponse:
            if not _authorised(request):
                return json_response({"error": "the secret is wrong"}, 401)
            agent = _agent(request.app)
            if agent is None:
                return _failed("assistant", "no model is loaded")
            try:
                asked = read_turn(_body(request))
                _check_choice(asked, agent)
            except MalformedTurnError as err:
                return json_response({"error": str(err)}, 400)
            # Shielded: a caller that hangs up does not stop a turn half-way, and finds its answer when it asks again.
            running = asyncio.ensure_future(self._answer(agent, asked, request.headers))
            self._running.add(running)
            running.add_done_callback(self._running.discard)
            status, answer = await asyncio.shield(running)
            return json_response(answer, status)

        return routes

    async def _answer(self, agent: Agent, turn: Turn, headers: Mapping[str, str]) -> Tuple[int, Dict[str, Any]]:
        """Status and body."""
        of = {"chatbot.turn": turn.turn_id, "chatbot.channel": turn.channel}
        with about_turn(turn.turn_id), span("answer", SpanKind.SERVER, of, called_with=headers) as current:
            status, answer = await self._in_order(agent, turn)
            if status != 200:
                current.set_status(StatusCode.ERROR, answer["failed"])
            return status, answer

    async def _in_order(self, agent: Agent, turn: Turn) -> Tuple[int, Dict[str, Any]]:
        """Turns of one conversation wait for each other."""
        lock = self._locks.setdefault(turn.conversation, asyncio.Lock())
        try:
            async with lock:
                answer = await _stored_answer(agent, turn) or await _run(agent, turn)
                _log.info("understood and answered")
                return 200, answer
        except TurnFailed as err:
            return _failure(err.part, err.reason, err)
        except (SQLAlchemyError, SealError) as err:
            return _failure("tracker", type(err).__name__, err)
        except Exception as err:  # a bug of ours or Rasa's: nothing was saved, the worker says so to the resident
            return _failure("assistant", type(err).__name__, err)


async def _stored_answer(agent: Agent, turn: Turn) -> Optional[Dict[str, Any]]:
    stored = await asyncio.to_thread(agent.tracker_store.rows.answer_of, turn.conversation, turn.turn_id)
    return None if stored is None else json.loads(stored)


async def _run(agent: Agent, turn: Turn) -> Dict[str, Any]:
    current_turn.set(turn)
    location = vars(turn.location) if turn.location else None
    metadata = {"turn_id": turn.turn_id, "channel": turn.channel, "photos": list(turn.photos), "location": location}
    message = UserMessage(
        turn.text, TurnOutput(turn.channel), turn.conversation, input_channel=TurnChannel.name(), message_id=turn.turn_id, metadata=metadata
    )
    try:
        await agent.handle_message(message)
    except AlreadyStoredError:
        answer = await _stored_answer(agent, turn)
        if answer is None:
            raise TurnFailed("tracker", "another turn of this conversation was stored first") from None
        return answer
    if turn.answer is None:
        raise TurnFailed("assistant", "the turn left nothing to store")
    return turn.answer


def _authorised(request: Request) -> bool:
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {secrets().internal_secret}".encode())


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise MalformedTurnError("the body must be JSON") from None


def _check_choice(turn: Turn, agent: Agent) -> None:
    if turn.choice is None:
        return
    if turn.choice.intent not in set(agent.domain.intents) - set(DEFAULT_INTENTS):  # Rasa's own are commands such as restart
        raise MalformedTurnError("the intent of choice is not in the domain")
    if not {name for name, _ in turn.choice.entities} <= set(agent.domain.entities):
        raise MalformedTurnError("an entity of choice is not in the domain")


def _agent(app: Sanic) -> Optional[Agent]:
    agent = getattr(app.ctx, "agent", None)
    return agent if agent is not None and agent.is_ready() else None


def is_ready(app: Sanic) -> bool:
    """Whether a model is loaded. Blocks, and raises SQLAlchemyError, when the tracker's database cannot be used."""
    agent = _agent(app)
    if agent is None:
        return False
    agent.tracker_store.rows.check()
    return True


async def _health(app: Sanic) -> HTTPResponse:
    try:
        ready = await asyncio.to_thread(is_ready, app)
    except SQLAlchemyError as err:
        return _failed("tracker", type(err).__name__)
    return json_response({"status": "ok", "model": app.ctx.agent.model_name}) if ready else _failed("assistant", "no model is loaded")


def _failure(part: str, reason: str, err: BaseException) -> Tuple[int, Dict[str, Any]]:
    """The answer to a turn that failed, noted in the log by place: messages of exceptions may hold what a resident wrote."""
    frames = reversed(traceback.extract_tb(err.__traceback__)[-4:])
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)
    _log.error("a turn failed in %s: %s (%s)", part, reason, places)
    return 503, {"error": "a part behind the assistant failed; nothing was saved", "failed": part, "reason": reason}


def _failed(part: str, reason: str) -> HTTPResponse:
    return json_response({"error": "the assistant is not ready", "failed": part, "reason": reason}, 503)
