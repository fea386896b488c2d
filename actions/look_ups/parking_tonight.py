"""May I park on the street tonight? The city's winter rule, the state of a snow event, and a snow warning that is in force."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Dict, List, Optional

from actions.base import Outcome, Turn, choice, outcome_of, payload
from actions.clients.errors import CityError
from actions.clients.geomet import GeoMet, geomet_from_settings
from actions.clients.kept import Held
from actions.clients.snow import Snow, SnowError, SnowEvent, snow_from_settings
from actions.look_ups.base import LookUp, State
from actions.source import source_parts
from actions.street_parking import WinterBan, winter_ban
from actions.words import as_of, line, now, spoken_date, spoken_moment, spoken_time, today, word
from bot.city import city
from bot.knowledge.store import Knowledge, knowledge
from bot.labels import ARTICLE
from bot.language.dates import find_when

_MAY_BRING_SNOW = {"warning", "watch"}  # kinds of alert


class ParkingTonight(LookUp):
    """Needs nothing but the question. The state holds `evening`, an ISO date, when another night than tonight is meant."""

    kind: ClassVar[str] = "parking_tonight"
    backends = ("snow_event",)

    def __init__(
        self,
        snow: Optional[Snow] = None,
        weather: Optional[GeoMet] = None,
        *,
        ban: Optional[WinterBan] = None,
        articles: Optional[Knowledge] = None,
    ) -> None:
        self.snow = snow or snow_from_settings()
        self.weather = weather or geomet_from_settings()
        self.ban = ban or winter_ban()
        self.articles = articles or knowledge()

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        evening = next(filter(None, (evening_named(text, today()) for text in turn.texts)), None)
        if evening and evening > today():
            state["evening"] = evening.isoformat()
        return True

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if self.snow is None:
            raise ValueError("no state of snow events is offered")
        moment = now()
        tonight = self.ban.evening_of(moment)
        evening = date.fromisoformat(state["evening"]) if "evening" in state else tonight
        try:
            held = await asyncio.to_thread(self.snow.event)
        except SnowError as err:
            turn.say(
                "utter_parking_snow_unknown",
                rule=self._rule(turn, evening, tonight),
                by_hand=self.by_hand,
                choices=self._offered(turn, evening),
            )
            return outcome_of(err)
        if held.value.on_at(moment):
            self._tell_snow_event(turn, held, moment, evening, tonight)
        else:
            warning = await self._snow_warning(turn, moment) if evening == tonight else ""
            self._tell(
                turn,
                "utter_parking_no_snow_event",
                held,
                moment,
                rule=self._rule(turn, evening, tonight),
                warning=warning,
                choices=self._offered(turn, evening),
            )
        return Outcome.OK

    def _tell_snow_event(self, turn: Turn, held: Held[SnowEvent], moment: datetime, evening: date, tonight: date) -> None:
        """With the rule for the time after it, when it may end before the night that is meant."""
        ends, morning = held.value.ends_at, datetime.combine(evening + timedelta(days=1), self.ban.end, city().timezone)
        until = line("until_moment", turn.language, moment=spoken_moment(ends, turn.language)) if ends else ""
        response, values = "utter_parking_snow_event", {}
        if evening != tonight or (ends and ends < morning):
            response = "utter_parking_snow_event_later" if evening != tonight else "utter_parking_snow_event_ends"
            values = {"rule": self._rule(turn, evening, tonight)}
        self._tell(turn, response, held, moment, until=until, choices=self._articles(turn, "snow_event"), **values)

    def _tell(
        self, turn: Turn, response: str, held: Held[SnowEvent], moment: datetime, *, choices: List[Dict[str, str]], **values: str
    ) -> None:
        age = "".join(f" {one}" for one in as_of(held.as_of, turn.language))
        time = spoken_time(held.as_of or moment, turn.language)
        turn.say(response, time=time, as_of=age, choices=choices, parts=source_parts(turn, "snow_event"), **values)

    def _rule(self, turn: Turn, evening: date, tonight: date) -> str:
        """The line of the season for the night that begins on an evening."""
        language, ban = turn.language, self.ban
        night = word("nights", "tonight", language)
        if evening != tonight:
            night = line("night_of", language, day=spoken_date(evening, language))
        if ban.holds_on(evening + timedelta(days=1)):
            clocks = {
                name: spoken_time(datetime.combine(evening, at, city().timezone), language)
                for name, at in (("begin", ban.start), ("end", ban.end), ("ask_before", ban.ask_before))
            }
            return line("parking_winter", language, night=night, **clocks)
        first, last = (spoken_day(month, day, language) for month, day in (ban.first, ban.last))
        return line("parking_summer", language, night=night, first=first, last=last)

    def _offered(self, turn: Turn, evening: date) -> List[Dict[str, str]]:
        return self._articles(turn, "winter" if self.ban.holds_on(evening + timedelta(days=1)) else "summer")

    def _articles(self, turn: Turn, about: str) -> List[Dict[str, str]]:
        found = [article for article in map(self.articles.article, self.ban.articles[about]) if article]
        return [choice(article.title[turn.language], payload(ARTICLE, article=article.id)) for article in found]

    async def _snow_warning(self, turn: Turn, moment: datetime) -> str:
        """A sentence about a snow warning in force, if there is one; the answer is complete without it."""
        if self.weather is None:
            return ""
        try:
            held = await asyncio.to_thread(self.weather.in_force, moment)
        except CityError:
            return ""
        snowy = [
            alert
            for alert in held.value
            if alert.kind in _MAY_BRING_SNOW and any(one in alert.name["en"].casefold() for one in self.ban.snow_words)
        ]
        return " " + line("snow_warning", turn.language, alert=snowy[0].name[turn.language]) if snowy else ""


def evening_named(text: str, today: date) -> Optional[date]:
    """The day on which the night begins that a text means: of a morning, or of an hour before noon, the day before."""
    when = find_when(text, today)
    if when is None or when.start is None:
        return None
    begins_before = when.part == "morning" or (when.part is None and when.time is not None and when.time < time(12))
    return when.start - timedelta(days=1) if begins_before else when.start


def spoken_day(month: int, day: int, language: str) -> str:
    """A day of every year: "December 1", "1er décembre"."""
    return spoken_date(date(2000, month, day), language, weekday=False)
