"""Every call we make is one that Twilio's own OpenAPI description allows, and so is every answer of our fake Twilio.

Prism (Stoplight) stands between the two and holds both against the description, which comes inside Twilio's `@twilio/cli-core` (MIT).
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import requests
from django.utils import timezone

from bot.conversations import texts_in
from bot.conversations.models import InboundMessage, OutboundMessage
from bot.conversations.sender import Delivery, SendError
from bot.gateway.sms_looking_after import TwilioLookedAfter
from bot.gateway.sms_sending import TwilioSms
from bot.gateway.twilio_api import TwilioApi
from bot.messages import Message
from bot.settings import Settings
from tests.conversations.doing import LIMIT_S, wait_until
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, FakeTwilio, twilio_at_work
from tests.running import free_port, stop

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("record")]
PACKAGE = "@twilio/cli-core@8.3.2"
INTEGRITY = "sha512-qRTAZS15i/nseKHu2zZIb1BD78WFRVOWM65iC9JqjZdNpz5KQaiEI1klsLcWDi1pwXH9JG6pbFXJrIiYRJw/dw=="
DESCRIPTION = "package/src/services/twilio-api/twilio_api_v2010.json"
PHONE, SERVICE = "+15195550123", "MG" + "1" * 32


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twilio's description of its API, out of the package, whose other dependencies nobody needs here."""
    folder = tmp_path_factory.mktemp("twilio")
    packed = subprocess.run(
        ["npm", "pack", PACKAGE, "--json", "--ignore-scripts"], cwd=folder, stdout=subprocess.PIPE, check=True, timeout=120
    )
    (package,) = json.loads(packed.stdout)
    assert package["integrity"] == INTEGRITY
    with tarfile.open(folder / package["filename"]) as archive:
        content = archive.extractfile(DESCRIPTION)
        assert content is not None
        shape: Dict[str, Any] = json.load(content)
    listed = shape["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["get"]["responses"]["200"]["content"]["application/json"]
    for field in listed["schema"]["properties"].values():
        if field.get("format") == "uri":  # Twilio's own examples are relative
            field["format"] = "uri-reference"
    path = folder / "twilio.json"
    path.write_text(json.dumps(shape))
    return path


@pytest.fixture(scope="module")
def twilio() -> Iterator[FakeTwilio]:
    with twilio_at_work() as fake:
        yield fake


@pytest.fixture(scope="module")
def prism(npm: Path, description: Path, twilio: FakeTwilio) -> Iterator[str]:
    """The address of a Prism that passes on to our fake what the description allows; 422 for other calls, 500 for other answers."""
    port = free_port()
    command = ["node", str(npm / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"), "proxy", "--errors", "-h", "127.0.0.1"]
    with (npm / "prism.log").open("wb") as log:
        started = subprocess.Popen([*command, "-p", str(port), str(description), twilio.url], stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(url))
        yield url
    finally:
        stop(started)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=LIMIT_S).status_code == 404
    except requests.ConnectionError:
        time.sleep(0.1)
        return False


@pytest.fixture(autouse=True)
def _fresh(twilio: FakeTwilio) -> None:
    twilio.__init__(port=twilio.port)  # type: ignore[misc]


def api(prism: str, **more: Any) -> TwilioApi:
    account = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_number": NUMBER, "twilio_api_base_url": prism}
    return TwilioApi(Settings(**{**account, "public_url": "https://chat.example.org", **more}))


def delivery(text: str = "Where is it? É €", known: bool = False) -> Delivery:
    return Delivery(7, PHONE, Message(text), "en", frozenset() if known else None)


@pytest.mark.parametrize("service", [None, SERVICE])
def test_a_text_is_sent_and_looked_for(prism: str, twilio: FakeTwilio, service: str) -> None:
    send = TwilioSms(api(prism, twilio_messaging_service_sid=service))
    first = send(delivery())
    assert [form["Body"] for form in twilio.taken] == ["Where is it? É €"]
    assert send(delivery(known=True)) == first
    assert len(twilio.taken) == 1


def test_texts_that_were_missed_are_listed_page_by_page(prism: str, twilio: FakeTwilio) -> None:
    twilio.page_size = 1
    for number in range(3):
        twilio.keep(timedelta(minutes=9 - number), body=f"text {number}")
    TwilioLookedAfter(api(prism)).take_missed_texts()
    assert InboundMessage.objects.count() == 3
    assert len(twilio.asked) == 3


def test_a_text_is_asked_about_and_deleted(prism: str, twilio: FakeTwilio) -> None:
    texts_in.take(PHONE, "hello", "SM" + "a" * 32)
    sid = twilio.keep(timedelta(days=2), to=PHONE, direction="outbound-api", status="undelivered", error_code=30003, **{"from": NUMBER})
    inbound = InboundMessage.objects.get()
    two_hours_ago = timezone.now() - timedelta(hours=2)
    OutboundMessage.objects.create(
        conversation=inbound.conversation,
        inbound=inbound,
        position=0,
        body_sealed=b"",
        state="sent",
        sent_at=two_hours_ago,
        provider_id=sid,
    )
    looked_after = TwilioLookedAfter(api(prism, twilio_keep_days=1))
    looked_after.ask_what_became()
    assert OutboundMessage.objects.get().error_code == "30003"
    looked_after.delete_old()
    assert twilio.kept == {}


def test_what_the_description_does_not_allow_is_caught(prism: str, twilio: FakeTwilio) -> None:
    with pytest.raises(SendError, match="Twilio says 422"):
        TwilioSms(api(prism, twilio_messaging_service_sid="MG of nobody"))(delivery())
    assert twilio.tries == 0


def test_an_answer_the_description_does_not_know_is_caught(prism: str, twilio: FakeTwilio, caplog: pytest.LogCaptureFixture) -> None:
    twilio.keep(timedelta(minutes=9), status="lost in the mail")
    TwilioLookedAfter(api(prism)).take_missed_texts()
    assert "Twilio says 500" in caplog.text
