"""Text messages as Twilio hands them over: whether a request is Twilio's, and what it says. Pure; the views are in `sms_views`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, Iterator, List, Mapping, Tuple
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from bot.conversations.photos import Photo
from bot.gateway.sms_media import is_ours
from bot.settings import Settings

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'  # answers go through the outbox; this only says that we have it
PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)  # E.164; short codes and names of senders are none
_SID = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)
_CODE = re.compile(r"[0-9]{1,10}", re.ASCII)

MOST_FILES = 20  # twice what Twilio lets through
MAX_BYTES, MAX_FIELDS = 64 * 1024, 300  # several times what Twilio sends; a forger cannot keep us reading

Form = Mapping[str, str]


class ForgedError(Exception):
    """The request is not from our account at Twilio."""


class NotForUsError(Exception):
    """Twilio's, but nothing to take: the message says why, without a phone number."""


@dataclass(frozen=True)
class IncomingText:
    """One text message. `answered`: the command that Twilio has answered itself (Advanced Opt-Out), else empty."""

    phone: str
    text: str
    message_sid: str
    photos: Tuple[Photo, ...]
    answered: str


@dataclass(frozen=True)
class Status:
    """What became of a message we sent; `number` is its row in the outbox."""

    number: int
    message_sid: str
    delivery: str
    error_code: str


class _Values(Dict[str, List[str]]):
    """A form for `RequestValidator`, which signs every value of a name."""

    def getlist(self, name: str) -> List[str]:
        return self[name]


def verified(body: bytes, path: str, query: str, signature: str, config: Settings) -> Form:
    """The form of a request that Twilio signed with one of our tokens, blank fields kept; the first value of each name.

    Args:
        path, query: of the request, as they came; the address before them is the one residents reach us at, whatever proxies made of it.
    Raises:
        ForgedError: not signed so, or from another account.
    Source: https://www.twilio.com/docs/usage/security
    """
    values = _Values()
    if len(body) > MAX_BYTES:
        raise ForgedError
    try:
        for name, value in parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS):
            values.setdefault(name, []).append(value)
    except ValueError:
        raise ForgedError from None
    url = f"{config.residents_url}{path}" + (f"?{query}" if query else "")
    if not any([RequestValidator(token).validate(url, values, signature) for token in config.twilio_auth_tokens]):
        raise ForgedError
    form = {name: found[0] for name, found in values.items()}
    if form.get("AccountSid") != config.twilio_account_sid:
        raise ForgedError
    return form


def parse_text(form: Form, config: Settings) -> IncomingText:
    """The text message in a form; whatever else Twilio sends is ignored, and nothing but sender and id has to be there.

    Raises:
        NotForUsError: from a short code, a name or ourselves, to a number that is not ours, or without an id.
    """
    sender, receiver, service = form.get("From", ""), form.get("To", ""), form.get("MessagingServiceSid", "")
    if not PHONE.fullmatch(sender):
        raise NotForUsError("not from a phone number")
    if sender in (receiver, config.twilio_number):
        raise NotForUsError("from our own number")
    if receiver != config.twilio_number and (not service or service != config.twilio_messaging_service_sid):
        raise NotForUsError("to a number that is not ours: see TWILIO_NUMBER and TWILIO_MESSAGING_SERVICE_SID")
    message_sid = _sid(form)
    return IncomingText(
        phone=sender,
        text=form.get("Body", ""),
        message_sid=message_sid,
        photos=tuple(_photos(form, config)),
        answered=form.get("OptOutType", ""),
    )


def _photos(form: Form, config: Settings) -> Iterator[Photo]:
    """What came along with a text: a photo by its address at Twilio, anything else declined."""
    count = form.get("NumMedia", "")
    for number in range(min(int(count), MOST_FILES) if _CODE.fullmatch(count) else 0):
        kind, url = form.get(f"MediaContentType{number}", ""), form.get(f"MediaUrl{number}", "")
        if not kind.casefold().startswith("image/"):
            yield Photo(declined="photo_unreadable")
        elif not is_ours(url, config):
            yield Photo(declined="photo_lost")
        else:
            yield Photo(reference=url)


def parse_status(form: Form, number: str) -> Status:
    """What became of a message. `number` is ours, from the address Twilio was told to call. Raises NotForUsError."""
    if not _CODE.fullmatch(number):
        raise NotForUsError("a status of no message")
    code = form.get("ErrorCode", "")
    return Status(
        number=int(number),
        message_sid=_sid(form),
        delivery=form.get("MessageStatus", ""),
        error_code=code if _CODE.fullmatch(code) else "",
    )


def _sid(form: Form) -> str:
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if not _SID.fullmatch(sid):
        raise NotForUsError("without a message id")
    return sid
