"""Every label that a correction can choose has words that staff understand."""

from __future__ import annotations

import pytest

from bot.city import city
from bot.evaluation.examples import training_examples
from bot.review.labels import article_of, labels, offered, title


def test_every_label_of_the_training_data_can_be_chosen() -> None:
    wanted = {example.label for example in training_examples()}
    assert len(wanted) > 100
    assert set(labels()) == wanted


@pytest.mark.parametrize("language", city().languages)
def test_every_label_has_a_title_of_its_own(language: str) -> None:
    titles = dict(offered(language))
    assert [name for name, words in titles.items() if words == name or not words] == []
    assert len(set(titles.values())) > 0.97 * len(titles)


def test_a_label_nobody_knows_any_more_is_shown_as_it_is() -> None:
    assert title("article/no_such", "en") == "article/no_such"
    assert article_of("article/no_such") is None
    assert article_of("look_up/ward") is None


def test_staff_read_the_record_while_there_are_errors_in_the_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.knowledge.problems import KnowledgeError
    from bot.review import labels as module

    def broken() -> None:
        raise KnowledgeError([])

    monkeypatch.setattr(module, "knowledge", broken)
    labels.cache_clear()
    assert title("article/garbage_missed", "en") == "article/garbage_missed"
    assert title("look_up/ward", "en") == "Find my ward and councillor"
    assert article_of("article/garbage_missed") is None
    labels.cache_clear()
