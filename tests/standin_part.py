"""`python -S -m tests.standin_part NAME PORT STATE`: a stand-in for one part, with a child of its own. Loads little, so it starts fast.

STANDIN_BROKEN names the part that ends at once; STANDIN_DEAF the one that ignores being told to stop.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from bot.running import lifeline, locks

PARTS = ("gateway", "worker", "assistant", "actions", "console", "sandbox")


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"parts": {name: "ok" for name in PARTS if name != os.environ.get("STANDIN_BROKEN")}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def run(name: str, port: str, state: str) -> None:
    locks.mark_part(Path(state))
    lifeline.end_with_parent()
    sys.stderr.write(f"{name} begins\n")
    if os.environ.get("STANDIN_BROKEN") == name:
        sys.stderr.write("the widget drawer is locked\n")
        sys.exit(3)
    if os.environ.get("STANDIN_DEAF") == name:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.Popen(["/bin/sh", "-c", "sleep 600; exit", f"child of {name}", state])
    if port == "None":
        signal.pause()
    HTTPServer(("127.0.0.1", int(port)), Healthy).serve_forever()


if __name__ == "__main__":
    run(*sys.argv[1:])
