"""Text messages handed to Twilio over its REST API."""

from __future__ import annotations

from typing import Any, Dict

from bot.conversations.sender import Delivery, SendError
from bot.gateway.sms_errors import OPTED_OUT, UNREACHABLE
from bot.gateway.twilio_api import TwilioApi, TwilioError

VALID_FOR_S = 3600  # an answer that waited longer at Twilio is thrown away: by then its choices no longer count
LOOK_AT = 20  # of the latest messages to a phone, when an earlier try may be among them


class TwilioSms:
    """Delivers to phones, from any thread."""

    def __init__(self, api: TwilioApi) -> None:
        self.api, self.config = api, api.config

    def __call__(self, delivery: Delivery) -> str:
        """Twilio's id for the message. One that Twilio has from an earlier try is not sent again. Raises SendError."""
        try:
            with self.api.client() as client:
                return (delivery.known is not None and self._sent_before(client, delivery)) or self._send(client, delivery)
        except TwilioError as err:
            opted_out, unreachable = err.code == OPTED_OUT, UNREACHABLE.get(err.code)
            raise SendError(str(err), retry=err.retry, code=err.code, opted_out=opted_out, unreachable=unreachable) from None

    def _send(self, client: Any, delivery: Delivery) -> str:
        message = client.messages.create(
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

    @staticmethod
    def _sent_before(client: Any, delivery: Delivery) -> str:
        """Twilio's id for the same words to the same phone, if it is of no other message of ours; else empty.

        Twilio has no idempotency keys, and a time-out does not say whether it took the message. A trial account puts words before ours.
        """
        for message in client.messages.list(to=delivery.address, limit=LOOK_AT):
            ours = str(message.direction).startswith("outbound") and str(message.body).endswith(delivery.message.text)
            if ours and message.sid not in (delivery.known or ()):
                return str(message.sid)
        return ""
