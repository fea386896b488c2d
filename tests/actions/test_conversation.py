"""What belongs to no task: offering choices, leaving a task, reaching a person."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Sequence, Tuple

import pytest

from actions.conversation import ActionAnswerFrustration, ActionCancelTask, ActionStartOver, ActionTalkToPerson
from actions.offer_choices import ActionOfferChoices
from bot.city import city
from tests.actions.turns import Said, responses, run, tracker

pytestmark = pytest.mark.usefixtures("record")  # beginning again ends what may be seen of bills


def offered(
    *ranking: Tuple[str, float], intent: str = "nlu_fallback", outcome: str = "torn", language: str = "en", text: str = "hmm"
) -> Said:
    return run(ActionOfferChoices(), tracker(text, intent, ranking=ranking, outcome=outcome, slots={"language": language}))


def payloads(said: Said) -> List[str]:
    return [button["payload"] for message in said.messages for button in message["buttons"]]


@pytest.mark.parametrize(("text", "language"), [("what are the fees", "en"), ("pourquoi pas", "fr"), ("on saturday?", "en")])
def test_who_asks_on_without_a_subject_is_offered_what_is_related(text: str, language: str) -> None:
    said = offered(("article/garbage_missed", 0.8), ("article/jobs", 0.05), text=text, language=language)
    assert payloads(said) == [
        '/article{"article": "garbage_missed"}',
        '/article{"article": "recycling_missed"}',
        '/article{"article": "cart_set_out"}',
        "/something_else",
    ]


def test_the_likeliest_needs_are_offered_in_short_words() -> None:
    said = offered(("article/garbage_missed", 0.35), ("collection_day", 0.3), ("report_problem/pothole", 0.2), ("article/noise", 0.15))
    assert said.responses == ["utter_offer_choices"]
    assert payloads(said) == [
        '/article{"article": "garbage_missed"}',
        "/collection_day",
        '/report_problem{"service_code": "pothole"}',
        "/something_else",
    ]
    assert said.choices[1:] == ["Find my collection day", "Report a pothole", "Something else"]


@pytest.mark.parametrize("text", ["pardon me", "i got about seven", "say what now", "' OR 2=2 --", "${9*9}", "euh, quoi donc"])
def test_a_message_that_says_nothing_of_its_subject_gets_no_choices(text: str) -> None:
    said = offered(("article/noise", 0.35), ("collection_day", 0.3), text=text)
    assert said.responses == ["utter_unknown"]


def test_a_message_that_leans_on_the_one_before_need_not_say_it() -> None:
    assert payloads(offered(("article/noise", 0.35), text="and how much is it?"))[0] == '/article{"article": "noise"}'


def test_choices_are_in_the_residents_language() -> None:
    said = offered(("collection_day", 0.3), ("report_problem/pothole", 0.25), language="fr")
    assert said.choices == ["Trouver mon jour de collecte", "Signaler un nid-de-poule", "Autre chose"]


def test_what_is_much_less_likely_is_not_offered() -> None:
    said = offered(("collection_day", 0.36), ("article/noise", 0.05))
    assert payloads(said) == ["/collection_day", "/something_else"]


@pytest.mark.parametrize(
    "ranking",
    [
        [],
        [("out_of_scope", 0.6)],
        [("affirm", 0.3), ("greet", 0.2)],
        [("article/no_such_article", 0.4), ("report_problem/no_such_service", 0.3)],
    ],
)
def test_when_nothing_is_close_it_says_so_and_whom_to_ask(ranking: Sequence[Tuple[str, float]]) -> None:
    said = offered(*ranking)
    assert said.responses == ["utter_unknown"]
    assert city().phone in said.text()
    assert not said.choices


def test_a_message_unlike_anything_known_gets_no_choices() -> None:
    said = offered(("article/electricity", 0.13), ("help", 0.04), outcome="lost")
    assert said.responses == ["utter_unknown"]
    assert not said.choices


def test_a_message_unlike_anything_known_is_looked_up_by_its_words() -> None:
    said = offered(("article/electricity", 0.13), outcome="lost", text="chimineas")
    assert payloads(said) == ['/article{"article": "backyard_fire"}', "/something_else"]


def test_french_words_are_looked_up_in_the_french_articles() -> None:
    said = offered(outcome="lost", language="fr", text="chiminée extérieure foyer")
    assert '/article{"article": "backyard_fire"}' in payloads(said)


def test_articles_that_hold_the_words_follow_the_likeliest_needs_once() -> None:
    said = offered(("collection_day", 0.5), ("article/backyard_fire", 0.2), text="chimineas")
    assert payloads(said) == ["/collection_day", '/article{"article": "backyard_fire"}', "/something_else"]


def test_never_more_than_three_needs_are_offered() -> None:
    labels = ("garbage_missed", "noise", "green_bin")
    said = offered(*((f"article/{label}", 0.2) for label in labels), text="chimineas")
    assert payloads(said) == [*(f'/article{{"article": "{label}"}}' for label in labels), "/something_else"]


def test_a_matter_of_no_city_gets_no_choices() -> None:
    said = offered(("out_of_scope", 0.5), ("collection_day", 0.3), intent="out_of_scope")
    assert said.responses == ["utter_unknown"]


def test_leaving_a_task_forgets_all_of_it() -> None:
    said = run(ActionCancelTask(), tracker("never mind", "cancel", loop="report_form", slots={"report_location": "200 King St W"}))
    assert said.responses == ["utter_cancelled"]
    assert {"event": "active_loop", "timestamp": None, "name": None} in said.events
    assert said.slots["report_location"] is None
    assert said.slots["requested_slot"] is None


def test_there_is_nothing_to_leave_outside_a_task() -> None:
    assert run(ActionCancelTask(), tracker("never mind", "cancel")).responses == ["utter_nothing_to_cancel"]


def cancelled(text: str, *before: Dict[str, Any], language: str = "en") -> Said:
    """What they read who write this behind these events; a report was sent some time."""
    given = tracker(text, "cancel", slots={"last_request": "26-000417", "language": language})
    given.events[:0] = before
    return run(ActionCancelTask(), given)


WROTE, SENT = {"event": "user", "text": "send it"}, {"event": "slot", "name": "last_request", "value": "26-000417"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_cancels_a_report_that_was_just_sent_reads_its_number_and_whom_to_call(language: str) -> None:
    said = cancelled("drop that one", WROTE, SENT, language=language)
    assert said.responses == ["utter_report_is_sent"]
    assert "26-000417" in said.text(language)
    assert "519-741-2345" in said.text(language)
    assert cancelled("annulez le 26-000417").responses == ["utter_report_is_sent"]


@pytest.mark.parametrize("text", ["forget it", "laissez faire"])
def test_later_there_is_nothing_to_leave_though_a_report_was_sent_once(text: str) -> None:
    for before in ([], [WROTE, SENT, WROTE], [WROTE, {"event": "session_started"}, SENT], [SENT]):
        assert cancelled(text, *before).responses == ["utter_nothing_to_cancel"]


def test_starting_over_ends_the_task() -> None:
    said = run(ActionStartOver(), tracker("start over", "start_over", loop="collection_form"))
    assert said.responses == ["utter_start_over"]
    assert {"event": "active_loop", "timestamp": None, "name": None} in said.events


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_person_is_one_message_away(language: str) -> None:
    said = run(ActionTalkToPerson(), tracker("agent", "talk_to_person", slots={"language": language}))
    text = said.text(language)
    assert city().phone in text
    assert city().name[language] in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whoever_is_frustrated_gets_a_persons_number_at_once(language: str) -> None:
    said = run(ActionAnswerFrustration(), tracker("this is useless", "frustration", slots={"language": language}))
    assert said.responses == ["utter_frustration"]
    assert city().phone in said.text(language)
    assert city().phone_hours[language] in said.text(language)


@pytest.mark.parametrize("intent", ["insult", "small_talk"])
@pytest.mark.parametrize("language", [0, 1])
def test_insults_and_small_talk_are_answered_in_one_sentence(intent: str, language: int) -> None:
    text = responses()[f"utter_{intent}"][language]["text"]
    assert re.findall(r"[.!?]", text) == ["."]
