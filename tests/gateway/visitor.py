"""What the widget does over HTTP, without a browser."""

from __future__ import annotations

import json
import uuid
from typing import Any, Dict, Iterator, List, Optional

import requests

LIMIT_S = 30.0


class Visitor:
    """Somebody on a page of `origin`; by default the gateway's own."""

    def __init__(self, url: str, origin: Optional[str] = None) -> None:
        self.url, self.origin = url, origin or url
        self.token = ""
        self.position = "0.0"

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Origin": self.origin, "Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value}
        return requests.request(method, f"{self.url}/webhooks/webchat/{path}", headers=headers, timeout=LIMIT_S, **more)

    def begins(self) -> Visitor:
        response = self.call("POST", "session")
        assert response.status_code == 201, response.text
        self.token = response.json()["session"]
        return self

    def posts(self, text: Any, message_id: Optional[str] = None, **more: Any) -> requests.Response:
        return self.call("POST", "messages", json={"id": message_id or uuid.uuid4().hex, "text": text, **more})

    def says(self, text: str, **more: Any) -> None:
        response = self.posts(text, **more)
        assert response.status_code == 202, response.text

    def reads(self, after: Optional[str] = None, wait: bool = True) -> Dict[str, Any]:
        """What was said after a position; by default after the last one."""
        response = self.call("GET", f"messages?after={self.position if after is None else after}{'&wait=1' if wait else ''}")
        assert response.status_code == 200, response.text
        batch: Dict[str, Any] = response.json()
        self.position = batch["position"]
        return batch

    def reads_until_answered(self) -> List[Dict[str, Any]]:
        """All lines up to the last answer that is due."""
        lines: List[Dict[str, Any]] = []
        while True:
            batch = self.reads()
            lines += batch["lines"]
            if lines and not batch["waiting"]:
                return lines

    def hears(self, after: str = "0.0") -> Iterator[Dict[str, str]]:
        """The events of a stream, each with its fields; ends with it."""
        with self.call("GET", "events", headers={"Last-Event-ID": after}, stream=True) as response:
            assert response.status_code == 200, response.text
            found: Dict[str, str] = {}
            for line in response.iter_lines(chunk_size=1, decode_unicode=True):
                if not line:
                    yield found
                    found = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    found[name] = value

    def hears_texts(self, count: int, after: str = "0.0") -> List[str]:
        """The texts of the first lines that a stream brings."""
        texts: List[str] = []
        for event in self.hears(after):
            texts += [line["text"] for line in json.loads(event["data"])["lines"]]
            if len(texts) >= count:
                break
        return texts
