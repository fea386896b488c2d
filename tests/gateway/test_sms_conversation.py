"""Residents text the running gateway and worker, with a fake Twilio and a fake assistant on the other sides."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterator, List
from urllib.parse import urlencode

import pytest
import requests
from twilio.request_validator import RequestValidator

from bot.conversations.sentences import say
from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import LIMIT_S, wait_until
from tests.gateway.conftest import Gateway
from tests.gateway.starting import system_at_work
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, FakeTwilio, twilio_at_work
from tests.pictures import photo_of_a_phone, picture, read

PUBLIC = "https://chat.example.org"
_numbers = itertools.count(1)


@dataclass
class System:
    url: str
    twilio: FakeTwilio
    assistant: FakeAssistant
    folder: Path

    def post(self, form: Dict[str, str], path: str = "/webhooks/sms/webhook", token: str = TOKEN, **more: Any) -> requests.Response:
        """A form as Twilio posts it: signed for the public address, delivered to this one."""
        form = {"AccountSid": ACCOUNT, **form}
        signature = RequestValidator(token).compute_signature(PUBLIC + path, form)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return requests.post(self.url + path, data=urlencode(form), headers=headers, timeout=LIMIT_S, **more)

    def logs(self) -> str:
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


@dataclass
class Phone:
    system: System
    number: str = field(default_factory=lambda: f"+1519555{next(_numbers):04}")

    def texts(self, text: str, **more: str) -> requests.Response:
        form = {"MessageSid": f"SM{next(_numbers):032x}", "From": self.number, "To": NUMBER, "Body": text, "NumMedia": "0", "FromCity": ""}
        return self.system.post({**form, **more})

    def shows(self) -> List[str]:
        return self.system.twilio.texts(self.number)

    def reads(self, count: int) -> List[str]:
        """What it shows, once that is so many texts."""
        wait_until(lambda: len(self.shows()) >= count)
        return self.shows()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("texting")
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    with twilio_at_work() as provider:
        settings = {
            "PUBLIC_URL": PUBLIC,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": f"{TOKEN},the next token",
            "TWILIO_NUMBER": NUMBER,
            "TWILIO_API_BASE_URL": provider.url,
            "TWILIO_SEGMENTS_PER_S": "100",
        }
        with system_at_work(database, folder, **settings) as (url, fake):
            yield System(url, provider, fake, folder)


@pytest.fixture
def system(whole: System) -> System:
    whole.assistant.__init__()  # type: ignore[misc]
    return whole


@pytest.fixture
def phone(system: System) -> Phone:
    return Phone(system)


def test_a_text_is_acknowledged_with_nothing_and_answered_by_another(phone: Phone) -> None:
    acknowledged = threading.Event()
    phone.system.assistant.reply = lambda turn: messages("Where is it?" if acknowledged.wait(LIMIT_S) else "They waited for me.")
    response = phone.texts("pothole")
    assert phone.shows() == []
    acknowledged.set()
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert response.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert phone.reads(1) == [f"{say('sms_first', 'en')}\nWhere is it?"]
    (turn,) = phone.system.assistant.asked
    assert (turn["text"], turn["channel"]) == ("pothole", "sms")


def test_a_choice_is_answered_by_its_number(phone: Phone) -> None:
    choices = [{"title": "Yes, send it", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]
    phone.system.assistant.reply = lambda turn: messages(messages=[{"text": "Send it?", "choices": choices}])
    phone.texts("pothole at 200 king st w")
    assert phone.reads(1)[0].endswith("Send it?\n1 Yes, send it\n2 No")
    phone.texts("1")
    phone.reads(2)
    assert phone.system.assistant.asked[-1]["choice"] == "/affirm"


def test_whether_an_answer_helped_is_asked_in_it_and_a_number_delivered_ten_times_is_one_vote(phone: Phone) -> None:
    action = {"name": "action_collection_day", "outcome": "ok", "answered": "collection_day"}
    phone.system.assistant.reply = lambda turn: messages("Next collection: Tuesday.", actions=[action])
    phone.texts("when is garbage at 200 king st w")
    assert phone.reads(1)[0].endswith("Next collection: Tuesday.\nDid this help? 1 Yes 2 No")
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda _: phone.texts("1", MessageSid="SMvote"), range(10)))
    assert phone.reads(2)[1:] == [say("feedback_thanks", "en")]
    phone.texts("and recycling?")
    assert phone.reads(3)[2:] == ["Next collection: Tuesday."]
    assert [turn["text"] for turn in phone.system.assistant.asked] == ["when is garbage at 200 king st w", "and recycling?"]


def test_stop_then_silence_then_start(phone: Phone) -> None:
    phone.texts("STOP")
    assert phone.reads(1) == [say("sms_stopped", "en")]
    assert phone.texts("pothole").status_code == 200
    phone.texts("START")
    assert phone.reads(2)[1:] == [say("sms_started", "en")]
    phone.texts("hello")
    assert phone.reads(3)[2:] == ["You said: hello"]
    assert [turn["text"] for turn in phone.system.assistant.asked] == ["hello"]


def test_a_forged_text_is_refused_and_leaves_no_trace(phone: Phone) -> None:
    form = {"MessageSid": "SM0", "From": phone.number, "To": NUMBER, "Body": "forged"}
    assert phone.system.post(form, token="a guess").status_code == 403
    assert requests.post(f"{phone.system.url}/webhooks/sms/webhook", data=form, timeout=LIMIT_S).status_code == 403
    assert phone.system.post({"MessageSid": "SM0", "MessageStatus": "sent"}, "/webhooks/sms/status?message=1", "x").status_code == 403
    assert phone.system.post(form, token="the next token").status_code == 200
    phone.reads(1)
    assert [turn["text"] for turn in phone.system.assistant.asked] == ["forged"]


def test_the_same_text_delivered_ten_times_at_once_is_answered_once(phone: Phone) -> None:
    with ThreadPoolExecutor(10) as threads:
        responses = list(threads.map(lambda _: phone.texts("pothole", MessageSid="SMsame"), range(10)))
    assert {response.status_code for response in responses} == {200}
    phone.reads(1)
    phone.texts("last")
    assert len(phone.reads(2)) == 2
    assert [turn["text"] for turn in phone.system.assistant.asked] == ["pothole", "last"]


def test_texts_of_one_phone_are_answered_in_order(phone: Phone) -> None:
    for number in range(5):
        phone.texts(f"number {number}")
    assert [text.rpartition(" ")[2] for text in phone.reads(5)] == ["0", "1", "2", "3", "4"]


def test_a_text_without_a_body_or_with_blank_fields_gets_a_sentence(phone: Phone) -> None:
    assert phone.texts("", MessagingServiceSid="", NumSegments="").status_code == 200
    assert phone.reads(1) == [f"{say('sms_first', None)}\n{say('empty', None)}"]


def test_a_short_code_is_not_answered(system: System) -> None:
    short = Phone(system, "36363")
    assert short.texts("you won").status_code == 200
    other = Phone(system)
    other.texts("hello")
    other.reads(1)
    assert short.shows() == []


def test_a_twilio_that_is_busy_gets_it_again(phone: Phone) -> None:
    phone.system.twilio.faults = [(429, 20429), (500, 20500)]
    phone.texts("hello")
    assert len(phone.reads(1)) == 1


def test_while_twilio_hangs_for_one_phone_the_others_are_served(system: System) -> None:
    slow, others = Phone(system), [Phone(system) for _ in range(6)]
    answered = system.twilio.held[slow.number] = threading.Event()
    slow.texts("hello")
    slow.reads(1)
    for other in others:
        assert other.texts("hello").status_code == 200
    for other in others:
        other.reads(1)
    assert slow.number in system.twilio.held  # what sent to it waits to this moment
    answered.set()


def test_what_became_of_a_text_is_taken_at_the_address_twilio_was_given(phone: Phone) -> None:
    phone.texts("hello")
    phone.reads(1)
    (form,) = [form for form in phone.system.twilio.taken if form["To"] == phone.number]
    path = form["StatusCallback"].removeprefix(PUBLIC)
    assert path.startswith("/webhooks/sms/status?message=")
    status = {"MessageSid": form["Sid"], "MessageStatus": "failed", "ErrorCode": "21610", "To": phone.number}
    assert phone.system.post(status, path).status_code == 204
    phone.texts("hello again")
    phone.texts("HELP")
    assert phone.reads(2)[1:] == [say("sms_help", "en")]  # 21610: they opted out


def test_a_body_too_large_is_refused(phone: Phone) -> None:
    assert phone.texts("x" * 300_000).status_code == 413


def test_the_logs_have_no_phone_number_and_no_word_of_a_resident(system: System) -> None:
    phone = Phone(system)
    phone.texts("xylophone")
    phone.system.twilio.faults = [(400, 21211)]
    phone.texts("xylophone again")
    wait_until(lambda: not phone.system.twilio.faults)
    other = Phone(system)
    other.texts("xylophone")
    other.reads(1)
    assert "messages" in system.logs() or "message" in system.logs()
    for private in ("xylophone", "+1519555", phone.number[-7:], TOKEN):
        assert private not in system.logs()


def test_without_a_token_there_is_no_such_address(gateway: Gateway, database_url: str) -> None:
    with gateway(database_url, TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_NUMBER=NUMBER) as url:
        form = {"AccountSid": ACCOUNT, "MessageSid": "SM0", "From": "+15195550123", "To": NUMBER, "Body": "hello"}
        for path in ("/webhooks/sms/webhook", "/webhooks/sms/status?message=1"):
            signature = RequestValidator("").compute_signature(url + path, form)
            response = requests.post(url + path, data=form, headers={"X-Twilio-Signature": signature}, timeout=LIMIT_S)
            assert response.status_code == 404


def with_photos(*urls: str, kind: str = "image/jpeg") -> Dict[str, str]:
    """The fields of a text with photos at these addresses."""
    files = [(f"MediaUrl{number}", url) for number, url in enumerate(urls)]
    return {"NumMedia": str(len(urls)), **dict(files), **{name.replace("Url", "ContentType"): kind for name, _ in files}}


def test_a_texted_photo_is_fetched_after_the_answer_to_twilio_and_shown_without_the_place(phone: Phone) -> None:
    twilio = phone.system.twilio
    response = phone.texts("", **with_photos(twilio.keeps(photo_of_a_phone()), twilio.keeps(picture("PNG"))))
    assert (response.status_code, response.text) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response/>')
    phone.reads(1)
    (turn,) = phone.system.assistant.asked
    assert (turn["text"], [item["type"] for item in turn["media"]]) == ("", ["image/jpeg"] * 2)
    url = f"{phone.system.url}/media/{turn['media'][0]['id']}"
    shown = requests.get(url, timeout=LIMIT_S)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, max-age=3600"
    assert shown.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert read(shown.content).size == (60, 80)
    assert not dict(read(shown.content).getexif())
    assert requests.head(url, timeout=LIMIT_S).headers["Content-Length"] == str(len(shown.content))
    assert requests.post(url, timeout=LIMIT_S).status_code == 405


@pytest.mark.parametrize("name", ["0" * 32, "x", "%00", "1' OR '1'='1", "é"])
def test_an_address_without_a_photo_is_not_found(system: System, name: str) -> None:
    assert requests.get(f"{system.url}/media/{name}", timeout=LIMIT_S).status_code == 404


def test_a_photo_at_a_strangers_address_is_not_fetched_and_the_words_are_answered(phone: Phone) -> None:
    with twilio_at_work() as stranger:
        phone.texts("look at this", **with_photos(stranger.keeps(picture())))
        assert phone.reads(1) == [f"{say('sms_first', 'en')}\n{say('photo_lost', 'en')}\nYou said: look at this"]
        assert stranger.fetched == []
    (turn,) = phone.system.assistant.asked
    assert turn["media"] == []


def test_a_photo_twilio_does_not_have_is_told_and_a_text_sent_again_brings_no_second(phone: Phone) -> None:
    twilio = phone.system.twilio
    phone.texts("", **with_photos(f"{twilio.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM0/Media/MEnone"))
    assert phone.reads(1)[0].endswith(say("photo_lost", None))
    assert phone.system.assistant.asked == []
    url = twilio.keeps(picture())
    for _ in range(3):
        phone.texts("", MessageSid="SMsamephoto", **with_photos(url))
    phone.reads(2)
    phone.texts("last")
    phone.reads(3)
    assert [len(turn["media"]) for turn in phone.system.assistant.asked] == [1, 0]
    assert twilio.fetched.count(url.removeprefix(twilio.url)) == 1


def test_a_video_is_declined_without_being_fetched(phone: Phone) -> None:
    url = phone.system.twilio.keeps(b"a film")
    phone.texts("", **with_photos(url, kind="video/mp4"))
    assert phone.reads(2)[1] == say("photo_unreadable", None)
    assert url.removeprefix(phone.system.twilio.url) not in phone.system.twilio.fetched
