"""The made-up records of the layers that grow with the days: permits, breaks, requests, collisions, closures; and the way to all layers."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, Callable, Dict, Iterator, Sequence, Tuple

from bot.sandbox import feature_places as places
from bot.sandbox.districts import ward_at
from bot.sandbox.feature_chance import Shares, beside, busy_corner, days, milliseconds, spots
from bot.sandbox.feature_layers import Layer
from bot.sandbox.feature_shapes import Shape
from bot.sandbox.seeds import seed
from bot.sandbox.streets import Point

VERSION = 1  # another one makes every table anew

Record = Tuple[Sequence[Any], Shape]  # values in the order of the layer's fields without OBJECTID, and the place


def records(layer: Layer, today: date) -> Iterator[Record]:
    """The records of a layer as of a day, in the order of their OBJECTID."""
    return _MAKERS[layer.name](today)


def _at(point: Point) -> Shape:
    return Shape("point", (((point[1], point[0]),),))


def _permits(today: date) -> Iterator[Record]:
    about = seed("layers")["permits"]
    kinds, subtypes = Shares(about["types"]), Shares(about["subtypes"])
    for number, (day, luck) in enumerate(days(about, "permits", today, weekdays=True), start=1):
        street, door = luck.choice(spots())
        point = beside(luck, street.door(door), 12)
        kind, subtype = kinds.pick(luck), subtypes.pick(luck)
        usual = about["values"][subtype] * about["share_of_value"][kind] * 1.04 ** (day.year - about["first_year"])
        value = None if luck.random() < 0.004 else round(usual * luck.lognormvariate(0, 0.7), -2)
        units = _units(luck, subtype) if kind == "New Construction" else 0
        age = (today - day).days
        status = "Cancelled" if luck.random() < 0.03 else "Closed" if luck.random() < min(0.95, age / 900) else "Issued"
        folder = f"{door} {street.name}{' ' if luck.random() < 0.01 else ''}"  # a trailing space, as real layers have
        permit = f"{day:%y}-{100000 + number}"
        applicant = luck.choice(about["applicants"])
        yield (permit, kind, status, subtype, milliseconds(day), value, units, ward_at(point), folder, applicant), _at(point)


def _units(luck: Random, subtype: str) -> int:
    if subtype == "Apartment":
        return int(luck.triangular(6, 280, 60))
    return {"Semi-Detached": 2, "Townhouse": luck.randint(3, 8), "Single Detached": 1}.get(subtype, 0)


def _breaks(today: date) -> Iterator[Record]:
    about = seed("layers")["breaks"]
    kinds, materials, diameters = Shares(about["kinds"]), Shares(about["materials"]), Shares(about["diameters"])
    for day, luck in days(about, "breaks", today):
        street, door = luck.choice(spots())
        point = beside(luck, street.door(door), 6)
        values = (milliseconds(day), kinds.pick(luck), materials.pick(luck), diameters.pick(luck), street.name)
        yield (*values, ward_at(point)), _at(point)


def _requests(today: date) -> Iterator[Record]:
    about = seed("layers")["requests"]
    channels = Shares(about["channels"])
    of_month = {month: _asked_in(month, about["names"]) for month in range(1, 13)}
    for day, luck in days(about, "requests", today):
        name, department, usual_days = of_month[day.month].pick(luck)
        closed = day + timedelta(days=round(luck.expovariate(1 / usual_days)))
        place = busy_corner(luck)
        point = beside(luck, place.point, 250)
        corner_name = None if luck.random() < 0.02 else place.name
        values = (name, department, channels.pick(luck), milliseconds(day), milliseconds(closed if closed <= today else None))
        yield (*values, corner_name, ward_at(point)), _at(point)


def _asked_in(month: int, rows: Sequence[Any]) -> Shares[Tuple[str, str, int]]:
    """What is asked in a month: name, department, usual days until it is done."""
    return Shares({(name, department, days): share * (4 if month in months else 1) for name, department, share, months, days in rows})


def _collisions(today: date) -> Iterator[Record]:
    about = seed("layers")["collisions"]
    severities = Shares(about["severities"])
    for day, luck in days(about, "collisions", today):
        severity = severities.pick(luck)
        hurt = severity != "Property Damage Only"
        pedestrian = luck.random() < (0.14 if hurt else 0.004)
        cyclist = not pedestrian and luck.random() < (0.11 if hurt else 0.008)
        place = busy_corner(luck)
        point = beside(luck, place.point, 25)
        yes = ("No", "Yes")
        yield (milliseconds(day), severity, yes[pedestrian], yes[cyclist], place.name, ward_at(point)), _at(point)


def _closures(today: date) -> Iterator[Record]:
    """Those of the road events (`open511.py`), days counted from today: past, active and coming ones, some without an end."""
    for row in seed("road_closures")["closures"]:
        last = None if row["ends"] is None else today + timedelta(days=row["ends"])
        values = (row["road"], row["from"], row["to"], row["reason"], row["type"])
        shape = Shape("polyline", (tuple((longitude, latitude) for longitude, latitude in row["line"]),))
        yield (*values, milliseconds(today + timedelta(days=row["starts"])), milliseconds(last)), shape


_MAKERS: Dict[str, Callable[[date], Iterator[Record]]] = {
    "Building_Permits": _permits,
    "Water_Main_Breaks": _breaks,
    "Corporate_Contact_Centre_Requests": _requests,
    "Traffic_Collisions": _collisions,
    "Road_Closures": _closures,
    "Tree_Inventory": places.trees,
    "Addresses": places.addresses,
    "Playgrounds": places.playgrounds,
    "Facilities": places.facilities,
    "Parking_Public_Lots": places.lots,
    "EV_Chargers": places.chargers,
    "Trails": places.trails,
    "Wards": places.wards,
    "Planning_Communities": places.communities,
    "Secured_Sample": places.secured,
}
