"""What every city client shares: one careful HTTP exchange.

Source of the limits: city-apis reference, "Cross-cutting rules for every adapter".
"""

from __future__ import annotations

import ipaddress
import json
import logging
import random
import ssl
import time
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Callable, List, Mapping, Optional, Sequence, Tuple, Type, Union, cast
from urllib.parse import urljoin, urlsplit

import requests
from opentelemetry.trace import SpanKind
from requests.adapters import HTTPAdapter
from urllib3.util import Timeout

from actions.clients.breaker import breaker_of, system_of
from actions.clients.errors import CityError, Failure
from actions.clients.ledger import Call, lose, seconds_for, seconds_left, write_down
from bot.monitoring.tracing import span, trace_headers
from bot.outgoing import OneStep

CONNECT_TIMEOUT_S = 3.05  # a little above a multiple of 3, the default TCP retransmission window
READ_TIMEOUT_S = 6.0
TRIES = 2
PAUSE_S = 0.3
LEAST_S = 1.0  # a call that had less time and got no answer says nothing of the system
MOST_REDIRECTS = 3
MOST_BYTES = 5_000_000
USER_AGENT = "resident-service-chatbot/0.1"
_LATER = {429, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}

_log = logging.getLogger(__name__)

File = Tuple[str, Tuple[str, bytes, str]]  # field; name, content, type
Form = Union[List[Tuple[str, str]], bytes]  # fields, or a body as it is sent


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    body: bytes
    etag: str = ""  # the server's mark of this version of it


class LegacyTLS(HTTPAdapter):
    """For a server with keys too short for today's rules. Its certificate is checked as any other's."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = ssl.create_default_context()
        context.set_ciphers("DEFAULT@SECLEVEL=1")
        super().init_poolmanager(*args, **{**kwargs, "ssl_context": context})


class Http:
    """Exchanges with one base URL. Safe to use from several threads.

    Args:
        error: the client's subclass of CityError, raised for every failure.
        reserve_s: seconds of the budget that sending leaves untouched, to find out afterwards what became of it.
        most_bytes: of one answer.
        legacy_tls_host: the one host that may use `LegacyTLS`; it has no effect on another.
    """

    def __init__(
        self,
        base_url: str,
        error: Type[CityError],
        *,
        accept: str = "application/json",
        reserve_s: float = 2.5,
        most_bytes: int = MOST_BYTES,
        legacy_tls_host: str = "",
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self.host = urlsplit(base_url).netloc.rpartition("@")[2]
        self.system = system_of(base_url)
        self.error = error
        self.reserve_s = reserve_s
        self.most_bytes = most_bytes
        self.session: requests.Session = OneStep()
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.session.trust_env = not _is_loopback(urlsplit(base_url).hostname or "")  # no proxy between two local processes
        # identity: some servers send broken deflate, and a small body cannot unpack into a huge one
        self.session.headers.update({"User-Agent": USER_AGENT, "Accept": accept, "Accept-Encoding": "identity"})
        if legacy_tls_host and legacy_tls_host == urlsplit(base_url).hostname:
            self.session.mount(f"https://{self.host}/", LegacyTLS())

    def get(
        self,
        path: str,
        params: Mapping[str, str],
        *,
        call: str,
        busy: Optional[Callable[[Answer], bool]] = None,
        headers: Optional[Mapping[str, str]] = None,
    ) -> Answer:
        """The answer to a GET, unless it is the server's own error; tried twice when the city is not ready and there is time.

        Args:
            call: what the record shows instead of the URL, for example `GET requests/{id}`.
            busy: for protocols that say so in the body, whether this answer does.
        Raises:
            the client's error, UNREACHABLE.
        """
        for last in (False, True):
            try:
                answer, retry_after = self._exchange("GET", path, call, params=params, headers=headers)
            except self.error as err:
                if last or err.failure is not Failure.UNREACHABLE or not self._pause(PAUSE_S):
                    raise
                continue
            if answer.status not in _LATER and (last or busy is None or not busy(answer)):
                if answer.status >= 500:
                    raise self.error(Failure.UNREACHABLE, "server error", status=answer.status)
                return answer
            if last or not self._pause(PAUSE_S if retry_after is None else retry_after):
                break
        raise self.error(Failure.UNREACHABLE, "not ready", status=answer.status)

    def post(self, path: str, form: List[Tuple[str, str]], files: Sequence[File] = (), *, call: str) -> Answer:
        """The answer to a form, sent once whatever happens; with files it is a multipart form.

        Raises the client's error with `may_have_happened` set.
        """
        answer, _ = self._exchange("POST", path, call, form=form, files=files)
        return answer

    def post_json(self, path: str, shape: Mapping[str, Any], *, call: str, headers: Optional[Mapping[str, str]] = None) -> Answer:
        """The same for a JSON object."""
        body = json.dumps(shape).encode()
        answer, _ = self._exchange("POST", path, call, form=body, headers={"Content-Type": "application/json", **(headers or {})})
        return answer

    def delete(self, path: str, *, call: str, headers: Optional[Mapping[str, str]] = None) -> Answer:
        """The answer to a DELETE, sent once. Raises the client's error with `may_have_happened` set."""
        answer, _ = self._exchange("DELETE", path, call, headers=headers)
        return answer

    def _pause(self, seconds: float) -> bool:
        """Waits before a second try; False when the budget does not allow one."""
        seconds += random.uniform(0, PAUSE_S)
        if breaker_of(self.system).is_open or seconds + 0.5 > seconds_for(self.system):
            return False
        time.sleep(seconds)
        return True

    def _exchange(
        self,
        method: str,
        path: str,
        call: str,
        *,
        params: Optional[Mapping[str, str]] = None,
        headers: Optional[Mapping[str, str]] = None,
        form: Optional[Form] = None,
        files: Sequence[File] = (),
    ) -> Tuple[Answer, Optional[float]]:
        breaker = breaker_of(self.system)
        admission = breaker.admit(sends=method != "GET")
        if admission is None:
            write_down(Call(self.host, call, None, 0, "circuit open"))
            raise self.error(Failure.UNREACHABLE, "circuit open")
        left = seconds_left() - self.reserve_s if method != "GET" else seconds_for(self.system)
        begun, status, worked, connected = time.monotonic(), None, None, True
        try:
            with span(call, SpanKind.CLIENT, {"server.address": self.host, "http.request.method": method}) as current:
                told = {**(headers or {}), **trace_headers()}
                answer, retry_after = self._send(method, urljoin(self.base_url, path), params, told, form, files, left)
                current.set_attribute("http.response.status_code", answer.status)
            status, worked = answer.status, self._is_sound(answer)
            return answer, retry_after
        except self.error as err:
            status, connected = err.status, err.may_have_happened
            worked = err.failure is not Failure.UNREACHABLE
            _log.warning("%s at %s: %s", call, self.host, err)
            raise
        finally:
            took = time.monotonic() - begun
            breaker.ended(admission, None if worked is False and left < LEAST_S else worked, connected=connected)
            if method == "GET" and not worked:
                lose(self.system, took)
            write_down(Call(self.host, call, status, round(took * 1000)))

    def _is_sound(self, answer: Answer) -> bool:
        """Whether it is the system that answered, and not the error page of something before it."""
        page = "html" in answer.content_type.casefold() and "html" not in str(self.session.headers["Accept"])
        return answer.status < 500 and not (page and answer.status < 300)

    def _send(
        self,
        method: str,
        url: str,
        params: Optional[Mapping[str, str]],
        headers: Optional[Mapping[str, str]],
        form: Optional[Form],
        files: Sequence[File],
        left: float,
    ) -> Tuple[Answer, Optional[float]]:
        if left <= 0:
            raise self.error(Failure.UNREACHABLE, "no time left")
        deadline = time.monotonic() + left
        try:
            for _ in range(MOST_REDIRECTS + 1):
                left = max(0.01, deadline - time.monotonic())
                response = self.session.request(
                    method,
                    url,
                    params=params,
                    headers=headers,
                    data=form,
                    files=files or None,
                    timeout=cast(Any, Timeout(left, min(CONNECT_TIMEOUT_S, left), min(READ_TIMEOUT_S, left))),  # urllib3's own is taken too
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    target = response.headers.get("Location")
                    if method == "GET" and target and response.status_code in _REDIRECTS:
                        url, params = self._followed(url, target), None
                        continue
                    body = self._body(response, deadline)
                    content_type, etag = response.headers.get("Content-Type", ""), response.headers.get("ETag", "")
                    return Answer(response.status_code, content_type, body, etag), _retry_after(response.headers.get("Retry-After"))
        except requests.exceptions.ConnectTimeout as err:
            raise self.error(Failure.UNREACHABLE, "no connection") from err
        except requests.exceptions.Timeout as err:
            raise self.error(Failure.UNREACHABLE, "no answer in time", may_have_happened=True) from err
        except requests.exceptions.ConnectionError as err:
            raise self.error(Failure.UNREACHABLE, "connection failed", may_have_happened=not _never_connected(err)) from err
        except requests.exceptions.RequestException as err:
            raise self.error(Failure.MALFORMED, "not HTTP", may_have_happened=True) from err
        raise self.error(Failure.MALFORMED, "too many redirects")

    def _followed(self, url: str, target: str) -> str:
        """The address a redirect leads to: the same server only, so that neither keys nor questions go elsewhere."""
        try:
            there = urljoin(url, target)
            stays = urlsplit(there)[:2] == urlsplit(url)[:2]
        except ValueError as err:
            raise self.error(Failure.MALFORMED, "redirected to no address") from err
        if not stays:
            raise self.error(Failure.MALFORMED, "redirected to another server")
        return there

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        parts, size = [], 0
        connection = getattr(response.raw, "connection", None)
        if connection is not None and connection.sock is not None:  # its time-out holds for each read anew
            connection.sock.settimeout(max(0.01, deadline - time.monotonic()))
        for part in response.iter_content(65_536):
            size += len(part)
            parts.append(part)
            if size > self.most_bytes:
                raise self.error(Failure.MALFORMED, "answer too large", may_have_happened=True, status=response.status_code)
            if time.monotonic() > deadline:
                raise self.error(Failure.UNREACHABLE, "answer too slow", may_have_happened=True, status=response.status_code)
        return b"".join(parts)


def read_json(answer: Answer, error: Type[CityError]) -> Any:
    """The JSON of an answer. Raises the client's error, MALFORMED, when it is something else, such as a web page."""
    if "html" in answer.content_type.casefold():
        raise error(Failure.MALFORMED, "a web page", may_have_happened=True, status=answer.status)
    try:
        return json.loads(answer.body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as err:
        raise error(Failure.MALFORMED, "not JSON", may_have_happened=True, status=answer.status) from err


def read_object(answer: Answer, error: Type[CityError]) -> Mapping[str, Any]:
    """The same where only a JSON object will do."""
    shape = read_json(answer, error)
    if not isinstance(shape, Mapping):
        raise error(Failure.MALFORMED, "no object", status=answer.status)
    return shape


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _never_connected(err: requests.exceptions.ConnectionError) -> bool:
    """Whether the connection was refused or the name unknown, so that nothing was sent."""
    reason = getattr(err.args[0] if err.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError")


def _retry_after(value: Optional[str]) -> Optional[float]:
    """Seconds of a Retry-After header; its other form, a date, is too long for a resident who waits."""
    return float(value) if value is not None and value.isdecimal() else None
