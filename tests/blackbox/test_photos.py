"""A photo by text message with every part running, the real assistant too."""

from __future__ import annotations

import uuid
from typing import Iterator, Tuple

import pytest
import requests

from bot.conversations.database import setup
from bot.conversations.sentences import say
from tests.blackbox.system import ANSWER_S, System

setup()

from tests.conversations.assistant import FakeAssistant  # noqa: E402
from tests.conversations.doing import wait_until  # noqa: E402
from tests.gateway.test_sms_conversation import Phone, with_photos  # noqa: E402
from tests.gateway.test_sms_conversation import System as Texting  # noqa: E402
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, FakeTwilio, twilio_at_work  # noqa: E402
from tests.pictures import photo_of_a_phone, read  # noqa: E402

pytestmark = [pytest.mark.blackbox, pytest.mark.xdist_group("photos")]  # one process: they share a system of their own


@pytest.fixture(scope="module")
def texting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tuple[System, FakeTwilio]]:
    """Everything, set up for text messages. Twilio signs for this machine's address, since there is no public one."""
    with twilio_at_work() as twilio:
        settings = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_NUMBER": NUMBER, "TWILIO_API_BASE_URL": twilio.url}
        system = System(tmp_path_factory.mktemp("texting"), **settings)
        try:
            system.wait_until_ready()
            yield system, twilio
        finally:
            system.close()


@pytest.fixture
def phone(texting: Tuple[System, FakeTwilio], monkeypatch: pytest.MonkeyPatch) -> Phone:
    system, twilio = texting
    monkeypatch.setattr("tests.gateway.test_sms_conversation.PUBLIC", system.gateway)
    return Phone(Texting(system.gateway, twilio, FakeAssistant(), system.state))


def test_a_photo_then_what_it_shows_then_the_place_end_in_a_request_with_the_photo(
    phone: Phone, texting: Tuple[System, FakeTwilio]
) -> None:
    system, twilio = texting
    phone.texts("", **with_photos(twilio.keeps(photo_of_a_phone())))
    assert "cannot see what it shows" in "\n".join(phone.reads(1))
    count = len(phone.shows())
    phone.texts("there is a huge pothole on king st w")
    assert "Your photo is added to the report." in phone.reads(count + 1)[-1]
    phone.texts("", **with_photos(twilio.keeps(photo_of_a_phone("green"))))
    assert "Your photo is added to the report." in phone.reads(count + 2)[-1]
    assert "King St W" in phone.shows()[-1]
    phone.texts("201")
    assert "known already" in phone.reads(count + 3)[-1]
    phone.texts("another problem")
    assert "What should the crew know" in phone.reads(count + 4)[-1]
    words = f"it is deep, right beside the bus stop {uuid.uuid4().hex}"
    phone.texts(words)
    assert "May the city reach you" in phone.reads(count + 5)[-1]
    phone.texts("skip")
    assert "Photos: 2" in phone.reads(count + 6)[-1]
    phone.texts("send it")
    number = phone.reads(count + 7)[-1]
    listed = requests.get(f"{system.sandbox}/open311/v2/requests.json?extensions=true", timeout=ANSWER_S).json()
    (filed,) = [row for row in listed if row["description"] == words]
    assert filed["service_request_id"] in number
    assert len(filed["media_urls"]) == 2
    for url in filed["media_urls"]:
        shown = requests.get(url, timeout=ANSWER_S)
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert read(shown.content).size == (60, 80)
        assert not dict(read(shown.content).getexif())


def test_a_photo_beside_a_question_is_answered_with_the_article_and_asked_about(phone: Phone, texting: Tuple[System, FakeTwilio]) -> None:
    asked, more = "cannot see what it shows", say("sms_more", "en")
    phone.texts("what do i do with an old mattress", **with_photos(texting[1].keeps(photo_of_a_phone())))
    wait_until(lambda: phone.shows() and (asked in phone.shows()[-1] or phone.shows()[-1].endswith(more)))
    while phone.shows()[-1].endswith(more):
        count = len(phone.shows())
        phone.texts("MORE")
        phone.reads(count + 1)
    said = "\n".join(phone.shows())
    assert asked in phone.shows()[-1]
    assert 0 < said.find("Large item") < said.find(asked)


def test_a_photo_beside_words_that_say_little_is_asked_about(phone: Phone, texting: Tuple[System, FakeTwilio]) -> None:
    phone.texts("200 king st w", **with_photos(texting[1].keeps(photo_of_a_phone())))
    assert "cannot see what it shows" in "\n".join(phone.reads(1))
    count = len(phone.shows())
    phone.texts("it's a huge pothole, right in the middle of the lane")
    assert "known already" in phone.reads(count + 1)[-1]
    phone.texts("another problem")
    assert "May the city reach you" in phone.reads(count + 2)[-1]
    phone.texts("no")
    assert "200 King St W" in phone.reads(count + 3)[-1]
    assert "Photos: 1" in phone.shows()[-1]
