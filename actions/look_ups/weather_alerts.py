"""Which weather alerts are in force for the city?"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import ClassVar, Optional

from actions.base import Outcome, Turn
from actions.clients.geomet import Alert, GeoMet, geomet_from_settings
from actions.look_ups.base import LookUp, State
from actions.source import source_parts
from actions.words import as_of, below, line, now, spoken_moment, spoken_time
from bot.city import city

MOST_ALERTS = 4


class WeatherAlerts(LookUp):
    """Needs nothing but the question: the city has one point."""

    kind: ClassVar[str] = "weather_alerts"
    backends = ("weather",)

    def __init__(self, weather: Optional[GeoMet] = None) -> None:
        self.weather = weather or geomet_from_settings()

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        return True

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if self.weather is None:
            raise ValueError("no weather alerts are offered")
        moment = now()
        held = await asyncio.to_thread(self.weather.in_force, moment)
        language, time = turn.language, spoken_time(held.as_of or moment, turn.language)
        parts, age = source_parts(turn, "weather"), below(as_of(held.as_of, language))
        if not held.value:
            turn.say("utter_weather_none", place=city().short_name, time=time, as_of=age, parts=parts)
            return Outcome.OK
        lines = [alert_line(alert, moment, language) for alert in held.value[:MOST_ALERTS]]
        if len(held.value) > MOST_ALERTS:
            lines.append(line("more", language, count=len(held.value) - MOST_ALERTS))
        area = held.value[0].area[language] or city().short_name
        turn.say("utter_weather_alerts", area=area, time=time, alerts=below(lines), as_of=age, parts=parts)
        return Outcome.OK


def alert_line(alert: Alert, moment: datetime, language: str) -> str:
    """What it is called and when its weather is, as far as it says."""
    name = alert.name[language]
    values = {"alert": name[:1].upper() + name[1:], "end": spoken_moment(alert.ends, language) if alert.ends else ""}
    if alert.begins and alert.begins > moment:
        begins = spoken_moment(alert.begins, language)
        return line("alert_from_until" if alert.ends else "alert_from", language, begin=begins, **values)
    return line("alert_until" if alert.ends else "alert", language, **values)
