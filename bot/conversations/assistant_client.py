"""One turn to the assistant over private HTTP; the contract is in docs/architecture.md, "The turn"."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, Dict, List, Mapping, Optional, Tuple

from opentelemetry.trace import SpanKind
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, SSLError, TimeoutError
from urllib3.util import Timeout, parse_url

from bot.in_time import InTime
from bot.messages import Message
from bot.monitoring.tracing import span, trace_headers

CONNECT_TIMEOUT_S = 2.0  # the assistant is on this machine or the next
MOST_BYTES = 2_000_000  # of an answer; ours have some ten thousand
_LATER = {429, 502, 503, 504}


class AssistantError(Exception):
    """No usable answer. `retry`: nothing was saved or nobody knows; the same turn id may be sent again."""

    def __init__(self, detail: str, *, retry: bool) -> None:
        super().__init__(detail)
        self.retry = retry


@dataclass(frozen=True)
class Answer:
    """What the assistant says, understood and did. `messages` is never empty."""

    messages: Tuple[Message, ...]
    understood: List[Any]
    actions: List[Any]
    slots_changed: List[Any]
    language: Optional[str]
    form: Optional[str] = None  # the one that is open now

    @property
    def private(self) -> bool:
        """Whether an action says that the turn is for its resident's eyes only."""
        return self._reported("private")

    @property
    def forget(self) -> bool:
        """Whether an action says that what was private so far is forgotten."""
        return self._reported("forget")

    @property
    def dispose(self) -> bool:
        """Whether an action says that the resident wants the whole conversation deleted; `forget` is said with it."""
        return self._reported("dispose")

    def _reported(self, what: str) -> bool:
        return any(isinstance(action, dict) and action.get(what) is True for action in self.actions)


class Assistant:
    """A client for all threads of one process. It stands on urllib3 alone: requests, which does too, takes as long again for each call."""

    def __init__(self, url: str, secret: str, connections: int) -> None:
        self._pool = InTime(maxsize=connections).connection_from_url(url)
        self._path = f"{parse_url(url).path or ''}/webhooks/turn/"
        self._headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",  # a small answer cannot unpack into a huge one
        }

    def ask(self, turn: Mapping[str, Any], timeout_s: float) -> Answer:
        """The answer to a turn, all of it within the time-out. Raises AssistantError."""
        with span("ask the assistant", SpanKind.CLIENT):
            return _answer(self._post(turn, timeout_s))

    def ask_about_danger(self, turn: Mapping[str, Any], timeout_s: float) -> Optional[Answer]:
        """The answer to a turn that tells of danger; None, and the assistant does nothing, for one that does not. Raises AssistantError."""
        with span("ask the assistant about danger", SpanKind.CLIENT):
            shape = self._post({**turn, "only_danger": True}, timeout_s)
        return None if shape == {"danger": False} else _answer(shape)

    def _post(self, turn: Mapping[str, Any], timeout_s: float) -> Any:
        headers, timeout = {**self._headers, **trace_headers()}, Timeout(total=timeout_s, connect=CONNECT_TIMEOUT_S)
        try:
            response = self._pool.urlopen(
                "POST",
                self._path,
                json.dumps(turn).encode(),
                headers,
                retries=False,
                redirect=False,
                timeout=timeout,
                preload_content=False,
            )
            body = _body(response)
        except (TimeoutError, NewConnectionError, ProtocolError, SSLError) as err:
            raise AssistantError(type(err).__name__, retry=True) from err
        except HTTPError as err:
            raise AssistantError(type(err).__name__, retry=False) from err
        if response.status != HTTPStatus.OK:
            raise AssistantError(f"HTTP status {response.status}", retry=response.status in _LATER)
        try:
            return json.loads(body)
        except ValueError as err:
            raise AssistantError("answer of the wrong shape", retry=False) from err


def _body(response: BaseHTTPResponse) -> bytes:
    """Its connection is free for the next call afterwards. Raises AssistantError when it is too large."""
    body = b""
    for part in response.stream(65_536):
        body += part
        if len(body) > MOST_BYTES:
            response.close()
            raise AssistantError("answer too large", retry=False)
    return body


def _answer(shape: Any) -> Answer:
    """Raises AssistantError."""
    try:
        answer = _read(shape)
    except (ValueError, TypeError, KeyError, AttributeError) as err:
        raise AssistantError("answer of the wrong shape", retry=False) from err
    if not answer.messages:
        raise AssistantError("empty answer", retry=False)
    return answer


def _check(message: Message) -> None:
    """Raises ValueError for what could not be shown later, when it is too late to say sorry."""
    texts = [text for choice in message.choices for text in (choice.title, choice.payload)]
    texts += [text for part in (message.link, message.source, message.picture) if part for text in vars(part).values() if text is not None]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a text that is not one")
    if message.source and message.source.as_of is not None:
        date.fromisoformat(message.source.as_of)


def _read(shape: Dict[str, Any]) -> Answer:
    messages = tuple(map(Message.from_dict, shape["messages"]))
    for message in messages:
        _check(message)
    return Answer(
        messages=tuple(message for message in messages if message != Message()),
        understood=list(shape.get("understood") or []),
        actions=list(shape.get("actions") or []),
        slots_changed=list(shape.get("slots_changed") or []),
        language=shape.get("language") or None,
        form=shape.get("form") or None,
    )
