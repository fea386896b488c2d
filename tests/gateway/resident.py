"""A resident's program on the REST channel."""

from __future__ import annotations

import uuid
from typing import Any, Dict, List, Optional

import requests

LIMIT_S = 90.0


class Resident:
    def __init__(self, url: str, sender: Optional[str] = None) -> None:
        self.address = f"{url}/webhooks/rest/webhook"
        self.sender = sender or uuid.uuid4().hex

    def post(self, message: Any, headers: Optional[Dict[str, str]] = None, **more: Any) -> requests.Response:
        return requests.post(self.address, json={"sender": self.sender, "message": message, **more}, headers=headers, timeout=LIMIT_S)

    def post_raw(self, body: bytes) -> requests.Response:
        return requests.post(self.address, data=body, headers={"Content-Type": "application/json"}, timeout=LIMIT_S)

    def says(self, message: str, **more: Any) -> List[Dict[str, Any]]:
        """The replies to a message, in Rasa's shape."""
        response = self.post(message, **more)
        assert response.status_code == 200, response.text
        replies: List[Dict[str, Any]] = response.json()
        assert replies
        return replies

    def reads(self, message: str, **more: Any) -> List[str]:
        return [reply["text"] for reply in self.says(message, **more)]
