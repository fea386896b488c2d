"""What the trained model makes of messages that lean on the need before: the table of follow_ups.yml, in the words of people."""

from __future__ import annotations

from pathlib import Path
from typing import List, NamedTuple

import pytest
import yaml

from bot.evaluation.asking import classifier_of
from bot.language.classifier import Classifier, Ranking
from bot.language.doubt import Outcome
from bot.language.follow_up import leans_back
from bot.language.leaning import leaning

LEAST_ROWS = 40
FLOOR = 0.85  # of the rows, that are surely what was meant
PRICES = ["how much?", "whats the fee", "price?", "c'est combien", "quel tarif?", "it costs how much"]
SURE_OF_NOTHING = ""


class Row(NamedTuple):
    need: str
    text: str
    label: str


def _rows() -> List[Row]:
    table = yaml.safe_load(Path(__file__).with_name("follow_ups.yml").read_text(encoding="utf-8"))
    return [Row(one["need"], text, label) for one in table for label, texts in one["follow_ups"].items() for text in texts]


def _new_topics() -> List[Row]:
    table = yaml.safe_load(Path(__file__).with_name("new_topics.yml").read_text(encoding="utf-8"))
    return [Row(need, text, label) for label, texts in table["topics"].items() for text in texts for need in table["needs_before"]]


@pytest.fixture(scope="module")
def classifier(trained_model: Path) -> Classifier:
    return classifier_of(trained_model)


def meant(classifier: Classifier, before: str, text: str) -> str:
    """The label the assistant is sure of for a message behind the need before it."""
    return _sure_of(classifier, leaning(classifier, text, before).ranking if leans_back(text) else classifier.ranking(text))


def _sure_of(classifier: Classifier, ranking: Ranking) -> str:
    return ranking[0][0] if classifier.decide(ranking).outcome is Outcome.SURE else SURE_OF_NOTHING


def test_follow_ups_are_mostly_what_was_meant(classifier: Classifier) -> None:
    rows = _rows()
    wrong = [row for row in rows if meant(classifier, row.need, row.text) != row.label]
    assert len(rows) >= LEAST_ROWS
    assert len(wrong) <= (1 - FLOOR) * len(rows), wrong


def test_a_new_topic_behind_another_need_stays_what_it_is_alone(classifier: Classifier) -> None:
    rows = _new_topics()
    labels = {row.text: row.label for row in rows}
    clear = {text for text, label in labels.items() if _sure_of(classifier, classifier.ranking(text)) == label}
    assert len(clear) >= max(LEAST_ROWS, 0.9 * len(labels))
    moved = [(row, meant(classifier, row.need, row.text)) for row in rows if row.text in clear]
    assert [(row, label) for row, label in moved if label != row.label] == []


@pytest.mark.parametrize(
    "text",
    ["i need a refund", "i want to apply online", "what's free for kids this weekend", "oh my bin is broken", "je veux un remboursement"],
)
def test_a_new_topic_that_is_not_clear_alone_is_never_surely_the_need_before(classifier: Classifier, text: str) -> None:
    assert meant(classifier, "which day do they pick up my garbage", text) == SURE_OF_NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "phone number",
        "numéro de téléphone",
        "the phone number?",
        "hours?",
        "how much?",
        "how do i pay for it",
        "oh and tomorrow",
        "je paie où",
    ],
)
def test_few_words_behind_an_article_are_about_it(classifier: Classifier, text: str) -> None:
    assert meant(classifier, "when does the library open", text) == "article/library"


@pytest.mark.parametrize("text", ["phone number", "numéro de téléphone"])
def test_few_words_that_an_article_answers_are_about_no_look_up(classifier: Classifier, text: str) -> None:
    assert meant(classifier, "when is the next bus at king and victoria", text) == "article/contact_city"


def test_what_was_read_alone_owes_nothing_to_the_need_before(classifier: Classifier) -> None:
    before = "how much does a building permit cost"
    assert not leaning(classifier, "so when is the central library open", before).behind
    assert not leaning(classifier, "est-ce qu'il y a une interdiction de feu", before).behind
    assert leaning(classifier, "how long does it take", before).behind


@pytest.mark.parametrize("text", PRICES)
@pytest.mark.parametrize(
    "before", ["when is the property tax due", "rid of an old fridge", "swimming lessons for my son", "faire couper un arbre chez moi"]
)
def test_who_asks_for_a_price_behind_an_article_is_never_shown_a_bill(classifier: Classifier, before: str, text: str) -> None:
    assert meant(classifier, before, text) != "look_up/balance"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("volunteer at an event", "yard waste?"),  # a value of the collection day only
        ("apply for a marriage licence", "ward 6?"),
        ("how do I get a dog licence", "ok thank you so much"),
        ("when does the pool open", "bye now"),
    ],
)
def test_what_says_itself_what_it_is_about_is_read_alone(classifier: Classifier, before: str, text: str) -> None:
    assert leaning(classifier, text, before) == (classifier.ranking(text), False)


def test_a_fragment_that_adds_nothing_sure_is_about_what_was_sure_before(classifier: Classifier) -> None:
    assert meant(classifier, "who takes away an old mattress", "phone number?") == "article/bulky_items"


@pytest.mark.parametrize("text", ["how long will it take", "when?", "300 ottawa st n"])
def test_a_question_behind_a_report_is_no_second_report(classifier: Classifier, text: str) -> None:
    assert not meant(classifier, "there is a big pothole at 45 weber st w", text).startswith("report_problem")


def test_an_address_alone_goes_on_with_a_look_up_and_with_what_was_not_clear(classifier: Classifier) -> None:
    assert meant(classifier, "when is my garbage picked up", "300 ottawa st n") == "collection_day"
    assert meant(classifier, "how do I get a dog licence", "300 ottawa st n") in ("inform", SURE_OF_NOTHING)
