"""What reviewers put right stays right: each corrected question finds its label, and is an example to learn from."""

from __future__ import annotations

from pathlib import Path

from bot.evaluation.asking import answers, classifier_of
from bot.evaluation.examples import read_questions, training_examples
from bot.knowledge.wording import comparable

HERE = Path(__file__).parent


def test_every_corrected_question_is_learnt_with_its_label() -> None:
    learnt = {(comparable(example.text), example.label) for example in training_examples()}
    corrected = read_questions(HERE)
    assert corrected
    assert [example.text for example in corrected if (comparable(example.text), example.label) not in learnt] == []


def test_every_corrected_question_finds_its_label(trained_model: Path) -> None:
    asked = answers(classifier_of(trained_model), read_questions(HERE))
    assert asked
    assert [answer.example.text for answer in asked if not answer.right] == []
