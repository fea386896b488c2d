"""A yes takes the only choice that was offered, as a tap would; and nothing else."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

import pytest
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, UserUttered

from bot.assistant.agreeing import pressed

POTHOLE = ("Report a pothole", '/report_problem{"service_code": "pothole"}')
DAY = ("Trouver mon jour de collecte", "/collection_day")
ARTICLE, OTHER_ARTICLE = ("Winter parking", '/article{"article": "winter"}'), ("Permits", '/article{"article": "permits"}')
ELSE, NO = ("Something else", "/something_else"), ("No, not any more", "/deny")
Choices = Sequence[Tuple[str, str]]


def after(choices: Choices, *, action: str = "action_offer_choices", custom: bool = False) -> List[Event]:
    """A conversation whose last answer offered these."""
    rows = [{"title": title, "payload": payload} for title, payload in choices]
    data = {"custom": {"text": "An answer.", "choices": rows}} if custom else {"buttons": rows}
    said = [BotUttered("One of these?", data), ActionExecuted(action), ActionExecuted("action_listen")]
    return [UserUttered("hole in front of my door at 45 queen st n"), *said]


def typed(text: str, intent: str = "affirm", outcome: str = "sure") -> Dict[str, Any]:
    named = {"name": intent if outcome == "sure" else "nlu_fallback", "confidence": 0.9, "outcome": outcome}
    return {"text": text, "intent": named, "intent_ranking": [{"name": intent, "confidence": 0.9}], "entities": []}


def taken(events: Sequence[Event], answer: Dict[str, Any]) -> Optional[str]:
    """What stands on the choice that is taken."""
    found = pressed(events, answer)
    tapped = [one for one in found if one["intent_ranking"] == [{"name": one["intent"]["name"], "confidence": 1.0}]]
    return str(tapped[0]["text"]) if tapped else None


@pytest.mark.parametrize("text", ["yes", "yeah that one", "oui", "ouais svp"])
def test_a_yes_takes_the_only_real_choice(text: str) -> None:
    (found,) = pressed(after([POTHOLE, ELSE]), typed(text))
    assert found["intent"]["name"] == "report_problem"
    assert [(entity["entity"], entity["value"]) for entity in found["entities"]] == [("service_code", "pothole")]
    assert taken(after([DAY, NO]), typed(text)) == DAY[0]
    assert taken(after([ARTICLE, ELSE]), typed(text)) == ARTICLE[0]


@pytest.mark.parametrize("text", ["yes sure go ahead", "please file it for me", "oui vas-y, signale-le"])
def test_so_do_words_that_do_nothing_but_agree_though_the_model_is_not_sure(text: str) -> None:
    assert taken(after([POTHOLE, ELSE]), typed(text, "cancel", "torn")) == POTHOLE[0]


def test_of_several_none_is_taken_unless_it_is_the_task_an_answer_offers() -> None:
    assert taken(after([POTHOLE, ARTICLE, ELSE]), typed("yes")) is None
    answer = after([POTHOLE, ARTICLE, OTHER_ARTICLE], action="action_answer_article", custom=True)
    assert taken(answer, typed("report it", "report_problem")) == POTHOLE[0]
    assert taken(answer, typed("do it for me please", "help", "torn")) == POTHOLE[0]
    assert taken(after([DAY, ARTICLE], action="action_answer_article", custom=True), typed("report it", "report_problem")) is None
    assert taken(after([POTHOLE, DAY], action="action_answer_article"), typed("yes")) is None


@pytest.mark.parametrize(
    "answer",
    [
        typed("no", "deny"),
        typed("yes there is fire", "emergency"),
        typed("ok thanks", "thank"),
        typed("do i need a permit for it", "article/permits"),
        typed("yes but where is the pool", "article/pools", "torn"),
        {**typed("Find my collection day", "collection_day"), "intent": {"name": "collection_day", "confidence": 1.0}},
    ],
)
def test_other_answers_take_nothing(answer: Dict[str, Any]) -> None:
    assert pressed(after([POTHOLE, ELSE]), answer) == []


def test_what_was_offered_before_the_last_answer_counts_no_more() -> None:
    events = after([POTHOLE, ELSE])
    assert taken([*events, UserUttered("hello"), BotUttered("Hello.", {})], typed("yes")) is None
    assert taken([*events, SessionStarted()], typed("yes")) is None


def test_who_asks_to_have_it_done_says_yes_where_several_things_are_offered_and_only_there() -> None:
    several = after([POTHOLE, DAY], action="action_answer_article", custom=True)
    (found,) = pressed(several, typed("yes send a crew to get it", "report_problem", "torn"))
    assert found["intent"]["name"] == "affirm"
    for text in ("yes send a crew to get it", "report it", "signalez-le"):
        assert pressed(after([], action="action_answer_article"), typed(text, "report_problem", "torn")) == []
    assert pressed([], typed("report", "report_problem", "torn")) == []


@pytest.mark.parametrize("text", ["ok", "perfect", "right", "d'accord", "exact", "c'est correct"])
def test_below_an_answer_who_only_agrees_has_read_it(text: str) -> None:
    assert taken(after([DAY, ARTICLE], action="action_answer_article", custom=True), typed(text)) is None
    assert taken(after([POTHOLE], action="action_answer_article", custom=True), typed(text)) is None
    assert taken(after([POTHOLE, ELSE]), typed(text)) == POTHOLE[0]  # it was asked whether it is that
    assert taken(after([DAY, ARTICLE], action="action_answer_article", custom=True), typed(f"oui, {text}")) == DAY[0]


@pytest.mark.parametrize("text", ["is that right?", "can someone come", "is it open now", "i want to report a problem", "ouvrez quand?"])
def test_a_question_or_another_wish_below_an_answer_takes_nothing(text: str) -> None:
    answer = after([POTHOLE, ARTICLE], action="action_answer_article", custom=True)
    assert pressed(answer, typed(text, "report_problem")) == []
    assert pressed(answer, typed(text, "report_problem", "torn")) == []
