"""A small Twilio on loopback: takes messages over its REST API, lists them, keeps photos, and misbehaves when told. Nothing leaves the
machine.
"""

from __future__ import annotations

import base64
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Tuple
from urllib.parse import parse_qs, urlsplit

from tests.loopback import Handler, send, serving

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "a token of tests", "+15195550100"


@dataclass
class FakeTwilio:
    """`faults` happen first, one per message sent: a status with Twilio's code; `hang` seconds after it took the message."""

    port: int = 0
    taken: List[Dict[str, str]] = field(default_factory=list)  # the forms, with `Sid`
    tries: int = 0
    faults: List[Tuple[int, int]] = field(default_factory=list)
    hang: List[float] = field(default_factory=list)
    photos: Dict[str, bytes] = field(default_factory=dict)  # by path
    fetched: List[str] = field(default_factory=list)  # paths

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def keeps(self, photo: bytes) -> str:
        """The address of a photo that somebody texted."""
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM0/Media/ME{len(self.photos):032x}"
        self.photos[path] = photo
        return f"{self.url}{path}"

    def texts(self, phone: str) -> List[str]:
        return [form["Body"] for form in self.taken if form["To"] == phone]


class _Handler(Handler):
    fake: FakeTwilio

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        assert self.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        self.fake.tries += 1
        if self.fake.faults:
            status, code = self.fake.faults.pop(0)
            self._answer(status, {"code": code, "message": f"not to {form['To']}", "status": status})
            return
        form["Sid"] = f"SM{len(self.fake.taken):032x}"
        self.fake.taken.append(form)
        if self.fake.hang:
            time.sleep(self.fake.hang.pop(0))
        self._answer(201, self._message(form))

    def do_GET(self) -> None:
        if "/Media/" in self.path:
            self._show(self.path)
            return
        to = parse_qs(urlsplit(self.path).query)["To"][0]
        found = [self._message(form) for form in reversed(self.fake.taken) if form["To"] == to]
        self._answer(200, {"messages": found, "page": 0, "page_size": 50, "next_page_uri": None})

    def _show(self, path: str) -> None:
        self.fake.fetched.append(path)
        if self.headers["Authorization"] != f"Basic {base64.b64encode(f'{ACCOUNT}:{TOKEN}'.encode()).decode()}":
            send(self, 401, b"{}")
        elif path in self.fake.photos:
            send(self, 200, self.fake.photos[path], "image/jpeg")
        else:
            send(self, 404, b"{}")

    @staticmethod
    def _message(form: Dict[str, str]) -> Dict[str, Any]:
        return {"sid": form["Sid"], "to": form["To"], "body": form["Body"], "direction": "outbound-api", "status": "queued"}

    def _answer(self, status: int, shape: Dict[str, Any]) -> None:
        send(self, status, json.dumps(shape).encode())


@contextmanager
def twilio_at_work() -> Iterator[FakeTwilio]:
    fake = FakeTwilio()
    with serving(_Handler, fake=fake) as fake.port:
        yield fake
