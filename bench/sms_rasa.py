"""The peer of `bench.sms`: Rasa's own Twilio channel on its own server, with an agent that answers at once.

python -m bench.sms_rasa PORT ACCOUNT TOKEN NUMBER TWILIO
"""

from __future__ import annotations

import sys
from typing import Any

from rasa.core.channels.channel import UserMessage, register
from rasa.core.channels.twilio import TwilioInput
from sanic import Sanic


class Sms(TwilioInput):
    """Rasa's channel, but for where Twilio is and the address it is called at."""

    @classmethod
    def name(cls) -> str:
        return "sms"

    def __init__(self, account: str, token: str, number: str, twilio: str) -> None:
        super().__init__(account, token, number)
        self.twilio = twilio

    def get_output_channel(self) -> Any:
        channel = super().get_output_channel()
        channel.api.base_url = self.twilio
        return channel


class Agent:
    async def handle_message(self, message: UserMessage) -> None:
        await message.output_channel.send_text_message(message.sender_id, f"You said: {message.text}")


def main() -> None:
    port, account, token, number, twilio = sys.argv[1:]
    app = Sanic("bench_sms_rasa", configure_logging=False)
    app.ctx.agent = Agent()
    register([Sms(account, token, number, twilio)], app, route="/webhooks/")
    app.run("127.0.0.1", int(port), access_log=False)


if __name__ == "__main__":
    main()
