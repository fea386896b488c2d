"""Adding one line to files that people wrote."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any, Dict, List

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.review.writing import WriteError, loaded, teachable, with_article, with_asked, with_example, with_question, with_texts
from bot.settings import settings

ARTICLES = """\
# Kept: a comment.
articles:
  - id: bees
    questions:   # how residents ask
      en:
        - may i keep bees   # a remark
        - >-
          bees in
          my garden

      fr:
      - "puis-je avoir des abeilles: oui ou non"
      # the last line is a comment
  - id: goats
    questions: {en: [goats], fr: [chèvres]}
"""
EXAMPLES = """\
nlu:
- intent: greet
  examples: |
    - hi

# About yes.
- intent: affirm
  examples: |
    - yes
    - yes please

- lookup: streets
  examples: |
    - king
- intent: affirm
  examples: |
    - ok
"""


def added(before: str, after: str) -> List[str]:
    """The lines that are new, after the line before each; nothing else may have changed."""
    lines = list(unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=1))[2:]
    assert not [line for line in lines if line.startswith("-")]
    return [f"{lines[place - 1][1:].strip()} / {line[1:]}" for place, line in enumerate(lines) if line.startswith("+")]


@pytest.mark.parametrize(
    ("language", "question", "line"),
    [
        ("en", "can I have a hive", "my garden /         - can I have a hive"),
        ("fr", "une ruche", '- "puis-je avoir des abeilles: oui ou non" /       - une ruche'),
        ("en", "hives: how many? #2", 'my garden /         - "hives: how many? #2"'),
        ("en", "no", 'my garden /         - "no"'),
        ("en", '"why" she said', 'my garden /         - "\\"why\\" she said"'),
    ],
)
def test_a_question_goes_below_the_others_of_its_language(language: str, question: str, line: str) -> None:
    assert added(ARTICLES, with_question(ARTICLES, "bees", language, question)) == [line]


def test_an_example_goes_to_the_end_of_the_largest_block_of_its_label() -> None:
    assert added(EXAMPLES, with_example(EXAMPLES, "affirm", "yep: that")) == ["- yes please /     - yep: that"]
    assert added(EXAMPLES, with_example(EXAMPLES, "greet", "hey")) == ["- hi /     - hey"]


@pytest.mark.parametrize(
    ("work", "what"),
    [
        (lambda: with_question(ARTICLES, "goats", "en", "a goat"), "a list that is written in one line"),
        (lambda: with_question(ARTICLES, "cats", "en", "a cat"), "an article that is not there"),
        (lambda: with_question(ARTICLES, "bees", "de", "Bienen"), "a language that is not there"),
        (lambda: with_example(EXAMPLES, "deny", "no"), "a label that is not there"),
        (lambda: with_example(EXAMPLES, "greet", "two\nlines"), "more than a line"),
        (lambda: with_example(EXAMPLES.replace("|", ">"), "greet", "hey"), "examples that are written another way"),
    ],
)
def test_what_cannot_be_added_is_refused(work: object, what: str) -> None:
    assert callable(work)
    with pytest.raises(WriteError):
        work()


def test_a_tested_question_goes_below_its_label_and_language_which_are_made_when_there_are_none() -> None:
    content = '# Kept.\nbees:\n  en:\n  - "a"\ngoats:\n  fr:\n  - "b"\n'
    for key, language, text in (("bees", "en", "c"), ("bees", "fr", "d: e"), ("cats", "fr", "f"), ("goats", "fr", 'g "h"')):
        content = with_asked(content, key, language, text)
    assert content.startswith("# Kept.\nbees:\n")
    assert yaml.safe_load(content) == {
        "bees": {"en": ["a", "c"], "fr": ["d: e"]},
        "goats": {"fr": ["b", 'g "h"']},
        "cats": {"fr": ["f"]},
    }


def test_the_city_s_own_files_take_a_line_for_every_label() -> None:
    folder = settings().data_folder
    written = 0
    for path in sorted((folder / "knowledge").glob("*.yml")):
        content = path.read_text(encoding="utf-8")
        for row in loaded(content)["articles"][:2]:
            for language in row["questions"]:
                assert len(added(content, with_question(content, row["id"], language, "a question: new?"))) == 1
                written += 1
    for path in sorted((folder / "nlu").glob("*.yml")):
        content = path.read_text(encoding="utf-8")
        for label in {row["intent"] for row in loaded(content)["nlu"]}:
            assert len(added(content, with_example(content, label, "an example: new?"))) == 1
            written += 1
    assert written > 100


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1))
def test_any_text_is_written_as_it_is_or_refused(text: str) -> None:
    try:
        content = with_question(ARTICLES, "bees", "en", text)
    except WriteError:
        return
    assert yaml.safe_load(content)["articles"][0]["questions"]["en"][-1] == text


@pytest.mark.parametrize(
    ("masked", "taught"),
    [("missed at [address]\nagain", "missed at address again"), ("[a](b){c}", "a(b)c"), ("  x ", "x"), ("why?", "why?")],
)
def test_markers_and_markup_are_words_when_they_are_taught(masked: str, taught: str) -> None:
    assert teachable(masked) == taught


WHOLE_ARTICLES = """# Waste.
articles:
  - id: one
    title:
      en: One   # a remark
      fr: Un
    answer:
      en: >-
        The first line
        and the second.
      fr: "Deux : points"
    as_of: 2026-11-23
  # Between two.
  - id: two
    title:
      en: Two
      fr: Deux
"""


def test_texts_of_an_article_change_and_everything_else_stays() -> None:
    written = with_texts(WHOLE_ARTICLES, "one", {"answer": {"en": "It's new: yes.", "fr": "Deux : points"}, "as_of": "2026-11-29"})
    assert yaml.safe_load(written)["articles"][0]["answer"] == {"en": "It's new: yes.", "fr": "Deux : points"}
    assert [line for line in WHOLE_ARTICLES.splitlines() if line not in written.splitlines()] == [
        "      en: >-",
        "        The first line",
        "        and the second.",
        "    as_of: 2026-11-23",
    ]


def test_a_long_text_is_folded_as_people_write_it() -> None:
    text = "a word or two " * 20 + "end"
    written = with_texts(WHOLE_ARTICLES, "one", {"answer": {"fr": text}})
    assert "      fr: >-\n        a word" in written
    assert max(map(len, written.splitlines())) <= 140
    assert yaml.safe_load(written)["articles"][0]["answer"]["fr"] == text


@pytest.mark.parametrize("texts", [{"title": "one text"}, {"owner": "city"}, {"title": {"de": "Eins"}}])
def test_a_field_that_the_article_has_not_is_refused(texts: Dict[str, Any]) -> None:
    with pytest.raises(WriteError):
        with_texts(WHOLE_ARTICLES, "one", texts)


def test_an_article_is_added_at_the_end() -> None:
    written = with_article(WHOLE_ARTICLES, {"id": "three", "title": {"en": "Yes: no", "fr": "Trois"}, "as_of": "2026-11-29"})
    assert written.startswith(WHOLE_ARTICLES.rstrip())
    assert loaded(written)["articles"][2] == {"id": "three", "title": {"en": "Yes: no", "fr": "Trois"}, "as_of": "2026-11-29"}
