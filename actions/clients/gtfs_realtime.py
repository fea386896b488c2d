"""Where vehicles are running late, do not stop or do not run, and what the agency says about it (GTFS-realtime).

Source: GTFS Realtime reference, gtfs.org; messages are read by the agency-neutral bindings `gtfs-realtime-bindings`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Tuple

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as wire

from actions.clients.errors import CityError, Failure
from actions.clients.http import Http
from actions.clients.kept import Kept
from bot.city import city

KEPT_S = 20
OLD = timedelta(minutes=2)  # older than this, nothing of it is live
_ADDED = {wire.TripDescriptor.ADDED, wire.TripDescriptor.UNSCHEDULED, wire.TripDescriptor.NEW, wire.TripDescriptor.DUPLICATED}
_HARDLY_RUNS = {wire.Alert.NO_SERVICE, wire.Alert.REDUCED_SERVICE, wire.Alert.SIGNIFICANT_DELAYS}
_GONE = {wire.TripDescriptor.CANCELED, wire.TripDescriptor.DELETED}


class RealtimeError(CityError):
    """The live feed did not do what was asked."""


@dataclass(frozen=True)
class StopUpdate:
    """What is known of one stop of a trip. Neither `time` nor `delay_s`: nothing. `time`: in Unix seconds."""

    sequence: Optional[int]
    stop_id: str
    skipped: bool
    time: Optional[int] = None
    delay_s: Optional[int] = None


@dataclass(frozen=True)
class TripUpdate:
    """What is known of one trip. `start_date` (YYYYMMDD) and `start_time` (seconds into the day) are empty when they go without saying."""

    trip_id: str
    route_id: str
    start_date: str
    start_time: str
    added: bool
    cancelled: bool
    stops: Tuple[StopUpdate, ...]
    delay_s: Optional[int] = None


@dataclass(frozen=True)
class Live:
    """All updates of one moment."""

    made: Optional[datetime]
    trips: Mapping[str, Tuple[TripUpdate, ...]] = field(default_factory=dict)
    added: Tuple[TripUpdate, ...] = ()

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may be told as live: its own time is known and near to now."""
        return self.made is not None and abs(now - self.made) <= OLD


@dataclass(frozen=True)
class Alert:
    """A notice of the agency. `informed`: route id and stop id, either may be empty; `trips`: ids of trips.

    `everywhere`: little or nothing runs on routes of these types, None is every type; empty: it is about certain routes, stops or trips.
    """

    header: Mapping[str, str]  # by language; "" for a text without one
    periods: Tuple[Tuple[int, int], ...]
    informed: Tuple[Tuple[str, str], ...]
    trips: FrozenSet[str] = frozenset()
    everywhere: FrozenSet[Optional[int]] = frozenset()

    def is_active(self, now: datetime) -> bool:
        moment = now.timestamp()
        return not self.periods or any(start <= moment and (not end or moment <= end) for start, end in self.periods)

    def text(self, language: str) -> str:
        same = (text for spoken, text in self.header.items() if spoken[:2].lower() == language)
        return next(same, None) or self.header.get("") or next(iter(self.header.values()), "")


class Realtime:
    """One agency's live feeds. Safe to use from several threads."""

    def __init__(self, base_url: str, *, trip_updates: str, alerts: str, legacy_tls_host: str = "") -> None:
        accept = "application/x-protobuf, application/octet-stream, */*"
        self.http = Http(base_url, RealtimeError, accept=accept, legacy_tls_host=legacy_tls_host)
        self._paths = {"trip updates": trip_updates, "alerts": alerts}
        self._live: Kept[Live] = Kept(ttl_s=KEPT_S, stale_s=0)
        self._alerts: Kept[Tuple[Alert, ...]] = Kept(ttl_s=KEPT_S, stale_s=0)

    def live(self) -> Live:
        """The newest updates, at most KEPT_S old. Raises RealtimeError."""
        return self._live.get("", lambda: read_trip_updates(self._message("trip updates"))).value

    def alerts(self) -> Tuple[Alert, ...]:
        """The agency's notices, active or not. Raises RealtimeError."""
        return self._alerts.get("", lambda: read_alerts(self._message("alerts"))).value

    def _message(self, what: str) -> wire.FeedMessage:
        answer = self.http.get(self._paths[what], {}, call=f"GET {what}")
        if answer.status >= 300:
            raise RealtimeError(Failure.REFUSED, "", status=answer.status)
        message = wire.FeedMessage()
        try:
            message.ParseFromString(answer.body)
        except DecodeError as err:
            raise RealtimeError(Failure.MALFORMED, "not GTFS-realtime", status=answer.status) from err
        if not message.IsInitialized():
            raise RealtimeError(Failure.MALFORMED, "a feed without a header", status=answer.status)
        return message


def read_trip_updates(message: wire.FeedMessage) -> Live:
    """The updates of a feed; without entities, which is valid, there are none."""
    trips: Dict[str, List[TripUpdate]] = {}
    added = []
    for entity in message.entity:
        if not entity.HasField("trip_update") or entity.is_deleted:
            continue
        update = _trip_update(entity.trip_update)
        if update.added:
            added.append(update)
        elif update.trip_id:
            trips.setdefault(update.trip_id, []).append(update)
    stamp = message.header.timestamp
    made = datetime.fromtimestamp(stamp, timezone.utc) if 0 < stamp < 1 << 33 else None
    return Live(made, {trip_id: tuple(updates) for trip_id, updates in trips.items()}, tuple(added))


def _trip_update(row: wire.TripUpdate) -> TripUpdate:
    trip = row.trip
    return TripUpdate(
        trip.trip_id,
        trip.route_id,
        trip.start_date,
        trip.start_time,
        trip.schedule_relationship in _ADDED,
        trip.schedule_relationship in _GONE,
        tuple(map(_stop_update, row.stop_time_update)),
        row.delay if row.HasField("delay") else None,
    )


def _stop_update(row: wire.TripUpdate.StopTimeUpdate) -> StopUpdate:
    kinds = wire.TripUpdate.StopTimeUpdate
    sequence = row.stop_sequence if row.HasField("stop_sequence") else None
    if row.schedule_relationship in (kinds.SKIPPED, kinds.NO_DATA):
        return StopUpdate(sequence, row.stop_id, row.schedule_relationship == kinds.SKIPPED)
    events = [getattr(row, name) for name in ("departure", "arrival") if row.HasField(name)]
    for event in events:
        if event.HasField("time") and event.time or event.HasField("delay"):
            time = event.time if event.HasField("time") and event.time else None
            return StopUpdate(sequence, row.stop_id, False, time, event.delay if event.HasField("delay") else None)
    return StopUpdate(sequence, row.stop_id, False)


def read_alerts(message: wire.FeedMessage) -> Tuple[Alert, ...]:
    """The notices of a feed that say something."""
    rows = [entity.alert for entity in message.entity if entity.HasField("alert") and not entity.is_deleted]
    return tuple(alert for alert in map(_alert, rows) if alert.header)


def _alert(row: wire.Alert) -> Alert:
    header = _texts(row.header_text.translation) or _texts(row.description_text.translation)
    trips = [one for one in row.informed_entity if one.trip.trip_id]
    others = [one for one in row.informed_entity if not one.trip.trip_id]
    informed = [(one.route_id or one.trip.route_id, one.stop_id) for one in others]
    wide = [one for one, (route, stop) in zip(others, informed, strict=True) if not route and not stop and row.effect in _HARDLY_RUNS]
    return Alert(
        header,
        tuple((one.start, one.end) for one in row.active_period),
        tuple(informed),
        frozenset(one.trip.trip_id for one in trips),
        frozenset(one.route_type if one.HasField("route_type") else None for one in wide),
    )


def _texts(translations: Iterable[Any]) -> Dict[str, str]:
    rows = ((row.language, " ".join(row.text.split())) for row in translations)
    return {language: text for language, text in rows if text}


@lru_cache(maxsize=1)
def realtime_from_settings() -> Optional[Realtime]:
    """The agency's live feeds, one for all actions; None when the city offers none."""
    backend = city().backends["departures"]
    if backend.url is None:
        return None
    options = backend.options
    return Realtime(
        backend.url, trip_updates=options["trip_updates"], alerts=options["alerts"], legacy_tls_host=options.get("legacy_tls_host", "")
    )
