"""A pothole by MMS: from Twilio through gateway and worker to the city, which finds the photo at our address."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple

import pytest
import requests

from actions import photos
from actions.clients.open311 import Open311
from bot.city import city
from bot.conversations.models import InboundMessage, OutboundMessage
from bot.settings import Settings
from tests.actions.test_report_problem import at_the_city, made_form
from tests.actions.turns import Form
from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant, Reply, messages
from tests.conversations.doing import LIMIT_S, wait_until
from tests.gateway.starting import system_at_work
from tests.gateway.test_sms_conversation import PUBLIC, Phone, System, with_photos
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, twilio_at_work
from tests.pictures import photo_of_a_phone, read
from tests.running import free_port, sandbox_server


def plays_the_form(fake: FakeAssistant, form: Form) -> None:
    """Lets the report's real actions answer; only what the words mean is told them."""

    def reply(turn: Dict[str, Any]) -> Reply:
        form.conversation = turn["conversation"]
        meant = {"intent": "affirm"} if turn["choice"] == "/affirm" else {"intent": "report_problem", "service_code": "pothole"}
        said = form.say(turn["text"], turn_id=turn["turn_id"], photos=[item["id"] for item in turn["media"]], **meant)
        choices = [{"title": button["title"], "payload": button["payload"]} for one in said.messages for button in one["buttons"]]
        return messages(messages=[{"text": said.text(), "choices": choices}])

    fake.reply = reply


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tuple[System, str]]:
    """Gateway and worker with a Twilio before and a sandbox city behind them."""
    database, port = databases.sqlite(tmp_path / "record.sqlite3"), free_port()
    databases.migrate(database)
    monkeypatch.setattr(photos, "settings", lambda: Settings(gateway_port=port))
    with databases.used_by_django(database), twilio_at_work() as twilio, sandbox_server() as sandbox:
        settings = {"PUBLIC_URL": PUBLIC, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_NUMBER": NUMBER}
        with system_at_work(database, tmp_path, port, TWILIO_API_BASE_URL=twilio.url, **settings) as (url, fake):
            plays_the_form(fake, made_form(Open311(f"{sandbox}/open311/v2", zone=city().timezone, api_key="sandbox")))
            yield System(url, twilio, fake, tmp_path), sandbox


def test_a_pothole_by_mms_is_filed_with_a_photo_that_says_nothing_about_the_phone(whole: Tuple[System, str]) -> None:
    system, sandbox = whole
    phone, words = Phone(system), f"huge pothole at 200 king st w broke my wheel {uuid.uuid4().hex}"
    before = photo_of_a_phone()
    assert dict(read(before).getexif())
    phone.texts(words, **with_photos(system.twilio.keeps(before)))
    wait_until(lambda: "May the city reach you" in "".join(phone.shows()))
    phone.texts("skip")
    wait_until(lambda: "1 Send it" in "".join(phone.shows()))
    summed_up = "\n".join(phone.shows())
    assert "Your photo is added to the report." in summed_up
    assert "Photos: 1" in summed_up
    phone.texts("1")
    wait_until(lambda: "Its number is" in phone.shows()[-1])
    (filed,) = at_the_city(sandbox, words)
    assert filed["service_request_id"] in phone.shows()[-1]
    shown = requests.get(filed["media_url"], timeout=LIMIT_S)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert filed["media_url"].startswith(f"{system.url}/media/")
    assert read(shown.content).size == (60, 80)
    assert not dict(read(shown.content).getexif())
    assert b"canary" not in shown.content
    assert system.twilio.fetched
    assert filed["media_url"].rpartition("/")[2] not in system.logs()


def test_how_to_reach_the_resident_is_read_back_to_them_and_to_nobody_else(whole: Tuple[System, str]) -> None:
    system, sandbox = whole
    phone, words = Phone(system), f"huge pothole at 200 king st w broke my wheel {uuid.uuid4().hex}"
    phone.texts(words)
    wait_until(lambda: "May the city reach you" in "".join(phone.shows()))
    phone.texts("jane.canary@example.org or 519-555-0147")
    wait_until(lambda: "1 Send it" in "".join(phone.shows()))
    assert "Contact: jane.canary@example.org" in phone.shows()[-1]
    phone.texts("1")
    wait_until(lambda: "Its number is" in phone.shows()[-1])
    assert len(at_the_city(sandbox, words)) == 1
    masked = [*InboundMessage.objects.values_list("text_masked", flat=True), *OutboundMessage.objects.values_list("text_masked", flat=True)]
    assert sum("[email]" in text for text in masked) == 2  # their message, and the summary
    for private in ("canary", "5550147", "555-0147"):
        assert private not in " ".join(masked)
        assert private not in system.logs()
