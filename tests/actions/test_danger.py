"""What residents in danger read: one short message with the right number, in both languages."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

import pytest

from actions.danger import AFTER, AFTER_RESPONSES, GENERAL_AFTER, GENERAL_RESPONSE, RESPONSES, ActionSayDanger
from bot.emergencies import GENERAL, emergencies
from bot.knowledge.store import knowledge
from bot.knowledge.wording import MOST_GSM7, MOST_UCS2
from bot.sms.segments import not_gsm7, units
from tests.actions.turns import Said, responses, run, tracker

# Each response and the numbers it must name, the first one before any other.
NUMBERS: Dict[str, Tuple[str, ...]] = {
    "fire": ("911",),
    "crime": ("911",),
    "gas": ("911",),
    "carbon_monoxide": ("911",),
    "wire": ("911",),
    "overdose": ("911",),
    "injury": ("911",),
    "suicide": ("9-8-8", "911"),
    "suicide_now": ("911", "9-8-8"),
    "violence_home": ("911", "519-742-5894"),
    "poisoning": ("911", "1-844-764-7669"),
    "pet": ("1-844-764-7669", "911"),
    "flooded_power": ("911",),
    "needle_stick": ("911",),
    "trapped": ("911",),
    GENERAL: ("911", "9-8-8"),
}


def said_to(kind: Optional[str], *, language: str = "en", loop: Optional[str] = None, channel: str = "rest") -> Said:
    given = tracker("help", "emergency", entities={"danger": kind} if kind else None, slots={"language": language}, loop=loop)
    given.latest_message["metadata"]["channel"] = channel
    return run(ActionSayDanger(), given)


def test_every_kind_has_a_response() -> None:
    assert set(NUMBERS) == set(emergencies().articles)
    assert set(RESPONSES) == set(NUMBERS) - {GENERAL}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", NUMBERS)
def test_every_kind_is_told_its_number_in_one_short_message(kind: str, language: str) -> None:
    said = said_to(kind, language=language)
    assert len(said.messages) == 1
    text = said.text(language)
    places = [text.find(number) for number in NUMBERS[kind]]
    assert min(places) >= 0
    assert places == sorted(places)
    assert ("cannot send help" if language == "en" else "ne peux pas envoyer de secours") in text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("response", [*RESPONSES.values(), GENERAL_RESPONSE, *AFTER_RESPONSES.values(), GENERAL_AFTER])
def test_every_response_fits_a_short_text_message(response: str, language: str) -> None:
    text = responses()[response][0 if language == "en" else 1]["text"]
    if language == "en":
        assert not not_gsm7(text)
    assert units(text) <= (MOST_UCS2 if not_gsm7(text) else MOST_GSM7)


@pytest.mark.parametrize("kind", [None, "no_such_kind", GENERAL])
def test_danger_of_an_unknown_kind_is_answered_too(kind: Optional[str]) -> None:
    assert said_to(kind).responses == [GENERAL_RESPONSE]


@pytest.mark.parametrize("kind", [kind for kind, article in emergencies().articles.items() if article])
def test_the_article_is_offered_behind_the_message(kind: str) -> None:
    article = knowledge().article(emergencies().articles[kind] or "")
    assert said_to(kind).choices == ([article.title["en"]] if article else [])


def test_nothing_is_offered_inside_a_form_or_by_text_message() -> None:
    assert said_to("gas").choices
    assert not said_to("gas", loop="report_form").choices
    assert not said_to("gas", channel="sms").choices


def test_the_number_is_said_even_when_the_action_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ValueError

    monkeypatch.setattr(ActionSayDanger, "_choices", broken)
    said = said_to("fire")
    assert said.responses == [GENERAL_RESPONSE]
    assert said.report["outcome"] == "failed"


@pytest.mark.parametrize(("kind", "number"), [("suicide", "9-8-8"), ("gas", "911"), (GENERAL, "911")])
def test_what_is_asked_behind_danger_is_for_those_who_can_advise(kind: str, number: str) -> None:
    said = said_to(f"{AFTER}{kind}")
    assert number in said.text().split(".")[1]
    assert said.choices == []


def test_each_line_above_an_answer_and_behind_a_danger_is_about_a_kind_that_exists() -> None:
    lines = {name.removeprefix("utter_perhaps_danger_") for name in responses() if name.startswith("utter_perhaps_danger_")}
    assert {"suicide", "suicide_now", "pet"} <= lines
    assert lines | set(AFTER_RESPONSES) <= set(emergencies().articles)


def test_whoever_asks_behind_a_poisoned_animal_is_sent_to_a_veterinarian() -> None:
    assert "veterinarian" in said_to(f"{AFTER}pet").text("en")
    assert "vétérinaire" in said_to(f"{AFTER}pet", language="fr").text("fr")
