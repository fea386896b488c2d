"""Small GTFS feeds for tests, and timetables made of them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Dict, Mapping, Union

from actions.clients.gtfs_tables import load
from actions.clients.timetable import Timetable
from bot.city import city

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "gtfs"
EVERY_DAY = "1,1,1,1,1,1,1,20260101,20261231"

# One route along four stops, on weekdays and, later, on Saturdays.
SMALL: Dict[str, str] = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,Sample,http://sample.example,America/Toronto\n",
    "stops.txt": (
        "stop_id,stop_code,stop_name,stop_lat,stop_lon\n"
        "s1,1001,King / First,43.40,-80.45\ns2,1002,King / Second,43.41,-80.46\n"
        "s3,1003,King / Third,43.42,-80.47\ns4,1004,King / Last,43.43,-80.48\n"
    ),
    "routes.txt": "route_id,route_short_name,route_long_name,route_type\nr7,7,Mainline,3\nr8,8,Weber,3\n",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign\nr7,week,t1,Last\nr7,week,t2,Last\nr7,week,night,Last\nr7,saturday,t3,Last\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,08:00:00,08:00:00,s1,1\nt1,08:10:00,08:10:00,s2,2\nt1,08:20:00,08:21:00,s3,3\nt1,08:30:00,08:30:00,s4,4\n"
        "t2,09:00:00,09:00:00,s1,1\nt2,09:10:00,09:10:00,s2,2\nt2,09:20:00,09:21:00,s3,3\nt2,09:30:00,09:30:00,s4,4\n"
        "night,25:00:00,25:00:00,s1,1\nnight,25:10:00,25:10:00,s2,2\nnight,25:20:00,25:21:00,s3,3\nnight,25:30:00,25:30:00,s4,4\n"
        "t3,10:00:00,10:00:00,s1,1\nt3,10:10:00,10:10:00,s2,2\nt3,10:20:00,10:21:00,s3,3\nt3,10:30:00,10:30:00,s4,4\n"
    ),
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "week,1,1,1,1,1,0,0,20260101,20261231\nsaturday,0,0,0,0,0,1,0,20260101,20261231\n"
    ),
}


def zipped(files: Mapping[str, Union[str, bytes]]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return written.getvalue()


def small(**changes: Union[str, bytes]) -> Dict[str, Union[str, bytes]]:
    """The small feed with other files: `stops="…"`; an empty text leaves a file out."""
    files: Dict[str, Union[str, bytes]] = {**SMALL, **{f"{name}.txt": text for name, text in changes.items()}}
    return {name: text for name, text in files.items() if text}


def timetable_of(folder: Path, files: Mapping[str, Union[str, bytes]]) -> Timetable:
    path = folder / "timetable.sqlite3"
    load(io.BytesIO(zipped(files)), path, {"url": "http://feed.example/gtfs.zip"})
    return Timetable(path, city().timezone)


def sample_feed() -> Dict[str, Union[str, bytes]]:
    """Google's sample feed."""
    return {path.name: path.read_bytes() for path in sorted((FIXTURES / "sample_feed").glob("*.txt"))}


def number_of(timetable: Timetable, stop_id: str) -> int:
    return next(stop.number for stop in timetable.stops.values() if stop.stop_id == stop_id)
