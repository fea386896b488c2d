"""The sandbox's pages on what goes where."""

from __future__ import annotations

from typing import Any, List

import pytest
import requests

from tests.sandbox.asking import AREA, SERVICE, TIMEOUT_S


def ask(sandbox: str, path: str, **query: str) -> requests.Response:
    return requests.get(f"{sandbox}/waste/api/areas/{AREA}/services/{SERVICE}/pages{path}", params=query, timeout=TIMEOUT_S)


def titles(sandbox: str, words: str, locale: str = "en") -> List[str]:
    return [row["title"] for row in ask(sandbox, "", suggest=words, type="material", locale=locale).json()]


def test_the_search_finds_by_the_beginnings_of_words_in_either_language(sandbox: str) -> None:
    assert titles(sandbox, "pizza") == ["Pizza box"]
    assert titles(sandbox, "boite a pizza", "fr") == ["Boîte à pizza"]
    assert titles(sandbox, "guit") == ["Guitar string", "Guitar"]
    assert titles(sandbox, "guitar") == ["Guitar", "Guitar string"]  # the whole name goes first
    assert titles(sandbox, "xylophone") == []


@pytest.mark.parametrize(("locale", "where", "notice"), [("en", "Blue box", "Sample data"), ("fr", "Boîte bleue", "Données d'exemple")])
def test_a_page_says_where_it_goes_and_that_it_is_sample_data(sandbox: str, locale: str, where: str, notice: str) -> None:
    (row,) = ask(sandbox, "", suggest="pizza", locale=locale).json()
    sections: List[Any] = ask(sandbox, f"/{locale}/{row['id']}.json").json()["sections"]
    assert sections[1]["rows"][0]["value"] == where
    assert notice in sections[2]["rows"][-1]["value"]


def test_an_unknown_page_or_area_is_not_found(sandbox: str) -> None:
    assert ask(sandbox, "/en/1.json").status_code == 404
    elsewhere = requests.get(f"{sandbox}/waste/api/areas/Elsewhere/services/{SERVICE}/pages", timeout=TIMEOUT_S)
    assert elsewhere.status_code == 404
    assert elsewhere.json()["error"]
