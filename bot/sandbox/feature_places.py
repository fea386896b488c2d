"""The made-up records of the layers that stay as they are: trees, addresses, playgrounds, facilities, parking, chargers, trails, areas."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, Iterator, List, Sequence, Tuple

from bot.sandbox.districts import cell, neighbourhood_at, postal_code, ward_at
from bot.sandbox.feature_chance import Shares, beside, chance, milliseconds, spots
from bot.sandbox.feature_shapes import Line, Shape, length_m
from bot.sandbox.seeds import seed
from bot.sandbox.streets import Point, Street, streets

Record = Tuple[Sequence[Any], Shape]
_SIDE_M = 14.0  # how far a house is from the middle of its street
_FIRST_DAY = date(1985, 4, 1)


def _at(point: Point) -> Shape:
    return Shape("point", (((point[1], point[0]),),))


def trees(today: date) -> Iterator[Record]:
    """Trunks grow with the years; when old trees were planted nobody knows."""
    about = seed("layers")["trees"]
    latin = {common: name for common, name, _ in about["species"]}
    species_of = Shares({common: share for common, _, share in about["species"]})
    conditions, owners = Shares(about["conditions"]), Shares(about["owners"])
    luck = chance("trees")
    for _ in range(about["rows"]):
        street, door = luck.choice(spots())
        point = beside(luck, street.door(door), 18)
        years = luck.triangular(0, 85, 18)
        planted = None if years > 38 else date(2025, 1, 1) - timedelta(days=round(years * 365))
        species = species_of.pick(luck)
        trunk = max(3, round(4 + years * luck.uniform(0.6, 1.1)))
        values = (species, latin[species], trunk, milliseconds(planted), conditions.pick(luck), owners.pick(luck))
        yield (*values, ward_at(point), street.name), _at(point)


def addresses(today: date) -> Iterator[Record]:
    """Every number of every street, odd ones on one side; some have a letter, some several units."""
    for street in streets():
        for first in range(street.first, street.last + 1, 20):
            doors = [(number, _house(street, number)) for number in range(first, min(first + 20, street.last + 1))]
            corners = (point for _, point in (*doors[:2], *doors[-2:]))
            # Wards and neighbourhoods are convex: where the corners of a block are in the same one, all of the block is.
            same = len({(ward_at(point), neighbourhood_at(point)) for point in corners}) == 1
            block = _area(street, *doors[0])
            for number, point in doors:
                yield from _units(number, street, point, block if same else _area(street, number, point))


def _area(street: Street, number: int, point: Point) -> Tuple[str, int, str]:
    return postal_code(point, f"{street.name} {number // 100}"), ward_at(point), neighbourhood_at(point)


def _units(number: int, street: Street, point: Point, area: Tuple[str, int, str]) -> Iterator[Record]:
    yield (number, None, street.name, None, *area), _at(point)
    if number % 97 == 0:
        yield (number, "A", street.name, None, *area), _at(point)
    if number % 89 == 0:
        for unit in range(1, 5):
            yield (number, None, street.name, f"{unit}01", *area), _at(point)


def _house(street: Street, number: int) -> Point:
    latitude, longitude = street.door(number)
    north, east = street.end[0] - street.start[0], street.end[1] - street.start[1]
    share = (_SIDE_M if number % 2 else -_SIDE_M) / (111_320 * (north**2 + east**2) ** 0.5)
    return latitude + east * share, longitude - north * share


def playgrounds(today: date) -> Iterator[Record]:
    """Several per neighbourhood, accessible ones among the newer."""
    about = seed("layers")["playgrounds"]
    surfaces = Shares(about["surfaces"])
    for number in range(about["rows"]):
        luck = chance("playgrounds", number)
        street, door = luck.choice(spots())
        point = beside(luck, street.door(door), 180)
        park = luck.choice(about["parks"]).format(neighbourhood=neighbourhood_at(point))
        installed = _FIRST_DAY + timedelta(days=luck.randrange(14_000))
        accessible = "Yes" if installed.year >= 2008 and luck.random() < 0.6 else "No"
        values = (f"{park} Playground {number + 1}", park, surfaces.pick(luck), accessible, milliseconds(installed))
        yield (*values, ward_at(point)), _at(point)


def facilities(today: date) -> Iterator[Record]:
    """The facilities of `data/sandbox/facilities.yml`, where the locator has them."""
    hours = seed("facilities")["hours"]
    for index, row in enumerate(seed("facilities")["facilities"]):
        number, name = row["address"].split(" ", 1)
        point = _door(name, int(number))
        phone = f"519-555-01{index:02d}" if row["category"] in hours else None  # numbers that nobody has
        yield (row["name"], row["category"], row["address"], hours.get(row["category"]), phone, None, ward_at(point)), _at(point)


def _door(name: str, number: int) -> Point:
    return next(street.door(number) for street in streets() if street.name == name and street.first <= number <= street.last)


def lots(today: date) -> Iterator[Record]:
    """Lots and garages, most of them in the middle of the city."""
    about = seed("layers")["lots"]
    near = [(street, number) for street, number in spots() if street.name in about["streets"]]
    for number in range(about["rows"]):
        luck = chance("lots", number)
        street, door = luck.choice(near)
        point = beside(luck, street.door(door), 40)
        spaces, rate = luck.randint(18, 480), luck.choice(about["rates"])
        kind = "Garage" if spaces > 200 else "Lot"
        yield (f"{street.name} {kind} {number + 1}", f"{door} {street.name}", spaces, 1 + spaces // 25, rate, ward_at(point)), _at(point)


def chargers(today: date) -> Iterator[Record]:
    """Mostly slow ones."""
    about = seed("layers")["chargers"]
    levels = Shares(about["levels"])
    for number in range(about["rows"]):
        luck = chance("chargers", number)
        street, door = luck.choice(spots())
        point = beside(luck, street.door(door), 40)
        plugs, level = luck.choice([1, 2, 2, 4, 8]), levels.pick(luck)
        yield (f"Charger {number + 1}, {street.name}", f"{door} {street.name}", plugs, level, ward_at(point)), _at(point)


def trails(today: date) -> Iterator[Record]:
    """Winding lines; the known ones come first and in several pieces."""
    about = seed("layers")["trails"]
    surfaces = Shares(about["surfaces"])
    for number in range(about["rows"]):
        luck = chance("trails", number)
        street, door = luck.choice(spots())
        line = _winding(luck, beside(luck, street.door(door), 300))
        start = (line[0][1], line[0][0])
        name = about["known"][number % len(about["known"])] if number < 25 else f"{neighbourhood_at(start)} Trail {number}"
        surface = surfaces.pick(luck)
        winter = "Yes" if surface == "Asphalt" and luck.random() < 0.5 else "No"
        yield (name, surface, round(length_m(line), 1), winter, ward_at(start)), Shape("polyline", (line,))


def _winding(luck: Random, start: Point) -> Line:
    line: List[Tuple[float, float]] = [(start[1], start[0])]
    east, north = luck.uniform(-1, 1), luck.uniform(-1, 1)
    for _ in range(luck.randint(3, 8)):
        east, north = east + luck.uniform(-0.6, 0.6), north + luck.uniform(-0.6, 0.6)
        line.append((line[-1][0] + east * 0.0013, line[-1][1] + north * 0.0009))
    return line


def wards(today: date) -> Iterator[Record]:
    """Ward by ward."""
    for row in seed("wards")["wards"]:
        outline = [(corner[0], corner[1]) for corner in (*row["outline"], row["outline"][0])]
        yield (row["number"], f"Ward {row['number']}", row["councillor"]), Shape("polygon", (outline,))


def communities(today: date) -> Iterator[Record]:
    """Neighbourhood by neighbourhood."""
    for row in seed("neighbourhoods")["neighbourhoods"]:
        yield (row["name"],), Shape("polygon", (cell(row),))


def secured(today: date) -> Iterator[Record]:
    """Three points for who has a token."""
    for number, name in enumerate(seed("layers")["secured"]):
        yield (name,), _at((43.45, -80.49 + number / 1000))
