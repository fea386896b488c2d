"""Where is the nearest place of a kind: a playground, a library, a charger? From the city's layers."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, ClassVar, Dict, List, Optional, Sequence

from actions.base import Outcome, Turn, choice, payload
from actions.clients.arcgis import ArcGIS, ArcGISError, arcgis_from_settings
from actions.clients.geocoder import Geocoder
from actions.forms import SMALL_TALK
from actions.look_ups.areas import NamedAreas, Neighbourhoods
from actions.look_ups.around import Near, nearest
from actions.look_ups.base import State, earlier, written
from actions.look_ups.near_lines import place_line, says
from actions.look_ups.place import MOST_CHOICES, PlaceLookUp, take
from actions.look_ups.place_kinds import NotHeld, PlaceKind, kinds_not_held, place_kinds, place_words, says_open, wish_in
from actions.look_ups.place_words import facility_in, facility_name, is_nowhere, outside, said_near
from actions.look_ups.shown_places import asks_more, detail_asked, kept, row_meant, row_of
from actions.offering import NONE_OF_THESE, offered
from actions.report_answers import place_in
from actions.words import below, line
from bot.choosing import chosen
from bot.city import city
from bot.knowledge.store import knowledge
from bot.labels import ARTICLE, LOOK_UP, NEEDS
from bot.language.follow_up import leans_back
from bot.language.found import Found, Reading
from bot.language.streets import find_street
from bot.place_names import every_kind_in, kinds_in

LOOKED_FOR = "looked_for"  # in the state: the id of a kind
MOST_NAMES = 3  # that the locator is asked for in one message
WISHED = "wished"  # in the state: the id of a wish of the kind
UNSAID = "unsaid"  # in the state: a detail that is wanted and not in the layer
SHOWN = "shown"  # in the state: the places that were told
BEHIND = "behind"  # in the state: how many were told before these
ABOUT, DETAIL = "about", "detail"  # in the state: which of them is asked about, and for what
NOT_HELD = "not_held"  # in the state: the id of a kind that no layer has
NO_KIND = "no_kind"  # in the state: none of the kinds that were offered
OPEN = "open"  # in the state: it was asked for one that is open


class NearestPlaceLookUp(PlaceLookUp):
    """Needs a kind of place and where to look from."""

    kind: ClassVar[str] = "nearest_place"
    backends = ("open_data", "geocoder")

    def __init__(self, server: Optional[ArcGIS] = None, geocoder: Optional[Geocoder] = None) -> None:
        super().__init__(geocoder)
        self.server = server or arcgis_from_settings()
        self.neighbourhoods = Neighbourhoods(self.server)

    def article(self, turn: Turn) -> Optional[str]:
        """The one about the kind that the message names."""
        found = [one for text in turn.texts for one in kinds_in(Reading.of(text))]
        return place_kinds()[found[0].value].article if found else None

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        text = turn.text if asked else written(turn)
        if not asked and self._read_shown(state, text, earlier(turn, self.kind)):
            return True
        reading = Reading.of(text)
        if says_open(reading):
            state[OPEN] = True
        areas = await asyncio.to_thread(self._areas, reading)
        facility = facility_in(reading)
        if not asked and self._read_not_held(state, reading, taken=[*areas.found, *([facility] if facility else [])]):
            return True
        understood = self._read_kind(turn, state, reading, asked, taken=[*areas.found, *([facility] if facility else [])])
        if turn.locations or place_in(text) or (asked and "options" in state):
            return await super().read(turn, state, asked=asked) or understood
        if areas.places:
            self._take_area(state, areas)
            return True
        if await self._locate_first(turn, state, self._names(turn, reading, facility)):
            return True
        if asked and (understood or is_nowhere(text)):
            return understood
        return await super().read(turn, state, asked=asked) or understood

    def _names(self, turn: Turn, reading: Reading, facility: Optional[Found]) -> List[str]:
        """What the place may be called, likeliest first."""
        if facility:
            return [facility_name(facility)]
        another_need = turn.intent in (NEEDS | SMALL_TALK) - {LOOK_UP}
        if another_need or find_street(reading.text, town=city().short_name):
            return []
        return said_near(reading.without(kinds_in(reading)))

    async def _locate_first(self, turn: Turn, state: State, named: Sequence[str]) -> bool:
        """Takes the first name that the locator knows; leaves the first as unknown when it knows none."""
        for name in [*named[:MOST_NAMES], *named[:1]]:
            await self._locate(turn, state, name)
            if "unknown" not in state:
                return True
        return bool(named)

    def _read_shown(self, state: State, text: str, before: State) -> bool:
        """Takes a question about the places that were just told, or for more of them."""
        rows, detail = before.get(SHOWN) or [], detail_asked(text)
        kept_on = {key: before[key] for key in (LOOKED_FOR, WISHED, "place", SHOWN, BEHIND) if key in before}
        others = {one.value for one in every_kind_in(Reading.of(text))} - {before.get(LOOKED_FOR)}
        if rows and asks_more(text) and not others and not place_in(text):
            state.update(kept_on, **{BEHIND: before.get(BEHIND, 0) + len(rows)})
            state.pop(SHOWN)
            return True
        name = place_kinds()[before[LOOKED_FOR]].fields["name"] if rows else ""
        row = row_meant(text, [str(one["attributes"][name]) for one in rows], of_another=bool(others)) if detail else None
        if row is None or place_in(text):
            return False
        state.update(kept_on, **{ABOUT: row, DETAIL: detail})
        return True

    def _read_not_held(self, state: State, reading: Reading, *, taken: Sequence[Found]) -> bool:
        """Takes a kind that no layer has, when it is the first that the message names, and no other is looked for beside it or near it."""
        every = outside(every_kind_in(reading), taken)
        if not every or every[0].value in place_kinds():
            return False
        near = said_near(reading)
        held = [reading.text[one.start : one.end] for one in every if one.value in place_kinds()]
        if not all(any(said in name for name in near) for said in held):  # "near a library" is no library that is looked for
            return False
        state[NOT_HELD] = every[0].value
        return True

    def _read_kind(self, turn: Turn, state: State, reading: Reading, asked: bool, *, taken: Sequence[Any]) -> bool:
        """Takes the kind that the message names first, outside the names of places; so "parking near the central library" is parking."""
        every = kinds_in(reading)
        named = outside(every, taken) or (every if not asked else [])
        answers = LOOKED_FOR not in state and asked
        if named:
            state[LOOKED_FOR] = named[0].value
            wish = wish_in(place_kinds()[named[0].value], reading)
            state.update({WISHED: wish.id} if wish else {})
            if not wish and detail_asked(reading.text) == "accessible":
                state[UNSAID] = "accessible"
        elif answers and turn.entity("answer") in place_kinds():
            state[LOOKED_FOR] = turn.entity("answer")
        elif answers and (index := chosen(turn.text, [kind.title[turn.language] for kind in _choices()], expected=True)) is not None:
            state[LOOKED_FOR] = _choices()[index].id
        elif answers and turn.intent in NONE_OF_THESE:
            state[NO_KIND] = True
        elif not asked and leans_back(reading.text) and earlier(turn, self.kind).get(LOOKED_FOR):
            state[LOOKED_FOR] = earlier(turn, self.kind)[LOOKED_FOR]
        else:
            return False
        return True

    def _areas(self, reading: Reading) -> NamedAreas:
        try:
            return self.neighbourhoods.named(reading)
        except ArcGISError:  # the locator may know the place
            return NamedAreas((), ())

    def _take_area(self, state: State, areas: NamedAreas) -> None:
        if len(areas.places) == 1:
            take(state, areas.places[0])
        else:
            state["options"] = [vars(place) for place in areas.places[:MOST_CHOICES]]

    def missing(self, state: State) -> bool:
        return not {NO_KIND, NOT_HELD} & set(state) and (LOOKED_FOR not in state or super().missing(state))

    async def ask(self, turn: Turn, state: State) -> None:
        if LOOKED_FOR in state:
            await super().ask(turn, state)
            return
        turn.say("utter_ask_place_kind", choices=offered(((kind.title[turn.language], kind.id) for kind in _choices()), turn.language))

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if self.server is None:
            raise ValueError("no layers are offered")
        if NOT_HELD in state:
            return self._tell_not_held(turn, kinds_not_held()[state[NOT_HELD]])
        if NO_KIND in state:
            turn.say("utter_place_kind_unknown")
            return Outcome.NOT_FOUND
        kind, place = place_kinds()[state[LOOKED_FOR]].only(state.get(WISHED)), state["place"]
        if ABOUT in state:
            return await self._tell_one(turn, kind, state)
        behind, here = state.get(BEHIND, 0), (place["latitude"], place["longitude"])
        found = await asyncio.to_thread(lambda: nearest(self.server, kind, here, behind=behind))  # type: ignore[arg-type]
        layer = self.server.layer(kind.layer, kind.every_field)
        source = _source(turn, (await asyncio.to_thread(lambda: layer.info)).edited)
        where = place["label"] or line("your_place", turn.language)
        if not found and behind:
            turn.say("utter_nearest_no_more", kind=kind.title[turn.language], place=where, parts={"source": source})
            return Outcome.NOT_FOUND
        state[SHOWN] = kept(found, kind)
        if not found:
            turn.say("utter_nearest_none", kind=kind.title[turn.language], place=where, parts={"source": source})
            return Outcome.NOT_FOUND
        lines = [place_line(kind, one, turn.language, first=not index) for index, one in enumerate(found)]
        if kind.season:
            lines.append(kind.season[turn.language])
        if UNSAID in state:
            lines.append(line("place_not_said", turn.language, detail=place_words("titles")[state[UNSAID]][turn.language]))
        if OPEN in state:
            lines.append(line("open_unknown", turn.language))
        parts = {"source": source, **_parts(kind, found[0])}
        turn.say("utter_nearest_places", kind=kind.title[turn.language], place=where, places=below(lines), parts=parts)
        return Outcome.OK

    async def _tell_one(self, turn: Turn, kind: PlaceKind, state: State) -> Outcome:
        """All that is known of one of the places that were told, and that what was asked for is not, where it is not."""
        row, detail = row_of(state[SHOWN][state.pop(ABOUT)]), state.pop(DETAIL)
        lines = [place_line(kind, row, turn.language, first=True)]
        if detail != "all" and not says(kind, row, detail):
            lines.append(line("place_not_said", turn.language, detail=place_words("titles")[detail][turn.language]))
        turn.say("utter_place_about", places="\n".join(lines), parts=_parts(kind, row))
        return Outcome.OK

    def _tell_not_held(self, turn: Turn, kind: NotHeld) -> Outcome:
        article = knowledge().article(kind.article) if kind.article else None
        about = [choice(article.title[turn.language], payload(ARTICLE, article=article.id))] if article else []
        response = "utter_place_not_held_urgent" if kind.urgent else "utter_place_not_held"
        turn.say(response, choices=about, kind=kind.title[turn.language])
        return Outcome.NOT_FOUND


def _choices() -> List[PlaceKind]:
    return [kind for kind in place_kinds().values() if kind.choice]


def _parts(kind: PlaceKind, first: Near) -> Dict[str, Any]:
    name = str(first.attributes[kind.fields["name"]])
    place = {"label": name, "latitude": round(first.point[0], 6), "longitude": round(first.point[1], 6)}
    url = str(first.attributes.get(kind.fields.get("link", "")) or "")
    link = {"link": {"title": name, "url": url}} if url.startswith("https://") else {}
    return {"place": place, **link}


def _source(turn: Turn, edited: Optional[datetime]) -> Dict[str, Any]:
    """The city's data, and the day they changed last."""
    name, url = line("open_data_of", turn.language, body=city().name[turn.language]), city().backends["open_data"].by_hand
    return {"name": name, "url": url, **({"as_of": edited.date().isoformat()} if edited else {})}
