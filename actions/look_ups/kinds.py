"""The kinds of look-up there are."""

from __future__ import annotations

from functools import lru_cache
from typing import Mapping, Tuple, Type

from actions.look_ups.base import LookUp
from actions.look_ups.data_sets import DataSets
from actions.look_ups.nearest_place import NearestPlaceLookUp
from actions.look_ups.open_data import OpenData
from actions.look_ups.sorting import SortingLookUp
from actions.look_ups.ward import WardLookUp

CLASSES: Tuple[Type[LookUp], ...] = (OpenData, DataSets, SortingLookUp, NearestPlaceLookUp, WardLookUp)


@lru_cache(maxsize=1)
def look_ups() -> Mapping[str, LookUp]:
    """Every look-up by its kind, one for all actions."""
    return {one.kind: one() for one in CLASSES}
