"""What an editor is told about how an article reads."""

from __future__ import annotations

import pytest

from bot.knowledge.check import read_folder
from bot.knowledge.style import grade, problems
from tests.knowledge.writing import article, write

HARD = (
    "Notwithstanding the aforementioned municipal regulations, administrative authorization requires comprehensive "
    "documentation demonstrating compliance with applicable environmental legislation."
)


def told(folder):
    return [str(problem) for problem in problems(read_folder(folder)[0])]


def test_the_grade_is_flesch_and_kincaids():
    text = "The little dog ran under the hill and into the big green garden."  # 13 words, 17 syllables, 1 sentence
    assert grade(text) == pytest.approx(0.39 * 13 + 11.8 * 17 / 13 - 15.59, abs=0.15)


def test_links_and_phone_numbers_do_not_make_a_text_hard():
    assert grade("Call 519-741-2345 or see https://www.kitchener.ca/council-and-city-administration.") < 4


def test_plain_articles_have_no_problem(tmp_path):
    assert told(write(tmp_path, "pets.yml", article("lost_cat"), article("lost_dog"))) == []


def test_an_answer_above_grade_ten_is_an_error(tmp_path):
    found = problems(read_folder(write(tmp_path, "pets.yml", article(answer={"en": HARD, "fr": "Oui."})))[0])
    assert [(problem.field, problem.warning) for problem in found] == [("answer.en", False)]


def test_questions_that_two_articles_almost_share_are_named(tmp_path):
    first, second = article("lost_cat"), article("found_dog")
    first["questions"]["en"][0] = "where do i go when my animal is gone"
    second["questions"]["en"][0] = "where do i go when my animals is gone"
    (line,) = told(write(tmp_path, "pets.yml", first, second))
    assert "warning" in line
    assert "found_dog" in line
    assert "lost_cat" in line
