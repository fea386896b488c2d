"""The city profile: `data/city.yml`, the only place that knows which city this is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, Mapping, Optional, Tuple
from zoneinfo import ZoneInfo

from bot.settings import Settings, settings, value_of
from bot.yaml_files import safe_load


@dataclass(frozen=True)
class Body:
    """An organisation that runs a service; `name` is keyed by language. `of_city`: it is a part of the city, not another body."""

    name: Mapping[str, str]
    url: Optional[str] = None
    phone: Optional[str] = None
    of_city: bool = False


@dataclass(frozen=True)
class Backend:
    """One city API as this profile offers it. `url` None: not offered, residents get `by_hand` instead."""

    url: Optional[str]
    by_hand: Optional[str]
    api_key: Optional[str]
    options: Mapping[str, str]


@dataclass(frozen=True)
class Identifier:
    """A kind of number residents quote: what it looks like beside one of `words`, and what is unmistakable `alone`."""

    words: Tuple[str, ...]
    form: Optional[str] = None
    alone: Optional[str] = None


@dataclass(frozen=True)
class Retention:
    """Days that conversations are kept after their last message. `bills`: those that hold private turns; `emergencies`: those that told
    of a danger; `photos`: from when one came, in any of them.
    """

    conversations: int
    bills: int
    emergencies: int
    photos: int


@dataclass(frozen=True)
class City:
    name: Mapping[str, str]
    short_name: str
    neighbours: Mapping[str, Tuple[str, ...]]  # towns around it, with parts of them that have a name of their own
    timezone: ZoneInfo
    country: str
    languages: Tuple[str, ...]
    phone: str
    phone_hours: Mapping[str, str]
    contact_url: str
    bodies: Mapping[str, Body]
    backends: Mapping[str, Backend]
    request_number: str
    identifiers: Mapping[str, Identifier]
    retention: Retention
    privacy_url: str  # how to ask for what the city keeps about somebody


LONGEST_RETENTION_DAYS = 365  # R.R.O. 1990, Reg. 823, s. 5
NOT_OFFERED = "off"  # as the value of a back end's environment variable

_BACKEND_KEYS = {"variable", "sandbox", "live", "api_key_variable", "sandbox_api_key", "by_hand"}


def _backend(row: Mapping[str, Any], config: Settings, environ: Mapping[str, str]) -> Backend:
    template = row.get(config.profile)
    url = value_of(environ, row["variable"]) or (template.format(sandbox=config.sandbox_url) if template else None)
    if url == NOT_OFFERED:
        url = None
    key = value_of(environ, row["api_key_variable"]) or None if "api_key_variable" in row else None
    if key is None and config.profile == "sandbox":
        key = row.get("sandbox_api_key")
    options = {name: str(value) for name, value in row.items() if name not in _BACKEND_KEYS}
    return Backend(url=url.rstrip("/") if url else None, by_hand=row.get("by_hand"), api_key=key, options=options)


def _retention(row: Mapping[str, Any]) -> Retention:
    """A class may only shorten: none is kept longer than ordinary conversations. Raises ValueError."""
    days = Retention(**row)
    longest = {"conversations": LONGEST_RETENTION_DAYS}
    for name, value in vars(days).items():
        if not (isinstance(value, int) and 1 <= value <= longest.get(name, days.conversations)):
            raise ValueError(f"retention of {name} must be 1 to {longest.get(name, days.conversations)} days")
    return days


def read_city(shape: Mapping[str, Any], config: Settings, environ: Mapping[str, str]) -> City:
    """The profile of one city. Raises KeyError naming the missing field, ValueError for a retention that is too long."""
    bodies: Dict[str, Body] = {name: Body(**row) for name, row in shape["bodies"].items()}
    contact = shape["contact"]
    return City(
        name=shape["name"],
        short_name=shape["short_name"],
        neighbours={town: tuple(parts) for town, parts in shape.get("neighbours", {}).items()},
        timezone=ZoneInfo(shape["timezone"]),
        country=shape["country"],
        languages=tuple(shape["languages"]),
        phone=contact["phone"],
        phone_hours=contact["hours"],
        contact_url=contact["url"],
        bodies=bodies,
        backends={name: _backend(row, config, environ) for name, row in shape["backends"].items()},
        request_number=shape["request_number"],
        identifiers={name: Identifier(**{**row, "words": tuple(row["words"])}) for name, row in shape["identifiers"].items()},
        retention=_retention(shape["retention"]),
        privacy_url=shape["privacy_url"],
    )


@lru_cache(maxsize=1)
def city() -> City:
    """The city of this process."""
    config = settings()
    with (config.data_folder / "city.yml").open(encoding="utf-8") as file:
        return read_city(safe_load(file), config, os.environ)
