"""Which bin does it go in? The waste authority's own pages are asked first, where there are any; then the list in `data/sorting.yml`."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Dict, List, Optional, Tuple

from actions.base import Outcome, Turn, choice, payload
from actions.clients.errors import CityError
from actions.clients.waste_sorting import Material, WasteSorting, waste_sorting_from_settings
from actions.forms import SMALL_TALK, UNCLEAR
from actions.look_ups.base import LookUp, State
from actions.offering import NONE_OF_THESE
from actions.sorting_list import Item, SortingList, sorting_list
from actions.sorting_search import query_of, spot
from actions.source import source_parts
from actions.words import as_of, below, word
from bot.choosing import chosen
from bot.knowledge.wording import comparable
from bot.labels import LOOK_UP, NEEDS

MOST_ITEMS = 3
MOST_CHOICES = 4


class SortingLookUp(LookUp):
    """In its state: `items` of the list, the `query` where none is named, the authority's `page`, or `options` to choose from."""

    kind = "sorting"
    backends: ClassVar[Tuple[str, ...]] = ()  # without the authority's pages the list answers

    def __init__(self, things: Optional[SortingList] = None, pages: Optional[WasteSorting] = None) -> None:
        self.things = things or sorting_list()
        self.pages = pages or waste_sorting_from_settings()

    @property
    def by_hand(self) -> str:
        return self.things.anything.url

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        if asked and "options" in state and await self._choose(turn, state):
            return True
        named = next(filter(None, (spot(text, self.things, turn.language) for text in turn.texts)), [])
        if asked and not named and turn.intent in (NEEDS | SMALL_TALK) - {LOOK_UP}:
            return False
        query = "" if named else query_of(turn.text, self.things)
        if asked and not (named or query):
            return False
        state.clear()
        state.update({"items": [item.id for item in named[:MOST_ITEMS]], "query": query})
        if len(named) == 1 and named[0].which:
            state["options"] = [{"id": key, "title": self.things.items[key].name(turn.language)} for key in named[0].which]
        else:
            await self._search(turn, state)
        return True

    def missing(self, state: State) -> bool:
        return "options" in state or not (state.get("items") or state.get("query"))

    async def ask(self, turn: Turn, state: State) -> None:
        unclear = turn.slot("form_note") == UNCLEAR
        if "options" in state:
            if unclear:
                turn.say("utter_answer_unclear")
            choices = [choice(option["title"], payload("inform", answer=option["id"])) for option in state["options"]]
            turn.say(
                "utter_ask_sorting_which",
                choices=[*choices, choice(word("choices", "something_else", turn.language), payload("something_else"))],
            )
            return
        turn.say("utter_ask_sorting_item_unclear" if unclear else "utter_ask_sorting_item")

    async def answer(self, turn: Turn, state: State) -> Outcome:
        items = [self.things.items[key] for key in state.get("items") or ()]
        if state.get("page") and await self._tell_page(turn, state["page"], items):
            return Outcome.OK
        for item in items:
            self._tell_item(turn, item)
        if not items:
            self._say_where_to_look(turn, None)
        return Outcome.OK if items else Outcome.NOT_FOUND

    async def _choose(self, turn: Turn, state: State) -> bool:
        """Takes one of the options, or none of them; False when the message is something else."""
        options: List[Dict[str, str]] = state["options"]
        if turn.intent in NONE_OF_THESE:
            state.clear()
            return True
        index = next((index for index, option in enumerate(options) if option["id"] == turn.entity("answer")), None)
        if index is None:
            index = chosen(turn.text, [option["title"] for option in options], expected=True)
        if index is None:
            return False
        option = state.pop("options")[index]
        if option["id"] in self.things.items:
            state["items"] = [option["id"]]
            await self._search(turn, state)
        else:
            state["page"] = option
        return True

    async def _search(self, turn: Turn, state: State) -> None:
        """Looks for the authority's page on the one thing that is named. An item of the list does without when the pages fail."""
        items = [self.things.items[key] for key in state["items"]]
        if self.pages is None or len(items) > 1 or not (items or state["query"]):
            return
        item = items[0] if items else None
        try:
            found = await asyncio.to_thread(self.pages.materials, item.name(turn.language) if item else state["query"], turn.language)
        except CityError:
            if item is None or item.bin is None:
                raise
            return
        same = [one for one in found if comparable(one.title) in _names(item, state["query"])]
        if same or (len(found) == 1 and item is None):
            state["page"] = _option((same or found)[0])
        elif found and item is None:
            state["options"] = [_option(one) for one in found[:MOST_CHOICES]]

    async def _tell_page(self, turn: Turn, page: Dict[str, str], items: List[Item]) -> bool:
        """Says what the authority's page says; False when there is none, or it fails and the list can answer."""
        if self.pages is None:
            return False
        try:
            held = await asyncio.to_thread(self.pages.disposal, page["id"], turn.language)
        except CityError:
            if not (items and items[0].bin):
                raise
            return False
        if held.value is None:
            return False
        notes = below([*held.value.notes, *as_of(held.as_of, turn.language)])
        parts = source_parts(turn, "waste_sorting")
        turn.say("utter_sorting_page", item=_beginning(page["title"]), where=held.value.where, notes=notes, parts=parts)
        return True

    def _tell_item(self, turn: Turn, item: Item) -> None:
        if item.bin is None:
            self._say_where_to_look(turn, item)
            return
        language = turn.language
        source = {"name": item.bin.source.name[language], "url": item.bin.source.url}
        values: Dict[str, Any] = {"item": _beginning(item.name(language)), "bin": item.bin.name[language], "note": item.bin.note[language]}
        turn.say("utter_sorting_goes", parts={"source": source}, **values)

    def _say_where_to_look(self, turn: Turn, item: Optional[Item]) -> None:
        page = item.look_up if item else self.things.anything
        values: Dict[str, Any] = {"list": page.name[turn.language], "url": page.url}
        if item:
            turn.say("utter_sorting_look_up", item=_beginning(item.name(turn.language)), **values)
        else:
            turn.say("utter_sorting_unknown", **values)


def _names(item: Optional[Item], query: str) -> List[str]:
    """What the authority may call the same thing."""
    if item is None:
        return [comparable(query)]
    return [comparable(name) for names in item.words.values() for name in names]


def _option(material: Material) -> Dict[str, str]:
    return {"id": material.page_id, "title": material.title}


def _beginning(name: str) -> str:
    return name[:1].upper() + name[1:]
