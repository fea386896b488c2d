"""An editor who makes a mistake is told where it is and what is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from bot.knowledge.check import problems
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.store import load
from tests.knowledge.writing import article, write

TODAY = date(2026, 11, 23)
SAME_TEXT = {"en": "x", "fr": "x"}
YEAR_IN_ENGLISH = {"name": {"en": "Example, May 2026", "fr": "Exemple"}, "url": "https://example.org"}


def lines(folder):
    return [str(problem) for problem in problems(folder, today=TODAY)]


def test_a_good_file_has_no_problem_and_is_loaded_as_written(tmp_path):
    folder = write(tmp_path, "pets.yml", article("lost_cat", related=["lost_dog"]), article("lost_dog"))

    assert lines(folder) == []
    found = load(folder)
    assert [each.id for each in found.articles] == ["lost_cat", "lost_dog"]
    cat = found.article("lost_cat")
    assert cat.answer["fr"] == "Appelez le 519-745-5615 si votre chat est perdu."
    assert cat.related == ("lost_dog",)
    assert (cat.file, cat.as_of, cat.offer) == ("pets.yml", "2026-03-05", None)
    assert found.article("lost_bird") is None


def test_a_task_may_be_offered_with_its_own_words(tmp_path):
    offer = {"intent": "collection_day", "title": {"en": "Find my day", "fr": "Trouver mon jour"}}

    found = load(write(tmp_path, "pets.yml", article(offer=offer))).article("lost_cat")

    assert (found.offer.intent, found.offer.title["fr"]) == ("collection_day", "Trouver mon jour")


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": None}, "title", "missing"),
        ({"title": {"en": "Lost cats"}}, "title.fr", "missing"),
        ({"title": {"en": "Lost cats", "fr": ""}}, "title.fr", "missing"),
        ({"title": "Lost cats"}, "title", "must be one entry per line, 'name: value'"),
        ({"title": {"en": "Couch", "chair": None, "fr": "Divan"}}, "title", "'chair' is not a language; put a text with a comma"),
        ({"answer": {"en": ["two", "texts"], "fr": "x"}}, "answer.en", "must be one text"),
        ({"answer": {"en": "word " * 91, "fr": "x"}}, "answer.en", "91 words, at most 90 are allowed"),
        ({"answr": SAME_TEXT}, "answr", "unknown field, did you mean 'answer'?"),
        ({"colour": "blue"}, "colour", "unknown field"),
        ({"questions": None}, "questions", "missing"),
        ({"questions": {"en": article()["questions"]["en"]}}, "questions.fr", "missing"),
        ({"questions": {**article()["questions"], "fr": "un chat"}}, "questions.fr", "must be a list of texts"),
        ({"questions": {**article()["questions"], "fr": ["a", {"b": "c"}]}}, "questions.fr", "put a text with a comma or a colon in it"),
        ({"questions": {**article()["questions"], "fr": ["a", "b"]}}, "questions.fr", "2 ways of asking, at least 20 are needed"),
        ({"questions": {**article()["questions"], "en": ["cat?"] * 20}}, "questions.en", "'cat?' is there 20 times"),
        ({"source": {"name": SAME_TEXT, "url": "http://example.org"}}, "source.url", "must be an address that begins with https://"),
        ({"source": {"name": SAME_TEXT, "url": "https://example"}}, "source.url", "must be an address that begins with https://"),
        ({"source": {"name": {"en": "x"}, "url": "https://example.org"}}, "source.name.fr", "missing"),
        ({"source": "https://example.org"}, "source", "must be one entry per line"),
        ({"owner": "martians"}, "owner", "'martians' is not a body of city.yml"),
        ({"as_of": "last year"}, "as_of", "must be a date such as 2026-11-23, or as much of it as the source gives"),
        ({"as_of": "2026-02-30"}, "as_of", "must be a date"),
        ({"as_of": "2026-13"}, "as_of", "must be a date"),
        ({"as_of": "2027-01-01"}, "as_of", "warning: 2027-01-01 is in the future"),
        ({"as_of": "2026", "source": YEAR_IN_ENGLISH}, "source.name.fr", "must say 2026, since as_of is not a whole date"),
        ({"review_by": "2027-03"}, "review_by", "must be a date such as 2027-03-31, not '2027-03'"),
        ({"review_by": "2026-11-22"}, "review_by", "warning: should have been reviewed by 2026-11-22"),
        ({"risk": "low"}, "risk", "must be one of routine, money, legal, safety, not 'low'"),
        ({"id": "Lost Cat"}, "id", "may hold small letters, digits and _ only"),
        ({"related": ["lost_bird"]}, "related", "there is no article 'lost_bird'"),
        ({"related": ["lost_cat"]}, "related", "an article is not related to itself"),
        ({"offer": {"intent": "collection_day"}}, "offer.title", "missing"),
        ({"offer": "collection_day"}, "offer", "must be one entry per line"),
        ({"sms": {"en": "Call the city.", "fr": "example.org"}}, "sms.en", "has no link"),
        ({"sms": {"en": "example.org " + "a" * 295, "fr": "example.org"}}, "sms.en", "307 characters, at most 306 fit"),
        ({"sms": {"en": "example.org", "fr": "example.org ç" + "a" * 189}}, "sms.fr", "202 characters; with ç in it at most 201 fit"),
    ],
)
def test_a_mistake_is_named_with_file_article_and_field(tmp_path, changes, field, message):
    row = article(**changes)

    found = lines(write(tmp_path, "pets.yml", row))

    assert len(found) == 1
    assert found[0].startswith("pets.yml:")
    assert f": {row['id']}: {field}: " in found[0]
    assert message in found[0]


def test_what_is_allowed_at_the_edge_is_allowed(tmp_path):
    edges = article(
        as_of="2026-11",
        source={"name": {"en": "Example, November 2026", "fr": "Exemple, novembre 2026"}, "url": "https://example.org"},
        review_by="2026-11-23",
        answer={"en": "word " * 90, "fr": "x"},
        sms={"en": "example.org " + "a" * 294, "fr": "example.org ç" + "a" * 188},
    )

    assert lines(write(tmp_path, "pets.yml", edges)) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "must begin with 'articles:'"),
        ("- id: lost_cat", 1, "must begin with 'articles:'"),
        ("articles: many", 1, "must begin with 'articles:'"),
        ("topic: pets\narticles: []", 1, "unknown field 'topic'"),
        ("articles:\n  - id: [unclosed\n", 3, "not valid YAML"),
        ("articles:\n\t- id: cat", 2, "not valid YAML"),
        ("articles:\n  - just text", 2, "article 1: is not an article"),
    ],
)
def test_a_file_that_holds_no_articles_is_named_with_the_line(tmp_path, text, line, message):
    (tmp_path / "pets.yml").write_text(text, encoding="utf-8")

    found = lines(tmp_path)

    assert len(found) == 1
    assert found[0].startswith(f"pets.yml:{line}: ")
    assert message in found[0]


def test_a_file_in_another_encoding_is_named(tmp_path):
    (tmp_path / "pets.yml").write_bytes("articles: [é]".encode("latin-1"))

    assert lines(tmp_path) == ["pets.yml:1: the file is not UTF-8 text"]


def test_a_field_written_twice_is_a_problem_not_a_silent_choice(tmp_path):
    folder = write(tmp_path, "pets.yml", article())
    file = folder / "pets.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("  owner: city\n", "  owner: city\n  owner: region\n"), encoding="utf-8")

    assert [line.split(": ", 1)[1] for line in lines(folder)] == ["'owner' is written twice"]


def test_the_line_is_that_of_the_field(tmp_path):
    folder = write(tmp_path, "pets.yml", article(), article("lost_dog", risk="low"))
    text = (folder / "pets.yml").read_text(encoding="utf-8").splitlines()

    assert lines(folder)[0].startswith(f"pets.yml:{text.index('  risk: low') + 1}: lost_dog: risk: ")


def test_every_problem_of_every_file_is_reported_in_order(tmp_path):
    write(tmp_path, "b.yml", article("lost_dog", owner="martians"))
    write(tmp_path, "a.yml", article("lost_cat", risk="low", title=None), article("lost_bird", related=["lost_cat"]))

    found = lines(tmp_path)

    assert [line.split(":")[0] for line in found] == ["a.yml", "a.yml", "b.yml"]
    assert not any("there is no article" in line for line in found), "an article that could not be read is not missing"


def test_an_id_is_used_once(tmp_path):
    write(tmp_path, "a.yml", article("lost_cat"))
    write(tmp_path, "b.yml", article("lost_cat"))

    assert lines(tmp_path) == ["b.yml:2: lost_cat: id: is also the id of the article at a.yml:2"]


def test_a_question_belongs_to_one_article_whatever_its_case_accents_and_marks(tmp_path):
    asked = {"en": [*article("x")["questions"]["en"], "Où est mon CHAT ?"], "fr": article("x")["questions"]["fr"]}
    again = {"en": article("y")["questions"]["en"], "fr": [*article("y")["questions"]["fr"], "ou est mon chat"]}
    write(tmp_path, "a.yml", article("x", questions=asked))
    write(tmp_path, "b.yml", article("y", questions=again))

    assert lines(tmp_path) == ["b.yml:2: y: questions.fr: 'ou est mon chat' is also asked in x (a.yml:2)"]


def test_a_folder_without_articles_is_a_problem(tmp_path):
    assert "holds no articles" in lines(tmp_path)[0]


def test_articles_with_errors_are_not_loaded_and_the_error_lists_them_all(tmp_path):
    write(tmp_path, "pets.yml", article("lost_cat", owner="martians"), article("lost_dog", risk="low"))

    with pytest.raises(KnowledgeError) as refused:
        load(tmp_path)

    assert "martians" in str(refused.value)
    assert "'low'" in str(refused.value)


@pytest.mark.parametrize("dates", [{"review_by": "2020-01-01"}, {"as_of": "2999-01-01"}])
def test_an_article_past_its_review_date_is_still_answered_from_and_so_are_all_when_a_clock_is_wrong(tmp_path, dates):
    write(tmp_path, "pets.yml", article(**dates))

    assert load(tmp_path).article("lost_cat") is not None
