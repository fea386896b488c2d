"""Text messages handed to Twilio over its REST API."""

from __future__ import annotations

import logging
import threading
from typing import Any, Dict

from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.conversations.sender import Delivery, SendError
from bot.gateway.sms import OPTED_OUT
from bot.settings import Settings

TIMEOUT_S = 10.0
VALID_FOR_S = 3600  # an answer that waited longer at Twilio is thrown away: by then its choices no longer count
LOOK_AT = 20  # of the latest messages to a phone, when an earlier try may be among them
_LATER = {401, 403, 408, 429}  # the first two: credentials that are being put right


class TwilioSms:
    """Delivers to phones, from any thread."""

    def __init__(self, config: Settings) -> None:
        self.config = config
        self._own = threading.local()  # twilio's HTTP client keeps its last answer in itself: one for two threads mixes them up
        logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # it logs every request, with phone number and text

    def __call__(self, delivery: Delivery) -> str:
        """Twilio's id for the message. One that Twilio has from an earlier try is not sent again. Raises SendError."""
        try:
            return (delivery.known is not None and self._sent_before(delivery)) or self._send(delivery)
        except TwilioRestException as err:
            code = str(err.code or "")
            retry = err.status in _LATER or err.status >= 500
            raise SendError(f"Twilio says {err.status} {code}", retry=retry, code=code, opted_out=code == OPTED_OUT) from None
        except (RequestException, TwilioException, ValueError) as err:  # ValueError: an answer that is no JSON
            raise SendError(f"no answer from Twilio: {type(err).__name__}", retry=True) from None

    def _send(self, delivery: Delivery) -> str:
        message = self._client().messages.create(
            to=delivery.address,
            body=delivery.message.text,
            status_callback=f"{self.config.residents_url}/webhooks/sms/status?message={delivery.number}",
            validity_period=VALID_FOR_S,
            **self._sender(),
        )
        return str(message.sid)

    def _sender(self) -> Dict[str, str]:
        service = self.config.twilio_messaging_service_sid
        return {"messaging_service_sid": service} if service else {"from_": self.config.twilio_number or ""}

    def _sent_before(self, delivery: Delivery) -> str:
        """Twilio's id for the same words to the same phone, if it is of no other message of ours; else empty.

        Twilio has no idempotency keys, and a time-out does not say whether it took the message. A trial account puts words before ours.
        """
        for message in self._client().messages.list(to=delivery.address, limit=LOOK_AT):
            ours = str(message.direction).startswith("outbound") and str(message.body).endswith(delivery.message.text)
            if ours and message.sid not in (delivery.known or ()):
                return str(message.sid)
        return ""

    def _client(self) -> Any:
        if not hasattr(self._own, "client"):
            http = TwilioHttpClient(timeout=TIMEOUT_S)
            client = Client(self.config.twilio_account_sid, self.config.twilio_auth_tokens[0], http_client=http)
            if self.config.twilio_api_base_url:
                client.api.base_url = self.config.twilio_api_base_url.rstrip("/")
                http.session.trust_env = False  # a proxy of the environment is not for a Twilio on this machine
            self._own.client = client
        return self._own.client
