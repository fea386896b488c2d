"""HTTP servers of tests, on loopback."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Iterator, Type


class Handler(BaseHTTPRequestHandler):
    """Keeps connections open, and its log to itself: pytest shows what matters."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *args: Any) -> None:
        """A caller that was killed half-way is no news."""


@contextmanager
def serving(handler: Type[BaseHTTPRequestHandler], port: int = 0, **shared: Any) -> Iterator[int]:
    """Serves until the end, and yields the port. `shared`: attributes that every handler of this server has."""
    server = _Server(("127.0.0.1", port), type("Shared", (handler,), shared))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, content_type: str = "application/json") -> None:
    try:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
    except OSError:
        pass  # the caller hung up, as it may
