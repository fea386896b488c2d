"""The fault proxy does what it says, before a server that answers in capitals."""

from __future__ import annotations

import socket
import threading
import time
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, Iterator, List, Tuple

import pytest

from tests.faults.proxy import Proxy, holding
from tests.running import free_port


class _Capitals(StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            self.server.heard.append(line)  # type: ignore[attr-defined]
            self.wfile.write(line.upper())


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """A connection that was reset is what is tested."""


@pytest.fixture
def behind() -> Iterator[Tuple[Proxy, List[bytes]]]:
    """A proxy, and what gets to the server behind it."""
    with _Server(("127.0.0.1", 0), _Capitals) as server:
        server.heard = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        proxy = Proxy("test", free_port(), server.server_address[1])
        yield proxy, server.heard  # type: ignore[attr-defined]
        proxy.close()
        server.shutdown()


def connected(proxy: Proxy, limit_s: float = 10.0) -> Any:
    return socket.create_connection(("127.0.0.1", proxy.port), limit_s)


def says(connection: socket.socket, line: bytes) -> bytes:
    connection.sendall(line)
    return connection.recv(100)


def test_without_a_fault_everything_passes(behind: Tuple[Proxy, List[bytes]]) -> None:
    with connected(behind[0]) as connection:
        assert says(connection, b"one\n") == b"ONE\n"
        assert says(connection, b"two\n") == b"TWO\n"


def test_refused_is_a_reset_of_old_and_new_connections(behind: Tuple[Proxy, List[bytes]]) -> None:
    proxy, _ = behind
    with connected(proxy) as old:
        assert says(old, b"one\n") == b"ONE\n"
        with proxy.failing(refused=True):
            with pytest.raises(ConnectionError):
                old.recv(100)
            with pytest.raises(ConnectionError), connected(proxy) as new:
                new.recv(100)
        with connected(proxy) as later:
            assert says(later, b"two\n") == b"TWO\n"


def test_silent_is_over_when_it_is_over(behind: Tuple[Proxy, List[bytes]]) -> None:
    proxy, heard = behind
    with connected(proxy, 0.3) as connection:
        with proxy.failing(silent=True):
            with pytest.raises(socket.timeout):
                says(connection, b"one\n")
            assert heard == []
        connection.settimeout(10)
        assert connection.recv(100) == b"ONE\n"


def test_an_answer_is_delayed_cut_and_dripped(behind: Tuple[Proxy, List[bytes]]) -> None:
    proxy, _ = behind
    for how in ({"delay_s": 0.3}, {"drip_s": 0.1}):
        began = time.monotonic()
        with proxy.failing(**how), connected(proxy) as connection:
            connection.sendall(b"one\n")
            assert connection.makefile("rb").readline() == b"ONE\n"
        assert time.monotonic() - began >= 0.3
    with proxy.failing(most_bytes=2), connected(proxy) as connection:
        connection.sendall(b"one\n")
        assert connection.makefile("rb").read() == b"ON"


@pytest.mark.parametrize(("answered", "then"), [(False, []), (True, [b"begin\n", b"commit\n"])])
def test_a_hold_stops_one_exchange_before_or_after_the_server_has_done_it(
    behind: Tuple[Proxy, List[bytes]], answered: bool, then: List[bytes]
) -> None:
    proxy, heard = behind
    with connected(proxy) as other, connected(proxy) as connection:
        assert says(other, b"commit\n") == b"COMMIT\n"  # without what must come before
        heard.clear()
        with holding([proxy], b"begin", b"commit", answered=answered) as held:
            assert says(connection, b"begin\n") == b"BEGIN\n"
            connection.sendall(b"commit\n")
            held.wait()
            assert held.caller == "test"
            assert says(other, b"more\n") == b"MORE\n"
            held.drop()
            assert connection.recv(100) == b""
        assert [line for line in heard if line != b"more\n"] == (then or [b"begin\n"])


def test_what_was_held_passes_when_it_is_let_go(behind: Tuple[Proxy, List[bytes]]) -> None:
    with connected(behind[0]) as connection:
        with holding([behind[0]], b"one") as held:
            connection.sendall(b"one\n")
            held.wait()
        assert connection.recv(100) == b"ONE\n"
