"""What residents read who ask which data there are: the data sets with licence, formats, age and link, or how to ask for them."""

from __future__ import annotations

from typing import Any

import pytest

from actions.clients.hub import Hub
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.data_sets import DataSets, subject
from tests.actions.turns import Form, Said
from tests.running import fault


class Talk:
    """A conversation about the catalogue."""

    def __init__(self, sandbox: str, language: str = "en") -> None:
        kinds = {"data_sets": DataSets(Hub(f"{sandbox}/hub"))}
        asks = {"look_up_answer": ActionAskLookUpAnswer(kinds)}
        self.form = Form(ValidateLookUpForm(kinds), asks, ActionLookUp(kinds), {"language": language})
        self.language = language

    def ask(self, text: str, **more: Any) -> Said:
        return self.form.say(text, "look_up", look_up="data_sets", **more)


@pytest.fixture
def talk(sandbox: str) -> Talk:
    return Talk(sandbox)


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("do you have data on trees", "en", "trees"),
        ("where can I download a csv of the building permits?", "en", "building permits"),
        ("is there any open data about water mains", "en", "water mains"),
        ("what data sets do you have", "en", ""),
        ("avez-vous des données sur les arbres", "fr", "arbres"),
        ("y a-t-il un jeu de données ouvertes sur les collisions", "fr", "collisions"),
        ("quelles données offrez-vous", "fr", ""),
    ],
)
def test_what_the_data_are_about_is_what_the_question_adds(text: str, language: str, words: str) -> None:
    assert subject(text, language) == words


def test_a_data_set_comes_with_licence_formats_age_and_link(talk: Talk, sandbox: str) -> None:
    said = talk.ask("do you have data on trees")
    heading, first, *_ = said.text().splitlines()
    assert heading == "Open data on trees:"
    assert first.startswith("Tree Inventory (Open Government Licence - sample; ")
    assert "GeoJSON" in first
    assert "; updated " in first
    assert f"): {sandbox}/hub/datasets/" in first
    assert said.messages[0]["custom"]["source"]["name"] == "Open data catalogue, City of Kitchener"
    assert said.report["answered"] == "look_up/data_sets"


def test_at_most_three_are_named(talk: Talk) -> None:
    lines = talk.ask("do you have transportation data").text().splitlines()
    assert len([line for line in lines if "/hub/datasets/" in line]) == 3
    assert lines[-1].startswith("and ")


def test_a_residents_french_word_finds_what_the_catalogue_has_in_english(sandbox: str) -> None:
    read = Talk(sandbox, "fr").ask("avez-vous des données sur les arbres").text("fr")
    assert read.startswith("Données ouvertes, arbres :\nTree Inventory (")
    assert "mis à jour le" in read


def test_when_nothing_has_all_the_words_one_of_them_will_do(talk: Talk) -> None:
    assert talk.ask("data on hospitals and unicorns").text().startswith("Open data on hospitals:\nHospitals (")


def test_nothing_found_says_how_to_ask_the_city(talk: Talk) -> None:
    said = talk.ask("do you have data on unicorns")
    assert said.responses == ["utter_data_sets_none"]
    assert "unicorns" in said.text()
    assert said.messages[0]["buttons"][0]["payload"] == '/article{"article": "open_data_request"}'
    assert said.report["outcome"] == "not_found"


def test_without_a_subject_it_is_asked_for(talk: Talk) -> None:
    assert talk.ask("what data sets do you have").responses == ["utter_ask_data_sets_subject"]
    assert talk.form.say("playgrounds").text().startswith("Open data on playgrounds:\nPlaygrounds (")


def test_a_broken_catalogue_is_not_told_as_nothing_found(talk: Talk, sandbox: str) -> None:
    with fault(sandbox, "hub", "html500"):
        said = talk.ask("do you have data on trees")
    assert said.responses == ["utter_look_up_unreachable"]
