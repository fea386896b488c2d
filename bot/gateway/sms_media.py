"""Photos of text messages, fetched from Twilio: from its own addresses only, with our credentials on the first of them only."""

from __future__ import annotations

import re
import time
from typing import Any, Optional
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from bot.conversations.photos import MOST_BYTES, FetchError
from bot.outgoing import OneStep, PublicOnly
from bot.settings import Settings

API = "https://api.twilio.com"
# Where Twilio's API redirects to: https://help.twilio.com, "Protect media access with HTTP Basic Authentication".
STORES = tuple(urlsplit(f"https://{host}") for host in ("mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com"))
CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 3.05, 5.0
MOST_REDIRECTS = 3
TRIES, PAUSE_S = 4, 1.0  # Twilio may call us a moment before the photo is there
_CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_LATER = {404, 429, 500, 502, 503, 504}


class _LaterError(Exception):
    """Not there yet, or not reached."""


def _base(config: Settings) -> SplitResult:
    return urlsplit((config.twilio_api_base_url or API).rstrip("/"))


def _is_at(url: str, base: SplitResult) -> bool:
    """Whether an address is at a base: compared as written, user and port too, so that no way of writing a host passes for another."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc.casefold()) == (base.scheme, base.netloc.casefold())


def is_ours(url: str, config: Settings) -> bool:
    """Whether a media URL is one of our account's at Twilio."""
    base = _base(config)
    path = rf"{re.escape(base.path)}/2010-04-01/Accounts/{re.escape(config.twilio_account_sid or '')}/Messages/\w+/Media/\w+"
    return _is_at(url, base) and bool(re.fullmatch(path, urlsplit(url).path, re.ASCII))


class TwilioMedia:
    """Fetches from any thread; a `bot.conversations.photos.Fetch`."""

    def __init__(self, config: Settings) -> None:
        self._account = config.twilio_account_sid or ""
        self._token = config.twilio_auth_tokens[0]
        self._config = config

    def __call__(self, reference: str, until: float) -> bytes:
        """The bytes behind a media URL of Twilio's. Raises FetchError: not Twilio's address, too large, or not to be had in time."""
        tries = TRIES
        while True:
            try:
                return self._fetch(reference, until)
            except _LaterError as err:
                tries -= 1
                if not tries or time.monotonic() + PAUSE_S >= until:
                    raise FetchError(f"a photo is not to be had: {err}") from None
                time.sleep(PAUSE_S)

    def _fetch(self, url: str, until: float) -> bytes:
        if not is_ours(url, self._config):
            raise FetchError("a photo at an address that is not ours at Twilio")
        with OneStep() as session:
            session.mount("https://", PublicOnly())
            for _ in range(MOST_REDIRECTS + 1):
                followed = self._exchange(session, url, until)
                if isinstance(followed, bytes):
                    return followed
                url = followed
        raise FetchError("a photo behind too many redirects")

    def _exchange(self, session: requests.Session, url: str, until: float) -> Any:
        """The bytes, or the address to go on to."""
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise _LaterError("no time left")
        own = _is_at(url, _base(self._config))
        session.trust_env = url.startswith("https:")  # a proxy of the environment is not for a stand-in on this machine
        try:
            with session.get(
                url,
                auth=(self._account, self._token) if own else _no_credentials,
                headers={"Accept": "image/*", "Accept-Encoding": "identity"},
                timeout=(min(CONNECT_TIMEOUT_S, left_s), min(READ_TIMEOUT_S, left_s)),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code in _REDIRECTS:
                    return self._followed(url, response.headers.get("Location"))
                if response.status_code in _LATER:
                    raise _LaterError(f"HTTP status {response.status_code}")
                if response.status_code != requests.codes.ok:
                    raise FetchError(f"a photo is not to be had: HTTP status {response.status_code}")
                return _body(response, until)
        except (requests.RequestException, HTTPError) as err:  # their words hold the address
            raise _LaterError(type(err).__name__) from None

    def _followed(self, url: str, target: Optional[str]) -> str:
        try:
            there = urljoin(url, target or "")
        except ValueError:
            there = ""
        if not any(_is_at(there, base) for base in (_base(self._config), *STORES)):
            raise FetchError("a photo is redirected to an address that is not Twilio's")
        return there


def _body(response: requests.Response, until: float) -> bytes:
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        raise FetchError("a photo is too large", "photo_too_large")
    parts, size = [], 0
    while part := response.raw.read1(_CHUNK):  # whatever has arrived: a server that drips keeps nobody waiting for a whole chunk
        size += len(part)
        parts.append(part)
        if size > MOST_BYTES:
            raise FetchError("a photo is too large", "photo_too_large")
        if time.monotonic() > until:
            raise _LaterError("too slow")
    return b"".join(parts)


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Given as `auth`, so that none are taken from a netrc file either."""
    return request
