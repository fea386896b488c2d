"""What residents read who ask for their ward or their councillor, against the sandbox's Represent and locator."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Iterator, Optional

import pytest
import responses

from actions.clients.arcgis import ArcGIS
from actions.clients.geocoder import Geocoder
from actions.clients.kept import Held
from actions.clients.represent import Represent
from actions.clients.ward_sources import KeptWards
from actions.clients.wards import Council, Official
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.ward import WardLookUp
from bot.city import city
from bot.messages import Place
from tests.actions.turns import Form, Said
from tests.running import fault

NEWER = "After an election this can be out of date for a while: see the city's page."


def talk_with(wards: object, geocoder: Geocoder, server: Optional[ArcGIS] = None) -> Form:
    kinds = {"ward": WardLookUp(wards, geocoder, server)}
    return Form(ValidateLookUpForm(kinds), {"look_up_answer": ActionAskLookUpAnswer(kinds)}, ActionLookUp(kinds))


@pytest.fixture
def talk(sandbox: str, geocoder: Geocoder) -> Form:
    represent = Represent(
        f"{sandbox}/represent",
        wards="kitchener-wards",
        council="kitchener-city-council",
        region="waterloo-regional-council",
        region_district="Kitchener",
    )
    return talk_with(KeptWards(represent), geocoder, ArcGIS(f"{sandbox}/arcgis/rest/services", zone=city().timezone))


def ask(talk: Form, text: str) -> Said:
    return talk.say(text, "look_up", look_up="ward")


def test_an_address_has_its_ward_and_councillor_and_who_says_so(talk: Form) -> None:
    said = ask(talk, "what ward is 200 king st w in")
    assert said.text() == (
        "200 King St W is in ward 9.\n"
        "Councillor: Indigo Sample, 1 519 555-0109, ward.9@example.org\n"
        f"{NEWER}\n"
        "The mayor and the Region's seats are elected by the whole city."
    )
    assert said.messages[0]["custom"]["source"]["name"] == "Represent by Open North"
    assert said.report["answered"] == "look_up/ward"


def test_in_french_too(talk: Form) -> None:
    talk.slots["language"] = "fr"
    assert (
        ask(talk, "qui est mon conseiller au 200 rue king ouest")
        .text("fr")
        .startswith("200 King St W est dans le quartier 9.\nÉlu au conseil : Indigo")
    )


def test_without_an_address_it_is_asked_for_and_a_pin_will_do(talk: Form) -> None:
    assert ask(talk, "who is my councillor").responses == ["utter_ask_look_up_place"]
    assert talk.share(Place("", 43.40, -80.46)).text().startswith("That place is in ward 3.\nCouncillor: Casey Sample")


def test_a_corner_is_a_place(talk: Form) -> None:
    assert ask(talk, "who do I vote for at king st w and victoria st n").text().startswith("King St W & Victoria St N is in ward 9.")


def test_a_ward_given_by_its_number_needs_no_address(talk: Form) -> None:
    assert (
        ask(talk, "email of the ward 3 councillor")
        .text()
        .startswith("Ward 3:\nCouncillor: Casey Sample, 1 519 555-0103, ward.3@example.org")
    )


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("what ward is 5 king st e in", "en", "5 King St E is in ward "),
        ("which ward is 85 queen st n in", "en", "85 Queen St N is in ward "),
        ("dans quel quartier est le 8 rue king est", "fr", "8 King St E est dans le quartier "),
        ("who is the councillor for ward 5 on king st", "en", "Ward 5:"),
        ("is 5 king st e in ward 9", "en", "Ward 9:"),
        ("councillor for ward 9 forest heights", "en", "Ward 9:"),
    ],
)
def test_the_number_of_a_house_is_no_wards(talk: Form, text: str, language: str, expected: str) -> None:
    talk.slots["language"] = language
    assert ask(talk, text).text(language).startswith(expected)


def test_a_ward_that_is_not_there_is_asked_about(talk: Form) -> None:
    asked = ask(talk, "who is the councillor for ward 14")
    assert (
        asked.text() == "I know no ward 14 here. The wards are 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10. Which one is it, or what is the address?"
    )
    assert talk.say("sorry, ward 4").text().startswith("Ward 4:")


def test_the_mayor_and_the_region_are_told_apart_and_need_no_address(talk: Form) -> None:
    expected = (
        "Elected by the whole city, whatever the ward:\nMayor: Morgan Sample\nRegional chair: Quinn Sample\n"
        "Regional councillors: Kerry Sample, Logan Sample, Noémie Sample and Parker Sample\n"
        f"{NEWER}"
    )
    assert ask(talk, "who represents me at the region").text() == expected
    assert ask(talk, "who is my councillor at 200 king st w").choices == ["Mayor and Region"]
    tapped = talk.say("Mayor and Region", "look_up", tapped=True, look_up="ward", answer="whole_city")
    assert tapped.text() == expected


def test_outside_the_city_there_is_no_ward(talk: Form) -> None:
    ask(talk, "who is my councillor")
    said = talk.share(Place("Far away", 43.60, -80.40))
    assert said.responses == ["utter_ward_outside"]
    assert said.report["outcome"] == "not_found"


def test_a_neighbourhood_is_too_large_for_an_answer(talk: Form) -> None:
    ask(talk, "what ward am I in")
    assert talk.say("Victoria Park").text() == (
        "Victoria Park may lie in more than one ward. Which address is it there? A house number and a street, or two streets that cross."
    )
    assert talk.say("200 king st w").text().startswith("200 King St W is in ward 9.")


@pytest.mark.parametrize(("name", "response"), [("html500", "utter_look_up_unreachable"), ("error200", "utter_look_up_bad_data")])
def test_a_source_that_fails_is_not_told_as_no_ward(talk: Form, sandbox: str, name: str, response: str) -> None:
    with fault(sandbox, "represent", name):
        said = ask(talk, "what ward is 200 king st w in")
    assert said.responses == [response]


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("what ward am i in", "find_ward"),
        ("who is my councillor", "find_councillor"),
        ("who represents me at the region", "regional_council"),
    ],
)
def test_where_no_wards_are_offered_the_nearest_article_is_the_answer(
    monkeypatch: pytest.MonkeyPatch, geocoder: Geocoder, text: str, article: str
) -> None:
    monkeypatch.setattr(WardLookUp, "offered", False)
    assert ask(talk_with(Wards(Council({})), geocoder), text).report["answered"] == f"article/{article}"


class Wards:
    """A source with little to say."""

    def __init__(self, council: Council, as_of: Optional[datetime] = None) -> None:
        self.held = Held(council, as_of)

    def ward_at(self, latitude: float, longitude: float) -> Held[Optional[str]]:
        return Held("9")

    def council(self) -> Held[Council]:
        return self.held


def test_what_is_older_than_it_should_be_says_so(geocoder: Geocoder) -> None:
    council = Council({"9": Official("A. Sample", "Councillor", "Ward 9", url="https://example.org/a")})
    talk = talk_with(Wards(council, datetime(2026, 11, 20, 3, 0, tzinfo=timezone.utc)), geocoder)
    assert ask(talk, "what ward is 200 king st w in").text() == (
        "200 King St W is in ward 9.\nCouncillor: A. Sample, https://example.org/a\n"
        "As of November 19, 10:00 p.m.; I cannot reach the system right now, so this may have changed.\n"
        f"{NEWER}"
    )


def test_an_empty_seat_is_said_to_be_empty(geocoder: Geocoder) -> None:
    talk = talk_with(Wards(Council({"1": Official("A. Sample", "", "1")})), geocoder)
    said = ask(talk, "what ward is 200 king st w in").text()
    assert said == f"200 King St W is in ward 9.\nCouncillor: nobody is listed right now\n{NEWER}"
    assert ask(talk, "who is the mayor and who at the region").responses == ["utter_ward_whole_city_unknown"]


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_the_council_is_asked_for_once_a_day(mocked: responses.RequestsMock) -> None:
    rows = {"objects": [{"name": "A. Sample", "district_name": "Ward 1"}], "meta": {"next": None}}
    mocked.get("https://represent.example.org/representatives/city/", json=rows)
    wards = KeptWards(Represent("https://represent.example.org", wards="wards", council="city"))
    assert wards.council() == wards.council()
    assert len(mocked.calls) == 1


@pytest.mark.parametrize("text", ["how do i call them", "what's her email", "c'est quoi son courriel"])
def test_how_to_reach_whoever_was_told_needs_no_second_address(talk: Form, text: str) -> None:
    ask(talk, "what ward is 200 king st w in")
    assert "ward.9@example.org" in ask(talk, text).text()


@pytest.mark.parametrize(
    "text",
    [
        "what ward is it on Krug Street",
        "my sister is in Doon, who is her councillor",
        "and downtown, what ward is that in",
        "which ward is the nearest arena in, is it far",
        "dans quel quartier est la bibliothèque, elle est au centre",
        "mon frère habite à Doon, qui est son conseiller",
    ],
)
def test_a_message_that_names_another_place_is_not_about_the_ward_before(talk: Form, text: str) -> None:
    ask(talk, "what ward is 200 king st w in")
    assert "ward.9@example.org" not in ask(talk, text).text()


def test_there_is_points_at_nobody(talk: Form) -> None:
    ask(talk, "what ward is 200 king st w in")
    assert "ward.9@example.org" not in ask(talk, "y a-t-il un conseiller pour ma rue").text()


def test_another_ward_is_not_the_one_that_was_told(talk: Form) -> None:
    ask(talk, "what ward is 200 king st w in")
    assert "ward.9@example.org" not in ask(talk, "and who is it in ward 4").text()


@pytest.mark.parametrize("text", ["which ward is 310 albert st waterloo", "310 albert st in waterloo, who is elected there"])
def test_an_address_in_another_town_has_none_of_the_citys_wards(talk: Form, text: str) -> None:
    assert ask(talk, text).text().startswith("That is in Waterloo, and this is the assistant of the City of Kitchener")
    assert not talk.open


def test_another_town_in_the_answer_ends_the_question(talk: Form) -> None:
    talk.slots["language"] = "fr"
    ask(talk, "qui est mon conseiller")
    assert (
        talk.say("au 9 rue Dickson, Cambridge").text("fr").startswith("C'est à Cambridge, et je suis l'assistant de la Ville de Kitchener")
    )


def test_a_street_alone_is_asked_where_on_it_and_a_number_or_a_cross_street_completes_it(talk: Form) -> None:
    ask(talk, "who is my councillor")
    assert talk.say("krug street").text().startswith("Where on Krug St is it?")
    assert talk.say("45").text().startswith("45 Krug St is in ward")


@pytest.mark.parametrize("answer", ["wheres the pool", "whats my bill"])
def test_a_question_is_no_name_of_a_place(talk: Form, answer: str) -> None:
    ask(talk, "who is my councillor")
    assert talk.say(answer, "nlu_fallback").responses == ["utter_ask_look_up_place_unclear"]


@pytest.mark.parametrize("text", ["which ward is lyle hallman pool in", "dans quel quartier est la piscine lyle hallman"])
def test_a_facility_is_a_place_for_a_ward_too(talk: Form, text: str) -> None:
    assert ask(talk, text).text().startswith("Lyle Hallman Pool is in ward")
