"""What residents read of a look-up, whatever kind it is: the question for what is missing, the answer, or who knows instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Outcome, Turn
from actions.clients.errors import CityError, Failure
from actions.clients.geocoder import Located
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.base import LookUp, State, earlier
from actions.look_ups.kinds import look_ups
from actions.look_ups.place import PlaceLookUp
from bot.knowledge.store import Knowledge, knowledge
from bot.labels import ASK_NOTHING, LOOK_UP
from bot.messages import Place
from tests.actions.turns import Form, run, tracker

KING_W = Located("200 King St W", 43.4516, -80.4925, "PointAddress", 100.0)
KING_E = Located("200 King St E", 43.4489, -80.4871, "PointAddress", 100.0)
KNOWN = {"200 King St W": [KING_W], "200 King St": [KING_W, KING_E], "doon south": [Located("Doon South", 43.39, -80.43, "POI", 95.0)]}


class Locator:
    """Knows a few places; `broken` is raised instead."""

    broken: Optional[CityError] = None

    def candidates(self, text: str, language: str) -> list[Located]:
        if self.broken:
            raise self.broken
        return KNOWN.get(text, [])


class Nearest(PlaceLookUp):
    """Says back where it would look."""

    kind = "nearest_place"
    backends = ()
    broken: Optional[CityError] = None

    async def answer(self, turn: Turn, state: State) -> Outcome:
        turn.say("utter_report_place_changed", location=state["place"]["label"])
        if self.broken:
            raise self.broken
        return Outcome.OK


class NotHere(Nearest):
    kind = "roads"
    offered = False


class Talk:
    """A conversation about the one look-up."""

    def __init__(self) -> None:
        self.locator = Locator()
        self.nearest = Nearest(self.locator)
        self.kinds = {"nearest_place": self.nearest, "roads": NotHere(self.locator)}
        asks = {"look_up_answer": ActionAskLookUpAnswer(self.kinds)}
        self.form = Form(ValidateLookUpForm(self.kinds), asks, ActionLookUp(self.kinds))

    def ask(self, text: str, kind: str = "nearest_place", **more: object):
        return self.form.say(text, "look_up", look_up=kind, **more)


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_a_question_with_its_place_is_answered_at_once(talk: Talk) -> None:
    said = talk.ask("nearest playground to 200 king st w")
    assert said.text() == "I changed the place to 200 King St W."
    assert (said.report["outcome"], said.report["answered"]) == ("ok", "look_up/nearest_place")


def test_without_a_place_it_is_asked_for_and_a_shared_one_will_do(talk: Talk) -> None:
    asked = talk.ask("nearest playground")
    assert asked.responses == ["utter_ask_look_up_place"]
    assert asked.messages[0]["custom"]["asks_location"] is True
    assert talk.form.share(Place("Home", 43.45, -80.49)).text() == "I changed the place to Home."


def test_of_several_places_one_is_chosen_by_a_tap_or_in_words(talk: Talk) -> None:
    asked = talk.ask("nearest playground to 200 king st")
    assert asked.choices == ["200 King St W", "200 King St E", "None of these"]
    assert talk.form.say("the second one").text() == "I changed the place to 200 King St E."
    talk.ask("nearest playground to 200 king st")
    assert talk.form.say("200 King St W", tapped=True, answer="0").text() == "I changed the place to 200 King St W."


def test_when_none_of_the_places_is_meant_it_is_asked_for_again(talk: Talk) -> None:
    talk.ask("nearest playground to 200 king st")
    assert talk.form.say("None of these", "something_else").responses == ["utter_ask_look_up_place"]


def test_an_unknown_place_is_said_to_be_unknown(talk: Talk) -> None:
    assert talk.ask("nearest playground to 9999 king st w").responses == ["utter_ask_look_up_place_unknown"]
    assert talk.form.say("doon south").text() == "I changed the place to Doon South."


def test_a_message_that_is_no_place_is_asked_about_again(talk: Talk) -> None:
    talk.ask("nearest playground")
    answer = "well somewhere around where my sister used to live, you know"
    assert talk.form.say(answer).responses == ["utter_ask_look_up_place_unclear"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [("cancel", "never mind"), ("emergency", "fire"), ("article", "how much is a dog licence?"), ("thank", "thanks")],
)
def test_another_need_is_left_to_the_rules(talk: Talk, intent: str, text: str) -> None:
    talk.ask("nearest playground")
    talk.form.say(text, intent)
    assert talk.form.rejected


def test_the_next_question_leans_on_the_place_before(talk: Talk) -> None:
    talk.ask("nearest playground to 200 king st w")
    assert talk.ask("and the library?").text() == "I changed the place to 200 King St W."
    assert talk.ask("where is a playground").responses == ["utter_ask_look_up_place"]


def test_what_was_answered_last_is_known_to_its_own_kind(talk: Talk) -> None:
    talk.ask("nearest playground to 200 king st w")
    turn = Turn(CollectingDispatcher(), tracker(slots=talk.form.slots))
    assert earlier(turn, "nearest_place")["place"]["label"] == "200 King St W"
    assert earlier(turn, "roads") == {}


@pytest.mark.parametrize(
    ("failure", "response"),
    [
        (Failure.UNREACHABLE, "utter_look_up_unreachable"),
        (Failure.REFUSED, "utter_look_up_bad_data"),
        (Failure.MALFORMED, "utter_look_up_bad_data"),
    ],
)
@pytest.mark.parametrize("where", ["locator", "answer"])
def test_a_system_that_fails_is_never_told_as_nothing_found(talk: Talk, failure: Failure, response: str, where: str) -> None:
    broken = CityError(failure, "broken")
    if where == "locator":
        talk.locator.broken = broken
    else:
        talk.nearest.broken = broken
    said = talk.ask("nearest playground to 200 king st w")
    assert said.responses == [response]
    assert "answered" not in said.report


def test_a_look_up_the_city_does_not_offer_is_its_article_s(talk: Talk) -> None:
    article = replace(next(iter(knowledge().articles)), id="closed_roads", look_up="roads", related=())
    talk.form.submit.articles = Knowledge([article])
    said = talk.ask("is king street closed", "roads")
    assert said.messages[0]["custom"]["text"] == article.answer["en"]
    assert said.report["answered"] == "article/closed_roads"


def test_inside_a_report_a_complete_question_is_answered_and_an_incomplete_one_put_off(talk: Talk) -> None:
    action = talk.form.submit
    complete = tracker("nearest playground to 200 king st w?", "look_up", entities={"look_up": "nearest_place"}, loop="report_form")
    assert run(action, complete).text() == "I changed the place to 200 King St W."
    incomplete = tracker("nearest playground?", "look_up", entities={"look_up": "nearest_place"}, loop="report_form")
    said = run(action, incomplete)
    assert said.responses == ["utter_look_up_later"]
    assert set(said.slots) == {"action_report"}


def test_every_article_that_stands_in_for_a_look_up_names_one_that_exists() -> None:
    assert {article.look_up for article in knowledge().articles if article.look_up} <= set(look_ups())


def test_the_kinds_that_ask_nothing_are_known_as_such() -> None:
    assert {f"{LOOK_UP}/{kind}" for kind, one in look_ups().items() if type(one).missing is LookUp.missing} == ASK_NOTHING
