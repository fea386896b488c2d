"""The shared HTTP exchange against servers that behave as servers do."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable, Iterator, List

import pytest

from actions.clients import http
from actions.clients.errors import CityError, Failure
from actions.clients.http import Http, read_json
from actions.clients.ledger import ledger
from tests.running import free_port


class Odd(CityError):
    """The error of these tests' client."""


Handle = Callable[[BaseHTTPRequestHandler, int], None]


@contextmanager
def server(handle: Handle) -> Iterator[Http]:
    """A server that answers as `handle` does (it is given the number of the request); yields a client of it."""
    seen: List[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            seen.append(f"{self.command} {self.path}")
            handle(self, len(seen))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def log_message(self, *args: object) -> None:
            return

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    client = Http(f"http://127.0.0.1:{listening.server_port}/api", Odd, reserve_s=0)
    client.seen = seen  # type: ignore[attr-defined]
    try:
        yield client
    finally:
        listening.shutdown()
        listening.server_close()


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"{}", **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content_Type": "application/json", "Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def get(client: Http) -> object:
    return read_json(client.get("thing", {"q": "secret"}, call="GET thing"), Odd)


@pytest.fixture(autouse=True)
def _short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PAUSE_S", 0.01)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_get_is_tried_again_when_the_server_is_not_ready(status: int) -> None:
    with server(lambda handler, number: answer(handler, status if number == 1 else 200, b'{"ok": 1}')) as client:
        assert get(client) == {"ok": 1}
        assert len(client.seen) == 2


def test_a_get_is_tried_twice_and_not_more() -> None:
    with server(lambda handler, number: answer(handler, 503)) as client:
        with pytest.raises(Odd) as failed:
            get(client)
        assert failed.value.failure is Failure.UNREACHABLE
        assert len(client.seen) == 2


def test_a_get_waits_no_longer_than_the_action_has() -> None:
    with server(lambda handler, number: answer(handler, 429, Retry_After="60")) as client, ledger(5), pytest.raises(Odd):
        get(client)
    assert len(client.seen) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_post_is_sent_once(status: int) -> None:
    with server(lambda handler, number: answer(handler, status)) as client:
        assert client.post("thing", [("a", "b")], call="POST thing").status == status
        assert client.seen == ["POST /api/thing"]


def test_a_post_without_answer_may_have_arrived_and_is_not_sent_again() -> None:
    with server(lambda handler, number: time.sleep(3)) as client, ledger(0.4):
        with pytest.raises(Odd) as failed:
            client.post("thing", [], call="POST thing")
        assert failed.value.may_have_happened
        assert len(client.seen) == 1


def test_a_post_to_nobody_has_certainly_not_arrived() -> None:
    client = Http(f"http://127.0.0.1:{free_port()}", Odd)
    with pytest.raises(Odd) as failed:
        client.post("thing", [], call="POST thing")
    assert failed.value.failure is Failure.UNREACHABLE
    assert not failed.value.may_have_happened


def test_a_connection_cut_in_the_middle_may_have_arrived() -> None:
    def cut(handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        handler.close_connection = True

    with server(cut) as client, pytest.raises(Odd) as failed:
        client.post("thing", [], call="POST thing")
    assert failed.value.may_have_happened


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>Please sign in</html>", "text/html"),
        (b'{"half":', "application/json"),
        (b'{"price": NaN}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"", "application/json"),
    ],
)
def test_an_answer_that_is_not_json_is_malformed(body: bytes, content_type: str) -> None:
    with server(lambda handler, number: answer(handler, 200, body, Content_Type=content_type)) as client, pytest.raises(Odd) as failed:
        get(client)
    assert failed.value.failure is Failure.MALFORMED


def test_an_answer_without_end_is_cut_off() -> None:
    def endless(handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 1_000_000)
        except OSError:
            handler.close_connection = True

    with server(endless) as client, pytest.raises(Odd) as failed:
        get(client)
    assert failed.value.failure is Failure.MALFORMED


def test_an_answer_that_drips_ends_with_the_time_of_the_action() -> None:
    def drip(handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b" " * 70_000)
                time.sleep(0.1)
        except OSError:
            handler.close_connection = True

    with server(drip) as client, ledger(0.5), pytest.raises(Odd) as failed:
        get(client)
    assert failed.value.failure is Failure.UNREACHABLE


def test_a_redirect_on_the_same_server_is_followed() -> None:
    def moved(handler: BaseHTTPRequestHandler, number: int) -> None:
        if handler.path.startswith("/api/thing"):
            answer(handler, 301, Location="/new")
        else:
            answer(handler, 200, b"[1]")

    with server(moved) as client:
        assert get(client) == [1]


def test_a_redirect_to_another_server_is_not_followed() -> None:
    with server(lambda handler, number: answer(handler, 200, b"[1]")) as other:
        target = other.base_url
        with server(lambda handler, number: answer(handler, 302, Location=target)) as client, pytest.raises(Odd) as failed:
            get(client)
        assert failed.value.failure is Failure.MALFORMED
        assert other.seen == []


def test_a_redirect_to_what_is_no_address_is_not_followed() -> None:
    with server(lambda handler, number: answer(handler, 302, Location="http://[")) as client, pytest.raises(Odd) as failed:
        get(client)
    assert failed.value.failure is Failure.MALFORMED


@pytest.mark.parametrize("target", ["/new", "http://127.0.0.1:1/", ""])
def test_a_redirect_with_a_body_without_end_is_not_read(target: str) -> None:
    def moved(handler: BaseHTTPRequestHandler, number: int) -> None:
        if handler.path == "/new":
            answer(handler, 200, b"[1]")
            return
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 1_000_000)
        except OSError:
            handler.close_connection = True

    with server(moved) as client:
        if target == "/new":
            assert get(client) == [1]
        else:
            with pytest.raises(Odd):
                get(client)


@pytest.mark.parametrize(
    "target",
    ["http://[::1]:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://127.1:{port}/", "http://0:{port}/"]
    + ["http://localhost:{port}/", "https://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "file:///etc/passwd", "http://169.254.169.254/"],
)
def test_a_redirect_to_the_inside_is_not_followed_however_it_is_written(target: str) -> None:
    with server(lambda handler, number: answer(handler, 200, b"[1]")) as inside:
        there = target.format(port=inside.base_url.split(":")[2].partition("/")[0])
        with server(lambda handler, number: answer(handler, 302, Location=there)) as client, pytest.raises(Odd) as failed:
            get(client)
        assert failed.value.failure is Failure.MALFORMED
        assert inside.seen == []


def test_no_cookie_is_kept() -> None:
    got: List[str] = []

    def handle(handler: BaseHTTPRequestHandler, number: int) -> None:
        got.append(handler.headers.get("Cookie", ""))
        answer(handler, 200, Set_Cookie="session=abc")

    with server(handle) as client:
        get(client)
        get(client)
    assert got == ["", ""]


def test_calls_are_written_down_without_what_was_asked() -> None:
    with server(lambda handler, number: answer(handler, 200)) as client, ledger(5) as kept:
        get(client)
    (call,) = kept.calls
    assert (call.host, call.call, call.status) == (client.host, "GET thing", 200)
    assert "secret" not in str(call)


def test_a_failure_is_logged_without_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    client = Http(f"http://127.0.0.1:{free_port()}", Odd)
    with caplog.at_level("DEBUG"), pytest.raises(Odd):
        client.get("thing", {"q": "45 Queen St N"}, call="GET thing")
    ours = [row.getMessage() for row in caplog.records if row.name.startswith("actions")]
    assert ours
    assert "Queen" not in " ".join(ours)
