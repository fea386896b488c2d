"""What becomes of questions about open data that somebody wrote who had not seen the rules that read them."""

from __future__ import annotations

from typing import List

import pytest

from bot.evaluation.open_data import FOLDER, Answer, answers, questions, share

LEAST_QUESTIONS = 120


@pytest.fixture(scope="module")
def answered() -> List[Answer]:
    return answers(questions(FOLDER))


def test_there_are_enough_questions_in_both_languages(answered: List[Answer]) -> None:
    assert len(answered) >= LEAST_QUESTIONS
    assert {answer.question.language for answer in answered} == {"en", "fr"}


def test_most_questions_become_exactly_the_right_query(answered: List[Answer]) -> None:
    assert share(answered, "right").value >= 0.85


def test_hardly_any_question_is_answered_as_another_one(answered: List[Answer]) -> None:
    assert share(answered, "wrong_and_sure").value <= 0.03
