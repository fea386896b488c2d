"""What an editor is told about source pages."""

from __future__ import annotations

import pytest
import requests
import responses

from bot.knowledge.links import check_links
from bot.knowledge.store import load
from tests.knowledge.writing import article, write

PAGE = "https://example.org/cats"


@pytest.fixture
def articles(tmp_path):
    return load(write(tmp_path, "pets.yml", article("lost_cat"), article("found_cat"))).articles


@responses.activate
def test_a_page_that_answers_is_fine_and_asked_once(articles):
    responses.get(PAGE, body="cats")
    (link,) = check_links(articles)
    assert (link.url, link.articles, link.trouble) == (PAGE, ("lost_cat", "found_cat"), "")
    assert len(responses.calls) == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"status": 404}, "answers 404"),
        ({"status": 500}, "answers 500"),
        ({"body": requests.ConnectionError("no such host")}, "cannot be reached"),
        ({"body": requests.Timeout()}, "does not answer within 15 s"),
    ],
)
@responses.activate
def test_a_page_that_is_gone_or_silent_is_named(articles, answer, says):
    responses.get(PAGE, **answer)
    (link,) = check_links(articles)
    assert says in link.trouble


@responses.activate
def test_a_page_that_moved_for_good_says_where_to(articles):
    responses.get(PAGE, status=301, headers={"Location": "https://example.org/animals"})
    responses.get("https://example.org/animals", body="animals")
    (link,) = check_links(articles)
    assert link.trouble == "has moved to https://example.org/animals"


@responses.activate
def test_a_page_that_only_redirects_for_now_is_fine(articles):
    responses.get(PAGE, status=302, headers={"Location": "https://example.org/tonight"})
    responses.get("https://example.org/tonight", body="cats")
    assert check_links(articles)[0].trouble == ""
