"""What residents read of the needs that wait for a form to end, and what drops them."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.base import TaskAction, Turn
from actions.bill_sessions import ActionForgetThis, ActionLogOut
from actions.conversation import ActionCancelTask, ActionStartOver
from actions.own_data import ActionDeleteChat
from actions.waiting_needs import MOST_CHARACTERS, ActionBeginNext, ActionOfferWaiting, ActionTellNext
from tests.actions.turns import Said, responses, run, tracker

pytestmark = pytest.mark.usefixtures("record")

DAY = ("when is my garbage day", "collection_day")
LIGHT = ("le lampadaire du 45 rue Queen Nord est éteint", "report_problem/streetlight")
BILL = ("what do i owe on account 210000017", "look_up/balance")


def waiting(*needs: Any) -> Dict[str, Any]:
    rows = [{"parsed": {"text": text, "intent_ranking": [{"name": label, "confidence": 0.9}]}, "location": None} for text, label in needs]
    return {"waiting_needs": {"stage": "next", "needs": rows}}


def says(action: TaskAction, *needs: Any, language: str = "en") -> Said:
    return run(action, tracker("pothole on king st", "report_problem", slots={"language": language, **waiting(*needs)}))


def test_what_comes_next_is_said_in_the_residents_words() -> None:
    assert says(ActionTellNext(), DAY).text() == 'I take this one step at a time. After this I come to: "when is my garbage day"'
    text = says(ActionTellNext(), LIGHT, DAY, language="fr").text("fr")
    assert text.endswith("je passe à : « le lampadaire du 45 rue Queen Nord est éteint » et « when is my garbage day »")


def test_only_the_one_that_begins_is_said_then() -> None:
    assert says(ActionBeginNext(), LIGHT, DAY).text() == 'Now to what you also wrote: "le lampadaire du 45 rue Queen Nord est éteint"'
    assert says(ActionBeginNext(), DAY, language="fr").text("fr") == "Passons à ce que vous avez aussi écrit : « when is my garbage day »"


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ["Report a streetlight", "Find my collection day", "No, not any more"]),
        ("fr", ["Signaler un lampadaire", "Trouver mon jour de collecte", "Non, plus besoin"]),
    ],
)
def test_what_waited_is_offered_with_a_no(language: str, titles: List[str]) -> None:
    offered = says(ActionOfferWaiting(), LIGHT, DAY, language=language)
    assert offered.choices == titles
    assert ("Do you still need it?" if language == "en" else "En avez-vous encore besoin?") in offered.text(language)


def test_many_words_are_cut() -> None:
    text = says(ActionTellNext(), ("word " * 400, "collection_day")).text()
    assert text.endswith('word…"')
    assert len(text) <= MOST_CHARACTERS + len(responses()["utter_next_need"][0]["text"])


@pytest.mark.parametrize("action", [ActionTellNext(), ActionBeginNext(), ActionOfferWaiting()])
def test_of_a_bill_only_the_kind_is_said_and_the_turn_is_private(action: TaskAction) -> None:
    private = says(action, BILL)
    assert "210000017" not in str(private.messages)
    assert '"Look up what I owe"' in private.text()
    assert private.report["private"] is True
    assert "private" not in says(action, DAY).report


@pytest.mark.parametrize(
    ("action", "intent", "drops"),
    [
        (ActionStartOver(), "start_over", True),
        (ActionLogOut(), "log_out", True),
        (ActionForgetThis(), "forget_this", True),
        (ActionDeleteChat(), "delete_chat", True),
        (ActionCancelTask(), "goodbye", True),
        (ActionCancelTask(), "cancel", False),
    ],
)
def test_what_ends_more_than_the_task_drops_what_waits(action: TaskAction, intent: str, drops: bool) -> None:
    ended = run(action, tracker("", intent, loop="report_form", slots=waiting(DAY)))
    assert ("waiting_needs" in ended.slots) is drops
    assert ended.slots.get("waiting_needs") is None


@pytest.mark.parametrize(
    ("language", "text"), [("en", "All right, I dropped it. Nothing was sent."), ("fr", "D'accord, je laisse tomber. Rien n'a été envoyé.")]
)
def test_who_drops_the_task_is_not_asked_what_else_while_something_waits(language: str, text: str) -> None:
    slots = {"language": language, **waiting(DAY)}
    assert run(ActionCancelTask(), tracker("never mind", "cancel", loop="report_form", slots=slots)).text(language) == text


def beside(intent: str, *before: Tuple[str, str]) -> Turn:
    """A need that begins when another ended, after messages with their intents."""
    given = tracker("and this", intent)
    given.latest_message["metadata"]["waited"] = True
    given.events[:0] = [{"event": "user", "text": text, "parse_data": {"intent": {"name": name}}} for text, name in before]
    return Turn(CollectingDispatcher(), given)


@pytest.mark.parametrize(
    ("intent", "before", "texts"),
    [
        ("look_up", [("when is garbage day", "collection_day"), ("45 queen", "nlu_fallback")], ["45 queen", "when is garbage day"]),
        (
            "collection_day",
            [("a pothole", "report_problem"), ("send it", "affirm"), ("my ward at 45 queen", "look_up")],
            ["my ward at 45 queen"],
        ),
        ("report_problem", [("when is garbage day", "collection_day"), ("45 queen st n", "inform")], []),  # a pothole is elsewhere
        ("collection_day", [("a pothole at 45 queen st n", "report_problem"), ("send it", "affirm")], []),
        ("collection_day", [("how do i license a dog", "article")], []),
    ],
)
def test_two_look_ups_share_their_place_and_a_report_has_its_own(intent: str, before: List[Tuple[str, str]], texts: List[str]) -> None:
    turn = beside(intent, *before)
    assert [event["text"] for event in turn.beside] == texts
    assert turn.texts == ["and this"]


@pytest.mark.parametrize("action", [ActionTellNext(), ActionBeginNext()])
@pytest.mark.parametrize(
    "text",
    [
        "my garbage is never taken, account number 210000017",
        "garbage day at N2G 4V6 please",
        "tell me my garbage day, write to sam.resident@example.org or 519-555-0123",
    ],
)
def test_numbers_and_contacts_are_never_said_back(action: TaskAction, text: str) -> None:
    said = says(action, (text, "collection_day")).text()
    assert "Find my collection day" in said
    assert not any(secret in said for secret in ("210000017", "N2G", "sam.resident", "0123"))


def test_of_a_need_without_a_title_the_numbers_are_hidden() -> None:
    said = says(ActionTellNext(), ("and my account is 210000017", "article/no_such_article")).text()
    assert "and my account is" in said
    assert "210000017" not in said
