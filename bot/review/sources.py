"""What became of the pages that articles name as their sources: looked at one after the other, remembered in `SourcePage`."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import Callable, Dict, Iterable, List, Sequence, Tuple
from urllib.parse import urlsplit

from django.utils import timezone

from bot.knowledge.pages import Look, look
from bot.review.models import SourcePage

PAUSE_S = 2.0  # between two pages of a site
DEAD_AFTER = timedelta(days=3)  # of silence: a site that is being mended is back by then
SITES_TO_TRY = 5  # when none of so many answers, it is our network
GONE = (404, 410)
OK, UNCHANGED, SERVER_ERRORS = 200, 304, 500
State = SourcePage.State


class NoNetworkError(RuntimeError):
    """No site answered: nothing can be said about any page."""


def watch(urls: Sequence[str], wait: Callable[[float], None] = time.sleep) -> List[SourcePage]:
    """Looks at each page and remembers it. Silence is believed only when another page was reached in the same run.

    Raises:
        NoNetworkError: none was; nothing is remembered then.
    """
    known = {page.url: page for page in SourcePage.objects.filter(url__in=urls)}
    ask = _Polite(wait)
    seen: List[SourcePage] = []
    silent: List[Tuple[SourcePage, Look]] = []
    for url in _in_turns(urls):
        page = known.get(url) or SourcePage(url=url)
        answer = ask(url, page.etag, page.last_modified)
        if answer.status and answer.status < SERVER_ERRORS:
            _answered(page, answer, partial(ask, url))
            page.save()
            seen.append(page)
        else:
            silent.append((page, answer))
            if not seen and len({_site(page.url) for page, _ in silent}) >= SITES_TO_TRY:
                break
    if silent and not seen:
        raise NoNetworkError
    for page, answer in silent:
        _fails(page, answer, State.SILENT)
        page.save()
    return [*seen, *(page for page, _ in silent)]


def is_dead(page: SourcePage) -> bool:
    """Gone, or silent at every look for days."""
    silent_for = page.looked_at - page.failing_since if page.failing_since else timedelta()
    return page.state == State.GONE or page.state == State.SILENT and silent_for >= DEAD_AFTER


def digest_of(url: str) -> str:
    """What a page said when it was last looked at; empty when it never was."""
    return SourcePage.objects.filter(url=url).values_list("digest", flat=True).first() or ""


def _answered(page: SourcePage, answer: Look, again: Callable[[], Look]) -> None:
    if answer.status in GONE:
        _fails(page, answer, State.GONE)
        return
    page.looked_at, page.status, page.failing_since = timezone.now(), answer.status, None
    if answer.status == UNCHANGED:
        page.state, page.moved_to = State.THERE, answer.moved_to
    elif answer.status == OK:
        page.state, page.moved_to = State.THERE, answer.moved_to
        _read(page, answer, again)
    else:
        page.state = State.REFUSED


def _read(page: SourcePage, answer: Look, again: Callable[[], Look]) -> None:
    """Remembers what it says. Another text counts when it is still the same a moment later; else the page is one that never is."""
    if page.digest and answer.digest != page.digest:
        second = again()
        if second.digest != answer.digest:
            page.state = State.RESTLESS if second.digest else page.state
            return
        page.changed_at = page.looked_at
    page.digest, page.etag, page.last_modified = answer.digest, answer.etag, answer.last_modified
    page.first_digest = page.first_digest or answer.digest


def _fails(page: SourcePage, answer: Look, state: State) -> None:
    page.looked_at, page.status, page.state = timezone.now(), answer.status, state
    page.failing_since = page.failing_since or page.looked_at


class _Polite:
    """Asks for pages, with a pause between two of the same site."""

    def __init__(self, wait: Callable[[float], None]) -> None:
        self._wait = wait
        self._asked: Dict[str, float] = {}

    def __call__(self, url: str, etag: str = "", last_modified: str = "") -> Look:
        last = self._asked.get(_site(url))
        if last is not None:
            self._wait(max(0.0, last + PAUSE_S - time.monotonic()))
        try:
            return look(url, etag, last_modified)
        finally:
            self._asked[_site(url)] = time.monotonic()


def _in_turns(urls: Iterable[str]) -> List[str]:
    """The pages so that those of a site are far from each other."""
    before: Dict[str, int] = {}
    placed = []
    for url in sorted(set(urls)):
        before[_site(url)] = before.get(_site(url), 0) + 1
        placed.append((before[_site(url)], url))
    return [url for _, url in sorted(placed)]


def _site(url: str) -> str:
    return urlsplit(url).netloc.casefold()
