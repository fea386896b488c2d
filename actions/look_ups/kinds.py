"""The kinds of look-up there are."""

from __future__ import annotations

from functools import lru_cache
from typing import Mapping, Tuple, Type

from actions.look_ups.balance import BalanceLookUp
from actions.look_ups.base import LookUp
from actions.look_ups.data_sets import DataSets
from actions.look_ups.ebilling import EbillingLookUp
from actions.look_ups.high_bill import HighBillLookUp
from actions.look_ups.nearest_place import NearestPlaceLookUp
from actions.look_ups.next_bus import NextBus
from actions.look_ups.open_data import OpenData
from actions.look_ups.parking_ticket import ParkingTicketLookUp
from actions.look_ups.parking_tonight import ParkingTonight
from actions.look_ups.roads import Roads
from actions.look_ups.sorting import SortingLookUp
from actions.look_ups.ward import WardLookUp
from actions.look_ups.weather_alerts import WeatherAlerts

CLASSES: Tuple[Type[LookUp], ...] = (
    OpenData,
    DataSets,
    NearestPlaceLookUp,
    WardLookUp,
    Roads,
    ParkingTonight,
    WeatherAlerts,
    NextBus,
    SortingLookUp,
    BalanceLookUp,
    HighBillLookUp,
    EbillingLookUp,
    ParkingTicketLookUp,
)


@lru_cache(maxsize=1)
def look_ups() -> Mapping[str, LookUp]:
    """Every look-up by its kind, one for all actions."""
    return {one.kind: one() for one in CLASSES}
