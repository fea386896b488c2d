"""Twilio, played on loopback for phones of this machine: hands their texts to the gateway, signed, and takes the worker's answers.

Nobody else can text through it: it serves one address, where messages are created and listed with the account's credentials.

Source: https://www.twilio.com/docs/messaging/guides/webhook-request, https://www.twilio.com/docs/messaging/api/message-resource
"""

from __future__ import annotations

import base64
import hmac
import json
import threading
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Dict, List, Optional, Type
from urllib.parse import parse_qs, urlsplit

import requests
from twilio.request_validator import RequestValidator

from bot.running.parts import GATEWAY
from bot.settings import Settings
from bot.sms.segments import segments

TIMEOUT_S = 15.0  # Twilio's own for a webhook
MAX_BYTES = 64 * 1024
PHONE_IS_OFF = "30003"


class SimulatorError(RuntimeError):
    """A text did not get to the city; the message is for the person at the phone."""


@dataclass(frozen=True)
class Sent:
    """A message of the city, as it was handed over."""

    sid: str
    to: str
    body: str
    status_callback: str

    def shape(self) -> Dict[str, str]:
        """As Twilio's API shows it."""
        return {"sid": self.sid, "to": self.to, "body": self.body, "direction": "outbound-api", "status": "queued"}


class SimulatedTwilio:
    """Serves while it is entered. `config` has the account (`bot.simulator.account.with_account`)."""

    def __init__(self, config: Settings) -> None:
        self.config = config
        self.sent: List[Sent] = []
        self.path = f"/2010-04-01/Accounts/{config.twilio_account_sid}/Messages.json"
        self._phones: Dict[str, SimpleQueue[str]] = {}
        self._validator = RequestValidator(config.twilio_auth_tokens[0])
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the environment is not for our own gateway
        self._session.headers["Connection"] = "close"  # a text must not meet a connection that the gateway is just closing
        self._server: Optional[_Server] = None

    def __enter__(self) -> SimulatedTwilio:
        """Raises SimulatorError when the port is taken."""
        try:
            self._server = _Server(self)
        except OSError as err:
            raise SimulatorError(
                f"Port {self.config.sms_simulator_port} is in use: one phone can be simulated at a time. End the other, or set "
                "SMS_SIMULATOR_PORT to a free port for `make run` and for this command."
            ) from err
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def phone(self, number: str) -> SimpleQueue[str]:
        """The texts a phone gets from now on. Other phones are off."""
        return self._phones.setdefault(number, SimpleQueue())

    def text(self, number: str, body: str, **more: str) -> None:
        """Hands a phone's text to the city. Raises SimulatorError.

        Args:
            more: fields of the request besides the usual ones, or instead of them.
        """
        sid = f"SM{uuid.uuid4().hex}"
        form = {
            "MessageSid": sid,
            "SmsSid": sid,
            "AccountSid": self.config.twilio_account_sid or "",
            "MessagingServiceSid": "",
            "From": number,
            "To": self.config.twilio_number or "",
            "Body": body,
            "NumMedia": "0",
            "NumSegments": str(segments(body)),
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
            "FromCity": "",  # blank fields are signed too
        }
        status = self._post("/webhooks/sms/webhook", {**form, **more})
        if status != requests.codes.ok:
            raise SimulatorError(_REFUSALS.get(status, f"The gateway did not take the text (HTTP status {status})."))

    def take(self, form: Dict[str, str]) -> Sent:
        """Takes a message of the city, for a phone or for nobody."""
        message = Sent(f"SM{uuid.uuid4().hex}", form.get("To", ""), form.get("Body", ""), form.get("StatusCallback", ""))
        self.sent.append(message)
        return message

    def deliver(self, message: Sent) -> None:
        """Hands a message over to its phone, and says so at the address the city gave."""
        phone = self._phones.get(message.to)
        if phone:
            phone.put(message.body)
        became = {"MessageStatus": "delivered"} if phone else {"MessageStatus": "undelivered", "ErrorCode": PHONE_IS_OFF}
        form = {"MessageSid": message.sid, "AccountSid": self.config.twilio_account_sid or "", "To": message.to, **became}
        where = urlsplit(message.status_callback)
        try:
            self._post(f"{where.path}?{where.query}", form)
        except SimulatorError:
            pass  # Twilio does not say it again either

    def _post(self, path: str, form: Dict[str, str]) -> int:
        """Posts a form, signed for the address residents reach the gateway at."""
        signature = self._validator.compute_signature(f"{self.config.residents_url}{path}", form)
        try:
            answer = self._session.post(
                f"{GATEWAY.address(self.config)}{path}", data=form, headers={"X-Twilio-Signature": signature}, timeout=TIMEOUT_S
            )
        except requests.ConnectionError as err:
            raise SimulatorError(NOT_RUNNING) from err
        except requests.RequestException as err:
            raise SimulatorError("The gateway did not take the text in time.") from err
        return answer.status_code


NOT_RUNNING = "The gateway is not running here. Start it in another terminal with `make run`; GATEWAY_PORT says where it listens."
_REFUSALS = {
    403: "The gateway does not know this phone's Twilio: RESIDENT_STATE and the secrets must be the same here as for `make run`.",
    404: "The gateway takes no text messages: `make run` simulates them on the sandbox city, without PUBLIC_URL and settings for Twilio.",
    503: "The gateway cannot take a text just now. Please try again in a minute.",
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, twilio: SimulatedTwilio) -> None:
        self.twilio = twilio
        super().__init__(("127.0.0.1", twilio.config.sms_simulator_port), _Handler)

    def handle_error(self, *arguments: Any) -> None:
        """A caller that hung up is no news for the person at the phone."""


class _Handler(BaseHTTPRequestHandler):
    """One request a connection: a connection kept open would hand later messages to a Twilio that has gone."""

    server: _Server
    timeout = TIMEOUT_S

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        body = self.rfile.read(int(length)) if length.isdecimal() and int(length) <= MAX_BYTES else None
        if body is not None and self._is_ours():
            fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
            message = self.server.twilio.take({name: values[0] for name, values in fields.items()})
            self._answer(201, message.shape())
            self.server.twilio.deliver(message)

    def do_GET(self) -> None:
        if self._is_ours():
            to = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
            found = [message.shape() for message in reversed(self.server.twilio.sent) if message.to == to]
            self._answer(200, {"messages": found, "page": 0, "page_size": len(found), "next_page_uri": None})

    def _is_ours(self) -> bool:
        """Whether the request has the right path and the account's credentials; says so when not."""
        twilio = self.server.twilio
        credentials = f"{twilio.config.twilio_account_sid}:{twilio.config.twilio_auth_tokens[0]}"
        wanted = "Basic " + base64.b64encode(credentials.encode()).decode()
        if urlsplit(self.path).path != twilio.path:
            self._answer(404, {"code": 20404, "message": "not found", "status": 404})
        elif not hmac.compare_digest(wanted.encode(), (self.headers.get("Authorization") or "").encode()):
            self._answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
        else:
            return True
        return False

    def _answer(self, status: int, shape: Dict[str, Any]) -> None:
        body = json.dumps(shape).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the terminal is the phone's."""
