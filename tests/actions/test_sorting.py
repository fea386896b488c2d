"""Which bin does it go in? What residents read, with the waste authority's pages and without them."""

from __future__ import annotations

from typing import Any, List

import pytest
import responses

from actions.clients.errors import Failure
from actions.clients.ledger import ledger
from actions.clients.waste_sorting import Disposal, Material, WasteSorting, WasteSortingError
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.sorting import SortingLookUp
from actions.sorting_list import sorting_list
from actions.sorting_search import query_of, spot
from tests.actions.turns import Form, Said
from tests.running import fault

THINGS = sorting_list()


def test_the_list_has_enough_items_and_each_leads_to_a_page() -> None:
    items = THINGS.items.values()
    assert len(items) >= 120
    for item in items:
        assert (item.bin.source.url if item.bin else item.look_up.url).startswith("https://")
        assert set(item.which) <= set(THINGS.items)
        assert not any(THINGS.items[one].which for one in item.which)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_two_items_have_the_same_name(language: str) -> None:
    names = [name for item in THINGS.items.values() for name in item.words[language]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_name_of_an_item_finds_it(language: str) -> None:
    missed = [
        (name, item.id) for item in THINGS.items.values() for name in item.words[language] if item not in spot(name, THINGS, language)
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("which bin for pizza boxes", "en", ["pizza_box"]),
        ("où va le styromousse", "fr", ["styrofoam"]),
        ("can i put coffee cups in the blue box", "en", ["drink_cup"]),
        ("les couches vont-elles dans le bac vert", "fr", ["diapers"]),
        ("are couches picked up", "en", ["couch"]),
        ("styrofome", "en", ["styrofoam"]),
        ("batery disposal", "en", ["batteries"]),
        ("knives and dishes", "en", ["knives", "dishes"]),
        ("which box does cardboard go in", "en", ["cardboard_box"]),
        ("coquilles d'œufs", "fr", ["eggshells"]),
        ("cup", "en", ["cup"]),
        ("can i recycle this", "en", []),
        ("which bin", "en", []),
        ("quel bac pour un xylophone", "fr", []),
    ],
)
def test_a_thing_is_found_in_the_words_of_residents(text: str, language: str, found: List[str]) -> None:
    assert [item.id for item in spot(text, THINGS, language)] == found


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("where do I throw away my old xylophone?", "xylophone"),
        ("quel bac pour un xylophone", "xylophone"),
        ("which bin", ""),
        ("can I put a garden gnome in the black cart", "garden gnome"),
        ("my sister moved away last year to another town with different rules entirely", ""),
    ],
)
def test_what_is_left_of_a_question_is_searched_for(text: str, query: str) -> None:
    assert query_of(text, THINGS) == query


def talk(pages: WasteSorting | None = None, language: str = "en") -> Form:
    look_up = SortingLookUp(pages=pages)
    look_up.pages = pages  # also when the profile offers some
    kinds = {"sorting": look_up}
    asks = {"look_up_answer": ActionAskLookUpAnswer(kinds)}
    return Form(ValidateLookUpForm(kinds), asks, ActionLookUp(kinds), slots={"language": language})


def ask(form: Form, text: str) -> Said:
    return form.say(text, "look_up", look_up="sorting")


@pytest.mark.parametrize(
    ("text", "language", "read"),
    [
        ("can I recycle a tims cup", "en", "Paper drink cup: blue box. It is on the list for all of Ontario since January 2026."),
        (
            "où va le tube de dentifrice",
            "fr",
            "Tube de dentifrice : boîte bleue. Il est sur la liste de tout l'Ontario depuis janvier 2026.",
        ),
        (
            "old paint",
            "en",
            "Paint: not in a cart or the blue box. Ask the Region of Waterloo first where to take it: 519-575-4400, any time.",
        ),
        ("banana peels", "en", "Fruit: green cart. It takes organics such as food scraps."),
    ],
)
def test_the_bin_is_said_with_one_note_and_its_source(text: str, language: str, read: str) -> None:
    said = ask(talk(language=language), text)
    assert said.text(language) == read
    assert said.messages[0]["custom"]["source"]["url"].startswith("https://")
    assert said.report["answered"] == "look_up/sorting"


@pytest.mark.parametrize(("language", "text"), [("en", "which bin for pizza boxes"), ("fr", "boîtes à pizza")])
def test_where_the_programme_says_nothing_nothing_is_made_up(language: str, text: str) -> None:
    said = ask(talk(language=language), text)
    assert said.responses == ["utter_sorting_look_up"]
    assert "https://circularmaterials.ca" in said.text(language)


def test_an_unknown_thing_is_said_to_be_unknown_with_the_place_to_look() -> None:
    said = ask(talk(), "where does my trumpet go")
    assert said.responses == ["utter_sorting_unknown"]
    assert "https://www.regionofwaterloo.ca/waste" in said.text()
    assert "answered" not in said.report


def test_two_things_are_answered_one_by_one() -> None:
    said = ask(talk(), "paint and banana peels")
    assert said.responses == ["utter_sorting_goes", "utter_sorting_goes"]


def test_a_word_that_can_mean_several_things_is_asked_about() -> None:
    form = talk()
    asked = ask(form, "cup")
    assert asked.responses == ["utter_ask_sorting_which"]
    assert asked.choices[0] == "paper drink cup"
    assert form.say("the first one").text().startswith("Paper drink cup: blue box.")
    ask(form, "cup")
    assert form.say("dishes", tapped=True, answer="dishes").responses == ["utter_sorting_look_up"]


def test_something_else_is_asked_for_anew() -> None:
    form = talk()
    ask(form, "cup")
    assert form.say("Something else", "something_else", tapped=True).responses == ["utter_ask_sorting_item"]
    assert form.say("toothpaste").text().startswith("Toothpaste tube: blue box.")


def test_a_question_without_a_thing_asks_for_one() -> None:
    form = talk()
    assert ask(form, "which bin?").responses == ["utter_ask_sorting_item"]
    assert form.say("well it is what it is", "inform").responses == ["utter_ask_sorting_item_unclear"]
    assert form.say("leaves").text().startswith("Leaves: yard waste")


def test_another_question_is_left_to_the_rules() -> None:
    form = talk()
    ask(form, "which bin?")
    form.say("how much is a dog licence", "article")
    assert form.rejected


@pytest.fixture
def pages(sandbox: str) -> WasteSorting:
    return WasteSorting(f"{sandbox}/waste/api", area="RegionOfWaterlooON", service="1110")


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("en", "which bin for pizza boxes", "Pizza box: Blue box.\nTake the food out first.\nSample data: not real sorting advice."),
        ("fr", "ampoules", "Ampoule : Bac noir.\nEmballez-la et fermez le sac.\nDonnées d'exemple : ce n'est pas un vrai conseil de tri."),
        ("en", "where does my trumpet go", "Trumpet: Reuse.\nSample data: not real sorting advice."),
    ],
)
def test_the_authority_s_own_pages_are_asked_first(pages: WasteSorting, language: str, text: str, read: str) -> None:
    said = ask(talk(pages, language), text)
    assert said.text(language) == read
    assert said.messages[0]["custom"]["source"]["url"]


def test_of_several_pages_one_is_chosen(pages: WasteSorting) -> None:
    form = talk(pages)
    asked = ask(form, "where can my guit go")
    assert asked.choices == ["Guitar string", "Guitar", "Something else"]
    assert form.say("guitar string").text().startswith("Guitar string: Black cart.")


def test_a_thing_without_a_page_is_answered_from_the_list(pages: WasteSorting) -> None:
    assert ask(talk(pages), "banana peels").text().startswith("Fruit: green cart.")


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("html500", "utter_look_up_unreachable"),
        ("429", "utter_look_up_unreachable"),
        ("slow", "utter_look_up_unreachable"),
        ("error200", "utter_look_up_bad_data"),
        ("truncated", "utter_look_up_bad_data"),
    ],
)
def test_pages_that_fail_are_never_told_as_an_unknown_thing(pages: WasteSorting, sandbox: str, name: str, response: str) -> None:
    form = talk(pages)
    form.validator.budget_s = 0.8
    with fault(sandbox, "waste", name):
        assert ask(form, "where does my trumpet go").responses == [response]
        assert ask(form, "coffee cup").responses == ["utter_sorting_goes"]  # the list knows it by itself


def test_a_page_that_fails_after_it_was_found_is_told_too(pages: WasteSorting, sandbox: str) -> None:
    form = talk(pages)
    pages.materials("trumpet", "en")
    with fault(sandbox, "waste", "truncated"):
        assert ask(form, "where does my trumpet go").responses == ["utter_look_up_bad_data"]


def test_each_fault_of_the_pages_has_its_own_failure(pages: WasteSorting, sandbox: str) -> None:
    for name, failure in (("html500", Failure.UNREACHABLE), ("truncated", Failure.MALFORMED), ("error200", Failure.MALFORMED)):
        with fault(sandbox, "waste", name), ledger(2), pytest.raises(WasteSortingError) as failed:
            pages.materials("trumpet", "en")
        assert failed.value.failure is failure


BASE = "https://waste.example/api/areas/A/services/1/pages"


def client() -> WasteSorting:
    return WasteSorting("https://waste.example/api", area="A", service="1")


@responses.activate
def test_suggestions_of_other_servers_are_read() -> None:
    rows: List[Any] = [
        {"id": 1, "title": "Paint", "score": "2.5"},
        {"id": "2", "title": "Paint <b>tin</b>", "score": None},
        {"id": 3},
        "odd",
    ]
    responses.get(BASE, json=rows)
    assert client().materials("paint", "en") == [Material("1", "Paint"), Material("2", "Paint tin")]


@responses.activate
@pytest.mark.parametrize(
    ("section", "disposal"),
    [
        ({"title": "Best Option", "rows": [{"value": "Recycling."}]}, Disposal("Recycling")),
        (
            {"title": "Best Option", "rows": [{"type": "html", "html": "<p>Compost</p>"}, {"value": "<p>No bags</p>"}]},
            Disposal("Compost", ("No bags",)),
        ),
    ],
)
def test_pages_of_other_servers_are_read(section: Any, disposal: Disposal) -> None:
    responses.get(f"{BASE}/en/7.json", json={"sections": [{"className": "picture"}, section, "odd"]})
    assert client().disposal("7", "en").value == disposal


@responses.activate
@pytest.mark.parametrize("shape", [{}, [], {"sections": []}, {"sections": [{"title": "Best Option", "rows": []}]}, None])
def test_a_page_without_words_is_malformed(shape: Any) -> None:
    responses.get(f"{BASE}/en/7.json", json=shape)
    with pytest.raises(WasteSortingError) as failed:
        client().disposal("7", "en")
    assert failed.value.failure is Failure.MALFORMED


@responses.activate
def test_a_page_that_is_gone_is_none() -> None:
    responses.get(f"{BASE}/en/7.json", json={"error": "gone"}, status=404)
    assert client().disposal("7", "en").value is None
