"""What residents read about closed roads: near a place, on a street, on a day; nothing listed is not the same as no answer."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any, List, Optional

import pytest

from actions.clients.errors import CityError, Failure
from actions.clients.geocoder import Located
from actions.clients.kept import Held
from actions.clients.road_sources import KeptRoads
from actions.clients.roads import CLOSED, LANES, WORKS, Closure, RoadsError
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.roads import Roads
from bot.messages import Place
from tests.actions.turns import Form, Said

THURSDAY = date(2026, 3, 5)
KING = Located("200 King St W", 43.4516, -80.4925, "address", 100.0)
FAR = Located("1 Elm St", 43.40, -80.55, "address", 100.0)
CORNER = Located("King St W & Victoria St N", 43.4526, -80.4953, "corner", 100.0)
KNOWN = {"200 King St W": KING, "1 Elm St": FAR, "King & Victoria": CORNER}


def closure(road: str = "King St W", **changes: Any) -> Closure:
    given = {
        "from_road": "Queen St",
        "to_road": "Victoria St",
        "state": CLOSED,
        "reason": "water main",
        "first": date(2026, 3, 1),
        "last": date(2026, 3, 20),
        "paths": (((43.4510, -80.4900), (43.4526, -80.4953)),),
    }
    return Closure(road=road, **{**given, **changes})


class Feed:
    """A source of closures with these; `broken` is raised instead, `as_of` makes it old."""

    def __init__(self) -> None:
        self.listed: List[Closure] = [closure()]
        self.broken: Optional[CityError] = None
        self.as_of: Optional[datetime] = None

    def closures(self, today: date) -> Held[List[Closure]]:
        if self.broken:
            raise self.broken
        return Held(self.listed, self.as_of)


class Locator:
    def candidates(self, text: str, language: str) -> List[Located]:
        return [KNOWN[text]] if text in KNOWN else []


class Talk:
    def __init__(self, language: str = "en") -> None:
        self.feed, self.language = Feed(), language
        self.kinds = {"roads": Roads(self.feed, Locator())}
        asks = {"look_up_answer": ActionAskLookUpAnswer(self.kinds)}
        self.form = Form(ValidateLookUpForm(self.kinds), asks, ActionLookUp(self.kinds), slots={"language": language})

    def ask(self, text: str) -> Said:
        return self.form.say(text, "look_up", look_up="roads")

    def read(self, text: str) -> str:
        return self.ask(text).text(self.language)


@pytest.fixture(autouse=True)
def _it_is_thursday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.look_ups.roads.today", lambda: THURSDAY)
    monkeypatch.setattr("actions.look_ups.roads.now", lambda: datetime(2026, 3, 5, 12, tzinfo=timezone.utc))


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.mark.parametrize(
    "text", ["is king street closed", "is king closed", "king st w?", "is king w open yet", "what about king?", "closures on KING ST W"]
)
def test_a_street_is_enough(talk: Talk, text: str) -> None:
    said = talk.ask(text)
    assert "King St W (Queen St to Victoria St): closed until March 20 (water main)" in said.text()
    assert (said.report["outcome"], said.report["answered"]) == ("ok", "look_up/roads")
    source = said.messages[0]["custom"]["source"]
    assert source["name"] == "Region of Waterloo"
    assert source["url"].startswith("https://www.waterloo.ca/")


@pytest.mark.parametrize(
    "text", ["rue king fermée?", "la rue king ouest est-elle fermée", "king est fermée?", "y a-t-il des travaux sur king"]
)
def test_the_same_in_french(text: str) -> None:
    said = Talk("fr").read(text)
    assert "King St W (de Queen St à Victoria St) : fermée jusqu'au 20 mars (water main)" in said


def test_a_street_without_closures_is_told_as_one_and_never_as_an_error(talk: Talk) -> None:
    said = talk.ask("is bridge street closed")
    assert said.text().startswith("No closure is listed on Bridge St today or in the next 7 days.")
    assert said.report["outcome"] == "ok"


@pytest.mark.parametrize("failure", list(Failure))
def test_a_source_that_fails_is_never_told_as_no_closures(talk: Talk, failure: Failure) -> None:
    talk.feed.broken = RoadsError(failure, "broken")
    said = talk.ask("is king street closed")
    assert said.responses[0] in ("utter_look_up_unreachable", "utter_look_up_bad_data")
    assert "No closure" not in said.text()
    assert "answered" not in said.report


def test_the_other_direction_is_another_street(talk: Talk) -> None:
    assert talk.ask("is king st e closed").responses == ["utter_roads_none"]


@pytest.mark.parametrize(
    ("text", "listed"),
    [("any closures near 200 king st w", True), ("road work near king and victoria", False), ("closures near 1 elm st", False)],
)
def test_only_what_is_a_few_blocks_away_counts(talk: Talk, text: str, listed: bool) -> None:
    expected = "utter_roads_listed" if listed else "utter_roads_none"
    if text.endswith("victoria"):  # both streets are known to have closures: it is their corner
        talk.feed.listed.append(closure("Victoria St N", paths=(((43.40, -80.55),),)))
        expected = "utter_roads_listed"
    assert talk.ask(text).responses == [expected]


def test_the_nearest_comes_first(talk: Talk) -> None:
    talk.feed.listed = [closure("Far St", paths=(((43.4550, -80.4925),),)), closure("Near St", paths=(((43.4517, -80.4925),),))]
    said = talk.read("closures near 200 king st w").splitlines()
    assert [row.partition(" (")[0] for row in said[1:]] == ["Near St", "Far St"]


def test_without_place_and_street_it_is_asked_for_with_the_map_and_a_shared_place_will_do(talk: Talk) -> None:
    asked = talk.ask("road work near me")
    assert asked.responses == ["utter_ask_roads_place"]
    assert "https://www.waterloo.ca/" in asked.text()
    assert asked.messages[0]["custom"]["asks_location"] is True
    shared = talk.form.share(Place("", 43.4516, -80.4925)).text()
    assert shared.startswith("Closures listed within 700 m of the place you shared:\nKing St W")


@pytest.mark.parametrize(("answer", "response"), [("king", "utter_roads_listed"), ("elm street", "utter_roads_none"), ("blah", None)])
def test_the_question_is_answered_with_a_street(talk: Talk, answer: str, response: Optional[str]) -> None:
    talk.ask("road closures")
    said = talk.form.say(answer)
    assert said.responses == [response or "utter_ask_look_up_place_unknown"]


def test_the_next_question_leans_on_the_street_before(talk: Talk) -> None:
    talk.ask("is king street closed")
    assert talk.ask("and on march 25?").text().startswith("No closure is listed on King St on Wednesday, March 25.")


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("is king st closed", False),  # in ten days: not now, not soon
        ("is king st closed on march 16", True),
        ("is king st closed on march 14", False),
        ("is king st closed march 12 to 15", True),
    ],
)
def test_the_day_that_is_asked_about_counts(talk: Talk, text: str, listed: bool) -> None:
    talk.feed.listed = [closure(first=date(2026, 3, 15), last=date(2026, 3, 16))]
    assert talk.ask(text).responses == ["utter_roads_listed" if listed else "utter_roads_none"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"last": None}, "closed until further notice"),
        ({"last": THURSDAY}, "closed until the end of today"),
        ({"first": date(2026, 3, 7), "last": date(2026, 3, 7)}, "closed on March 7"),
        ({"first": date(2026, 3, 7), "last": date(2026, 3, 9)}, "closed from March 7 to March 9"),
        ({"first": date(2026, 3, 7), "last": None}, "closed from March 7 until further notice"),
        ({"first": None}, "closed until March 20"),
        ({"state": LANES}, "some lanes closed until March 20"),
        ({"state": WORKS}, "work or an event until March 20"),
        ({"some_hours": True}, "closed until March 20, at certain times only"),
        ({"last": THURSDAY, "ends": datetime(2026, 3, 5, 22, 30, tzinfo=timezone.utc)}, "closed until 5:30 p.m. today"),
        ({"ends": datetime(2026, 3, 20, 22, 30, tzinfo=timezone.utc)}, "closed until March 20"),
    ],
)
def test_how_and_how_long_is_said(talk: Talk, changes: Any, expected: str) -> None:
    talk.feed.listed = [closure(reason="", **changes)]
    assert talk.read("is king st closed") == f"Closures listed on King St:\nKing St W (Queen St to Victoria St): {expected}"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "is king st closed", "King St W (Queen St to Victoria St), northbound: closed until March 20"),
        ("fr", "rue king fermée?", "King St W (de Queen St à Victoria St), vers le nord : fermée jusqu'au 20 mars"),
    ],
)
def test_one_direction_is_not_told_as_both(language: str, text: str, expected: str) -> None:
    talk = Talk(language)
    talk.feed.listed = [closure(reason="", direction="N"), closure(road="King St E", reason="", direction="NOBODY KNOWS")]
    assert expected in talk.read(text).splitlines()
    assert "NOBODY" not in talk.read(text)


def test_what_ended_this_morning_is_over(talk: Talk) -> None:
    talk.feed.listed = [closure(last=THURSDAY, ends=datetime(2026, 3, 5, 11, 30, tzinfo=timezone.utc))]
    assert talk.ask("is king st closed").responses == ["utter_roads_none"]


def test_the_hour_of_its_end_is_told_in_french_too() -> None:
    talk = Talk("fr")
    talk.feed.listed = [closure(reason="", last=THURSDAY, ends=datetime(2026, 3, 5, 22, 30, tzinfo=timezone.utc))]
    assert "fermée jusqu'à 17\xa0h\xa030 aujourd'hui" in talk.read("rue king fermée?").replace("17 h 30", "17\xa0h\xa030")


def test_a_long_reason_is_cut(talk: Talk) -> None:
    talk.feed.listed = [closure(reason="Water main work " * 20)]
    reason = talk.read("is king st closed").partition("20 (")[2]
    assert len(reason) <= 61
    assert reason.endswith("work...)") or reason.endswith("main...)") or reason.endswith("Water...)")


def test_a_tapped_choice_is_about_the_words_before_it(talk: Talk) -> None:
    talk.form.said_before.append("is king closed saturday")
    said = talk.form.say("See closed roads", "look_up", tapped=True, look_up="roads")
    assert "King St W" in said.text()


def test_of_many_the_first_are_told_closed_ones_before_the_others(talk: Talk) -> None:
    talk.feed.listed = [closure(from_road=f"{number} St", state=LANES) for number in range(5)] + [closure(from_road="Last St")]
    rows = talk.read("is king st closed").splitlines()
    assert len(rows) == 5
    assert "Last St" in rows[1]
    assert rows[4] == "and 3 more"


def test_an_older_list_is_told_with_its_age(talk: Talk) -> None:
    talk.feed.as_of = datetime(2026, 3, 5, 15, 30, tzinfo=timezone.utc)
    said = talk.read("is king st closed")
    assert "As of March 5, 10:30 a.m." in said
    assert "I cannot reach the system right now" in said


class Counting:
    """Answers once, then fails."""

    def __init__(self) -> None:
        self.asked = 0

    def closures(self, today: date) -> List[Closure]:
        self.asked += 1
        if self.asked > 1:
            raise RoadsError(Failure.UNREACHABLE)
        return [closure()]


def test_the_list_is_asked_for_once_in_a_while_and_an_old_one_outlives_a_failure() -> None:
    source = Counting()
    kept = KeptRoads(source)
    assert [len(kept.closures(THURSDAY).value) for _ in range(3)] == [1, 1, 1]
    assert source.asked == 1
    impatient = KeptRoads(Counting(), ttl_s=0.0)
    assert impatient.closures(THURSDAY).as_of is None
    assert impatient.closures(THURSDAY).as_of is not None


@pytest.mark.parametrize(
    "text", ["is king st w closed in cambridge", "any road work at 310 albert st, waterloo", "king est fermée à Guelph"]
)
def test_roads_of_another_town_are_not_said_to_be_open(text: str) -> None:
    assert Talk().ask(text).responses == ["utter_look_up_outside"]


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        ("en", "any closures on hwy 8", "I have no list of closures on highways or expressways."),
        ("en", "is the freeway open", "I have no list of closures on highways or expressways."),
        ("fr", "la 401 est-elle fermée", "Je n'ai pas de liste des fermetures sur les autoroutes et les voies rapides."),
    ],
)
def test_a_highway_is_no_street_to_ask_for(language: str, text: str, says: str) -> None:
    talk = Talk(language)
    assert talk.read(text).startswith(says)
    assert not talk.form.open


def test_a_street_by_the_highway_is_still_a_street(talk: Talk) -> None:
    assert "King St W" in talk.read("is king st w closed by the expressway")


def test_the_way_around_is_said_to_be_unknown_behind_the_closures(talk: Talk) -> None:
    said = talk.ask("how do i get around the closure on king st w")
    assert said.responses == ["utter_roads_listed", "utter_roads_no_detours"]


def test_a_number_alone_is_no_place(talk: Talk) -> None:
    talk.ask("any closures nearby")
    assert talk.form.say("45").responses == ["utter_ask_roads_place"]


@pytest.mark.parametrize("text", ["is king closed at the 401", "la rue king est-elle fermée à la 401", "closures on the 8 of december"])
def test_a_road_at_a_highway_or_a_day_is_no_highway(talk: Talk, text: str) -> None:
    assert "no list of closures on highways" not in talk.read(text)
