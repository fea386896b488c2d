"""Where a process is watched: `/metrics`, `/live` and `/ready`, on a port that the public never reaches.

The port is served by threads of its own, so it tells of a process whose event loop or database hangs, too.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from socketserver import ThreadingMixIn
from typing import Any, Callable, Dict, Iterable
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import disable_created_metrics, make_wsgi_app

from bot.settings import settings

Check = Callable[[], bool]  # whether all is well; an exception says no
_CALLER_S = 10.0  # how long a caller may take to say what it wants

_log = logging.getLogger(__name__)


def watch(part: str, *, live: Check, ready: Check) -> None:
    """Serves a part's monitoring port from now on, if the settings name one. A port that is not to be had ends the process with a sentence.

    Args:
        live: false when nothing but a restart helps.
        ready: false as long as the part cannot do its work.
    """
    port = settings().monitoring_ports.get(part)
    if port is None:
        return
    try:
        server = make_server(settings().monitoring_host, port, _app(live, ready), _Server, _Handler)
    except OSError as err:
        sys.exit(f"Port {port} cannot be listened on ({err.strerror}): set {part.upper()}_MONITORING_PORT or MONITORING_HOST to another.")
    threading.Thread(target=server.serve_forever, name="monitoring", daemon=True).start()


def _app(live: Check, ready: Check) -> Callable[..., Iterable[bytes]]:
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, with nothing but the time of its first count
    metrics = make_wsgi_app()
    checks = {"/live": live, "/ready": ready}

    def app(environ: Dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            answer: Iterable[bytes] = metrics(environ, start_response)
            return answer
        if path not in checks:
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        well = _is_well(path, checks[path])
        body = json.dumps({"state": "ok" if well else "down"}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("200 OK" if well else "503 Service Unavailable", headers)
        return [body]

    return app


def _is_well(path: str, check: Check) -> bool:
    try:
        return check()
    except Exception as err:
        _log.warning("%s: %s", path, type(err).__name__)
        return False


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Without asking the network for this machine's name, which `HTTPServer` does."""
        self.server_name, self.server_port = "", self.server_address[1]
        super(WSGIServer, self).server_bind()
        self.setup_environ()


class _Handler(WSGIRequestHandler):
    timeout = _CALLER_S

    def log_message(self, *args: Any) -> None:
        """Nothing: probes come every few seconds."""
