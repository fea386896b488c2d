"""How departures are said: one line per vehicle, each "live" or "scheduled"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import List, Optional, Sequence

from actions.clients.gtfs_realtime import Alert, Live
from actions.clients.timetable import Timetable
from actions.stop_finder import Boarding, route_title
from actions.transit import Departure
from actions.words import joined, line, spoken_date, spoken_time

MOST = 3  # departures
MOST_LAST = 4  # last departures of a day
MOST_MISSING = 2  # that do not come
IN_MINUTES = timedelta(minutes=30)  # later ones are said by the clock
NOT_TODAY = timedelta(hours=3)  # a bus after midnight is tonight's, one after this is another day's
MOST_OF_A_NOTICE = 110  # characters
MOST_FRONTS = 2  # in the title of a choice


@dataclass(frozen=True)
class Board:
    """What a stop's board would show. `live`: the feed, when it is fresh."""

    timetable: Timetable
    now: datetime
    found: Sequence[Departure]
    live: Optional[Live]

    @property
    def shown(self) -> List[Departure]:
        """The next that run, and those before the last of them that do not."""
        running = [one for one in self.found if not one.missing][:MOST]
        missing = [one for one in self.found if one.missing and running and one.at <= running[-1].at][:MOST_MISSING]
        return sorted([*running, *missing], key=lambda one: one.at)

    @property
    def is_later(self) -> bool:
        """Whether nothing more runs today."""
        first = next(one for one in self.found if not one.missing)
        zone = self.timetable.zone
        return first.at.astimezone(zone).date() > self.now.astimezone(zone).date() and first.at - self.now > NOT_TODAY


@dataclass(frozen=True)
class Lines:
    departures: List[str]
    as_of: str


def board_lines(board: Board, language: str, *, offered: bool) -> Lines:
    """The lines of the departures, and the one that says how far they can be relied on.

    Args:
        offered: whether the agency has live feeds at all.
    """
    if board.live is not None:
        as_of = line("bus_as_of", language, time=spoken_time(board.live.made or board.now, language))
    else:
        as_of = line("bus_no_live" if offered else "bus_timetable_only", language)
    return Lines([_line(board, one, language) for one in board.shown], as_of)


def _line(board: Board, one: Departure, language: str) -> str:
    route = route_title(board.timetable.routes[one.route])
    bus = line("bus", language, route=route, headsign=one.headsign) if one.headsign else route
    at = one.at.astimezone(board.timetable.zone)
    time = spoken_time(at, language)
    if at.date() > board.now.astimezone(board.timetable.zone).date() and at - board.now > NOT_TODAY:
        time = line("bus_day_and_time", language, day=spoken_date(at.date(), language), time=time)
    if one.missing:
        return line(f"bus_{one.missing}", language, bus=bus, time=time)
    ahead = one.at - board.now
    if one.live and ahead < IN_MINUTES:
        minutes = int(ahead.total_seconds() // 60)
        return line("bus_live_minutes" if minutes else "bus_live_now", language, bus=bus, minutes=minutes)
    return line("bus_live_time" if one.live else "bus_scheduled", language, bus=bus, time=time)


def last_lines(timetable: Timetable, found: Sequence[Departure], now: datetime, language: str) -> List[str]:
    """The last departures of a day, the latest ones when there are many; those that have left say so."""
    lines = []
    for one in found[-MOST_LAST:]:
        route = route_title(timetable.routes[one.route])
        bus = line("bus", language, route=route, headsign=one.headsign) if one.headsign else route
        lines.append(line("bus_left" if one.at < now else "bus_scheduled", language, bus=bus, time=spoken_time(one.at, language)))
    return lines


def notice_line(alerts: Sequence[Alert], language: str) -> List[str]:
    """The first of the agency's notices on one line, and how many more there are."""
    texts = list(dict.fromkeys(alert.text(language) for alert in alerts))
    if not texts:
        return []
    text = texts[0] if len(texts[0]) <= MOST_OF_A_NOTICE else texts[0][: MOST_OF_A_NOTICE - 1].rstrip() + "…"
    return [line("bus_notice" if len(texts) == 1 else "bus_notices", language, text=text, more=len(texts) - 1)]


def stop_label(timetable: Timetable, stops: Sequence[int], language: str) -> str:
    """The names of stops; a single one with its number."""
    names = list(dict.fromkeys(timetable.stops[stop].name for stop in stops))
    code = timetable.stops[stops[0]].code if len(stops) == 1 else ""
    return line("bus_stop", language, stop=names[0], code=code) if code else joined(names, language)


def direction_title(timetable: Timetable, way: Boarding, language: str, *, named: bool) -> str:
    """Where one gets to from a stop: "To Fairway (7, 8)". `named`: with the stop's name, because there are several."""
    fronts = list(dict.fromkeys(front for _, front in way.served))[:MOST_FRONTS]
    routes = list(dict.fromkeys(route_title(timetable.routes[route]) for route, _ in way.served))
    name = timetable.stops[way.stops[0]].name
    values = {"to": " / ".join(fronts), "routes": ", ".join(routes), "stop": name}
    return line("bus_direction_at" if named else "bus_direction", language, **values)
