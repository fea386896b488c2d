"""The needs that one message holds, behind its thanks. Where it may be cut says `bot.language.needs`; what its parts are, the model."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Dict, List, Mapping, Set, Tuple

from bot.assistant.understanding import NEED, Parsed
from bot.city import city
from bot.labels import ASK_NOTHING, EMERGENCY, LOOK_UP, NEEDS, REPORT, TASKS
from bot.language.courtesy import without_courtesy
from bot.language.entities import city_today
from bot.language.follow_up import is_long, leans_back, says_nothing
from bot.language.found import Reading
from bot.language.needs import Split, is_only_values, splits
from bot.open_data.reading import read
from bot.place_names import kinds_in

MOST_READINGS = 24  # of parts of one message: bounds the time
_SURE, _LOST = "sure", "lost"
_OPEN_DATA, _NEAREST = f"{LOOK_UP}/open_data", f"{LOOK_UP}/nearest_place"
_PLACES = frozenset({"street_address", "street_corner"})  # entities
_ANSWERED_WITH = _PLACES | {"request_number", "facility", "dataset"}  # what a look-up asks for where the message does not say it
_UNFINISHED = frozenset("a an the of un une le la les de du des".split())  # no need ends so: "la bibliothèque la", from "la plus proche"

Understand = Callable[[str], Awaitable[Parsed]]


async def several_needs(whole: Parsed, understand: Understand) -> List[Parsed]:
    """The needs a message holds, in the order to begin them; [] when it is one, and none that is sure.

    Questions come first and reports last, since a report always ends in questions of its own; so, of look-ups, does one that does not
    say what it is about. A question to the open data that only its beginning tells is one need, too.
    """
    if is_sure(whole) and whole["intent"]["name"] not in NEEDS:
        return []
    found = await _Cutting(understand).needs(whole)
    if len(found) > 1:
        return sorted(found, key=_asks_back)
    return found if found and found[0] is not whole else []


async def behind_courtesy(whole: Parsed, understand: Understand) -> Parsed:
    """What a message is about that begins with thanks: the rest where that is a need, or a question; else the whole, if that is sure."""
    rest = without_courtesy(whole["text"])
    name = whole["intent"]["name"]
    if rest == whole["text"] or name == EMERGENCY or (is_sure(whole) and name in NEEDS):
        return whole
    parsed = await understand(rest)
    needed = is_sure(parsed) and parsed["intent"]["name"] in NEEDS
    clearer = not is_sure(whole) and parsed["intent"].get("outcome") != _LOST
    return parsed if needed or clearer or "?" in rest or parsed["intent"]["name"] == EMERGENCY else whole


class _Cutting:
    """Reads the parts of one message, each once."""

    def __init__(self, understand: Understand) -> None:
        self._understand = understand
        self._read: Dict[str, Parsed] = {}

    async def needs(self, parsed: Parsed) -> List[Parsed]:
        """The needs in a text, one after the other; [] when it is none. A part that is only a value belongs to the need beside it."""
        tried = [split for split in splits(parsed["text"]) if not (is_only_values(split.first) or is_only_values(split.second))]
        for split in tried:
            first, second = await self._reading(split.first), await self._reading(split.second)
            if _OPEN_DATA in map(label_of, filter(is_sure, (first, second))) and _composes(parsed["text"]):
                return [parsed if _is_about_open_data(parsed) else _as_a_whole(first if _is_about_open_data(first) else second, parsed)]
            if _are_two(first, second) and _counts(split, parsed, first, second):
                return [*await self.needs(first), *await self.needs(second)]
        if is_sure(parsed):
            return [parsed] if parsed["intent"]["name"] in NEEDS else []
        for split in tried:  # three needs: one side holds two of them, and is not sure by itself
            first, second = await self._reading(split.first), await self._reading(split.second)
            if is_sure(first) == is_sure(second) or leans_back(split.second):
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
    return needs and (label_of(first) != label_of(second) or _are_two_reports(first, second) or _are_two_kinds_of_place(first, second))


def _are_two_reports(first: Parsed, second: Parsed) -> bool:
    """Whether two reports of a kind say two places: "a pothole at 45 queen st n and a pothole at 20 king st w"."""
    here, there = _places(first), _places(second)
    return first["intent"]["name"] == REPORT and bool(here and there) and here.isdisjoint(there)


def _are_two_kinds_of_place(first: Parsed, second: Parsed) -> bool:
    """Whether two searches for the nearest place are for other kinds: "nearest pool and nearest library"."""
    here, there = ({found.value for found in kinds_in(Reading.of(parsed["text"]))} for parsed in (first, second))
    return label_of(first) == _NEAREST and bool(here and there) and here.isdisjoint(there)


def _is_about_open_data(parsed: Parsed) -> bool:
    return is_sure(parsed) and label_of(parsed) == _OPEN_DATA


def _composes(text: str) -> bool:
    """Whether a text is one question that the open data can answer, in whatever language."""
    return read(text, language=city().languages[0], today=city_today()).query is not None


def _as_a_whole(part: Parsed, whole: Parsed) -> Parsed:
    """What a part was understood as, said of the whole."""
    return {**part, "text": whole["text"], NEED: whole.get(NEED, whole["text"])}


def _places(parsed: Parsed) -> Set[Tuple[str, str]]:
    return {(entity["entity"], str(entity["value"])) for entity in parsed["entities"] if entity["entity"] in _PLACES}


def _counts(split: Split, whole: Parsed, first: Parsed, second: Parsed) -> bool:
    """Whether a cut may part a text. Where that is one need for sure, an "and" parts only tasks: not "new here and need a card".

    No cut does before a part that leans on the other: "what is a second unit and is it allowed" is one need. A sentence that names its
    subject leans on none, whatever it begins with: "is it free to park on sunday".
    """
    if split.first.split()[-1].casefold() in _UNFINISHED:
        return False
    tasks = TASKS.issuperset((first["intent"]["name"], second["intent"]["name"]))
    if split.plain and is_long(split.second):
        return tasks or not says_nothing(split.second)
    return tasks or (not leans_back(split.second) and (split.plain or not is_sure(whole)))


def _asks_back(parsed: Parsed) -> int:
    intent = parsed["intent"]["name"]
    if intent not in TASKS:
        return 0
    told = not _ANSWERED_WITH.isdisjoint(entity["entity"] for entity in parsed["entities"])
    return 1 if label_of(parsed) in ASK_NOTHING or (told and intent != REPORT) else 2
