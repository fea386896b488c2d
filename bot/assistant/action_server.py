"""Rasa's way to the action server, made all or nothing: an answer in Rasa's shape, a refusal to run, or the end of the turn.

One connection pool for the life of the server; requests carry the internal secret; no body is ever logged (Rasa's own
error would hold the whole conversation).
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Mapping, Optional

import aiohttp
import jsonschema
import rasa
from opentelemetry.trace import SpanKind
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.utils.schemas.events import EVENTS_SCHEMA
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.assistant.turn import TurnFailed
from bot.monitoring.tracing import span, trace_headers

TIMEOUT_S = 10.0  # of one call; actions keep a smaller budget of their own
PART = "actions"
_EVENTS = {shape["properties"]["event"]["const"]: jsonschema.Draft7Validator(shape) for shape in EVENTS_SCHEMA["items"]["oneOf"]}


class ActionServer(EndpointConfig):
    """The action endpoint. Every failure is TurnFailed, except a refusal (400), which Rasa's forms know what to do with."""

    def __init__(self, url: str, secret: str) -> None:
        super().__init__(url=url, headers={"Authorization": f"Bearer {secret}"})
        self._client: Optional[aiohttp.ClientSession] = None

    def session(self) -> aiohttp.ClientSession:
        """The client session of this event loop, made when it is first needed."""
        if self._client is None:
            exactly = aiohttp.ClientTimeout(total=TIMEOUT_S, ceil_threshold=2 * TIMEOUT_S)  # aiohttp rounds up times above the threshold
            self._client = aiohttp.ClientSession(headers=self.headers, timeout=exactly)
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def request(
        self, method: str = "post", subpath: Optional[str] = None, content_type: Optional[str] = None, compress: bool = False, **kwargs: Any
    ) -> Any:
        """What the action server answers to `json`: `{"events": [...], "responses": [...]}`.

        Raises:
            ClientResponseError: the action refused to run.
            TurnFailed: anything else went wrong.
        """
        with span(f"run {kwargs['json']['next_action']}", SpanKind.CLIENT):
            return await self._request(method, compress, kwargs["json"])

    async def _request(self, method: str, compress: bool, call: Mapping[str, Any]) -> Any:
        try:
            async with self.session().request(method, self.url or "", json=call, headers=trace_headers(), compress=compress) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as err:
            raise TurnFailed(PART, f"no answer ({type(err).__name__})") from None
        answer = _parsed(body)
        if status == 400 and isinstance(answer, Mapping) and isinstance(answer.get("action_name"), str):
            raise ClientResponseError(400, "refused to run", json.dumps({"action_name": answer["action_name"]}))
        if status != 200:
            raise TurnFailed(PART, f"status {status}")
        if not _is_answer(answer):
            raise TurnFailed(PART, "the answer is not in Rasa's shape")
        return answer


def _is_answer(answer: Any) -> bool:
    """Whether it has Rasa's shape. Each event is compared with the schema of its kind alone; Rasa's schema tries every kind."""
    if not isinstance(answer, dict):
        return False
    events, responses = answer.get("events", []), answer.get("responses", [])
    if not (isinstance(events, list) and isinstance(responses, list)):
        return False
    return all(map(_is_event, events)) and all(isinstance(response, dict) for response in responses)


def _is_event(event: Any) -> bool:
    kind = event.get("event") if isinstance(event, dict) else None
    return isinstance(kind, str) and kind in _EVENTS and bool(_EVENTS[kind].is_valid(event))


def _is_checked(action: RemoteAction, result: Mapping[str, Any]) -> bool:
    """`ActionServer` has looked at it. Rasa would again, and each time at the schema too, for half of a turn's time."""
    return True


RemoteAction._validate_action_result = _is_checked


def _call(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Mapping[str, Any]:
    """As Rasa asks for an action, without the domain: 80 KB for each form's validator, and no action of ours reads it."""
    state = tracker.current_state(EventVerbosity.ALL)
    return {"next_action": action.name(), "sender_id": tracker.sender_id, "tracker": state, "version": rasa.__version__}


RemoteAction._action_call_format = _call


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
