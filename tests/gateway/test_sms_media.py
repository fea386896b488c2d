"""Photos fetched from Twilio: from nowhere else, with credentials for nobody else, and never for longer or more than they may."""

from __future__ import annotations

import base64
import time
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List

import pytest
import requests
import responses
from urllib3.exceptions import NewConnectionError

from bot.conversations.photos import MOST_BYTES, FetchError
from bot.gateway import sms_media
from bot.gateway.sms_media import TwilioMedia
from bot.settings import Settings
from tests.loopback import Handler, send, serving

ACCOUNT, TOKEN = "AC" + "1" * 32, "first"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'4' * 32}/Media/ME{'5' * 32}"
CREDENTIALS = f"Basic {base64.b64encode(f'{ACCOUNT}:{TOKEN}'.encode()).decode()}"
API = f"https://api.twilio.com{PATH}"
Answer = Callable[["_Handler"], None]


class _Handler(Handler):
    answers: List[Answer]
    seen: List[str]

    def do_GET(self) -> None:
        self.seen.append(f"{self.path} {self.headers.get('Authorization', '-')}")
        (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(self)


def config(base_url: str = "") -> Settings:
    return Settings(
        twilio_account_sid=ACCOUNT, twilio_auth_token=f"{TOKEN},next", twilio_number="+15195550100", twilio_api_base_url=base_url or None
    )


@contextmanager
def stand_in(*answers: Answer) -> Iterator[Any]:
    """A Twilio on loopback that answers like this, the last one again and again; yields its address and what it was asked for."""
    seen: List[str] = []
    with serving(_Handler, answers=list(answers), seen=seen) as port:
        yield f"http://127.0.0.1:{port}", seen


def fetched(base_url: str, within_s: float = 5.0, path: str = PATH) -> bytes:
    return TwilioMedia(config(base_url))(f"{base_url}{path}", time.monotonic() + within_s)


def refused(base_url: str, within_s: float = 5.0) -> str:
    with pytest.raises(FetchError) as caught:
        fetched(base_url, within_s)
    assert PATH not in str(caught.value)
    return caught.value.sentence


def gives(content: bytes, status: int = 200) -> Answer:
    return lambda handler: send(handler, status, content, "image/jpeg")


def redirects(to: str) -> Answer:
    def answer(handler: _Handler) -> None:
        handler.send_response(307)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def drips(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    try:
        for _ in range(300):
            handler.wfile.write(b"x")
            time.sleep(0.1)
    except OSError:
        pass


def never_ends(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(bytes(1_000_000))
    except OSError:
        pass


def test_a_photo_is_fetched_with_the_credentials_of_our_account() -> None:
    with stand_in(gives(b"photo")) as (url, seen):
        assert fetched(url) == b"photo"
    assert seen == [f"{PATH} {CREDENTIALS}"]


def test_a_photo_that_is_not_there_yet_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms_media, "PAUSE_S", 0.01)
    with stand_in(gives(b"", 404), gives(b"", 503), gives(b"photo")) as (url, seen):
        assert fetched(url) == b"photo"
    with stand_in(gives(b"", 404)) as (url, seen):
        assert refused(url) == "photo_lost"
    assert len(seen) == sms_media.TRIES


def test_a_refusal_is_not_asked_for_again() -> None:
    with stand_in(gives(b"", 401)) as (url, seen):
        assert refused(url) == "photo_lost"
    assert len(seen) == 1


@pytest.mark.parametrize("answer", [drips, lambda handler: time.sleep(5)], ids=["a drop at a time", "hangs"])
def test_a_photo_that_is_too_slow_is_given_up_in_time(answer: Answer) -> None:
    with stand_in(answer) as (url, _):
        begun = time.monotonic()
        assert refused(url, within_s=1.0) == "photo_lost"
        assert time.monotonic() - begun < 3


def test_nothing_listening_is_no_photo() -> None:
    with stand_in(gives(b"photo")) as (url, _):
        pass
    assert refused(url, within_s=0.5) == "photo_lost"


@pytest.mark.parametrize("answer", [gives(bytes(MOST_BYTES + 1)), never_ends], ids=["announced", "without end"])
def test_a_photo_that_is_too_large_is_given_up_while_it_comes(answer: Answer) -> None:
    with stand_in(answer) as (url, seen):
        assert refused(url, within_s=20.0) == "photo_too_large"
    assert len(seen) == 1


def test_the_largest_photo_is_taken_whole() -> None:
    with stand_in(gives(bytes(MOST_BYTES))) as (url, _):
        assert len(fetched(url, within_s=20.0)) == MOST_BYTES


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1:{port}/inside",
        "http://localhost:{port}/inside",
        "https://127.0.0.1:{port}/",
        "file:///etc/passwd",
        "http://[::1]:{port}/",
    ]
    + [
        "http://169.254.169.254/latest/",
        "//example.org/x",
        "https://mms.twiliocdn.com.example.org/",
        "https://mms.twiliocdn.com@example.org/",
    ]
    + ["http://mms.twiliocdn.com/x", "https://mms.twiliocdn.com:8443/x", "https://[broken", ""],
)
def test_a_redirect_to_anywhere_but_twilio_is_not_followed(to: str) -> None:
    with stand_in(gives(b"secret")) as (inside, seen), stand_in(redirects(to.format(port=inside.rpartition(":")[2]))) as (url, asked):
        assert refused(url) == "photo_lost"
        assert seen == []
        assert len(asked) <= sms_media.MOST_REDIRECTS + 1


def test_redirects_without_end_are_given_up() -> None:
    with stand_in(redirects(PATH)) as (url, seen):
        assert refused(url) == "photo_lost"
    assert len(seen) == sms_media.MOST_REDIRECTS + 1


@responses.activate
@pytest.mark.parametrize("store", ["mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com"])
def test_twilios_store_is_followed_to_and_learns_no_credentials(store: str) -> None:
    responses.get(API, status=307, headers={"Location": f"https://{store}/a/b?signature=1"})
    responses.get(f"https://{store}/a/b?signature=1", body=b"photo")
    assert TwilioMedia(config())(API, time.monotonic() + 5) == b"photo"
    first, second = (call.request.headers for call in responses.calls)
    assert first["Authorization"] == CREDENTIALS
    assert "Authorization" not in second
    assert ACCOUNT not in str(responses.calls[1].request.url)


def test_a_name_of_twilios_that_leads_inside_is_not_talked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(_Handler, answers=[gives(b"secret")], seen=[]) as port, requests.Session() as session:
        session.mount("https://", sms_media.PublicOnly())
        session.trust_env = False
        with pytest.raises(requests.ConnectionError) as caught:
            session.get(f"https://127.0.0.1:{port}/", timeout=5)
    assert isinstance(caught.value.args[0].reason, NewConnectionError)
    assert "not a public address" in str(caught.value.args[0].reason)
