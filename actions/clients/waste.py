"""The waste authority's collection calendar (ReCollect): find an address, then its collections.

Source: ReCollect's public JSON as deployed clients use it (city-apis reference, 6). A place id is an address: it is never logged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from html import unescape
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple
from urllib.parse import quote

from actions.clients.errors import CityError, Failure
from actions.clients.http import Answer, Http, read_json
from actions.clients.kept import Held, Kept
from bot.city import city

KEPT_S = 12 * 3600.0
STALE_S = 7 * 86_400.0  # a calendar changes a few times a year, and is told with its age
DAYS_BACK = timedelta(days=7)
DAYS_AHEAD = timedelta(weeks=8)
_AGE = timedelta(days=8)  # read beyond that, so that an older calendar still reaches as far


class WasteError(CityError):
    """The waste calendar did not do what was asked."""


@dataclass(frozen=True)
class Place:
    """An address the calendar knows."""

    place_id: str
    name: str


@dataclass(frozen=True)
class Pickup:
    """One stream on one local date. `stream` is the authority's key, `subject` its word for it in the asked language."""

    day: date
    stream: str
    subject: str


@dataclass(frozen=True)
class Notice:
    """What the authority says of one day, such as that a holiday moved its collection."""

    day: date
    text: str


@dataclass(frozen=True)
class Calendar:
    """Soonest first, each once."""

    pickups: Tuple[Pickup, ...]
    notices: Tuple[Notice, ...] = ()

    def between(self, first: date, last: date) -> Calendar:
        """The part from `first` to `last`, both included."""
        return Calendar(
            tuple(one for one in self.pickups if first <= one.day <= last), tuple(one for one in self.notices if first <= one.day <= last)
        )


class Waste:
    """One authority's calendar. Safe to use from several threads.

    Args:
        calendar_url: where its calendar files are; they may be on another host. None: not offered.
    """

    def __init__(self, base_url: str, *, area: str, service: str, calendar_url: Optional[str] = None) -> None:
        self.http = Http(base_url, WasteError)
        self._area = area
        self._service = service
        self._calendar_url = calendar_url
        self._places: Kept[List[Place]] = Kept(ttl_s=KEPT_S, stale_s=STALE_S, keep=bool)
        self._calendars: Kept[Optional[Calendar]] = Kept(ttl_s=KEPT_S, stale_s=STALE_S, keep=_has_pickups)

    def places(self, query: str, language: str) -> List[Place]:
        """The addresses a text may mean, as the authority ranks them; empty when there is none. Kept for a while.

        Raises WasteError.
        """
        return self._places.get((query, language), lambda: self._search(query, language)).value

    def collections(self, place_id: str, language: str, today: date) -> Held[Optional[Calendar]]:
        """Collections at a place from DAYS_BACK before today to DAYS_AHEAD after, or further, kept for a while.

        Its `as_of` says that the authority cannot be read now and when it could. None and errors: as for `calendar`.
        """
        span = today - DAYS_BACK, today + DAYS_AHEAD + _AGE
        return self._calendars.get((place_id, language), lambda: self.calendar(place_id, *span, language))

    def calendar_file(self, place_id: str, language: str) -> Optional[str]:
        """Where the place's calendar file (iCalendar) is, for the resident's own calendar. It tells the address: never log it."""
        if self._calendar_url is None:
            return None
        return f"{self._calendar_url}/places/{quote(place_id, safe='')}/services/{quote(self._service, safe='')}/events.{language}.ics"

    def _search(self, query: str, language: str) -> List[Place]:
        path = f"areas/{quote(self._area, safe='')}/services/{quote(self._service, safe='')}/address-suggest"
        answer = self.http.get(path, {"q": query, "locale": language}, call="GET address-suggest")
        shape = _read(answer)
        if not isinstance(shape, list):
            raise WasteError(Failure.MALFORMED, "suggestions are no list")
        rows = [row for row in shape if isinstance(row, Mapping) and row.get("place_id") and row.get("name")]
        if shape and not rows:
            raise WasteError(Failure.MALFORMED, "no suggestion has a place")
        return [Place(str(row["place_id"]), str(row["name"])) for row in rows]

    def calendar(self, place_id: str, first: date, last: date, language: str) -> Optional[Calendar]:
        """Collections at a place from `first` to `last`, both included.

        Returns:
            None when the authority does not know the place; no pickups when it publishes no calendar for it.
        Raises:
            WasteError: not reached, refused, or malformed.
        """
        params = {"nomerge": "1", "hide": "reminder_only", "after": first.isoformat(), "before": last.isoformat(), "locale": language}
        path = f"places/{quote(place_id, safe='')}/services/{quote(self._service, safe='')}/events"
        answer = self.http.get(path, params, call="GET places/{id}/events")
        if answer.status == 404:
            return None
        shape = _read(answer)
        if not isinstance(shape, Mapping) or not isinstance(shape.get("events"), list):
            raise WasteError(Failure.MALFORMED, "no list of events")
        events = sorted(_days(shape["events"]), key=lambda pair: pair[0])
        happening = [(day, event) for day, event in events if first <= day <= last]
        pickups = [pickup for day, event in happening for pickup in _pickups(day, event)]
        notices = [Notice(day, text) for day, event in happening for text in _notices(event)]
        return Calendar(tuple(dict.fromkeys(pickups)), tuple(dict.fromkeys(notices)))


def _has_pickups(calendar: Optional[Calendar]) -> bool:
    return calendar is not None and bool(calendar.pickups)


def _read(answer: Answer) -> Any:
    shape = read_json(answer, WasteError)
    if answer.status >= 300:
        words = shape.get("error") if isinstance(shape, Mapping) else None
        raise WasteError(Failure.REFUSED, str(words or ""), status=answer.status)
    return shape


def _days(events: List[Any]) -> Iterator[Tuple[date, Mapping[str, Any]]]:
    for event in events:
        try:
            yield date.fromisoformat(str(event["day"])[:10]), event
        except (TypeError, KeyError, ValueError) as err:
            raise WasteError(Failure.MALFORMED, "an event without a day") from err


def _flags(event: Mapping[str, Any]) -> List[Dict[str, Any]]:
    return [flag for flag in event.get("flags") or () if isinstance(flag, dict)]


def _pickups(day: date, event: Mapping[str, Any]) -> Iterator[Pickup]:
    for flag in _flags(event):
        if flag.get("event_type") == "pickup" and (flag.get("name") or flag.get("subject")):
            yield Pickup(day, str(flag.get("name") or flag["subject"]), str(flag.get("subject") or flag["name"]))


def _notices(event: Mapping[str, Any]) -> Iterator[str]:
    messages = [flag for flag in _flags(event) if flag.get("event_type") != "pickup"]
    for flag in messages:
        words = [flag.get(name) for name in ("short_text_message", "plain_text_message", "html_message", "subject")]
        yield from _plain(next(filter(None, words), None))
    yield from _plain(event.get("custom_message"))


def _plain(value: Any) -> Iterator[str]:
    """The message without markup, if there is one."""
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", str(value or ""))).split())
    if text:
        yield text


@lru_cache(maxsize=1)
def waste_from_settings() -> Optional[Waste]:
    """The authority's calendar, one for all actions; None when the city offers none."""
    backend = city().backends["waste"]
    if backend.url is None:
        return None
    calendar_url = city().backends["waste_calendar"].url
    return Waste(backend.url, area=backend.options["area"], service=backend.options["service"], calendar_url=calendar_url)
