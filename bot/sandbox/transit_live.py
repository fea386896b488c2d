"""The sandbox's vehicles at a moment, as GTFS-realtime: made up from the timetable and the clock, the same for everyone who asks then.

Source: GTFS Realtime reference, gtfs.org.
"""

from __future__ import annotations

import zlib
from datetime import date, datetime, timedelta
from typing import Any, Mapping

from google.transit import gtfs_realtime_pb2 as wire

from bot.sandbox.seeds import seed
from bot.sandbox.transit_timetable import Trip, under_way

AHEAD = timedelta(minutes=45)  # vehicles that begin later are not known yet
OLD = timedelta(minutes=30)  # how old a stale feed is
VERSION = "2.0"


def empty(now: datetime) -> wire.FeedMessage:
    """A valid feed that holds nothing."""
    message = wire.FeedMessage()
    message.header.gtfs_realtime_version = VERSION
    message.header.incrementality = wire.FeedHeader.FULL_DATASET
    message.header.timestamp = int(now.timestamp())
    return message


def trip_updates(now: datetime) -> wire.FeedMessage:
    """Of five vehicles one is silent, one on time, two late, one early; one trip is cancelled and one skips a stop."""
    message = empty(now)
    known = sorted(under_way(now, AHEAD), key=lambda row: _chance(row[0], row[1]))
    waiting = [row for row in known if row[2] + timedelta(seconds=row[0].calls[0][1]) > now]
    running = [row for row in known if row not in waiting]
    for trip, day, start in known:
        kind = _chance(trip, day) % 5
        if (trip, day, start) == next(iter(waiting), None):
            _entity(message, trip, day).trip.schedule_relationship = wire.TripDescriptor.CANCELED
        elif (trip, day, start) == next(iter(running), None):
            _run(_entity(message, trip, day), trip, start, now, 2, skips=True)
        elif kind:
            _run(_entity(message, trip, day), trip, start, now, kind)
    return message


def alerts(now: datetime) -> wire.FeedMessage:
    """The sample notices."""
    message = empty(now)
    for row in seed("transit")["alerts"]:
        entity = message.entity.add(id=row["id"])
        _alert(entity.alert, row, now)
    return message


def _chance(trip: Trip, day: date) -> int:
    return zlib.crc32(f"{trip.trip_id} {day}".encode())


def _entity(message: wire.FeedMessage, trip: Trip, day: date) -> Any:
    update = message.entity.add(id=f"{trip.trip_id}-{day:%Y%m%d}").trip_update
    update.trip.trip_id, update.trip.route_id, update.trip.start_date = trip.trip_id, trip.route, f"{day:%Y%m%d}"
    update.trip.schedule_relationship = wire.TripDescriptor.SCHEDULED
    update.vehicle.id = str(_chance(trip, day) % 9000 + 1000)
    update.timestamp = message.header.timestamp
    return update


def _run(update: Any, trip: Trip, start: datetime, now: datetime, kind: int, *, skips: bool = False) -> None:
    """Tells of the stops still to come: a delay at the first of them, or times at each."""
    late = {1: 0, 2: 120 + _chance(trip, now.date()) % 6 * 60, 3: 180 + _chance(trip, now.date()) % 5 * 60, 4: -60}[kind]
    begun = start + timedelta(seconds=trip.calls[0][1]) <= now
    late = late if begun else max(late, 0)
    calls = [
        (sequence, number, int(start.timestamp()) + seconds + late)
        for sequence, (number, seconds) in enumerate(trip.calls, 1)
        if start + timedelta(seconds=seconds + late) >= now
    ]
    for at, (sequence, number, moment) in enumerate(calls):
        if kind in (1, 2, 4) and at > 0 and not skips:
            break  # the delay goes for the stops behind it too
        row = update.stop_time_update.add(stop_sequence=sequence, stop_id=number)
        row.schedule_relationship = wire.TripUpdate.StopTimeUpdate.SCHEDULED
        if skips and at == min(1, len(calls) - 1):
            row.schedule_relationship = wire.TripUpdate.StopTimeUpdate.SKIPPED
            continue
        for event in (row.arrival, row.departure):
            event.delay = late
            if kind == 3:
                event.time = moment


def _alert(alert: Any, row: Mapping[str, Any], now: datetime) -> None:
    if "days" in row:
        first, last = (now + timedelta(days=days) for days in row["days"])
        alert.active_period.add(start=int(first.timestamp()), end=int(last.timestamp()))
    for route in row.get("routes", ()):
        alert.informed_entity.add(route_id=route)
    for stop in row.get("stops", ()):
        alert.informed_entity.add(stop_id=stop)
    alert.cause, alert.effect = wire.Alert.CONSTRUCTION, wire.Alert.Effect.Value(row["effect"])
    for language, text in row["header"].items():
        alert.header_text.translation.add(text=text, language=language)
