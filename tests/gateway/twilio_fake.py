"""A small Twilio on loopback: takes messages over its REST API, lists, fetches and deletes them, keeps photos, and misbehaves when told.

Nothing leaves the machine. `tests/interop/test_sms_prism.py` holds its answers against Twilio's own description.
"""

from __future__ import annotations

import base64
import json
import re
import select
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.loopback import Handler, send, serving

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "a token of tests", "+15195550100"
_LIST = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
_ONE = re.compile(rf"/2010-04-01/Accounts/{ACCOUNT}/Messages/(\w+)\.json")


@dataclass
class FakeTwilio:
    """`faults` happen first, one per message sent: a status with Twilio's code; `hang` seconds after it took the message."""

    port: int = 0
    taken: List[Dict[str, str]] = field(default_factory=list)  # the forms, with `Sid`
    kept: Dict[str, Dict[str, Any]] = field(default_factory=dict)  # all messages as Twilio shows them, by id, oldest first
    asked: List[str] = field(default_factory=list)  # the requests that are not a message sent
    tries: int = 0
    faults: List[Tuple[int, int]] = field(default_factory=list)
    hang: List[float] = field(default_factory=list)
    hangs_for: Callable[[str], float] = lambda phone: 0.0  # seconds before each answer about a text to a phone
    held: Dict[str, threading.Event] = field(default_factory=dict)  # by phone: what the answer about a text to it waits for
    page_size: int = 1000  # at most so many in an answer
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

    def keep(self, ago: timedelta, **more: Any) -> str:
        """A message that Twilio has had for so long: to our number and received, unless said otherwise. Returns its id."""
        at = datetime.now(timezone.utc) - ago
        sid = more.pop("sid", f"SM{len(self.kept) + 0xF000:032x}")
        shape = {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": "hello",
            "date_created": format_datetime(at),
            "date_sent": format_datetime(at),
            "date_updated": format_datetime(at),
            "direction": "inbound",
            "error_code": None,
            "error_message": None,
            "from": "+15195550123",
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": sid,
            "status": "received",
            "subresource_uris": {"media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json"},
            "to": NUMBER,
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
        }
        self.kept[sid] = {**shape, **more}
        return sid


class _Handler(Handler):
    fake: FakeTwilio

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        assert self.path == _LIST
        self.fake.tries += 1
        if self.fake.faults:
            status, code = self.fake.faults.pop(0)
            self._answer(status, {"code": code, "message": f"not to {form['To']}", "status": status})
            return
        form["Sid"] = f"SM{len(self.fake.taken):032x}"
        self.fake.taken.append(form)
        sender = {"from": form.get("From"), "messaging_service_sid": form.get("MessagingServiceSid")}
        texted = {"sid": form["Sid"], "to": form["To"], "body": form["Body"], "direction": "outbound-api", "status": "queued", **sender}
        self.fake.keep(timedelta(0), **texted)
        if form["To"] in self.fake.held:
            self._hold(form["To"])
        time.sleep(self.fake.hang.pop(0) if self.fake.hang else self.fake.hangs_for(form["To"]))
        self._answer(201, self.fake.kept[form["Sid"]])

    def _hold(self, phone: str) -> None:
        """Until the answer may go, or the caller has hung up."""
        while not self.fake.held[phone].wait(0.02) and not select.select([self.connection], [], [], 0)[0]:
            pass
        del self.fake.held[phone]

    def do_GET(self) -> None:
        if "/Media/" in self.path:
            self._show(self.path)
            return
        self.fake.asked.append(f"GET {self.path}")
        one = _ONE.fullmatch(urlsplit(self.path).path)
        if one:
            message = self.fake.kept.get(one[1])
            self._answer(200, message) if message else self._answer(404, {"code": 20404, "message": "not found", "status": 404})
            return
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        found = [message for message in reversed(list(self.fake.kept.values())) if _wanted(message, asked)]
        page, size = int(asked.get("Page", 0)), min(int(asked.get("PageSize", 50)), self.fake.page_size)
        last = (page + 1) * size >= len(found)
        following: Optional[str] = None if last else f"{_LIST}?{urlencode({**asked, 'Page': page + 1, 'PageToken': 'next'})}"
        shape = {"messages": found[page * size : (page + 1) * size], "page": page, "page_size": size, "next_page_uri": following}
        more = {"first_page_uri": _LIST, "previous_page_uri": None, "uri": self.path, "start": page * size, "end": page * size}
        self._answer(200, {**shape, **more})

    def do_DELETE(self) -> None:
        self.fake.asked.append(f"DELETE {self.path}")
        one = _ONE.fullmatch(self.path)
        found = one and self.fake.kept.pop(one[1], None)
        send(self, 204 if found else 404, b"")

    def _show(self, path: str) -> None:
        self.fake.fetched.append(path)
        if self.headers["Authorization"] != f"Basic {base64.b64encode(f'{ACCOUNT}:{TOKEN}'.encode()).decode()}":
            send(self, 401, b"{}")
        elif path in self.fake.photos:
            send(self, 200, self.fake.photos[path], "image/jpeg")
        else:
            send(self, 404, b"{}")

    def _answer(self, status: int, shape: Dict[str, Any]) -> None:
        send(self, status, json.dumps(shape).encode())


def _wanted(message: Dict[str, Any], asked: Dict[str, str]) -> bool:
    sent = datetime.strptime(message["date_sent"], "%a, %d %b %Y %H:%M:%S %z")
    limits = [datetime.fromisoformat(asked.get(name, usual).replace("Z", "+00:00")) for name, usual in _LIMITS.items()]
    return (
        message["to"] == asked.get("To", message["to"])
        and message["from"] == asked.get("From", message["from"])
        and limits[0] <= sent <= limits[1]
    )


_LIMITS = {"DateSent>": "0001-01-02T00:00:00Z", "DateSent<": "9999-12-30T00:00:00Z"}


@contextmanager
def twilio_at_work() -> Iterator[FakeTwilio]:
    fake = FakeTwilio()
    with serving(_Handler, fake=fake) as fake.port:
        yield fake
