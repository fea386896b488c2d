"""What is too large, too slow or packed too tight is refused by the running gateway, and holds nobody else up."""

from __future__ import annotations

import gzip
import json
import socket
import zlib
from contextlib import ExitStack
from typing import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import requests

from bot.bodies import LARGE_AT_ONCE, LARGE_OF_ONE_PLACE
from bot.gateway.webchat import MAX_PHOTO_BYTES, PHOTO_PATH
from tests.conversations import databases
from tests.gateway.resident import Resident
from tests.gateway.starting import system_at_work
from tests.gateway.visitor import Visitor

LIMIT_S = 60.0
START = b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("limits")
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    with system_at_work(database, folder, gateway="tests.gateway.impatient_gateway") as (address, _):
        yield address


def called(url: str) -> socket.socket:
    place = urlsplit(url)
    return socket.create_connection((place.hostname, place.port), timeout=LIMIT_S)


def is_answered(url: str) -> None:
    assert Resident(url).reads("still there?") == ["You said: still there?"]


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
def test_a_packed_body_is_never_unpacked(url: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(json.dumps({"sender": "a", "message": " " * 50_000_000}).encode())
    assert len(packed) < 100_000
    for coding in ("gzip", "deflate", "br"):
        headers = {"Content-Encoding": coding}
        answer = requests.post(f"{url}/webhooks/rest/webhook", data=packed, headers=headers, timeout=LIMIT_S)
        assert answer.status_code == 400
    is_answered(url)


def test_a_hundred_bodies_that_drip_are_a_408_and_hold_nobody_up(url: str) -> None:
    with ExitStack() as stack:
        callers = [stack.enter_context(called(url)) for _ in range(100)]
        for caller in callers:
            caller.sendall(START + b"Content-Length: 100\r\n\r\n{")
        is_answered(url)
        assert {caller.recv(12) for caller in callers} == {b"HTTP/1.1 408"}


@pytest.mark.parametrize("begun", [b"", b"G", START, START + b"X-Header: y\r\n"], ids=["nothing", "a letter", "no headers", "half of them"])
def test_a_connection_that_does_not_say_what_it_wants_is_closed(url: str, begun: bytes) -> None:
    with ExitStack() as stack:
        callers = [stack.enter_context(called(url)) for _ in range(100)]
        for caller in callers:
            caller.sendall(begun)
        is_answered(url)
        assert {caller.recv(12) for caller in callers} == {b""}


def test_a_second_request_on_a_connection_has_to_come_in_time_too(url: str) -> None:
    with called(url) as caller:
        caller.sendall(b"HEAD /static/demo.css HTTP/1.1\r\nHost: x\r\n\r\n")
        assert caller.recv(100_000).startswith(b"HTTP/1.1 200")
        caller.sendall(b"HEAD /static/demo.css HTTP/1.1\r\nHost")
        assert caller.recv(12) == b""


def test_a_request_that_takes_long_to_answer_is_not_cut_off(url: str) -> None:
    with Visitor(url).begins().call("GET", "messages?after=0.0&wait=1") as answer:
        assert answer.status_code == 200  # it waits longer than a connection may for its first request


def test_a_thousand_short_headers_are_read_and_a_thousand_long_ones_are_not(url: str) -> None:
    for length, status in ((1, b"HTTP/1.1 200"), (1000, b"HTTP/1.1 400")):
        with called(url) as caller:
            lines = b"".join(b"X-%d: %s\r\n" % (number, b"y" * length) for number in range(1000))
            try:
                caller.sendall(b"GET /static/demo.css HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n")
                assert caller.recv(12) == status
            except ConnectionError:
                assert length == 1000  # it hung up while we were still sending
    is_answered(url)


def test_a_long_conversation_is_read_page_by_page_and_comes_whole(url: str) -> None:
    visitor = Visitor(url).begins()
    said = [text for number in range(5) for text in (str(number), f"You said: {number}")]
    for text in said[::2]:
        visitor.says(text)
        visitor.reads_until_answered()
    assert visitor.hears_texts(len(said)) == said
    visitor.position = "0.0"
    pages = [visitor.reads(wait=False)]
    while pages[-1]["more"]:
        pages.append(visitor.reads(wait=False))
    assert [line["text"] for page in pages for line in page["lines"]] == said
    assert max(len(page["lines"]) for page in pages) == 4


def photo_begun(url: str, session: str, caller: str = "127.0.0.1") -> socket.socket:
    place = urlsplit(url)
    begun = socket.create_connection((place.hostname, place.port), timeout=LIMIT_S, source_address=(caller, 0))
    head = f"POST {PHOTO_PATH}?id=12345678 HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: {url}\r\nAuthorization: Bearer {session}\r\n"
    begun.sendall(f"{head}Content-Length: 1000\r\n\r\n{{".encode())
    return begun


def test_without_a_session_a_photo_is_not_waited_for(url: str) -> None:
    with ExitStack() as stack:
        callers = [stack.enter_context(photo_begun(url, "made-up")) for _ in range(LARGE_AT_ONCE)]
        for caller in callers:
            head = caller.recv(4096)
            assert head.startswith(b"HTTP/1.1 401")
            assert b"access-control-allow-origin" in head.lower(), "the widget of another site reads it"
        assert Visitor(url).begins().call("POST", "photos?id=12345678", data=b"photo").status_code == 202


def test_one_address_takes_nobody_elses_room_for_photos(url: str) -> None:
    session = Visitor(url).begins().token
    with ExitStack() as stack:
        waiting = [stack.enter_context(photo_begun(url, session)) for _ in range(LARGE_OF_ONE_PLACE)]
        one_more = stack.enter_context(photo_begun(url, session))
        assert one_more.recv(12) == b"HTTP/1.1 503"
        other = stack.enter_context(photo_begun(url, session, "127.0.0.2"))
        for caller in (other, *waiting):
            caller.sendall(b"x" * 999)
            assert caller.recv(12) == b"HTTP/1.1 202"
    assert Visitor(url).begins().call("POST", "photos?id=12345678", data=b"photo").status_code == 202


def test_a_photo_may_be_larger_than_a_message_and_has_its_own_limit(url: str) -> None:
    visitor = Visitor(url).begins()
    assert visitor.call("POST", "photos?id=12345678", data=bytes(MAX_PHOTO_BYTES)).status_code == 202
    refused = visitor.call("POST", "photos?id=12345679", data=bytes(MAX_PHOTO_BYTES + 1))
    assert (refused.status_code, refused.headers["X-Content-Type-Options"]) == (413, "nosniff")
    assert "default-src 'none'" in refused.headers["Content-Security-Policy"]
