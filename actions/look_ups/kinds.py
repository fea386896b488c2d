"""The kinds of look-up there are."""

from __future__ import annotations

from functools import lru_cache
from typing import Mapping, Tuple, Type

from actions.look_ups.base import LookUp
from actions.look_ups.parking_tonight import ParkingTonight
from actions.look_ups.roads import Roads
from actions.look_ups.sorting import SortingLookUp
from actions.look_ups.weather_alerts import WeatherAlerts

CLASSES: Tuple[Type[LookUp], ...] = (SortingLookUp, Roads, ParkingTonight, WeatherAlerts)


@lru_cache(maxsize=1)
def look_ups() -> Mapping[str, LookUp]:
    """Every look-up by its kind, one for all actions."""
    return {one.kind: one() for one in CLASSES}
