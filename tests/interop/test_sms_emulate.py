"""`emulate`, a Twilio that nobody here wrote, signs the texts of a phone and takes our answers."""

from __future__ import annotations

import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
import requests
import yaml

from bot.conversations.models import OutboundMessage
from bot.conversations.sentences import say
from tests.conversations.doing import LIMIT_S, wait_until
from tests.gateway.starting import system_at_work
from tests.running import free_port, stop

pytestmark = [pytest.mark.interop]
ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "twilio_test_auth_token", "+15551234567"
PHONE = "+15195550123"


class Emulator:
    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, **form: str) -> None:
        requests.post(f"{self.url}{path}", data=form, auth=(ACCOUNT, TOKEN), timeout=LIMIT_S).raise_for_status()

    def texts_us(self, body: str) -> None:
        self.post("/_twilio/simulate/inbound-message", To=NUMBER, From=PHONE, Body=body)

    def messages(self) -> List[Dict[str, Any]]:
        """What we sent to the phone, oldest first."""
        path = f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        answer = requests.get(path, params={"To": PHONE}, auth=(ACCOUNT, TOKEN), timeout=LIMIT_S).json()
        return [row for row in reversed(answer["messages"]) if row["to"] == PHONE]


@contextmanager
def emulating(npm: Path, folder: Path, gateway: str) -> Iterator[Emulator]:
    port = free_port()
    number = {"phone_number": NUMBER, "sms_url": f"{gateway}/webhooks/sms/webhook?city=kitchener&x=1"}
    seed = {"twilio": {"account": {"sid": ACCOUNT, "auth_token": TOKEN}, "phone_numbers": [number]}}
    (folder / "seed.yaml").write_text(yaml.safe_dump(seed))
    command = ["node", str(npm / "node_modules" / "emulate" / "dist" / "index.js"), "--service", "twilio", "--port", str(port)]
    with (folder / "emulate.log").open("wb") as log:
        started = subprocess.Popen([*command, "--seed", str(folder / "seed.yaml")], stdout=log, stderr=log)
    try:
        emulator = Emulator(f"http://127.0.0.1:{port}")
        wait_until(lambda: _answers(emulator))
        yield emulator
    finally:
        stop(started)


def _answers(emulator: Emulator) -> bool:
    try:
        return isinstance(emulator.messages(), list)
    except (requests.RequestException, KeyError):
        time.sleep(0.1)
        return False


def test_a_resident_of_another_twilio_texts_us_and_reads_the_answers(npm: Path, tmp_path: Path, record: str) -> None:
    port = free_port()
    with ExitStack() as stack:
        emulator = stack.enter_context(emulating(npm, tmp_path, f"http://127.0.0.1:{port}"))
        settings = {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_NUMBER": NUMBER,
            "TWILIO_API_BASE_URL": emulator.url,
        }
        stack.enter_context(system_at_work(record, tmp_path, port, **settings))
        emulator.texts_us("ñ & = + 👍 pothole")
        wait_until(lambda: len(emulator.messages()) == 1)
        emulator.texts_us("STOP")
        wait_until(lambda: len(emulator.messages()) == 2)
        emulator.texts_us("nobody hears this")
        emulator.texts_us("START")
        wait_until(lambda: len(emulator.messages()) == 3)
        said = [message["body"] for message in emulator.messages()]
        assert said == [f"{say('sms_first', 'en')}\nYou said: ñ & = + 👍 pothole", say("sms_stopped", "en"), say("sms_started", "en")]
        assert all(message["from"] == NUMBER for message in emulator.messages())
        sid = emulator.messages()[0]["sid"]
        emulator.post("/_twilio/simulate/message-status", MessageSid=sid, Status="delivered")
        wait_until(lambda: OutboundMessage.objects.filter(provider_id=sid, delivery="delivered").exists())
