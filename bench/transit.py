"""What a timetable of a whole region costs: `python -m bench.transit`.

A made-up feed of 2,500 stops, 60 routes and a million times is written, loaded as in production and asked for the next departures at
stops drawn at random, with vehicles that run late. Seconds are of the clock, on a machine with nothing else to do.
"""

from __future__ import annotations

import io
import os
import random
import resource
import statistics
import tempfile
import time
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Iterator, List

from google.transit import gtfs_realtime_pb2 as wire

from actions.clients.gtfs_realtime import Live, read_trip_updates
from actions.clients.gtfs_tables import load
from actions.clients.timetable import Timetable
from actions.stop_finder import read
from actions.transit import next_departures
from bot.city import city

STOPS, ROUTES, TIMES, STOPS_OF_A_TRIP = 2_500, 60, 1_000_000, 40
SERVICES = ("weekday", "saturday", "sunday")
RUNNING = 300  # vehicles in the live feed
QUESTIONS = 1_000
NOW = datetime(2026, 11, 30, 8, 2, tzinfo=city().timezone)


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def stop_times() -> Iterator[str]:
    yield "trip_id,arrival_time,departure_time,stop_id,stop_sequence"
    for trip in range(TIMES // STOPS_OF_A_TRIP):
        begins, first = random.randrange(5 * 3600, 25 * 3600), trip % ROUTES * 41
        for sequence in range(STOPS_OF_A_TRIP):
            at = clock(begins + sequence * 75)
            yield f"t{trip},{at},{at},s{(first + sequence * (1 if trip % 2 else 2)) % STOPS},{sequence + 1}"


def write(path: Path) -> None:
    streets = [
        f"{begin}{middle}{end}"
        for begin in ("Ash", "Elm", "Oak", "Fir")
        for middle in ("wood", "field", "mere", "dale")
        for end in ("", "ton", "ham")
    ]
    files = {
        "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "A,Made up,http://sample.example,America/Toronto"],
        "stops.txt": [
            "stop_id,stop_code,stop_name,stop_lat,stop_lon",
            *(
                f"s{n},{1000 + n},{random.choice(streets)} / {random.choice(streets)},{43.3 + n % 50 / 250},{-80.6 + n // 50 / 250}"
                for n in range(STOPS)
            ),
        ],
        "routes.txt": ["route_id,route_short_name,route_long_name,route_type", *(f"r{n},{n + 1},Route {n},3" for n in range(ROUTES))],
        "trips.txt": [
            "route_id,service_id,trip_id,trip_headsign",
            *(f"r{n % ROUTES},{SERVICES[n % 7 % 3]},t{n},Terminal {n % ROUTES}{n % 2}" for n in range(TIMES // STOPS_OF_A_TRIP)),
        ],
        "calendar.txt": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "weekday,1,1,1,1,1,0,0,20260101,20261231",
            "saturday,0,0,0,0,0,1,0,20260101,20261231",
            "sunday,0,0,0,0,0,0,1,20260101,20261231",
        ],
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in files.items():
            archive.writestr(name, "\n".join(rows))
        with archive.open("stop_times.txt", "w") as file, io.TextIOWrapper(file, encoding="utf-8") as text:
            text.writelines(f"{row}\n" for row in stop_times())


def vehicles(timetable: Timetable) -> Live:
    """Vehicles that run at NOW, each late from its first stop on."""
    message = wire.FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", int(NOW.timestamp())
    running = timetable.departures(list(timetable.stops)[:400], NOW.date(), 7 * 3600, 8 * 3600, most=RUNNING)
    for trip_id in {one.trip_id for one in running}:
        update = message.entity.add(id=trip_id).trip_update
        update.trip.trip_id = trip_id
        update.stop_time_update.add(stop_sequence=1).departure.delay = random.randrange(0, 600)
    return read_trip_updates(message)


def loaded_apart(source: Path, target: Path) -> float:
    """Loads in a process of its own; gives the megabytes that took beyond an idle one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with source.open("rb") as file:
            load(io.BytesIO(file.read()), target, {})
        os.write(writing, str((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024).encode())
        os._exit(0)
    os.waitpid(child, 0)
    return float(os.read(reading, 100))


def milliseconds(work: Iterator[object]) -> List[float]:
    taken = []
    while True:
        begun = time.perf_counter()
        if next(work, None) is None:
            return taken
        taken.append((time.perf_counter() - begun) * 1000)


def row(title: str, value: str) -> None:
    print(f"{title:62}{value:>12}")


def spread(title: str, taken: List[float]) -> None:
    row(f"{title}, median (ms)", f"{statistics.median(taken):.2f}")
    row(f"{title}, 95th of 100 (ms)", f"{statistics.quantiles(taken, n=100)[94]:.2f}")
    row(f"{title}, longest (ms)", f"{max(taken):.2f}")


def main() -> None:
    random.seed(1)
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "gtfs.zip", Path(name) / "timetable.sqlite3"
        write(source)
        begun = time.perf_counter()
        megabytes = loaded_apart(source, target)
        row("feed, zipped (MB)", f"{source.stat().st_size / 1e6:.1f}")
        row("load it (s)", f"{time.perf_counter() - begun:.1f}")
        row("memory while loading, beyond the idle process (MB)", f"{megabytes:.0f}")
        row("tables on disk (MB)", f"{target.stat().st_size / 1e6:.0f}")
        timetable = Timetable(target, city().timezone)
        begun = time.perf_counter()
        boarded = list(timetable.served)
        row("first question of a process, once (s)", f"{time.perf_counter() - begun:.2f}")
        live, stops = vehicles(timetable), random.choices(boarded, k=QUESTIONS)
        spread("next departures at a stop", milliseconds(next_departures(timetable, [stop], NOW, live=live) or True for stop in stops))
        names = [timetable.stops[stop].name for stop in stops[:200]]
        read(timetable, names[0])
        spread("find the stop in a message", milliseconds(read(timetable, f"when is the next 7 at {name}") for name in names))


if __name__ == "__main__":
    main()
