"""Articles become training data that Rasa takes without a warning, and that leave its domain alone."""

from __future__ import annotations

import warnings

import pytest
import yaml
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.importer import LabelledExample, article_examples
from bot.knowledge.problems import KnowledgeError
from tests.knowledge.writing import article, write

DOMAIN = """
version: "3.1"
intents: [article, report_problem, greet]
entities: [article, service_code]
actions: [action_answer_article]
"""
NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - bonjour
- intent: report_problem/pothole
  examples: |
    - a hole in the road
    - un trou dans la rue
"""


@pytest.fixture
def project(tmp_path):
    """A Rasa project with a knowledge folder inside its training data, as in a city's data folder."""
    config = {
        "recipe": "default.v1",
        "language": "en",
        "importers": [{"name": "bot.assistant.importer.ArticleImporter", "knowledge_folder": str(tmp_path / "data" / "knowledge")}],
    }
    (tmp_path / "config.yml").write_text(yaml.safe_dump(config))
    (tmp_path / "domain.yml").write_text(DOMAIN)
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "nlu" / "some.yml").write_text(NLU, encoding="utf-8")
    write(tmp_path / "data" / "knowledge", "pets.yml", article("lost_cat"), article("lost_dog"))
    return tmp_path


def importer(project) -> TrainingDataImporter:
    """The importers as Rasa stacks them for training and validation."""
    return TrainingDataImporter.load_from_config(str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")])


def labels(project):
    data = importer(project).get_nlu_data()
    return {example.get(TEXT): (example.get_full_intent(), example.get("intent")) for example in data.intent_examples}


def test_every_way_of_asking_is_an_example_with_the_articles_label(project):
    found = labels(project)

    for name in ("lost_cat", "lost_dog"):
        for questions in article(name)["questions"].values():
            assert {found[question] for question in questions} == {(f"article/{name}", "article")}


def test_examples_in_rasas_files_keep_their_labels(project):
    found = labels(project)

    assert found["bonjour"] == ("greet", "greet")
    assert found["un trou dans la rue"] == ("report_problem/pothole", "report_problem")
    assert len(found) == 4 + 2 * 40


def test_rasa_has_nothing_to_warn_about(project):
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # the category of Rasa's own
        stacked = importer(project)
        stacked.get_nlu_data()
        stacked.get_domain()
        stacked.get_config_file_for_auto_config()


def test_the_domain_does_not_grow_with_the_articles(project):
    before = importer(project).get_domain()
    write(project / "data" / "knowledge", "more.yml", *[article(f"pet_{number}") for number in range(50)])

    after = importer(project).get_domain()

    assert after.as_dict() == before.as_dict()
    assert "article" in after.intents
    assert not [action for action in after.action_names_or_texts if action.startswith("utter_")]
    assert len(labels(project)) == 4 + 52 * 40


def test_a_corrected_answer_needs_no_training_and_a_new_question_does(project):
    knowledge = project / "data" / "knowledge"

    def fingerprint():
        return importer(project).get_nlu_data().fingerprint()

    before = fingerprint()
    corrected = article("lost_dog", answer={"en": "Look under the bed.", "fr": "Regardez sous le lit."})
    write(knowledge, "pets.yml", article("lost_cat"), corrected)
    assert fingerprint() == before

    questions = {**corrected["questions"], "en": [*corrected["questions"]["en"], "where is my dog"]}
    write(knowledge, "pets.yml", article("lost_cat"), {**corrected, "questions": questions})
    assert fingerprint() != before


def test_examples_say_in_which_language_they_are(project):
    found = article_examples(project / "data" / "knowledge")

    assert {example.get("metadata")["example"]["language"] for example in found} == {"en", "fr"}


def test_an_article_that_cannot_be_used_stops_the_training_and_is_named(project):
    write(project / "data" / "knowledge", "pets.yml", article("lost_cat", owner="martians"))

    with pytest.raises(KnowledgeError, match="pets.yml:2: lost_cat: owner: 'martians'"):
        importer(project).get_nlu_data()


def test_an_example_to_measure_with_stays_beside_one_to_learn_from_with_the_same_words():
    learnt = LabelledExample.of("greet", {TEXT: "hello"}, language="en")
    measured = LabelledExample.of("greet", {TEXT: "hello"}, language="en", use="calibration")
    assert TrainingData([learnt, measured, LabelledExample.of("greet", {TEXT: "hello"}, language="en")]).training_examples == [
        learnt,
        measured,
    ]
