"""Messages that say nothing by themselves."""

from __future__ import annotations

import pytest
import yaml

from bot.language.fragments import Fragment, fragment, opened
from bot.settings import settings


@pytest.mark.parametrize(
    "text",
    [
        "whats the price", "fee?", "when?", "tomorow?", "n on sunday", "& at 7:30 pm", "the 3rd", "2021?", "for seniors?",
        "who pays?", "how long", "in person?",
        "thanks, and next week?", "quel tarif?", "c'est combien?", "pis vendredi",
        "à 17h30?", "et le 12", "pourquoi pas",
        "et pour mes parents demain?",
        "not today?", "why not today", "pas demain?", "who do i call", "je paie où", "is there a limit",
        "gratuit pour les aînés?", "that cannot be right",
    ],
)  # fmt: skip
def test_questions_prices_and_times_are_no_subjects(text: str) -> None:
    found = fragment(text)
    assert found is not None
    assert found.asks


@pytest.mark.parametrize(
    "text",
    [
        "", "?", "2", "ok 2", "ok", "n", "thanks", "ok thanks", "that's fine", "not that", "à demain", "what time is it",
        "plus d'eau chez nous", "recycling?",
        "how much is a dog licence", "closed on king street", "la 7 passe quand", "26-000417", "c'est fermé",
        "not today", "no not on monday", "pas demain", "ok à demain", "how do i pay", "pay a fine", "i need a refund",
        "what's open on sunday",
        "je veux un remboursement", "qu'est-ce qui est ouvert lundi",
    ],
)  # fmt: skip
def test_what_names_a_subject_or_asks_nothing_is_no_fragment(text: str) -> None:
    assert fragment(text) is None


def test_a_value_is_one_of_its_own_need_only() -> None:
    assert fragment("n leaves?", "collection_day") == Fragment(opened=True, asks=True, address=False)
    assert fragment("n leaves?", "article/library") is None
    assert fragment("quartier 8?", "look_up/open_data") == Fragment(opened=False, asks=True, address=False)


def test_an_address_is_no_subject_either() -> None:
    assert fragment("and for my sister at 60 gaukel st") == Fragment(opened=True, asks=False, address=True)
    assert fragment("devant le 18 rue Ahrens Ouest") == Fragment(opened=False, asks=False, address=True)
    assert fragment("a broken swing at 60 gaukel st") is None


@pytest.mark.parametrize("text", ["& leaves?", "plus leaves?", "then monday", "merci, et lundi", "thanks, and monday", "puis le bac brun"])
def test_openers_may_be_short_and_stand_behind_courtesies(text: str) -> None:
    assert opened(text)


def test_every_word_of_the_lists_is_a_word() -> None:
    def words(node: object) -> list[object]:
        inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else None
        return [node] if inside is None else [word for one in inside for word in words(one)]

    rows = yaml.safe_load((settings().data_folder / "follow_up_words.yml").read_text(encoding="utf-8"))
    listed = [word for word in words(rows) if word is not True]  # of `numbers` and `streets`
    assert len(listed) > 300
    assert all(isinstance(word, str) for word in listed), [word for word in listed if not isinstance(word, str)]
    assert len(rows["beside"]) == 3
