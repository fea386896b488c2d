"""Which weather alerts are in force for the city, and is one of a kind? Forecasts are not given; the answer says who does."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, ClassVar, Dict, List, Optional, Sequence

from actions.base import Outcome, Turn
from actions.clients.geomet import Alert, GeoMet, geomet_from_settings
from actions.look_ups.base import LookUp, State, written
from actions.look_ups.weather_words import alert_kinds, asks_forecast, kind_asked
from actions.source import source_parts
from actions.words import as_of, below, line, now, spoken_moment, spoken_time
from bot.city import city

MOST_ALERTS = 4


class WeatherAlerts(LookUp):
    """Needs nothing but the question: the city has one point. The state: `kind`, the id of what is asked for, and `forecast`."""

    kind: ClassVar[str] = "weather_alerts"
    backends = ("weather",)

    def __init__(self, weather: Optional[GeoMet] = None) -> None:
        self.weather = weather or geomet_from_settings()

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        text = turn.text if asked else written(turn)
        kind = kind_asked(text)
        if kind:
            state["kind"] = kind.id
        if asks_forecast(text):
            state["forecast"] = True
        return True

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if self.weather is None:
            raise ValueError("no weather alerts are offered")
        moment = now()
        held = await asyncio.to_thread(self.weather.in_force, moment)
        language, time = turn.language, spoken_time(held.as_of or moment, turn.language)
        parts, age = source_parts(turn, "weather"), below(as_of(held.as_of, language))
        if state.get("forecast"):
            turn.say("utter_weather_no_forecast", agency=parts["source"]["name"], by_hand=self.by_hand)
        kind = next((one for one in alert_kinds() if one.id == state.get("kind") and not state.get("forecast")), None)
        if not held.value and kind is None:
            turn.say("utter_weather_none", place=city().short_name, time=time, as_of=age, parts=parts)
            return Outcome.OK
        said: Dict[str, Any] = {
            "place": city().short_name,
            "kind": kind.title[language] if kind else "",
            "time": time,
            "as_of": age,
            "parts": parts,
        }
        shown = [one for one in held.value if kind and kind.of(one)]
        if kind is None:
            response = "utter_weather_alerts"
        elif shown:
            response = "utter_weather_yes"
        else:
            response = "utter_weather_no_but" if held.value else "utter_weather_no"
        shown = shown or held.value
        area = shown[0].area[language] if shown else ""
        turn.say(response, area=area or city().short_name, alerts=below(_lines(shown, moment, language)), **said)
        return Outcome.OK


def _lines(alerts: Sequence[Alert], moment: datetime, language: str) -> List[str]:
    lines = [alert_line(alert, moment, language) for alert in alerts[:MOST_ALERTS]]
    return [*lines, line("more", language, count=len(alerts) - MOST_ALERTS)] if len(alerts) > MOST_ALERTS else lines


def alert_line(alert: Alert, moment: datetime, language: str) -> str:
    """What it is called and when its weather is, as far as it says."""
    name = alert.name[language]
    values = {"alert": name[:1].upper() + name[1:], "end": spoken_moment(alert.ends, language) if alert.ends else ""}
    if alert.begins and alert.begins > moment:
        begins = spoken_moment(alert.begins, language)
        return line("alert_from_until" if alert.ends else "alert_from", language, begin=begins, **values)
    return line("alert_until" if alert.ends else "alert", language, **values)
