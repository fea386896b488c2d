"""What the trained model makes of questions written by people who had not seen its examples.

`resident evaluate` shows the same numbers with intervals, per topic and language, and what is confused with what.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Dict, List

import pytest
import yaml

from bot.emergencies import emergencies
from bot.evaluation.asking import answers, classifier_of
from bot.evaluation.dangers import danger
from bot.evaluation.examples import (
    DANGERS_FILE,
    HELD_OUT_FOLDER,
    UNSEEN_DANGERS_FILE,
    calibration_examples,
    held_out,
    training_examples,
)
from bot.evaluation.measures import Answer, groups, share
from bot.knowledge.store import knowledge
from bot.knowledge.wording import comparable
from bot.labels import ARTICLE, NEEDS
from bot.language.doubt import Outcome

LEAST_QUESTIONS = 4  # of an article in each language
ALARMS_AT_MOST = 0.01  # of the questions
HELD_OUT = held_out(HELD_OUT_FOLDER)


@pytest.fixture(scope="module")
def answered(trained_model: Path) -> List[Answer]:
    return answers(classifier_of(trained_model), HELD_OUT)


def test_every_article_is_asked_for_in_both_languages() -> None:
    asked: Dict[str, List[str]] = {}
    for example in HELD_OUT:
        asked.setdefault(f"{example.label} {example.language}", []).append(example.text)
    for article in knowledge().articles:
        for language in article.questions:
            assert len(asked.get(f"{article.label} {language}", [])) >= LEAST_QUESTIONS, article.id


def test_no_sentence_is_in_training_calibration_and_test_at_once() -> None:
    parts = [training_examples(), calibration_examples(), HELD_OUT]
    texts = [{comparable(example.text) for example in part} - {""} for part in parts]
    assert all(len(part) > 100 for part in texts)
    assert not texts[0] & texts[1]
    assert not texts[0] & texts[2]
    assert not texts[1] & texts[2]


def test_no_danger_is_in_training_word_for_word() -> None:
    files = [yaml.safe_load((HELD_OUT_FOLDER / name).read_text(encoding="utf-8")) for name in (DANGERS_FILE, UNSEEN_DANGERS_FILE)]
    texts = {comparable(text) for file in files for languages in file.values() for row in languages.values() for text in row}
    assert len(texts) >= 300
    assert not texts & {comparable(example.text) for example in training_examples()}


@pytest.mark.parametrize(("language", "floor"), [("en", 0.9), ("fr", 0.86)])
def test_the_first_label_is_mostly_right(answered: List[Answer], language: str, floor: float) -> None:
    assert share(groups(answered, "language")[language], "right").value >= floor


def test_hardly_any_question_is_answered_wrongly(answered: List[Answer]) -> None:
    assert share(answered, "wrong_and_sure").value <= 0.03


def test_an_order_number_behind_a_question_changes_nothing(trained_model: Path, answered: List[Answer]) -> None:
    classifier, dice = classifier_of(trained_model), random.Random(5)
    some = answered[::16]
    rankings = [classifier.ranking(f"{answer.example.text} {dice.getrandbits(128):032x}") for answer in some]
    same = [classifier.decide(ranking) == classifier.decide(answer.ranking) for ranking, answer in zip(rankings, some, strict=True)]
    assert len(same) > 100
    assert sum(same) >= 0.95 * len(same)


def test_ordinary_questions_are_hardly_ever_taken_for_danger(trained_model: Path, answered: List[Answer]) -> None:
    safety_articles = {f"{ARTICLE}/{article}" for article in emergencies().articles.values()}
    classifier, ordinary = classifier_of(trained_model), [answer for answer in answered if answer.example.label not in safety_articles]
    alarms = [answer.example.text for answer in ordinary if danger(classifier, answer.example.text, answer.ranking)]
    assert len(ordinary) > 1000
    assert len(alarms) <= ALARMS_AT_MOST * len(ordinary), alarms


def test_what_the_city_has_nothing_to_do_with_is_hardly_ever_answered(trained_model: Path) -> None:
    rows = yaml.safe_load((HELD_OUT_FOLDER / "out_of_scope.yml").read_text(encoding="utf-8"))["out_of_scope"]
    classifier = classifier_of(trained_model)
    texts = [text for language in rows.values() for text in language]
    decisions = [(text, classifier.decide(classifier.ranking(text))) for text in texts]
    taken = [text for text, decision in decisions if decision.outcome is Outcome.SURE and decision.intent in NEEDS]
    assert len(texts) >= 50
    assert len(taken) <= 0.1 * len(texts), taken
