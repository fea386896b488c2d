"""Articles found by words and by meaning."""

from __future__ import annotations

from typing import List, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.search import Search
from bot.knowledge.store import knowledge, load
from tests.knowledge.writing import article, write

CITY = Search(knowledge().articles, "en")


def found(search: Search, text: str) -> List[str]:
    return [hit.article.id for hit in search.find(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("EasyGO card", "transit_fares"),  # in the answer, in whatever case
        ("chimineas", "backyard_fire"),  # a plural finds its singular
        ("garbage carts", "garbage_carts"),
    ],
)
def test_a_word_an_article_holds_finds_it(text: str, first: str) -> None:
    assert first in found(CITY, text)


@pytest.mark.parametrize("text", ["who wrote hamlet and macbeth", "xylophone quartet", "the of and", "", "🙂"])
def test_what_the_city_does_not_do_finds_nothing(text: str) -> None:
    assert found(CITY, text) == []


@pytest.mark.parametrize(
    "text",
    ["and yesterday", "i have about nine of them", "how do you mean that", "weather", "stuff", "<svg onload=go()>", "{{ 6*7 }}"],
)
def test_one_common_word_or_none_finds_nothing(text: str) -> None:
    assert found(CITY, text) == []


@pytest.mark.parametrize("text", ["avant-hier", "j'en ai environ neuf", "comment ça", "météo"])
def test_in_french_neither(text: str) -> None:
    assert found(Search(knowledge().articles, "fr"), text) == []


def test_a_word_of_the_title_or_a_rare_one_that_is_asked_with_is_enough() -> None:
    assert found(CITY, "the budget?") == ["city_budget"]
    assert found(CITY, "<b>garbage carts</b>") == found(CITY, "garbage carts")


def test_accents_do_not_matter() -> None:
    french = Search(knowledge().articles, "fr")
    assert found(french, "foyer extérieur") == found(french, "foyer exterieur") != []


def test_meaning_finds_what_words_do_not(tmp_path) -> None:
    articles = load(write(tmp_path, "pets.yml", article("lost_cat"), article("lost_dog", title={"en": "Hounds", "fr": "Chiens"}))).articles

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.array([[1.0, 0.0] if "Hounds" in text or text == "my puppy" else [0.0, 1.0] for text in texts], dtype=np.float32)

    assert found(Search(articles, "en", encode), "my puppy") == ["lost_dog"]
    assert found(Search(articles, "en"), "my puppy") == []


@pytest.mark.parametrize("text", ['" OR * NEAR( ^', "words: easygo", "NOT -card", "'; DROP TABLE articles"])
def test_signs_of_the_query_language_are_only_text(text: str) -> None:
    assert len(CITY.find(text)) <= 3


@given(st.text(max_size=200))
def test_any_text_can_be_looked_for(text: str) -> None:
    scores = [hit.score for hit in CITY.find(text)]
    assert scores == sorted(scores, reverse=True)
