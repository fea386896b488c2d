"""The pages that articles name as their sources, as the web has them now. An editor's tool, never run while residents are answered."""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Collection, Iterator, List, Mapping, Tuple
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError

from bot.outgoing import OneStep, PublicOnly
from bot.settings import settings

TIMEOUT_S = 15.0  # of silence
WHOLE_S = 30.0  # for a page's body
MOST_BYTES = 5_000_000  # a longer page is looked at up to there
MOST_REDIRECTS = 10
_CHUNK = 65_536
_MOVED_FOR_GOOD = (301, 308)
_REDIRECTS = (*_MOVED_FOR_GOOD, 302, 303, 307)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "iframe"})
_AROUND = frozenset({"nav", "header", "footer", "aside"})  # the same on every page of a site, and changed for reasons of the site


@dataclass(frozen=True)
class Look:
    """What a page answered. `status` is 0 when nothing came, or not in time; `digest` is empty without a page to read."""

    status: int = 0
    digest: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""  # where it is for good; empty: where it was


@contextmanager
def asked(url: str, known: Mapping[str, str]) -> Iterator[Tuple[requests.Response, str]]:
    """The answer at the end of a page's redirects, its body not fetched yet, and where it has moved to for good: empty when it has not.

    Args:
        known: headers that say what is known of the page.
    Raises:
        requests.RequestException: no answer, or redirects without end. ValueError: redirected to what is no address.
    """
    there, moved = url, False
    headers = {"User-Agent": settings().sources_agent, "Accept-Encoding": "identity", **known}
    with OneStep() as session:
        for scheme in ("https://", "http://"):
            session.mount(scheme, PublicOnly())
        for _ in range(MOST_REDIRECTS + 1):
            with session.get(there, headers=headers, timeout=TIMEOUT_S, stream=True) as page:
                target = page.headers.get("Location") if page.status_code in _REDIRECTS else None
                if target is None:
                    yield page, there if moved else ""
                    return
                there, moved = urljoin(there, target), moved or page.status_code in _MOVED_FOR_GOOD
    raise requests.TooManyRedirects


def look(url: str, etag: str = "", last_modified: str = "") -> Look:
    """Asks for a page once; with what was known of it, the answer may be 304 and nothing else."""
    known = {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if value}
    try:
        with asked(url, known) as (page, moved_to):
            digest = _digest(page) if page.status_code == requests.codes.ok else ""
            marks = page.headers.get("ETag", ""), page.headers.get("Last-Modified", "")
            return Look(page.status_code, digest, *marks, moved_to)
    except (requests.RequestException, HTTPError, ValueError):
        return Look()


def _digest(page: requests.Response) -> str:
    """Of what people read on it. Raises requests.Timeout."""
    body = _body(page)
    if "html" in page.headers.get("Content-Type", ""):
        body = visible_text(body).encode("utf-8", "surrogateescape")
    return hashlib.sha256(body).hexdigest()


def _body(page: requests.Response) -> bytes:
    until, parts, size = time.monotonic() + WHOLE_S, [], 0
    while size < MOST_BYTES and (part := page.raw.read1(_CHUNK)):  # whatever has arrived: a page that drips keeps nobody waiting
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise requests.Timeout
    return b"".join(parts)[:MOST_BYTES]


def visible_text(body: bytes) -> str:
    """The words of an HTML page in one line: of its `main` where it has one, without scripts, menus, head and foot.

    Compared and never shown, so bytes that are not UTF-8 stay what they are.
    """
    content = body.decode("utf-8", "surrogateescape")
    whole = _Words(_UNSEEN | _AROUND).read(content)
    if whole.left_open:  # written badly: what looks like a menu without an end may be the page
        whole = _Words(_UNSEEN).read(content)
    return " ".join(" ".join(whole.main or whole.all).split())


class _Words(HTMLParser):
    """Collects the texts of a page that are outside of some elements."""

    def __init__(self, without: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.without = without
        self.all: List[str] = []
        self.main: List[str] = []
        self._left_out: List[str] = []  # the elements we are in, from the one left out inwards, that have its name
        self._in_main = 0

    @property
    def left_open(self) -> bool:
        return bool(self._left_out)

    def read(self, content: str) -> _Words:
        try:
            self.feed(content)
            self.close()
        except AssertionError:  # Python 3.10 on a declaration that it does not know; what was read until there counts
            pass
        return self

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if self._left_out:
            self._left_out += [tag] if tag == self._left_out[0] else []
        elif tag in self.without:
            self._left_out = [tag]
        elif tag == "main":
            self._in_main += 1

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """`<svg/>` holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        if self._left_out:
            if tag == self._left_out[0]:
                self._left_out.pop()
        elif tag == "main":
            self._in_main = max(0, self._in_main - 1)

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.all.append(data)
            if self._in_main:
                self.main.append(data)
