"""What a turn was understood as, read from the shapes of docs/architecture.md, "The turn". Nothing here touches the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from bot.conversations.subjects import Subject
from bot.labels import ARTICLE, EMERGENCY, FORM_TASKS, LOOK_UP, NEEDS, OUT_OF_SCOPE, TASKS

FALLBACK = "nlu_fallback"  # the classifier was not sure: `outcome` says torn or lost
OFFERS = "action_offer_choices"
SURE, TORN, LOST = "sure", "torn", "lost"
DOUBT = (LOST, TORN, SURE, "")  # most doubtful first
_VARIETIES = {ARTICLE: "article", "report_problem": "service_code", LOOK_UP: "look_up", EMERGENCY: "danger"}  # intent: its entity
_ABOUT_SOMETHING = NEEDS | {EMERGENCY, OUT_OF_SCOPE}
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_LABEL = re.compile(rf"{_NAME.pattern}(/{_NAME.pattern})?")
_LONGEST_LABEL = 100
_OF_THE_FORM = "form_note"  # a slot that says how the last answer was taken, not what it was
Shape = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """`label`, `topic`, `confidence` and `certainty` as in `TurnSummary`."""

    label: str = ""
    topic: str = ""
    confidence: Optional[float] = None
    certainty: str = ""


def shapes(rows: Any) -> List[Dict[str, Any]]:
    """The objects of a list from the assistant; whatever else it holds is left out."""
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def read(understood: Sequence[Any], actions: Sequence[Any], slots_changed: Sequence[str], subjects: Mapping[str, Subject]) -> Reading:
    """The reading of a turn: of its danger, else of the part that was understood with most doubt."""
    parts, done = shapes(list(understood)), shapes(list(actions))
    if not parts:
        return Reading()
    doubts = {id(part): certainty_of(part, done) for part in parts}
    part = min(parts, key=lambda one: (intent_of(one) != EMERGENCY, DOUBT.index(doubts[id(one)])))
    certainty = doubts[id(part)]
    form = next((FORM_TASKS.get(name.partition("_")[2], "") for name in names(done) if name.startswith("validate_")), "")
    answered = [label for label in (_label(action.get("answered")) for action in done) if label]
    if form and certainty in (TORN, LOST) and any(slot != _OF_THE_FORM for slot in slots_changed):
        label = answered[0] if answered else ""  # the form took it, whatever the classifier made of it
        return Reading(label, topic_of(label, subjects) or form)
    label = answered[0] if answered and intent_of(part) not in (*_ABOUT_SOMETHING, FALLBACK) else label_of(part)
    return Reading(label, topic_of(label, subjects) or form, _confidence(part), certainty)


def names(actions: Sequence[Shape]) -> List[str]:
    """The names of actions, in the order they ran."""
    return [str(action.get("name") or "") for action in actions]


def intent_of(part: Shape) -> str:
    intent = part.get("intent")
    return str(intent.get("name") or "") if isinstance(intent, dict) else ""


def tells_of_danger(part: Shape) -> bool:
    """Whether whom to call in danger was said, instead of an answer or above one."""
    return intent_of(part) == EMERGENCY or bool(part.get("perhaps_danger"))


def certainty_of(part: Shape, actions: Sequence[Shape]) -> str:
    """Sure, torn or lost; empty for a choice, a place or a photo, which nobody has to understand.

    Of turns that were recorded before the assistant said which, what it did tells torn from lost.
    """
    intent = part.get("intent")
    said = intent.get("outcome") if isinstance(intent, dict) else None
    if said in (SURE, TORN, LOST):
        return str(said)
    if intent_of(part) == FALLBACK:
        return TORN if any(action.get("name") == OFFERS and action.get("outcome") == "ok" for action in actions) else LOST
    tapped = [row.get("confidence") for row in shapes(part.get("intent_ranking"))] == [1.0]
    return "" if tapped or not intent_of(part) else SURE


def label_of(part: Shape) -> str:
    """The label of a part of a message, the likeliest one when the classifier was not sure."""
    intent = intent_of(part)
    if intent == FALLBACK:
        ranking = [_label(row.get("name")) for row in shapes(part.get("intent_ranking"))]
        return next((label for label in ranking if label != FALLBACK), "")
    wanted = _VARIETIES.get(intent)
    values = (str(row.get("value")) for row in shapes(part.get("entities")) if wanted and row.get("entity") == wanted)
    variety = next((value for value in values if _NAME.fullmatch(value)), "")
    return _label(f"{intent}/{variety}" if variety else intent)


def _label(value: Any) -> str:
    """The value if it is a label, else nothing: no word of a resident becomes one."""
    return value if isinstance(value, str) and len(value) <= _LONGEST_LABEL and _LABEL.fullmatch(value) else ""


def topic_of(label: str, subjects: Mapping[str, Subject]) -> str:
    """The topic of the label's article, else its task; empty for small talk and commands."""
    if label in subjects:
        return subjects[label].topic
    intent = label.partition("/")[0]
    return intent if intent in TASKS | {EMERGENCY, OUT_OF_SCOPE} else ""


def _confidence(part: Shape) -> Optional[float]:
    intent = part.get("intent")
    value = intent.get("confidence") if isinstance(intent, dict) else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1 else None
