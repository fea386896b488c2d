"""What is said of the needs that wait until the open form ends (`bot.assistant.waiting`): what comes next, and when it begins."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

from actions.base import Outcome, TaskAction, Turn, choice, payload
from actions.look_ups.kinds import look_ups
from actions.offer_choices import choice_of
from actions.words import joined, line, word
from bot.conversations.masking import MARKERS, mask
from bot.knowledge.store import knowledge
from bot.labels import LOOK_UP

WAITING = "waiting_needs"  # slot
NEXT = "next"  # its needs begin when the open form ends
KEPT = (
    "text",
    "text_language",
    "intent",
    "intent_ranking",
    "entities",
    "need",
)  # as `bot.assistant.waiting` keeps it
_NEVER_SAID = {marker for kind, marker in MARKERS.items() if kind != "street_address"} | {"[number]"}
MOST_CHARACTERS = 80  # of a resident's words that are said back


def forget_waiting(turn: Turn) -> None:
    """Drops what waits."""
    turn.set(**{WAITING: None})


def is_waiting(turn: Turn) -> bool:
    return bool(turn.slot(WAITING))


def keep_for_later(turn: Turn) -> None:
    """Keeps the message, which asks for something besides the open form, until that ends, and says so."""
    parsed = {name: turn.tracker.latest_message[name] for name in KEPT if name in turn.tracker.latest_message}
    place = turn.location
    waiting = turn.slot(WAITING) or {"stage": NEXT, "needs": []}
    turn.set(**{WAITING: {**waiting, "needs": [*waiting["needs"], {"parsed": parsed, "location": vars(place) if place else None}]}})
    _say(turn, "utter_next_need", [parsed])


class ActionTellNext(TaskAction):
    """Says what comes when the form ends that has just opened."""

    def name(self) -> str:
        return "action_tell_next"

    async def work(self, turn: Turn) -> Outcome:
        return _say(turn, "utter_next_need", _needs(turn))


class ActionBeginNext(TaskAction):
    """Says which need begins now."""

    def name(self) -> str:
        return "action_begin_next"

    async def work(self, turn: Turn) -> Outcome:
        return _say(turn, "utter_now_need", _needs(turn)[:1])


class ActionOfferWaiting(TaskAction):
    """Offers what waited, since the resident went on to something else meanwhile."""

    def name(self) -> str:
        return "action_offer_waiting"

    async def work(self, turn: Turn) -> Outcome:
        needs = _needs(turn)
        offered = [choice_of(_label(need), turn.language, knowledge()) for need in needs]
        no = choice(word("choices", "not_any_more", turn.language), payload("deny"))
        return _say(turn, "utter_offer_waiting", needs, [*filter(None, offered), no])


def _say(turn: Turn, response: str, needs: Sequence[Mapping[str, Any]], choices: Sequence[Dict[str, str]] = ()) -> Outcome:
    turn.private = any(map(_is_private, needs))
    quoted = [line("quoted", turn.language, value=_words(need, turn.language)) for need in needs]
    turn.say(response, choices=choices, words=joined(quoted, turn.language))
    return Outcome.OK


def _needs(turn: Turn) -> List[Mapping[str, Any]]:
    return [row["parsed"] for row in (turn.slot(WAITING) or {}).get("needs", [])]


def _words(need: Mapping[str, Any], language: str) -> str:
    """The resident's own words, cut where they are many; of a private need, and of one with a number or contact, only what it is about."""
    told = " ".join(str(need["text"]).split())
    hides = _is_private(need) or any(marker in mask(told) for marker in _NEVER_SAID)
    about = choice_of(_label(need), language, knowledge()) if hides else None
    words = about["title"] if about else mask(told) if hides else told
    return words if len(words) <= MOST_CHARACTERS else words[: MOST_CHARACTERS - 1].rstrip() + "…"


def _is_private(need: Mapping[str, Any]) -> bool:
    look_up = look_ups().get(_kind(need))
    return look_up is not None and look_up.private


def _kind(need: Mapping[str, Any]) -> str:
    intent, _, kind = _label(need).partition("/")
    return kind if intent == LOOK_UP else ""


def _label(need: Mapping[str, Any]) -> str:
    return str(need["intent_ranking"][0]["name"])
