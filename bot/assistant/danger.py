"""Whether the danger found in a message is what it means, or may be beside what it means."""

from __future__ import annotations

import time
from typing import Any, Iterable, Mapping, Optional

from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.events import Event, UserUttered

from bot.assistant.nlu.danger_finder import DANGER
from bot.assistant.nlu.intent_classifier import LabelClassifier
from bot.assistant.nlu.language_finder import OTHER_LANGUAGE
from bot.assistant.understanding import Parsed
from bot.emergencies import GENERAL, SAID, emergencies
from bot.labels import EMERGENCY, INFORM, NEEDS, OUT_OF_SCOPE
from bot.language.doubt import Outcome

SURELY = 0.8  # probability at which the classifier alone takes a message for danger (docs/decisions/danger.md)

# What is said above the answer to somebody who may be in danger, by the kind of danger where that has words of its own.
PERHAPS = {
    "suicide": "utter_perhaps_danger_suicide",
    "suicide_now": "utter_perhaps_danger_suicide_now",
    "pet": "utter_perhaps_danger_pet",
    "needle_stick": "utter_perhaps_danger_needle_stick",
    "gas": "utter_perhaps_danger_gas",
    "carbon_monoxide": "utter_perhaps_danger_carbon_monoxide",
}
PERHAPS_ANY = "utter_perhaps_danger"
AFTER, AFTER_S = "after_", 1800.0  # stands before the kind of danger that the message before told of; so long ago at most
_LEAST_OF_TOPIC = 0.4  # probability of a need: "recycling" has 0.6 of one, "is it safe" 0.2
_SAYS_NOTHING_ELSE = frozenset({OUT_OF_SCOPE, INFORM, "affirm", "deny", "cancel"})


def with_danger(parsed: Parsed, least: float) -> Parsed:
    """A message as one that tells of danger and means nothing else, if danger was found in it and is as sure as `least`.

    Else it means what it means besides, and `perhaps_danger` says what to say above the answer. Of words in another language the
    classifier cannot be sure.
    """
    danger = parsed.get(DANGER)
    if not danger:
        return _without_danger(parsed) if emergencies().patterns.takes_back(parsed["text"]) else parsed
    if danger["sureness"] < (SAID if _is_foreign(parsed) else least):
        return _without_danger(parsed)
    return _as_danger(parsed, danger["kind"], danger["sureness"])


def perhaps_danger(parsed: Mapping[str, Any]) -> Optional[str]:
    """The kind of danger that a message may tell of beside what it means; None where it tells of none, or means just that."""
    danger = parsed.get(DANGER)
    if not danger or parsed["intent"]["name"] == EMERGENCY:
        return None
    return GENERAL if _is_foreign(parsed) else str(danger["kind"])


def after_danger(parsed: Parsed, events: Iterable[Event]) -> Parsed:
    """A message directly behind one that told of danger ("can I get out?"), as one about that danger, unless it means something else."""
    before = next((event for event in reversed(list(events)) if isinstance(event, UserUttered)), None)
    if before is None or before.intent_name != EMERGENCY or _has_topic(parsed):
        return parsed
    told = next((row["value"] for row in before.entities if row["entity"] == DANGER), GENERAL)
    if str(told).startswith(AFTER) or time.time() - before.timestamp > AFTER_S:
        return parsed
    return _as_danger(parsed, f"{AFTER}{told}", 0.0)


def _has_topic(parsed: Parsed) -> bool:
    """Whether a message says what it is about, or at least what it may be about ("water bill")."""
    intent = parsed["intent"]
    if intent["name"] != DEFAULT_NLU_FALLBACK_INTENT_NAME:
        return intent["name"] not in _SAYS_NOTHING_ELSE
    needs = [row["confidence"] for row in parsed["intent_ranking"][:1] if row["name"].partition("/")[0] in NEEDS]
    return intent.get("outcome") != Outcome.LOST.value and any(probability >= _LEAST_OF_TOPIC for probability in needs)


def _without_danger(parsed: Parsed) -> Parsed:
    """What a message means when danger is no answer: what is likeliest besides, and of that nobody can be sure then."""
    if parsed["intent"]["name"] != EMERGENCY:
        return parsed
    others = [row for row in parsed["intent_ranking"] if row["name"].partition("/")[0] != EMERGENCY]
    intent = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": others[0]["confidence"] if others else 0.0}
    return {**parsed, "intent": {**intent, "outcome": Outcome.LOST.value}, "intent_ranking": others}


def _as_danger(parsed: Parsed, kind: str, sureness: float) -> Parsed:
    found = {"entity": DANGER, "value": kind, "extractor": "DangerFinder"}
    others = [row for row in parsed["entities"] if row.get("extractor") != LabelClassifier.__name__]
    intent = {"name": EMERGENCY, "confidence": round(sureness, 4), "outcome": Outcome.SURE.value}
    return {**parsed, "intent": intent, "entities": [found, *others]}


def _is_foreign(parsed: Mapping[str, Any]) -> bool:
    return any(row["entity"] == OTHER_LANGUAGE for row in parsed["entities"])
