"""What `make audit` says of advisories, with services of its own on loopback in the place of OSV and npm's."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from typing import Any, Dict, List

import pytest

from tests.loopback import Handler, send, serving
from tests.running import ROOT, free_port

pytestmark = pytest.mark.interop  # npm takes part
PACKAGE, ADVISORY = "sanic", "TEST-2026-1"
PLACES = ["uv.lock", "bot/widget/package-lock.json", "tests/interop/npm/package-lock.json"]


class _Osv(Handler):
    known: List[str]

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        hits = [{"vulns": [_osv()]} if query["package"]["name"] in self.known else {} for query in queries]
        send(self, 200, json.dumps({"results": hits}).encode())

    def do_GET(self) -> None:
        send(self, 200, json.dumps(_osv()).encode())


def _osv() -> Dict[str, Any]:
    affected = {"package": {"name": PACKAGE, "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}
    return {"id": ADVISORY, "modified": "2026-01-01T00:00:00Z", "summary": "of these tests", "affected": [affected]}


class _Npm(Handler):
    known: List[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        row = {"id": 1, "url": "https://example.org/GHSA-test", "title": "of these tests", "severity": "high", "vulnerable_versions": "*"}
        send(self, 200, json.dumps({name: [{**row, "cwe": [], "cvss": {"score": 1, "vectorString": ""}}] for name in self.known}).encode())

    def do_GET(self) -> None:
        send(self, 404, b"{}")


def audit(osv: List[str] | None, npm: List[str] | None) -> subprocess.CompletedProcess[str]:
    """With services that know of something about these packages; None: one that does not answer."""
    with ExitStack() as stack:
        ports = [
            free_port() if known is None else stack.enter_context(serving(handler, known=known))
            for handler, known in ((_Osv, osv), (_Npm, npm))
        ]
        options = ["--service-url", f"http://127.0.0.1:{ports[0]}", "--registry", f"http://127.0.0.1:{ports[1]}"]
        return subprocess.run([sys.executable, "scripts/audit.py", *options], cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_nothing_known_is_a_0_and_says_what_was_looked_at() -> None:
    done = audit([], [])
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == PLACES
    assert done.stdout.count("looked at; 0 to answer") == 3
    assert done.returncode == 0


def test_an_advisory_is_a_1_and_is_named_with_its_package() -> None:
    done = audit([PACKAGE], ["esbuild"])
    assert f"  {ADVISORY} sanic 21.12" in done.stdout
    assert "  GHSA-test esbuild *: of these tests" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(("osv", "npm", "code"), [(None, None, 2), (None, [], 2), ([], None, 2), ([PACKAGE], None, 1)])
def test_what_could_not_be_looked_at_is_never_called_fine(osv: List[str] | None, npm: List[str] | None, code: int) -> None:
    done = audit(osv, npm)
    assert done.stdout.count("NOT LOOKED AT") == (osv is None) + 2 * (npm is None)
    assert done.returncode == code
