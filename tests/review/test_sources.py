"""What an editor is told about source pages that somebody else's server holds, against such a server."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
import responses
from requests.adapters import HTTPAdapter

from bot.knowledge.pages import look, visible_text
from bot.knowledge.store import load
from bot.settings import Settings
from tests.knowledge.writing import article, write
from tests.loopback import Handler, send, serving
from tests.running import free_port

pytestmark = pytest.mark.usefixtures("console_database")
SOURCE = article()["source"]
MARKUP = """<html><head><title>Carts</title><script>var now = {n};</script></head>
    <body><nav>Menu {n}</nav><main><h1>Carts</h1>{text}</main></body></html>"""


class _Site(Handler):
    """Answers as `pages` says, a function by path; `asked` has each request's path and headers."""

    pages: Dict[str, Any]
    asked: List[Any]

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers)))
        self.pages[self.path](self)


class Site:
    """A town's web server that tests change."""

    def __init__(self, port: int, pages: Dict[str, Any], asked: List[Any]) -> None:
        self.port, self.pages, self.asked = port, pages, asked

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def has(self, path: str, text: str = "", status: int = 200, **headers: str) -> str:
        """Puts a page there; its address. Whatever surrounds the text is another at each look."""

        def answer(handler: Handler) -> None:
            body = MARKUP.format(n=len(self.asked), text=text).encode()
            if headers.get("ETag") and handler.headers.get("If-None-Match") == headers["ETag"]:
                body, code = b"", 304
            else:
                code = status
            handler.send_response(code)
            for name, value in {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **headers}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)

        self.pages[path] = answer
        return self.url(path)

    def paths(self) -> List[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that may be asked although it is on this machine."""
    monkeypatch.setattr("bot.knowledge.pages.PublicOnly", HTTPAdapter)
    monkeypatch.setattr("bot.knowledge.pages.settings", lambda: Settings(sources_agent="Testville source check (web@example.org)"))
    pages: Dict[str, Any] = {}
    asked: List[Any] = []
    with serving(_Site, pages=pages, asked=asked) as port:
        yield Site(port, pages, asked)


def watched(*urls: str) -> Dict[str, Any]:
    """The pages after a look at each, by address."""
    from bot.review.sources import watch

    return {page.url: page for page in watch(urls, wait=lambda seconds: None)}


def test_a_page_is_compared_by_the_words_people_read_on_it(site: Site) -> None:
    page = site.has("/carts", "Put it out by 7.")
    first, again = watched(page)[page], watched(page)[page]
    assert (again.state, again.digest, again.changed_at) == ("there", first.digest, None), "scripts and menus differ and do not count"
    site.has("/carts", "Put it out by 6.")
    changed = watched(page)[page]
    assert changed.digest != changed.first_digest == first.digest
    assert changed.changed_at is not None
    assert site.paths() == ["/carts"] * 4, "a change is looked at once more before it is believed"


def test_a_page_that_reads_otherwise_at_each_look_is_no_change(site: Site) -> None:
    page = site.has("/news", "Welcome")
    watched(page)
    site.pages["/news"] = lambda handler: send(handler, 200, f"<p>Visitor {len(site.asked)}</p>".encode(), "text/html")
    row = watched(page)[page]
    assert (row.state, row.changed_at) == ("restless", None)


def test_a_page_that_did_not_change_says_so_without_its_body(site: Site) -> None:
    page = site.has("/carts", "Put it out by 7.", ETag='"v1"')
    first = watched(page)[page]
    row = watched(page)[page]
    assert (row.status, row.state, row.digest) == (304, "there", first.digest)
    assert site.asked[1][1]["If-None-Match"] == '"v1"'
    assert site.asked[1][1]["User-Agent"] == "Testville source check (web@example.org)"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_dead_at_once_and_alive_when_it_is_back(site: Site, status: int) -> None:
    from bot.review.sources import is_dead

    page = site.has("/carts", "Put it out by 7.")
    watched(page)
    site.has("/carts", status=status)
    row = watched(page)[page]
    assert (row.state, is_dead(row), row.changed_at) == ("gone", True, None)
    site.has("/carts", "Put it out by 7.")
    row = watched(page)[page]
    assert (row.state, is_dead(row), row.failing_since, row.changed_at) == ("there", False, None, None)


def test_an_error_of_the_site_is_death_only_after_days(site: Site) -> None:
    from bot.review.sources import DEAD_AFTER, is_dead

    well, page = site.has("/well", "Well."), site.has("/carts", status=503)
    row = watched(well, page)[page]
    assert (row.state, is_dead(row)) == ("silent", False)
    row.failing_since -= DEAD_AFTER - timedelta(hours=1)
    row.save()
    assert not is_dead(watched(well, page)[page])
    row.failing_since -= timedelta(hours=1)
    row.save()
    assert is_dead(watched(well, page)[page])


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_site_that_does_not_let_us_look_is_not_dead(site: Site, status: int) -> None:
    from bot.review.sources import is_dead

    page = site.has("/carts", status=status)
    row = watched(page)[page]
    assert (row.state, is_dead(row)) == ("refused", False)


def test_where_a_page_moved_for_good_is_remembered_and_a_detour_is_not(site: Site) -> None:
    moved, detour = site.has("/old", status=301, Location="/new"), site.has("/tonight", status=302, Location="/new")
    site.has("/new", "Put it out by 7.")
    rows = watched(moved, detour)
    assert (rows[moved].state, rows[moved].moved_to, rows[detour].moved_to) == ("there", site.url("/new"), "")
    assert rows[moved].digest == rows[detour].digest != ""


def test_redirects_without_end_end(site: Site) -> None:
    well, page = site.has("/well", "Well."), site.has("/round", status=302, Location="/round")
    assert watched(well, page)[page].state == "silent"
    assert site.paths().count("/round") == 11


def test_a_huge_page_is_read_up_to_a_bound(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.knowledge.pages.MOST_BYTES", 100_000)

    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/plain")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 50_000)
        except OSError:
            handler.close_connection = True

    site.pages["/huge"] = endless
    row = watched(site.url("/huge"))[site.url("/huge")]
    assert row.state == "there"
    assert row.digest == watched(site.url("/huge"))[site.url("/huge")].digest


def test_a_page_that_drips_is_left_when_its_time_is_over(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.knowledge.pages.WHOLE_S", 0.2)

    def drips(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x")
                time.sleep(0.02)
        except OSError:
            handler.close_connection = True

    well = site.has("/well", "Well.")
    site.pages["/slow"] = drips
    assert watched(well, site.url("/slow"))[site.url("/slow")].state == "silent"


def test_a_page_that_answers_nothing_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.knowledge.pages.TIMEOUT_S", 0.2)
    well = site.has("/well", "Well.")
    site.pages["/mute"] = lambda handler: time.sleep(1)
    row = watched(well, site.url("/mute"))[site.url("/mute")]
    assert (row.state, row.status) == ("silent", 0)


def test_without_a_network_nothing_is_said_of_any_page(site: Site) -> None:
    from bot.review.models import SourcePage
    from bot.review.sources import SITES_TO_TRY, NoNetworkError, watch

    page = site.has("/carts", "Put it out by 7.")
    watched(page)
    nobody = [f"http://127.0.0.1:{free_port()}/{number}" for number in range(SITES_TO_TRY + 3)]
    with pytest.raises(NoNetworkError):
        watch(nobody, wait=lambda seconds: None)
    (row,) = SourcePage.objects.all()
    assert (row.state, row.failing_since) == ("there", None)


def test_pages_of_one_site_are_asked_for_one_after_the_other_with_a_pause(site: Site) -> None:
    from bot.review.sources import PAUSE_S, watch

    waited: List[float] = []
    watch([site.has(f"/{number}", "Here.") for number in range(3)], wait=waited.append)
    assert len(waited) == 2
    assert all(0 < seconds <= PAUSE_S for seconds in waited)


def test_a_page_inside_is_not_looked_at() -> None:
    asked: List[Any] = []
    with serving(_Site, pages={"/admin": lambda handler: send(handler, 200, b"secret")}, asked=asked) as port:
        assert look(f"http://127.0.0.1:{port}/admin").status == 0
    assert asked == []


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<body><header>Top</header><p>Put it  out\nby <b>7</b>.</p><footer>2026</footer></body>", "Put it out by 7 ."),
        ("<body>Around<main>Inside<aside>See also</aside></main></body>", "Inside"),
        ("<p>Fees &amp; dates</p><!-- built at 10:41 --><noscript>Turn it on</noscript>", "Fees & dates"),
        ("<nav>Menu without an end <p>and the page", "Menu without an end and the page"),
        ("<nav><nav>Inner</nav>Outer</nav>Page", "Page"),
        ("<p>Before</p><![unknown[ x ]]>", "Before"),
    ],
)
def test_what_people_read_is_the_page_without_what_is_around_it(html: str, read: str) -> None:
    assert visible_text(html.encode()) == read


def test_a_page_in_another_encoding_is_told_apart_all_the_same() -> None:
    assert visible_text("<p>été</p>".encode("latin-1")) != visible_text("<p>etè</p>".encode("latin-1"))


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three articles: two name a page of one site, the third one of another."""
    rows = [article("lost_cat"), article("found_cat"), article("garbage", source={**SOURCE, "url": "https://waste.example.org/carts"})]
    known = load(write(tmp_path, "pets.yml", *rows))
    monkeypatch.setattr("bot.knowledge.store.knowledge", lambda: known)
    monkeypatch.setattr("bot.review.sources.PAUSE_S", 0.0)


def looked(capsys: pytest.CaptureFixture[str]) -> List[str]:
    """What `resident knowledge sources` says, when it does what it should."""
    from bot.review.source_commands import look as command

    assert command() == 0
    return capsys.readouterr().out.splitlines()


@responses.activate
def test_the_command_names_the_articles_of_each_page_that_is_to_be_looked_at(articles: None, capsys: pytest.CaptureFixture[str]) -> None:
    carts = responses.get("https://waste.example.org/carts", body="By 7.")
    cats = responses.get("https://example.org/cats", body="Cats")
    assert looked(capsys) == ["pages: 2, to look at: 0"]
    responses.replace(responses.Response("GET", carts.url, status=410))
    responses.replace(responses.Response("GET", cats.url, body="Cats and dogs"))
    assert looked(capsys) == [
        "https://example.org/cats has changed: lost_cat, found_cat",
        "https://waste.example.org/carts is gone (answers 410): garbage",
        "pages: 2, to look at: 2",
    ]


@responses.activate
def test_the_command_says_when_there_is_no_network(articles: None, capsys: pytest.CaptureFixture[str]) -> None:
    from bot.review.models import SourcePage
    from bot.review.source_commands import look as command

    assert command() == 1
    assert capsys.readouterr().err == "No source page could be reached: is there a network here? Nothing is taken for dead.\n"
    assert not SourcePage.objects.exists()
