"""What residents read who look for a place, against the sandbox's layers and locator."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

import pytest
import requests

from actions.clients.arcgis import ArcGIS
from actions.clients.errors import CityError, Failure
from actions.clients.geocoder import Geocoder, Located
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.around import Near
from actions.look_ups.near_lines import place_line
from actions.look_ups.nearest_place import NearestPlaceLookUp
from actions.look_ups.place_kinds import kinds_not_held, place_kinds
from bot.city import city
from bot.knowledge.store import knowledge
from bot.language.distances import between_m
from bot.messages import Place
from tests.actions.turns import Form, Said
from tests.running import fault

CITY_HALL = (43.4516, -80.4925)


def talk_with(look_up: NearestPlaceLookUp) -> Form:
    kinds = {"nearest_place": look_up}
    return Form(ValidateLookUpForm(kinds), {"look_up_answer": ActionAskLookUpAnswer(kinds)}, ActionLookUp(kinds))


@pytest.fixture
def talk(sandbox: str, geocoder: Geocoder) -> Form:
    return talk_with(NearestPlaceLookUp(ArcGIS(f"{sandbox}/arcgis/rest/services", zone=city().timezone), geocoder))


def ask(talk: Form, text: str, **more: Any) -> Said:
    return talk.say(text, "look_up", look_up="nearest_place", **more)


def first_line(said: Said, language: str = "en") -> str:
    return said.text(language).split("\n")[0]


def records(sandbox: str, layer: str) -> Dict[str, Dict[str, Any]]:
    """A layer's records by name, as the server gives them."""
    query = {"where": "1=1", "outFields": "*", "outSR": "4326", "resultRecordCount": "1000", "f": "json"}
    rows = requests.get(f"{sandbox}/arcgis/rest/services/{layer}/FeatureServer/0/query", params=query, timeout=20).json()["features"]
    return {row["attributes"]["NAME"]: {**row["attributes"], "at": (row["geometry"]["y"], row["geometry"]["x"])} for row in rows}


def test_the_nearest_three_come_with_their_distance_and_the_nearest_with_all_that_is_known(talk: Form, sandbox: str) -> None:
    said = ask(talk, "where's the nearest library to 200 king st w")
    heading, first, second, third = said.text().split("\n")
    assert heading == "Libraries near 200 King St W:"
    central = records(sandbox, "Facilities")["Central Library"]
    metres = re.fullmatch(r"- Central Library, (\d+) m, 85 Queen St N, (.+)", first)
    assert metres is not None
    assert metres[2] == ", ".join(filter(None, (central["HOURS"], central["PHONE"])))
    custom = said.messages[0]["custom"]
    assert custom["place"]["label"] == "Central Library"
    assert (custom["place"]["latitude"], custom["place"]["longitude"]) == pytest.approx(central["at"], abs=1e-5)
    assert int(metres[1]) == pytest.approx(between_m(CITY_HALL, central["at"]), abs=10)
    assert re.fullmatch(r"- .+, \d\.\d km, \d+ [^,]+", second)
    assert "sample data" not in second + third
    edited = ArcGIS(f"{sandbox}/arcgis/rest/services", zone=city().timezone).layer("Facilities", ["NAME"]).info.edited
    assert edited is not None
    assert custom["source"] == {
        "name": "City of Kitchener, open data",
        "url": city().backends["open_data"].by_hand,
        "as_of": edited.date().isoformat(),
    }
    assert said.report["answered"] == "look_up/nearest_place"


def test_no_other_place_of_the_layer_is_nearer(talk: Form, sandbox: str) -> None:
    talk_said = ask(talk, "nearest playground to 200 king st w")
    away = {name: between_m(CITY_HALL, row["at"]) for name, row in records(sandbox, "Playgrounds").items()}
    nearest = sorted(away, key=lambda name: away[name])[:3]
    assert [line.split(",")[0] for line in talk_said.text().split("\n")[1:]] == [f"- {name}" for name in nearest]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("where can I charge my car downtown", "EV chargers near downtown:"),
        ("is there a splash pad near victoria park", "Splash pads near Victoria Park:"),
        ("any hockey rinks close to forest heights?", "Arenas near Forest Heights:"),
        ("parking near central library", "Public parking near Central Library:"),
        ("what playground is closest to city hall", "Playgrounds near City Hall:"),
        ("nearest trail to the corner of king st w and victoria st n", "Trails near King St W & Victoria St N:"),
        ("closest comunity center to 300 king st e", "Community centres near 300 King St E:"),
        ("is there an indoor pool around stanley park", "Indoor pools near Stanley Park:"),
    ],
)
def test_kinds_and_places_are_read_as_residents_write_them(talk: Form, text: str, heading: str) -> None:
    assert first_line(ask(talk, text)) == heading


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("bibliothèque la plus proche du 200 rue king ouest", "Bibliothèques les plus proches (200 King St W) :"),
        ("y a tu une aire de jeux près de stanley park", "Aires de jeux les plus proches (Stanley Park) :"),
        ("où recharger mon auto au centre-ville", "Bornes de recharge les plus proches (centre-ville) :"),
        ("où stationner près de l'hôtel de ville", "Stationnements publics les plus proches (City Hall) :"),
        ("une piscine proche de la bibliothèque centrale", "Piscines les plus proches (Central Library) :"),
    ],
)
def test_in_french_too(talk: Form, text: str, heading: str) -> None:
    talk.slots["language"] = "fr"
    assert first_line(ask(talk, text), "fr") == heading


def test_details_are_told_in_the_residents_language(talk: Form, sandbox: str) -> None:
    said = ask(talk, "ev charger near 200 king st w")
    first = records(sandbox, "EV_Chargers")[said.messages[0]["custom"]["place"]["label"]]
    assert first["LEVEL"] == "Level 2"
    assert said.text().split("\n")[1].endswith(f", level 2, plugs: {first['PLUGS']}")
    talk.slots["language"] = "fr"
    assert ask(talk, "borne de recharge au 200 king st w").text("fr").split("\n")[1].endswith(f", niveau 2, prises : {first['PLUGS']}")
    said = ask(talk, "stationnement près de la bibliothèque centrale")
    first = records(sandbox, "Parking_Public_Lots")[said.messages[0]["custom"]["place"]["label"]]
    assert first["HOURLY_RATE"] == 2.0
    assert said.text("fr").split("\n")[1].endswith(f", 2,00\xa0$ l'heure, {first['SPACES']} places")


@pytest.mark.parametrize(("language", "rest"), [("en", "1 King St W, 20 spaces"), ("fr", "1 King St W, 20 places")])
def test_a_lot_whose_rate_the_data_do_not_tell_is_not_called_free(language: str, rest: str) -> None:
    lot = Near(450.0, CITY_HALL, {"NAME": "Lot 1", "ADDRESS": "1 King St W", "HOURLY_RATE": None, "SPACES": 20})
    assert place_line(place_kinds()["parking"], lot, language, first=True).endswith(f", 450 m, {rest}")


@pytest.mark.parametrize(
    ("language", "text", "note"),
    [
        ("en", "is there a library open now near 200 king st w", "I cannot tell whether it is open now."),
        ("fr", "une bibliothèque ouverte près du 200 rue king ouest", "Je ne peux pas dire si c'est ouvert en ce moment."),
    ],
)
def test_whether_it_is_open_now_is_not_left_to_be_believed(talk: Form, language: str, text: str, note: str) -> None:
    talk.slots["language"] = language
    assert ask(talk, text).text(language).split("\n")[-1] == note
    assert note not in ask(talk, "library near 300 king st e").text(language)


def test_that_an_open_one_is_wanted_is_kept_until_the_place_is_known(talk: Form) -> None:
    ask(talk, "any library open now?")
    assert talk.say("200 king st w").text().endswith("I cannot tell whether it is open now.")


def test_without_a_place_it_is_asked_for_and_a_pin_will_do(talk: Form) -> None:
    asked = ask(talk, "nearest playground")
    assert asked.responses == ["utter_ask_look_up_place"]
    assert asked.messages[0]["custom"]["asks_location"] is True
    assert first_line(talk.share(Place("", *CITY_HALL))) == "Playgrounds near your location:"


@pytest.mark.parametrize("answer", ["me", "near me", "here", "my house", "chez moi"])
def test_here_is_no_place_that_anybody_knows(talk: Form, answer: str) -> None:
    ask(talk, "nearest playground")
    assert talk.say(answer).responses == ["utter_ask_look_up_place_unclear"]


@pytest.mark.parametrize("answer", ["victoria park", "Kiwanis Park Pool", "300 king st e", "downtown please"])
def test_the_place_may_be_a_neighbourhood_a_facility_or_an_address(talk: Form, answer: str) -> None:
    ask(talk, "nearest library")
    assert talk.say(answer).responses == ["utter_nearest_places"]


def test_a_name_that_two_neighbourhoods_share_is_asked_about(talk: Form) -> None:
    asked = ask(talk, "is there a splash pad near doon")
    assert asked.choices == ["Lower Doon", "Doon South", "None of these"]
    assert first_line(talk.say("the second")) == "Splash pads near Doon South:"


def test_a_place_that_nobody_knows_is_said_to_be_unknown(talk: Form) -> None:
    said = ask(talk, "any playground near the dinosaur museum")
    assert said.text().startswith("I do not know dinosaur museum.")


def test_a_kind_that_nobody_knows_is_offered_as_choices_and_the_place_is_kept(talk: Form) -> None:
    asked = ask(talk, "nearest bowling alley to 200 king st w")
    assert asked.responses == ["utter_ask_place_kind"]
    assert asked.choices[:3] == ["Playgrounds", "Libraries", "Arenas"]
    assert "Indoor pools" not in asked.choices
    assert first_line(talk.say("Libraries", tapped=True, answer="library")) == "Libraries near 200 King St W:"
    ask(talk, "nearest bowling alley to 200 king st w")
    assert first_line(talk.say("the second one")) == "Libraries near 200 King St W:"
    ask(talk, "nearest bowling alley")
    none = talk.say("None of these", "something_else", tapped=True)
    assert none.text() == "I have no list of other places. Staff can help: 519-741-2345."


def test_the_next_question_leans_on_the_place_or_on_the_kind_before(talk: Form) -> None:
    ask(talk, "nearest playground to 200 king st w")
    assert first_line(ask(talk, "and the library?")) == "Libraries near 200 King St W:"
    assert first_line(ask(talk, "what about near forest heights?")) == "Libraries near Forest Heights:"


def test_far_away_there_is_none_and_the_place_is_named(talk: Form) -> None:
    ask(talk, "nearest playground")
    said = talk.share(Place("Far away", 44.5, -80.49))
    assert said.text() == "Playgrounds: the city's list has none within 16 km of Far away."
    assert said.report["outcome"] == "not_found"


@pytest.mark.parametrize(
    ("name", "response"),
    [("html500", "utter_look_up_unreachable"), ("error200", "utter_look_up_unreachable"), ("truncated", "utter_look_up_bad_data")],
)
def test_a_layer_that_fails_is_not_told_as_none_and_the_article_is_offered(talk: Form, sandbox: str, name: str, response: str) -> None:
    asked = ask(talk, "nearest playground")
    assert asked.responses == ["utter_ask_look_up_place"]
    with fault(sandbox, "arcgis", name):
        said = talk.share(Place("Home", *CITY_HALL))
    assert said.responses == [response]


class Locator:
    """A locator that knows nothing, and writes down what it was asked."""

    def __init__(self) -> None:
        self.asked: List[str] = []

    def candidates(self, text: str, language: str) -> List[Located]:
        self.asked.append(text)
        return []


class NoNeighbourhoods:
    """A server whose layers cannot be read."""

    zone = city().timezone

    def layer(self, path: str, fields: List[str]) -> NoNeighbourhoods:
        return self

    def features(self, *args: Any, **more: Any) -> List[Any]:
        raise self.error()

    @staticmethod
    def error() -> CityError:
        from actions.clients.arcgis import ArcGISError

        return ArcGISError(Failure.UNREACHABLE, "down")


def test_without_the_layer_of_neighbourhoods_the_locator_is_asked() -> None:
    locator = Locator()
    said = ask(talk_with(NearestPlaceLookUp(NoNeighbourhoods(), locator)), "nearest library to forest heights")
    assert locator.asked[0] == "forest heights"
    assert said.responses == ["utter_ask_look_up_place_unknown"]


@pytest.mark.parametrize(
    ("text", "article"), [("nearest splash pad", "splash_pads"), ("is there a rink near me", "skating_arenas"), ("nearest washroom", None)]
)
def test_where_there_are_no_layers_the_article_of_the_kind_is_the_answer(
    monkeypatch: pytest.MonkeyPatch, text: str, article: Optional[str]
) -> None:
    monkeypatch.setattr(NearestPlaceLookUp, "offered", False)
    said = ask(talk_with(NearestPlaceLookUp(NoNeighbourhoods(), Locator())), text)
    if article:
        assert said.report["answered"] == f"article/{article}"
    else:
        assert said.responses == ["utter_contact"]


def test_every_kind_is_written_in_both_languages_and_has_an_article() -> None:
    kinds: Dict[str, Any] = dict(place_kinds())
    assert len(kinds) >= 10
    for kind in kinds.values():
        assert set(kind.title) == set(kind.words) == set(city().languages)
        assert knowledge().article(kind.article), kind.id
        assert "name" in kind.fields


@pytest.mark.parametrize("written", ["any splash pad by 200 king st w", "des jeux d'eau près du 200 rue king ouest"])
def test_a_tapped_offer_answers_the_words_before_it(talk: Form, written: str) -> None:
    talk.said_before.append(written)
    assert first_line(ask(talk, "Find a place near me", tapped=True)).startswith("Splash pads near 200 ")


@pytest.mark.parametrize(
    ("text", "language", "says", "offers"),
    [
        ("where's the closest police station to 200 king st w", "en", "I have no list of police stations.", 1),
        ("any place to lock my bike downtown", "en", "I have no list of bike racks.", 1),
        ("bicycle parking near the market", "en", "I have no list of bike racks.", 1),
        ("is there a restroom at victoria park", "en", "I have no list of public washrooms.", 0),
        ("skate outdoors near forest heights", "en", "I have no list of outdoor rinks.", 1),
        ("wheres a hospital", "en", "I have no list of hospitals. If someone needs help right away, call 911.", 0),
        ("parc canin près de chez moi", "fr", "Je n'ai pas de liste pour ceci : parcs à chiens.", 1),
        ("où est l'hôpital le plus proche", "fr", "Je n'ai pas de liste pour ceci : hôpitaux. Si quelqu'un a besoin d'aide", 0),
    ],
)
def test_a_kind_that_no_layer_has_is_told_at_once_and_the_article_that_fits_is_offered(
    talk: Form, text: str, language: str, says: str, offers: int
) -> None:
    talk.slots["language"] = language
    said = ask(talk, text)
    assert said.text(language).startswith(says)
    assert len(said.choices) == offers
    assert not talk.open


@pytest.mark.parametrize("text", ["parking close to the hospital", "close to the hospital, is there any parking"])
def test_such_a_place_can_still_be_where_one_looks_from(talk: Form, text: str) -> None:
    asked = ask(talk, text)
    assert "I have no list" not in asked.text()
    assert talk.slots["look_up"] is None or talk.slots["look_up"]["state"]["looked_for"] == "parking"


def test_every_article_of_a_kind_that_no_layer_has_is_there() -> None:
    named = [kind.article for kind in kinds_not_held().values() if kind.article]
    assert len(named) > 5
    assert all(knowledge().article(one) for one in named)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("what are the hours of the second one", "Forest Heights Library"),
        ("phone for grand river stanley park library", "Grand River Stanley Park Library"),
        ("when does it close", "Central Library"),
        ("numéro de la troisième", "Grand River Stanley Park Library"),
    ],
)
def test_a_place_of_the_list_just_told_is_told_in_full(talk: Form, sandbox: str, text: str, name: str) -> None:
    ask(talk, "closest library to 200 king st w")
    said = ask(talk, text)
    assert said.text().startswith(f"- {name}, ")
    assert records(sandbox, "Facilities")[name]["PHONE"] in said.text()
    assert "near" not in said.text()


def test_what_the_list_does_not_say_is_said_to_be_unknown(talk: Form) -> None:
    ask(talk, "closest library to 200 king st w")
    assert ask(talk, "is the first one wheelchair accessible").text().endswith("My list does not say this: accessible or not.")


def test_more_of_them_are_those_behind_and_after_the_last_it_says_so(talk: Form) -> None:
    seen = set(ask(talk, "closest arena to 200 king st w").text().splitlines()[1:])
    while (more := ask(talk, "any others?")).report["outcome"] == "ok":
        rows = set(more.text().splitlines()[1:])
        assert rows
        assert not rows & seen
        seen |= rows
    assert len(seen) > 3
    assert "no more within" in more.text()


def test_a_new_question_with_a_detail_is_not_about_the_list(talk: Form) -> None:
    ask(talk, "closest library to 200 king st w")
    assert first_line(ask(talk, "is there an arena open near country hills")) == "Arenas near Country Hills:"


@pytest.mark.parametrize(
    ("text", "heading", "layer", "field", "value"),
    [
        (
            "wheelchair friendly playground near 200 king st w",
            "Accessible playgrounds near 200 King St W:",
            "Playgrounds",
            "ACCESSIBLE",
            "Yes",
        ),
        ("where to swim outdoors near 200 king st w", "Outdoor pools near 200 King St W:", "Facilities", "CATEGORY", "Outdoor Pool"),
    ],
)
def test_only_those_that_are_as_wished_are_told(
    talk: Form, sandbox: str, text: str, heading: str, layer: str, field: str, value: str
) -> None:
    first, *lines = [one for one in ask(talk, text).text().splitlines() if not one.startswith("My list")]
    assert first == heading
    held = records(sandbox, layer)
    named = [one[2:].split(",")[0] for one in lines if one.startswith("- ")]
    assert named
    assert {held[one][field] for one in named} == {value}


def test_a_fast_charger_is_no_other(talk: Form) -> None:
    first, nearest, *_ = ask(talk, "quick ev charger near 200 king st w").text().splitlines()
    assert first == "Fast EV chargers near 200 King St W:"
    assert "fast (DC)" in nearest


def test_a_wish_that_the_list_says_nothing_of_is_told_so(talk: Form) -> None:
    assert ask(talk, "accessible library near 200 king st w").text().endswith("My list does not say this: accessible or not.")


def test_what_is_open_for_a_part_of_the_year_says_so(talk: Form) -> None:
    assert "open part of the year" in ask(talk, "pool near 200 king st w").text()
    assert "only part of the year" in ask(talk, "splash pad near 200 king st w").text()


@pytest.mark.parametrize(
    "text",
    [
        "show me more arenas near 200 king st w",
        "is an arena open first thing on friday near 200 king st w",
        "montrez-m'en d'autres, des arénas près du 200 king st w",
    ],
)
def test_more_of_another_kind_is_a_new_question(talk: Form, text: str) -> None:
    ask(talk, "closest playground to 200 king st w")
    assert first_line(ask(talk, text)) == "Arenas near 200 King St W:"


@pytest.mark.parametrize("text", ["school playground near 200 king st w", "l'école cherche une aire de jeux près du 200 king st w"])
def test_what_a_layer_has_is_looked_up_beside_what_none_has(talk: Form, text: str) -> None:
    assert first_line(ask(talk, text)) == "Playgrounds near 200 King St W:"


@pytest.mark.parametrize("text", ["quick question, any ev charger near 200 king st w", "faites rapide : une borne près du 200 king st w"])
def test_a_hurry_is_no_wish(talk: Form, text: str) -> None:
    assert first_line(ask(talk, text)) == "EV chargers near 200 King St W:"
