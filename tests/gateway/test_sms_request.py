"""What Twilio signs and sends, read by pure functions."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Dict, List, Optional
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.conversations.photos import FetchError, Photo
from bot.gateway.sms import MOST_FILES, ForgedError, NotForUsError, parse_status, parse_text, verified
from bot.gateway.sms_media import TwilioMedia
from bot.settings import Settings

ACCOUNT, SERVICE, NUMBER = "AC" + "1" * 32, "MG" + "2" * 32, "+15195550100"
CONFIG = Settings(
    public_url="https://chat.example.org/city",
    twilio_account_sid=ACCOUNT,
    twilio_auth_token="first, next",
    twilio_number=NUMBER,
    twilio_messaging_service_sid=SERVICE,
)
PATH = "/webhooks/sms/webhook"
URL = CONFIG.public_url + PATH  # type: ignore[operator]
FORM = {"AccountSid": ACCOUNT, "MessageSid": "SM" + "3" * 32, "From": "+15195550123", "To": NUMBER, "Body": "pothole", "NumMedia": "0"}


def signed(form: Dict[str, str], token: str = "first", url: str = URL) -> str:
    return RequestValidator(token).compute_signature(url, form)


def accepts(form: Dict[str, str], signature: str, query: str = "", body: Optional[bytes] = None) -> bool:
    try:
        return verified(urlencode(form).encode() if body is None else body, PATH, query, signature, CONFIG) == form
    except ForgedError:
        return False


@pytest.mark.parametrize(
    "form",
    [
        FORM,
        {**FORM, "Body": "", "MessagingServiceSid": "", "FromCity": ""},
        {**FORM, "Body": "¡Hola! ñ & = + 👍 é\n ", "NewField": "x"},
    ],
    ids=["plain", "blank fields", "every kind of character"],
)
def test_what_twilio_signed_is_taken_as_it_was_signed(form: Dict[str, str]) -> None:
    assert accepts(form, signed(form))


@pytest.mark.parametrize(("token", "taken"), [("first", True), ("next", True), ("old", False), ("", False)])
def test_each_of_our_tokens_counts_so_that_they_can_be_changed(token: str, taken: bool) -> None:
    assert accepts(FORM, signed(FORM, token)) is taken


def test_the_query_is_signed_as_it_came() -> None:
    query = "tenant=it%27s&x=1"
    assert accepts(FORM, signed(FORM, url=f"{URL}?{query}"), query)
    assert not accepts(FORM, signed(FORM, url=f"{URL}?{query}"), "x=1&tenant=it%27s")


@pytest.mark.parametrize("url", [URL.replace("/city", ""), URL.replace("https", "http"), "http://127.0.0.1:8000" + PATH])
def test_the_address_is_the_public_one_whatever_the_proxy_calls(url: str) -> None:
    assert not accepts(FORM, signed(FORM, url=url))


@pytest.mark.parametrize(
    ("form", "signature"),
    [
        (FORM, ""),
        (FORM, "é"),
        ({**FORM, "Body": "other words"}, signed(FORM)),
        ({**FORM, "Extra": ""}, signed(FORM)),
        ({**FORM, "AccountSid": "AC" + "9" * 32}, signed({**FORM, "AccountSid": "AC" + "9" * 32})),
    ],
    ids=["no signature", "not a signature", "other words", "a field more", "another account"],
)
def test_a_forged_request_is_refused(form: Dict[str, str], signature: str) -> None:
    assert not accepts(form, signature)


def test_what_is_larger_than_anything_twilio_sends_is_refused_unread() -> None:
    for form in ({**FORM, "Body": "x" * 70_000}, {**FORM, **{f"f{number}": "" for number in range(300)}}):
        assert not accepts(form, signed(form))


def test_without_a_token_everything_is_refused() -> None:
    with pytest.raises(ForgedError):
        verified(urlencode(FORM).encode(), PATH, "", signed(FORM, ""), Settings(twilio_account_sid=ACCOUNT))


@given(st.binary(max_size=100))
def test_any_body_is_refused_and_breaks_nothing(body: bytes) -> None:
    assert not accepts(FORM, signed(FORM), body=body)


MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'4' * 32}/Media/ME{'5' * 32}"


def test_a_text_is_read() -> None:
    text = parse_text({**FORM, "OptOutType": "STOP"}, CONFIG)
    assert (text.phone, text.text, text.message_sid) == (FORM["From"], "pothole", FORM["MessageSid"])
    assert (text.photos, text.answered) == ((), "STOP")


def test_photos_are_read_by_their_address_and_what_is_none_is_declined() -> None:
    kinds = {"0": "image/jpeg", "1": "video/mp4", "2": "image/png", "3": "text/vcard", "4": ""}
    files = {
        f"{name}{number}": value for number, kind in kinds.items() for name, value in (("MediaContentType", kind), ("MediaUrl", MEDIA))
    }
    text = parse_text({**FORM, "Body": "", "NumMedia": "5", **files}, CONFIG)
    photo, declined = Photo(reference=MEDIA), Photo(declined="photo_unreadable")
    assert text.photos == (photo, declined, photo, declined, declined)
    assert len(parse_text({**FORM, "NumMedia": "999999999", **files}, CONFIG).photos) == MOST_FILES


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        MEDIA.replace("https", "http"),
        MEDIA.replace("https", "file"),
        MEDIA.replace("api.twilio.com", "api.twilio.com.example.org"),
        MEDIA.replace("api.twilio.com", "api.twilio.com@example.org"),
        MEDIA.replace("api.twilio.com", "example.org@api.twilio.com"),
        MEDIA.replace("api.twilio.com", "api.twilio.com:8443"),
        MEDIA.replace("api.twilio.com", "127.0.0.1"),
        MEDIA.replace("api.twilio.com", "[::1]"),
        MEDIA.replace("https://api.twilio.com", "https://[broken"),
        "http://169.254.169.254/latest/meta-data/",
        MEDIA.replace(ACCOUNT, "AC" + "9" * 32),
        MEDIA.replace("/Media/", "/../../Media/"),
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        f"{MEDIA}/more",
    ],
)
def test_an_address_that_is_none_of_our_photos_at_twilio_is_declined(url: str) -> None:
    text = parse_text({**FORM, "NumMedia": "1", "MediaContentType0": "image/jpeg", "MediaUrl0": url}, CONFIG)
    assert text.photos == (Photo(declined="photo_lost"),)
    with pytest.raises(FetchError):
        TwilioMedia(CONFIG)(url, time.monotonic() + 1)


def test_a_text_needs_no_more_than_sender_receiver_and_id() -> None:
    text = parse_text({name: FORM[name] for name in ("From", "To", "MessageSid")}, CONFIG)
    assert (text.text, text.photos, text.answered) == ("", (), "")


IGNORED: List[Dict[str, str]] = [
    {"From": "36363"},
    {"From": "+36363"},
    {"From": "KITCHENER"},
    {"From": "whatsapp:+15195550123"},
    {"From": ""},
    {"From": NUMBER},
    {"From": "+15195550177", "To": "+15195550177"},
    {"To": "+15195550177"},
    {"MessageSid": ""},
    {"MessageSid": "x" * 101},
]


@pytest.mark.parametrize("change", IGNORED, ids=str)
def test_short_codes_names_ourselves_and_other_receivers_are_ignored_without_their_numbers(change: Dict[str, str]) -> None:
    with pytest.raises(NotForUsError) as caught:
        parse_text({**FORM, **change}, CONFIG)
    assert not any(value and value in str(caught.value) for value in {**FORM, **change}.values())


def test_any_number_of_our_messaging_service_is_ours() -> None:
    assert parse_text({**FORM, "To": "+15195550177", "MessagingServiceSid": SERVICE}, CONFIG)


@given(st.dictionaries(st.sampled_from([*FORM, "OptOutType", "MessageStatus", "ErrorCode", "MediaUrl0", "MediaContentType0"]), st.text()))
def test_any_form_is_a_text_a_status_or_ignored(form: Dict[str, str]) -> None:
    for read in (lambda: parse_text(form, CONFIG), lambda: parse_status(form, form.get("Body", ""))):
        with suppress(NotForUsError):
            read()


def test_a_status_is_read() -> None:
    status = parse_status({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}, "7")
    assert (status.number, status.message_sid, status.delivery, status.error_code) == (7, "SM1", "undelivered", "30003")
