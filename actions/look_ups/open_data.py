"""Numbers from the city's open data: "how many building permits were issued last year?"."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any, Dict, List, Optional

from actions.base import Outcome, Turn, choice, payload
from actions.clients.arcgis import ArcGIS, arcgis_from_settings
from actions.clients.arcgis_query import Spot
from actions.clients.geocoder import Geocoder
from actions.forms import UNCLEAR
from actions.look_ups.base import State, earlier, written
from actions.look_ups.place import PlaceLookUp
from actions.offering import NONE_OF_THESE, index_meant, numbered
from actions.open_data.answering import tell
from actions.open_data.running import run
from actions.open_data.streets import named_streets
from actions.open_data.telling import Telling
from actions.words import joined, today, word
from bot.labels import LOOK_UP
from bot.language.follow_up import leans_back
from bot.open_data import composing
from bot.open_data.composing import FIELD, GROUPING, LAYER, MEASURE, PLACE, STREET, TIME, VALUE, Question, Reading, Refusal
from bot.open_data.follow_up import follow_up
from bot.open_data.layers import Field, Layer, catalogue
from bot.open_data.partial import begun, is_part
from bot.open_data.query import Query, QueryError
from bot.open_data.reading import read

MOST_NAMED = 6  # layers in one sentence
LONGEST_TITLE = 60  # of a choice


class OpenData(PlaceLookUp):
    """Leaves `query` in the state.

    Meanwhile `about` says what is asked back, `queries` holds questions to choose from, `begun` what the answer is added to, and
    `refused` why there will be no answer.
    """

    kind = "open_data"
    backends = ("open_data",)

    def __init__(self, server: Optional[ArcGIS] = None, geocoder: Optional[Geocoder] = None) -> None:
        super().__init__(geocoder)
        self.server = server or arcgis_from_settings()

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        if asked and "query" in state and await super().read(turn, state, asked=True):
            return True
        if asked and state.get("queries") and await self._pick(turn, state):
            return True
        tapped = None if asked else _tapped(turn)
        before = state.get("begun") if asked else earlier(turn, self.kind).get("query")
        text = turn.text if asked else written(turn)
        found = Reading(tapped) if tapped else _understood(turn, text, Query.from_dict(before) if before else None)
        if found.query:
            await self._take(turn, state, found.query)
        elif found.question and not (asked and found.question.about == LAYER and not found.question.options):
            await self._ask_back(turn, state, found.question, text)
        elif found.refusal and not asked and not (turn.tapped and not turn.told and found.refusal.reason == composing.UNKNOWN_LAYER):
            state["refused"] = _refused(found.refusal)
        else:
            return False
        return True

    async def _take(self, turn: Turn, state: State, query: Query) -> None:
        place = earlier(turn, self.kind) if query.near else {}
        for key in ("about", "queries", "begun", "refused", "field", "place"):
            state.pop(key, None)
        state["query"] = query.to_dict()
        if query.near is None:
            return
        if self.geocoder is None:
            state["refused"] = _refused(Refusal("not_in_data", (query.near.place,), replace(query, near=None)))
        elif place.get("place") and (place.get("query") or {}).get("near") == state["query"]["near"]:
            state["place"] = place["place"]
        elif query.near.place:
            await self._locate(turn, state, query.near.place)

    async def _ask_back(self, turn: Turn, state: State, question: Question, text: str) -> None:
        if question.about == PLACE:
            await self._take(turn, state, question.options[0])
            return
        if question.about == STREET:
            state.update(about=STREET, queries=[], begun=question.options[0].to_dict())
            return
        state.update(about=question.about, queries=[query.to_dict() for query in question.options], field=question.field)
        base = begun(text, language=turn.language, today=today())
        if base is not None:
            state["begun"] = base.to_dict()

    async def _pick(self, turn: Turn, state: State) -> bool:
        """Takes one of the offered questions; None of them: the resident's own words are asked for."""
        if turn.intent in NONE_OF_THESE:
            state.update(about=LAYER, queries=[])
            state.pop("begun", None)
            return True
        number = index_meant(turn, self._titles(turn, state))
        if number is None:
            return False
        await self._take(turn, state, Query.from_dict(state["queries"][number]))
        return True

    def missing(self, state: State) -> bool:
        if "refused" in state:
            return False
        return "query" not in state or (bool(state["query"]["near"]) and super().missing(state))

    async def ask(self, turn: Turn, state: State) -> None:
        if "query" in state:
            await super().ask(turn, state)
            return
        if turn.slot("form_note") == UNCLEAR:
            turn.say("utter_answer_unclear")
        titles = self._titles(turn, state)
        if state.get("about") == VALUE:
            queries = [Query.from_dict(one) for one in state["queries"]]
            field = _layer(queries[0]).field(state["field"])
            turn.say("utter_ask_open_data_value", field=field.title[turn.language] if field else state["field"], example=titles[0])
        elif titles:
            turn.say("utter_ask_open_data_which", choices=numbered(titles, turn.language))
        elif state.get("about") == STREET:
            turn.say("utter_ask_open_data_street")
        elif state.get("about") == TIME:
            turn.say("utter_ask_open_data_time")
        else:
            turn.say("utter_ask_open_data_layer", layers=_layers(turn.language))

    def _titles(self, turn: Turn, state: State) -> List[str]:
        """What tells the offered questions apart."""
        queries = [Query.from_dict(one) for one in state.get("queries") or []]
        tellings = [Telling(_layer(query), query, turn.language) for query in queries]
        if state.get("about") == VALUE:
            return [one.condition(state["field"]) for one in tellings]
        if state.get("about") in (FIELD, MEASURE) and len({one.measure for one in tellings}) == len(tellings):
            return [one.measure for one in tellings]
        if state.get("about") == GROUPING:
            return [one.by for one in tellings]
        if len({one.title for one in tellings}) == len(tellings):
            return [one.title for one in tellings]
        return [one.question[:LONGEST_TITLE] for one in tellings]

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if "refused" in state:
            return self._refuse(turn, state["refused"])
        query = Query.from_dict(state["query"])
        layer, place = _layer(query), state.get("place")
        if self.server is None:
            raise ValueError("no open data is offered")
        if layer.street and layer.street.id in query.where:
            on = await asyncio.to_thread(named_streets, self.server, layer, query)
            if not on:
                return self._no_such_street(turn, layer, layer.street, query)
            query = replace(query, where={**query.where, layer.street.id: on})
            state["query"] = query.to_dict()
        spot = Spot(place["latitude"], place["longitude"], query.near.metres) if query.near and place else None
        if query.near and place:
            state["query"]["near"]["place"] = place["label"] or word("open_data", "your_place", turn.language)
        result = await asyncio.to_thread(run, self.server, layer, query, spot)
        await tell(turn, Telling(layer, Query.from_dict(state["query"]), turn.language), result)
        return Outcome.OK

    def _no_such_street(self, turn: Turn, layer: Layer, street: Field, query: Query) -> Outcome:
        """That the data have nothing on the street; offered is the question without it."""
        said = Telling(layer, query, turn.language).condition(street.id)
        without = replace(query, where={name: values for name, values in query.where.items() if name != street.id})
        turn.say("utter_open_data_no_such_street", choices=[_offer(turn, without)], title=layer.title[turn.language], street=said)
        return Outcome.NOT_FOUND

    def _refuse(self, turn: Turn, refused: Dict[str, Any]) -> Outcome:
        nearest = Query.from_dict(refused["nearest"]) if refused["nearest"] else None
        choices = []
        if nearest:
            choices = [_offer(turn, nearest)]
        words = joined(refused["words"], turn.language)
        if refused["reason"] == composing.PERSONAL:
            turn.say("utter_open_data_personal", choices=choices)
        elif refused["reason"] == composing.UNKNOWN_LAYER or nearest is None:
            turn.say("utter_open_data_unknown", choices=choices, layers=_layers(turn.language))
        elif refused["reason"] == composing.NO_STREETS:
            turn.say("utter_open_data_no_streets", choices=choices, title=_layer(nearest).title[turn.language])
        elif words:
            turn.say("utter_open_data_not_said", choices=choices, title=_layer(nearest).title[turn.language], words=words)
        else:
            turn.say("utter_open_data_not_that", choices=choices, title=_layer(nearest).title[turn.language])
        return Outcome.NOT_FOUND


def _understood(turn: Turn, text: str, on: Optional[Query]) -> Reading:
    """What a message asks by itself, or of what was asked before when it is only a part of a question."""
    if not text:
        return Reading(question=Question(LAYER))
    found = read(text, language=turn.language, today=today())
    if on is None or (found.query and not is_part(text, on, language=turn.language, today=today())):
        return found
    changed = follow_up(text, on, today(), language=turn.language)
    if changed.query or (changed.question and not (found.query or found.question)):
        return changed
    return changed if found.refusal and changed.refusal and leans_back(text) else found


def _tapped(turn: Turn) -> Optional[Query]:
    """The question of a tapped choice."""
    written = turn.entity("answer") if turn.tapped else None
    try:
        return Query.from_dict(json.loads(written)) if written else None
    except (ValueError, TypeError, QueryError):
        return None


def _offer(turn: Turn, query: Query) -> Dict[str, str]:
    """The choice that asks a question."""
    title = Telling(_layer(query), query, turn.language).question[:LONGEST_TITLE]
    return choice(title, payload(LOOK_UP, look_up=OpenData.kind, answer=json.dumps(query.to_dict())))


def _refused(refusal: Refusal) -> Dict[str, Any]:
    nearest = refusal.nearest.to_dict() if refusal.nearest else None
    return {"reason": refusal.reason, "words": list(refusal.words), "nearest": nearest}


def _layer(query: Query) -> Layer:
    layer = catalogue().layer(query.layer)
    if layer is None:
        raise ValueError(f"no layer {query.layer}")
    return layer


def _layers(language: str) -> str:
    return joined([layer.title[language] for layer in catalogue().layers[:MOST_NAMED]], language)
