"""What is counted about answers; expected numbers worked out by hand or taken from published examples."""

from __future__ import annotations

from typing import List, Tuple

import pytest

from bot.evaluation.examples import Example, folds
from bot.evaluation.measures import (
    Answer,
    Comparison,
    Share,
    calibration,
    calibration_error,
    compare,
    confusions,
    groups,
    macro_f1,
    share,
)
from bot.evaluation.report import report
from bot.language.doubt import Outcome


def answer(asked: str, given: str, confidence: float = 0.9, outcome: Outcome = Outcome.SURE, language: str = "en") -> Answer:
    ranking: List[Tuple[str, float]] = [(given, confidence)] if given else []
    return Answer(Example(f"about {asked}", asked, language, asked.partition("/")[0]), ranking, outcome)


def test_the_interval_is_wilsons() -> None:
    low, high = Share(81, 263).interval  # Newcombe 1998, table I: 0.2553 to 0.3662 for the Wilson score without correction
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert Share(0, 0).interval == (0.0, 1.0)


def test_macro_f1_is_the_mean_over_labels() -> None:
    # a: precision 1/2, recall 1/1 -> 2/3; b: precision 1/1, recall 1/2 -> 2/3
    assert macro_f1([answer("a", "a"), answer("b", "a"), answer("b", "b")]) == pytest.approx(2 / 3)


def test_a_danger_and_the_article_about_it_are_one_need() -> None:
    assert answer("article/gas_smell", "emergency/gas").right
    assert answer("emergency/gas", "article/gas_smell").right
    assert not answer("emergency/gas", "emergency/fire").right
    assert not answer("article/gas_outage", "emergency/gas").right
    assert macro_f1([answer("article/gas_smell", "emergency/gas"), answer("emergency/gas", "article/gas_smell")]) == 1


def test_wrong_and_sure_counts_only_what_would_be_answered() -> None:
    answers = [answer("a", "b"), answer("a", "b", outcome=Outcome.TORN), answer("a", "a"), answer("a", "", outcome=Outcome.LOST)]
    assert share(answers, "wrong_and_sure") == Share(1, 4)
    assert share(answers, "right") == Share(1, 4)


def test_a_model_as_sure_as_right_has_no_calibration_error() -> None:
    honest = [answer("a", "a", 0.75), answer("a", "a", 0.75), answer("a", "a", 0.75), answer("a", "b", 0.75)]
    assert calibration_error(honest) == pytest.approx(0.0)
    boastful = [answer("a", "a", 0.95), answer("a", "b", 0.95)]
    assert calibration_error(boastful) == pytest.approx(0.45)
    assert [step.right for step in calibration([*honest, *boastful])] == [Share(3, 4), Share(1, 2)]


def test_confusions_come_most_frequent_first_with_an_example() -> None:
    found = confusions([answer("a", "b"), answer("b", "a"), answer("a", "b"), answer("a", "a"), answer("c", "")])
    assert found[0] == ("a", "b", 2, "about a")
    assert {row[:3] for row in found[1:]} == {("b", "a", 1), ("c", "none", 1)}


def test_two_models_are_compared_question_by_question() -> None:
    first = [answer("a", "a"), answer("b", "b"), answer("c", "c")]
    second = [answer("a", "b"), answer("b", "b"), answer("c", "a")]
    assert compare(first, second) == Comparison(only_first=2, only_second=0)
    with pytest.raises(ValueError, match="different questions"):
        compare(first, second[:2])


def test_chance_alone_is_mcnemars_exact_test() -> None:
    assert Comparison(0, 0).p_value == 1.0
    assert Comparison(1, 9).p_value == pytest.approx(2 * 11 / 2**10)  # two tails of (10 choose 0) + (10 choose 1)


def test_every_example_is_asked_once_and_languages_are_spread() -> None:
    examples = [Example(f"{label} {language} {n}", label, language, "t") for label in "ab" for language in ("en", "fr") for n in range(5)]
    parts = list(folds(examples, 5))
    assert sorted(example.text for _, asked in parts for example in asked) == sorted(example.text for example in examples)
    for learnt, asked in parts:
        assert {(example.label, example.language) for example in asked} == {(label, lang) for label in "ab" for lang in ("en", "fr")}
        assert not set(learnt) & set(asked)


def test_the_report_names_languages_topics_and_what_is_confused() -> None:
    answers = [answer("waste/a", "waste/a"), answer("tax/b", "waste/a", language="fr")]
    text = "\n".join(report("a model", answers))
    for part in ("language en", "language fr", "waste", "tax", "tax/b", "about tax/b", "50.0 %"):
        assert part in text
    assert list(groups(answers, "language")) == ["en", "fr"]
