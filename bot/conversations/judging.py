"""How a turn ended and how much it needs eyes, from what the assistant reports of it: docs/architecture.md, "The turn".

Nothing here touches the database. The definitions are in docs/measures.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence, Tuple

from bot.conversations import readings
from bot.conversations.models import InboundMessage, Visit
from bot.conversations.readings import LOST, OFFERS, TORN, Reading, Shape, intent_of, names, shapes
from bot.conversations.subjects import Subject
from bot.knowledge.schema import SAFETY
from bot.labels import ARTICLE, EMERGENCY

Outcome, Needs = Visit.Outcome, Visit.Needs

HARM = {"routine": 1.0, "money": 2.0, "legal": 3.0, SAFETY: 5.0}  # by the risk of what is asked about
_PRESSING = (Needs.EMERGENCY, Needs.DISLIKED, Needs.FAILED, Needs.LOST, Needs.TORN, Needs.NOTHING)
_GRAVEST = (
    Outcome.EMERGENCY,
    Outcome.FAILED,
    Outcome.HANDED_OVER,
    Outcome.GIVEN_UP,
    Outcome.OFFERED,
    Outcome.REPORTED,
    Outcome.LOOKED_UP,
    Outcome.ANSWERED,
    Outcome.TALKED,
)
_DANGER = "action_say_danger"
_TO_PEOPLE = ("action_talk_to_person", "action_answer_frustration")
_ANSWERS, _ASKS_WHAT_FOR = "action_answer_article", "action_take_information"
_OF_FORMS = ("validate_", "action_ask_")
_WELL = ("ok", "not_found")
_TRIES_LATER = 429


@dataclass(frozen=True)
class TurnResult:
    """What is known when a turn ends. `ended`: as its inbound message did; `form_open`: a form waits for the resident's answer.

    danger: whom to call was said, also when that was all.
    """

    ended: InboundMessage.Outcome
    understood: Sequence[Any] = ()
    actions: Sequence[Any] = ()
    slots_changed: Sequence[str] = ()
    form_open: bool = False
    danger: bool = False


@dataclass(frozen=True)
class Judgement:
    """The columns of a `TurnSummary` of the same names; `reading` has the rest."""

    reading: Reading
    outcome: Visit.Outcome
    needs: Visit.Needs
    weight: float
    call_failed: bool


def form_is_open(actions: Sequence[Any]) -> bool:
    """Whether a form still waits, as far as the actions of a turn tell: it was the last to act."""
    return "".join(names(shapes(list(actions)))[-1:]).startswith(_OF_FORMS)


def judge(result: TurnResult, subjects: Mapping[str, Subject]) -> Judgement:
    """How a turn ended, and how much it needs eyes."""
    understood, actions = shapes(list(result.understood)), shapes(list(result.actions))
    reading = readings.read(understood, actions, result.slots_changed, subjects)
    broken = call_failed(actions)
    outcome = _outcome(result, understood, actions, reading, broken, subjects)
    needs = needs_of(outcome, reading.certainty, broken, helped=None)
    private = any(action.get("private") is True for action in actions)
    harm = harm_of(outcome, reading.label, private, subjects)
    return Judgement(reading, outcome, needs, weight(needs, reading.certainty, reading.confidence, harm), broken)


def call_failed(actions: Sequence[Shape]) -> bool:
    """Whether a city system did not answer as it should, and the resident did without the answer.

    A call that failed where the action ended well all the same (from what was kept, or at a second try) is none.
    """
    unanswered = any(_unanswered(call) for action in actions for call in shapes(action.get("api_calls")))
    return any(action.get("outcome") == "bad_data" or (unanswered and action.get("outcome") not in _WELL) for action in actions)


def _unanswered(call: Shape) -> bool:
    status = call.get("status")
    return not isinstance(status, int) or status >= 500 or status == _TRIES_LATER


def _outcome(
    result: TurnResult,
    understood: Sequence[Shape],
    actions: Sequence[Shape],
    reading: Reading,
    broken: bool,
    subjects: Mapping[str, Subject],
) -> Visit.Outcome:
    if result.danger:
        return Outcome.EMERGENCY
    if result.ended == InboundMessage.Outcome.APOLOGISED:
        return Outcome.FAILED
    if result.ended == InboundMessage.Outcome.PAUSED:
        return Outcome.HANDED_OVER
    if _DANGER in names(actions) or any(intent_of(part) == EMERGENCY for part in understood):
        return Outcome.EMERGENCY
    ends = [_end(action, reading, broken, subjects) for action in actions]
    if result.form_open:
        ends.append(Outcome.GIVEN_UP)
    return min(ends, key=_GRAVEST.index, default=Outcome.TALKED)


def _end(action: Shape, reading: Reading, broken: bool, subjects: Mapping[str, Subject]) -> Visit.Outcome:
    name, outcome, answered = str(action.get("name")), action.get("outcome"), str(action.get("answered") or "")
    if outcome == "failed":
        return Outcome.FAILED
    if name.startswith(_OF_FORMS):
        return Outcome.TALKED  # a form goes on, or the action behind it says how it ended
    if name in _TO_PEOPLE:
        return Outcome.HANDED_OVER
    if name == OFFERS:
        return Outcome.OFFERED if outcome == "ok" else Outcome.HANDED_OVER
    if name == _ASKS_WHAT_FOR:
        return Outcome.GIVEN_UP
    if outcome not in _WELL:
        return Outcome.FAILED if broken else Outcome.HANDED_OVER
    if name == _ANSWERS and outcome != "ok":
        return Outcome.HANDED_OVER
    if name == _ANSWERS or answered.startswith(f"{ARTICLE}/"):
        label = answered or reading.label
        return Outcome.ANSWERED if label not in subjects or subjects[label].of_city else Outcome.HANDED_OVER
    if answered.startswith("report_problem"):
        return Outcome.REPORTED
    return Outcome.LOOKED_UP if answered or outcome == "not_found" else Outcome.TALKED


def needs_of(outcome: str, certainty: str, call_failed: bool, helped: Optional[bool]) -> Visit.Needs:
    """Why staff should look at a turn, from the columns of its summary."""
    if outcome == Outcome.EMERGENCY:
        return Needs.EMERGENCY
    if helped is False:
        return Needs.DISLIKED
    if outcome == Outcome.FAILED or call_failed:
        return Needs.FAILED
    return {LOST: Needs.LOST, TORN: Needs.TORN}.get(certainty, Needs.NOTHING)


def harm_of(outcome: str, label: str, private: bool, subjects: Mapping[str, Subject]) -> float:
    """What a wrong answer would do: by the risk of what is asked about, for a danger as much as can be, for a bill no less than money."""
    if outcome == Outcome.EMERGENCY:
        return HARM[SAFETY]
    risk = subjects[label].risk if label in subjects else "routine"
    return max(HARM[risk], HARM["money" if private else "routine"])


def weight(needs: str, certainty: str, confidence: Optional[float], harm: float) -> float:
    """Doubt (0 to 1) times harm. What was lost, failed or disliked, and any danger, is as doubtful as can be."""
    if needs in (Needs.EMERGENCY, Needs.DISLIKED, Needs.FAILED, Needs.LOST):
        return harm
    return round((1.0 - confidence) * harm, 4) if certainty and confidence is not None else 0.0


def most_pressing(turns: Iterable[Tuple[str, float]]) -> Tuple[Visit.Needs, float]:
    """The needs and the weight that count for a visit, of those of its turns."""
    rows = [(Needs(needs), weight) for needs, weight in turns]
    return min(rows, key=lambda row: (_PRESSING.index(row[0]), -row[1]), default=(Needs.NOTHING, 0.0))
