"""The needs that one message holds. Where it may be cut is for `bot.language.needs`; whether its parts are needs, for the model."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Dict, List, Mapping, Set, Tuple

from bot.assistant.understanding import Parsed
from bot.labels import ASK_NOTHING, NEEDS, REPORT, TASKS
from bot.language.needs import Split, splits

MOST_READINGS = 24  # of parts of one message: bounds the time
_SURE = "sure"
_PLACES = frozenset({"street_address", "street_corner"})  # entities
_ANSWERED_WITH = _PLACES | {"request_number", "facility", "dataset"}  # what a look-up asks for where the message does not say it
_UNFINISHED = frozenset("a an the of un une le la les de du des".split())  # no need ends so: "la bibliothèque la", from "la plus proche"

Understand = Callable[[str], Awaitable[Parsed]]


async def several_needs(whole: Parsed, understand: Understand) -> List[Parsed]:
    """The needs a message holds, in the order to begin them; [] when it holds one, or none that is sure.

    Questions come first and reports last, since a report always ends in questions of its own; so, of look-ups, does one that does not
    say what it is about.
    """
    if is_sure(whole) and whole["intent"]["name"] not in NEEDS:
        return []
    found = await _Cutting(understand).needs(whole)
    return sorted(found, key=_asks_back) if len(found) > 1 else []


class _Cutting:
    """Reads the parts of one message, each once."""

    def __init__(self, understand: Understand) -> None:
        self._understand = understand
        self._read: Dict[str, Parsed] = {}

    async def needs(self, parsed: Parsed) -> List[Parsed]:
        """The needs in a text, one after the other; [] when it is none."""
        tried = splits(parsed["text"])
        for split in tried:
            first, second = await self._reading(split.first), await self._reading(split.second)
            if _are_two(first, second) and _counts(split, parsed, first, second):
                return [*await self.needs(first), *await self.needs(second)]
        if is_sure(parsed):
            return [parsed] if parsed["intent"]["name"] in NEEDS else []
        for split in tried:  # three needs: one side holds two of them, and is not sure by itself
            first, second = await self._reading(split.first), await self._reading(split.second)
            if is_sure(first) == is_sure(second):
                continue
            before, after = await self.needs(first), await self.needs(second)
            if before and after:
                return [*before, *after]
        return []

    async def _reading(self, text: str) -> Parsed:
        if text not in self._read:
            if len(self._read) == MOST_READINGS:
                return {"text": "", "intent": {"name": None}, "entities": []}
            self._read[text] = await self._understand(text)
        return self._read[text]


def is_sure(parsed: Mapping[str, Any]) -> bool:
    return bool(parsed["intent"].get("outcome") == _SURE)


def label_of(parsed: Mapping[str, Any]) -> str:
    """`report_problem/pothole`: what a text was understood as."""
    return str(parsed["intent_ranking"][0]["name"])


def _are_two(first: Parsed, second: Parsed) -> bool:
    sure = is_sure(first) and is_sure(second)
    needs = sure and NEEDS.issuperset((first["intent"]["name"], second["intent"]["name"]))
    return needs and (label_of(first) != label_of(second) or _are_two_reports(first, second))


def _are_two_reports(first: Parsed, second: Parsed) -> bool:
    """Whether two reports of a kind say two places: "a pothole at 45 queen st n and a pothole at 20 king st w"."""
    here, there = _places(first), _places(second)
    return first["intent"]["name"] == REPORT and bool(here and there) and here.isdisjoint(there)


def _places(parsed: Parsed) -> Set[Tuple[str, str]]:
    return {(entity["entity"], str(entity["value"])) for entity in parsed["entities"] if entity["entity"] in _PLACES}


def _counts(split: Split, whole: Parsed, first: Parsed, second: Parsed) -> bool:
    """Whether a cut may part a text. Where that is one need for sure, an "and" parts only tasks: not "new here and need a card"."""
    if split.first.split()[-1].casefold() in _UNFINISHED:
        return False
    return split.plain or not is_sure(whole) or TASKS.issuperset((first["intent"]["name"], second["intent"]["name"]))


def _asks_back(parsed: Parsed) -> int:
    intent = parsed["intent"]["name"]
    if intent not in TASKS:
        return 0
    told = not _ANSWERED_WITH.isdisjoint(entity["entity"] for entity in parsed["entities"])
    return 1 if label_of(parsed) in ASK_NOTHING or (told and intent != REPORT) else 2
