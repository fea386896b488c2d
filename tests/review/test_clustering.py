"""How good the topics are: questions of residents whose need is known, and whose articles nothing was learnt from."""

from __future__ import annotations

import random
from collections import Counter
from typing import Dict, List, Tuple

import numpy as np
import pytest

from bot.knowledge.schema import Article
from bot.knowledge.store import knowledge
from bot.language.encoder import SentenceEncoder
from bot.language.meaning import unit
from bot.review import clustering

# What a city might have no article about yet, from different fields; each asked in ASKED ways.
NEEDS = ["garbage_carts", "dog_licence", "marriage_licence", "swim_lessons", "fireworks", "bus_schedules", "elections", "power_outage"]
ASKED = 12
STRAYS = 24  # one question each about something else


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load()


def asked(language: str) -> Tuple[List[str], List[str], List[Article]]:
    """Texts, the need of each, and the articles that none of them is from."""
    chance = random.Random(10)
    articles = {article.id: article for article in knowledge().articles}
    others = [article for name, article in articles.items() if name not in NEEDS]
    chance.shuffle(others)
    rows = [(text, name) for name in NEEDS for text in chance.sample(articles[name].questions[language], ASKED)]
    rows += [(chance.choice(article.questions[language]), article.id) for article in others[:STRAYS]]
    chance.shuffle(rows)
    return [text for text, _ in rows], [need for _, need in rows], others[STRAYS:]


def grouped(encoder: SentenceEncoder, language: str) -> Tuple[List[str], List[List[int]]]:
    texts, needs, rest = asked(language)
    usual = [article.questions[language][0] for article in rest]
    vectors = unit(encoder.encode(texts) - encoder.encode(usual).mean(axis=0))
    return needs, clustering.groups(vectors, np.ones(len(texts), dtype=np.int64))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_topic_is_about_one_need_and_most_of_a_need_is_in_one_topic(encoder: SentenceEncoder, language: str) -> None:
    needs, found = grouped(encoder, language)
    main = [Counter(needs[row] for row in rows).most_common(1)[0] for rows in found]
    purity = sum(count for _, count in main) / sum(map(len, found))
    largest: Dict[str, int] = {need: max(sum(needs[row] == need for row in rows) for rows in found) for need in NEEDS}
    completeness = sum(largest.values()) / (ASKED * len(NEEDS))
    assert purity >= 0.75  # by chance 0.1
    assert completeness >= 0.55
    assert {need for need, _ in main} >= set(NEEDS)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_topic_is_named_by_words_that_name_its_need(encoder: SentenceEncoder, language: str) -> None:
    named = {"en": {"dog_licence": "dog", "fireworks": "fireworks"}, "fr": {"dog_licence": "chien"}}[language]
    texts, needs, rest = asked(language)
    usual = [question for article in rest for question in article.questions[language]]
    holding = Counter(word for text in [*usual, *texts] for word in set(clustering.words_of(text)))
    for need, word in named.items():
        its = [text for text, of in zip(texts, needs, strict=True) if of == need]
        assert word in clustering.telling(its, holding, len(usual) + len(texts))


def test_more_texts_than_are_compared_at_once_are_grouped_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two subjects, taking turns: the second half joins the groups of the first."""
    monkeypatch.setattr(clustering, "AT_ONCE", 6)
    vectors = np.tile(np.eye(2, dtype=np.float32), (6, 1))
    groups = clustering.groups(vectors, np.ones(12, dtype=np.int64))
    assert sorted(map(sorted, groups)) == [[0, 2, 4, 6, 8, 10], [1, 3, 5, 7, 9, 11]]


def test_no_texts_and_a_single_one_make_no_group() -> None:
    assert clustering.groups(np.zeros((0, 3), dtype=np.float32), np.zeros(0, dtype=np.int64)) == []
    assert clustering.groups(np.eye(1, 3, dtype=np.float32), np.ones(1, dtype=np.int64)) == []
