"""A small Telegram on loopback: the Bot API as strict as the real one, residents in private chats, and faults when told. Nothing leaves
the machine.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any, Dict, Iterator, List, Optional, Tuple
from urllib.parse import parse_qs, unquote

import requests

from tests.loopback import Handler, send, serving

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
LIMIT_S = 30.0  # of a call to the gateway
LONGEST_TEXT, LONGEST_CAPTION, LONGEST_DATA = 4096, 1024, 64
Call = Dict[str, Any]
_ids = itertools.count(1)


class Refused(Exception):
    """An answer that says no: status, description, parameters."""


@dataclass
class FakeTelegram:
    """`faults` happen first, one per message sent: (status, description, parameters); `hang`: seconds after it took the message."""

    port: int = 0
    calls: List[Tuple[str, Call]] = field(default_factory=list)
    messages: List[Call] = field(default_factory=list)  # what residents see: the call with `message_id` and `method`
    updates: List[Call] = field(default_factory=list)
    webhook: Optional[Call] = None
    files: Dict[str, bytes] = field(default_factory=dict)
    faults: List[Tuple[int, str, Dict[str, Any]]] = field(default_factory=list)
    hang: List[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def called(self, method: str, chat: Optional[int] = None) -> List[Call]:
        with self.lock:
            return [call for name, call in self.calls if name == method and (chat is None or call.get("chat_id") == str(chat))]

    def shown(self, chat: int) -> List[Call]:
        with self.lock:
            return [message for message in self.messages if message["chat_id"] == str(chat)]

    def hand_over(self, **kind: Any) -> Call:
        """An update, as Telegram hands it over: by webhook if one is set, else when asked. Returns it."""
        update = {"update_id": next(_ids) + 10**6, **kind}
        self.deliver(update)
        return update

    def deliver(self, update: Call, gateway: str = "") -> int:
        """The same update (again). Returns the webhook's status, 0 without one."""
        if self.webhook is None:
            with self.lock:
                self.updates.append(update)
            return 0
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]}
        return requests.post(gateway or self.webhook["url"], json=update, headers=headers, timeout=LIMIT_S).status_code

    def take(self, method: str, call: Call) -> Any:
        """What the Bot API answers. Raises Refused."""
        with self.lock:
            self.calls.append((method, call))
        if method in ("sendMessage", "sendPhoto", "sendLocation"):
            return self._sent(method, call)
        if method == "getUpdates":
            return self._asked(call)
        if method in ("setWebhook", "deleteWebhook"):
            self.webhook = call if method == "setWebhook" else None
        if method == "getFile":
            if call["file_id"] not in self.files:
                raise Refused(400, "Bad Request: invalid file_id", {})
            content = self.files[call["file_id"]]
            if len(content) > 20_000_000:
                raise Refused(400, "Bad Request: file is too big", {})
            return {"file_id": call["file_id"], "file_unique_id": "u", "file_size": len(content), "file_path": f"photos/{call['file_id']}"}
        return True

    def _sent(self, method: str, call: Call) -> Call:
        if self.faults:
            raise Refused(*self.faults.pop(0))
        text, most = call.get("text", call.get("caption", "")), LONGEST_TEXT if method == "sendMessage" else LONGEST_CAPTION
        if method == "sendMessage" and not text.strip():
            raise Refused(400, "Bad Request: message text is empty", {})
        if len(text.encode("utf-16-le")) // 2 > most:
            raise Refused(400, "Bad Request: message is too long", {})
        if call.get("parse_mode"):
            raise Refused(400, "Bad Request: can't parse entities", {})  # whatever is in it: nothing we send is marked up
        for button in (button for row in json.loads(call.get("reply_markup", "{}")).get("inline_keyboard", []) for button in row):
            if len(button.get("callback_data", "").encode()) > LONGEST_DATA:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID", {})
        message = {"method": method, "message_id": next(_ids), **call}
        with self.lock:
            self.messages.append(message)
        if self.hang:
            time.sleep(self.hang.pop(0))
        return {"message_id": message["message_id"], "date": int(time.time()), "chat": {"id": int(call["chat_id"]), "type": "private"}}

    def _asked(self, call: Call) -> List[Call]:
        if self.webhook is not None:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active", {})
        until = time.monotonic() + min(float(call.get("timeout", 0)), 1.0)
        while True:
            with self.lock:
                self.updates = [update for update in self.updates if update["update_id"] >= int(call.get("offset", 0))]
                if self.updates or time.monotonic() > until:
                    return list(self.updates)
            time.sleep(0.02)


@dataclass
class Chat:
    """A resident in front of a Telegram."""

    telegram: FakeTelegram
    id: int = field(default_factory=lambda: 700_000_000 + next(_ids))
    language: str = "en"

    @property
    def _from(self) -> Call:
        return {"id": self.id, "is_bot": False, "first_name": "Zacharie", "language_code": self.language}

    @property
    def _chat(self) -> Call:
        return {"id": self.id, "type": "private", "first_name": "Zacharie"}

    def message(self, **parts: Any) -> Call:
        return {"message_id": next(_ids), "date": int(time.time()), "chat": self._chat, "from": self._from, **parts}

    def does(self, **parts: Any) -> Call:
        return self.telegram.hand_over(message=self.message(**parts))

    def says(self, text: str) -> Call:
        return self.does(text=text)

    def shares(self, latitude: float, longitude: float) -> Call:
        return self.does(location={"latitude": latitude, "longitude": longitude})

    def sends_photo(self, file_id: str, **more: Any) -> Call:
        sizes = [
            {"file_id": name, "file_unique_id": name, "width": width, "height": width} for name, width in (("small", 90), (file_id, 1280))
        ]
        return self.does(photo=sizes, **more)

    def edits(self, text: str) -> Call:
        return self.telegram.hand_over(edited_message={**self.message(text=text), "edit_date": int(time.time())})

    def presses(self, data: str, message_id: int = 1) -> Call:
        shown = {"message_id": message_id, "date": int(time.time()), "chat": self._chat, "text": "?"}
        query = {"id": str(next(_ids)), "from": self._from, "chat_instance": "1", "message": shown, "data": data}
        return self.telegram.hand_over(callback_query=query)

    def changes(self, status: str) -> Call:
        bot = {"id": 110201543, "is_bot": True, "first_name": "City"}
        more = {"until_date": 0} if status == "kicked" else {}
        change = {"chat": self._chat, "from": self._from, "date": 1, "old_chat_member": {"user": bot, "status": "member"}}
        return self.telegram.hand_over(my_chat_member={**change, "new_chat_member": {"user": bot, "status": status, **more}})

    def shown(self) -> List[Call]:
        return self.telegram.shown(self.id)

    def texts(self) -> List[str]:
        return [message.get("text") or message.get("caption", "") for message in self.shown()]

    def keyboard(self, place: int = -1) -> Dict[str, Any]:
        return json.loads(self.shown()[place].get("reply_markup", "{}"))

    def buttons(self, place: int = -1) -> Dict[str, str]:
        """Titles and data of a message's keyboard."""
        rows = self.keyboard(place).get("inline_keyboard", [])
        return {button["text"]: button.get("callback_data") or button["url"] for row in rows for button in row}


class _Handler(Handler):
    fake: FakeTelegram

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token, method = self.path.removeprefix("/bot").split("/")
        if token != TOKEN:
            self._answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
            return
        try:
            self._answer(200, {"ok": True, "result": self.fake.take(method, _call(body, self.headers.get("Content-Type", "")))})
        except Refused as err:
            status, description, parameters = err.args
            more = {"parameters": parameters} if parameters else {}
            self._answer(status, {"ok": False, "error_code": status, "description": description, **more})

    def do_GET(self) -> None:
        content = self.fake.files.get(unquote(self.path).removeprefix(f"/file/bot{TOKEN}/photos/"))
        send(self, 404 if content is None else 200, content or b"", "image/jpeg")

    def _answer(self, status: int, shape: Any) -> None:
        send(self, status, json.dumps(shape).encode())


def _call(body: bytes, content_type: str) -> Call:
    """The parameters of a call, whichever way they came; a file is its bytes."""
    if not content_type.startswith("multipart/"):
        return {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    message = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    call: Call = {}
    for part in message.get_payload():
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        call[name] = content if part.get_filename() else content.decode()
    return call


@contextmanager
def telegram_at_work() -> Iterator[FakeTelegram]:
    fake = FakeTelegram()
    with serving(_Handler, fake=fake) as fake.port:
        yield fake
