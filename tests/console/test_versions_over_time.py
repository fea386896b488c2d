"""The page on which a worse version is seen the next morning, and the sign on the pages that staff open first."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import List, Tuple

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bot.publishing import versions
from bot.settings import Settings
from tests.console.reviewers import account
from tests.publishing.conftest import built, proposal
from tests.review.counted import visit

pytestmark = pytest.mark.usefixtures("console_database")
PAGE = "/publish/versions"
SIGN = f"{PAGE}/sign"
WORSE = "Worse than the version before, by more than chance: Fallback rate"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    own = Settings(state_folder=tmp_path / "state")
    for module in ("publishing.building", "publishing.going_live", "console.publishing", "console.versions_over_time"):
        monkeypatch.setattr(f"bot.{module}.settings", lambda: own)
    return own


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def answered(version: str, days: float, turns: int, lost: int) -> None:
    at = days_ago(days)
    visit(at, *({"certainty": "lost" if number < lost else "sure"} for number in range(turns)), version=version)


def published(config: Settings, lost: int) -> Tuple[str, str]:
    """A release that answered for weeks, and a version that went live yesterday. What is noted of them."""
    release, number = versions.name(config, "release"), str(built(config, proposal()).pk)
    for day in range(2, 22):
        answered(release, day, 20, 2)
    answered(number, 0.7, 40, lost)
    versions.make_live(config, number)
    return release, number


def test_a_version_that_understands_less_shows_it_the_next_morning(config: Settings) -> None:
    release, number = published(config, lost=14)
    page = account("val", "viewer").reads(PAGE)
    assert page.index(f"Version {number} answers now") < page.index(f"Release {release[8:]} {days_ago(21):%Y}")
    assert f"{WORSE}." in page
    assert re.search(
        r"Fallback rate .{0,300}? 35\.0% \[22\.1% – 50\.5%\] of 40 10\.0% \[7\.4% – 13\.3%\] of 400 Worse, by more than chance", page
    )
    assert re.search(r"Right \(graded\) .{0,400}? — of 0 — of 0 Too few to tell yet", page)
    assert "Conversations: 1. Messages of residents: 40." in page
    assert "Nothing to compare with" in page


@pytest.mark.parametrize("address", ["/publish", SIGN])
def test_a_worse_version_shows_a_sign_where_staff_look_first(config: Settings, address: str) -> None:
    _, number = published(config, lost=14)
    page = account("val", "viewer").page(address)
    alert = re.search(r'<p class="problem note-line" role="alert">(.*?)</p>', page)
    assert alert is not None
    assert f"Version {number}: {WORSE}." in " ".join(re.sub("<[^>]*>", "", alert[1]).split())
    assert f'href="{PAGE}"' in alert[1]


@pytest.mark.parametrize("address", ["/publish", SIGN])
def test_a_version_that_is_as_good_shows_none(config: Settings, address: str) -> None:
    published(config, lost=5)
    assert "Worse than" not in account("val", "viewer").reads(address)


def test_the_inbox_does_not_wait_for_the_sign(config: Settings) -> None:
    published(config, lost=14)
    page = account("val", "viewer").page("/")
    assert f'hx-get="{SIGN}" hx-trigger="load"' in page
    assert WORSE not in page


def test_after_a_rollback_the_sign_stays_at_the_version_and_the_rest_is_calm(config: Settings) -> None:
    _, number = published(config, lost=14)
    versions.make_live(config, "release")
    viewer = account("val", "viewer")
    assert "Worse than" not in viewer.reads(SIGN)
    page = viewer.page("/publish")
    assert 'role="alert"' not in page
    assert re.search(rf"Version {number}</a>: built.*?{WORSE}", page)


def test_the_page_renews_a_sign_that_is_kept(config: Settings) -> None:
    """It is worked out every ten minutes at most."""
    release, number = published(config, lost=14)
    viewer = account("val", "viewer")
    assert "Worse than" in viewer.reads(SIGN)
    answered(number, 0.5, 400, 0)
    assert "Worse than" in viewer.reads(SIGN)
    viewer.page(PAGE)
    assert "Worse than" not in viewer.reads(SIGN)


def test_a_version_nobody_has_written_to_yet_is_named(config: Settings) -> None:
    published(config, lost=5)
    number = built(config, proposal("another one")).pk
    versions.make_live(config, str(number))
    assert f"Version {number} answers now, and nobody has written since." in account("val", "viewer").reads(PAGE)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "answers now, and nobody has written since."), ("fr", "répond en ce moment, et personne n'a écrit depuis.")],
)
def test_an_empty_record_says_so_in_both_languages(config: Settings, language: str, sentence: str) -> None:
    page = account("val", "viewer").reads(PAGE, **{"accept_language": language})
    assert sentence in page


def test_the_words_say_the_limits_that_count(config: Settings) -> None:
    from bot.review.by_version import FEWEST, LEVEL, MEASURES

    published(config, lost=5)
    page = account("val", "viewer").reads(PAGE)
    assert f"With fewer than {FEWEST} cases on either side it is too few to tell." in page
    assert f"less than once in {1 / LEVEL:.0f} times (Fisher's exact test, one side)" in page
    assert sum(better is not None for better in MEASURES.values()) == 6
    assert "Six measures are compared" in page


def test_the_chart_has_a_place_for_each_version_and_its_numbers_as_a_table(config: Settings) -> None:
    published(config, lost=14)
    page = account("val", "viewer").page(PAGE)
    assert re.search(
        r'<svg [^>]*role="img" aria-labelledby="(\w+) (\w+)">\s*<title id="\1">[^<]+</title>\s*<desc id="\2">[^<]+</desc>', page
    )
    assert 'class="dot fallback" d="M375.0 270.0h0M875.0 195.0h0"' in page  # the release's 10 % on the left, the version's 35 %
    assert page.count("<caption") == 3
    assert not re.search(r"\sstyle=|<style|javascript:|\son\w+=", page)


def test_the_page_is_found_from_publish_and_from_numbers_and_leads_to_the_numbers_of_its_days(config: Settings) -> None:
    published(config, lost=5)
    viewer = account("val", "viewer")
    assert all(f'href="{PAGE}"' in viewer.page(address) for address in ("/publish", "/numbers"))
    links: List[str] = re.findall(r'href="(/numbers\?from=[^"]+)"', viewer.page(PAGE))
    assert len(links) == 2
    assert "Messages of residents" in viewer.reads(links[0].replace("&amp;", "&"))


def test_only_the_latest_dozen_is_shown_with_as_many_queries(config: Settings) -> None:
    from bot.conversations import switches

    published(config, lost=5)
    viewer = account("val", "viewer")
    viewer.page(PAGE)  # so that what is kept of other things is kept
    switches.forget()  # so that each page reads them
    with CaptureQueriesContext(connection) as before:
        viewer.page(PAGE)
    for number in range(100, 115):
        answered(str(number), 0.6 - number / 1000, 1, 0)
    switches.forget()
    with CaptureQueriesContext(connection) as after:
        page = viewer.reads(PAGE)
    assert len(after) == len(before)
    assert "Earlier versions that are not shown: 5." in page
    assert ("Version 114 2" in page, "Version 102 2" in page) == (True, False)
    cache.clear()
    switches.forget()
    with CaptureQueriesContext(connection) as first:
        viewer.page("/publish")
    switches.forget()
    with CaptureQueriesContext(connection) as second:
        viewer.page("/publish")
    assert len(second) < len(first)
