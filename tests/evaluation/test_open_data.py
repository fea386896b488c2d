"""How answers about open data are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation import open_data
from bot.evaluation.examples import ExamplesError

ROWS = """\
- {text: how many trees in ward 3, language: en, today: 2026-11-28, query: {layer: tree_inventory, where: {ward: 3}}}
- text: how many trees near Victoria Park
  language: en
  today: 2026-11-28
  query: [{layer: trails}, {layer: tree_inventory, near: {place: victoria park, metres: 500}}]
- {text: how many trees in ward 4, language: en, today: 2026-11-28, query: {layer: tree_inventory, where: {ward: 5}}}
- {text: how many trees near me, language: en, today: 2026-11-28, asks_back: true}
- {text: quel pourcentage des arbres sont morts, language: fr, today: 2026-11-28, refuses: true}
- {text: combien de permis pour des restaurants, language: fr, today: 2026-11-28, query: {layer: building_permits}}
- {text: combien d'arbres, language: fr, today: 2026-11-28, refuses: true}
"""


def questions(tmp_path: Path, rows: str) -> list[open_data.Question]:
    (tmp_path / "trees.yml").write_text(rows, encoding="utf-8")
    return open_data.questions(tmp_path)


def test_a_number_for_another_question_is_wrong_but_confident(tmp_path: Path) -> None:
    answered = open_data.answers(questions(tmp_path, ROWS))
    assert [answer.right for answer in answered] == [True, True, False, True, True, False, False]
    assert [answer.wrong_and_sure for answer in answered] == [False, False, True, False, False, False, True]


def test_the_report_has_each_language_and_every_question_that_was_not_right(tmp_path: Path) -> None:
    lines = open_data.report(open_data.answers(questions(tmp_path, ROWS)))
    assert any(line.startswith("language fr") and line.rstrip().endswith(" 3") for line in lines)
    assert [line.split(maxsplit=1) for line in lines[-3:]] == [
        ["WRONG", "how many trees in ward 4"],
        ["refused", "combien de permis pour des restaurants"],
        ["WRONG", "combien d'arbres"],
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("- {text: trees, language: en}", "needs text, language and today"),
        ("- {text: trees, language: en, today: 2026-11-28}", "has no right answer"),
        ("- {text: trees, language: en, today: 2026-11-28, query: {want: number}}", "layer must be a text"),
        ("- {text: trees, language: en, today: 2026-11-28, asks: true}", "needs text, language and today"),
        ("", "holds no questions"),
    ],
)
def test_a_row_that_cannot_be_counted_is_an_error(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(ExamplesError, match=says):
        questions(tmp_path, row)
