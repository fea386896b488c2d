"""What the next message may lean on."""

from __future__ import annotations

from rasa.shared.core.events import ActiveLoop, SessionStarted, UserUttered

from bot.assistant.understanding import NEED, previous_need


def said(text: str, intent: str, outcome: str = "sure", need: str = "") -> UserUttered:
    return UserUttered(text, {"name": intent, "outcome": outcome}, parse_data={NEED: need or text})  # type: ignore[typeddict-item]


ANSWERED = said("dog tag price", "article")
TORN = said("my bill is wrong or late", "nlu_fallback", "torn")


def test_a_need_is_leant_on_behind_thanks_and_with_what_it_leant_on_itself() -> None:
    assert previous_need([ANSWERED, said("ty", "thank")]) == "dog tag price"
    assert previous_need([ANSWERED, said("and for two", "article", need="dog tag price and for two")]) == "dog tag price and for two"


def test_a_message_that_left_the_assistant_torn_is_leant_on_too() -> None:
    assert previous_need([ANSWERED, TORN]) == TORN.text
    assert previous_need([TORN, ANSWERED]) == ANSWERED.text


def test_what_means_nothing_and_what_was_told_to_a_form_are_not() -> None:
    assert previous_need([ANSWERED, said("asdf", "nlu_fallback", "lost")]) == ANSWERED.text
    assert previous_need([ANSWERED, ActiveLoop("report_form"), TORN, ActiveLoop(None)]) == ANSWERED.text


def test_a_new_session_begins_with_nothing() -> None:
    assert previous_need([ANSWERED, SessionStarted()]) is None
