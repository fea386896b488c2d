"""`aiorecollect`, a ReCollect client nobody here wrote, reads the sandbox's collection days."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import aiorecollect.client
import pytest
import requests
from aiorecollect.client import Client
from aiorecollect.errors import DataError, RequestError

from actions.clients.waste import Waste
from bot.city import city

pytestmark = pytest.mark.interop
PLACES = "/waste/api/areas/RegionOfWaterlooON/services/1110/address-suggest"


@pytest.fixture(autouse=True)
def _asks_the_sandbox(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiorecollect.client, "API_URL_SCAFFOLD", sandbox + "/waste/api/places/{0}/services/{1}/events")


def client_for(sandbox: str, address: str) -> Client:
    (place,) = requests.get(f"{sandbox}{PLACES}", params={"q": address}, timeout=20).json()
    return Client(place["place_id"], place["service_id"])


def test_it_finds_the_next_collection(sandbox: str) -> None:
    event = asyncio.run(client_for(sandbox, "200 king st w").async_get_next_pickup_event())
    today = datetime.now(city().timezone).date()
    assert today <= event.date <= today + timedelta(days=9)
    assert event.area_name == "RegionOfWaterlooON"
    assert "organics" in {kind.name for kind in event.pickup_types}
    assert all(kind.friendly_name for kind in event.pickup_types)


def test_it_reads_a_range_and_leaves_out_what_is_no_collection(sandbox: str) -> None:
    client = client_for(sandbox, "100 tyson dr")
    events = asyncio.run(client.async_get_pickup_events(start_date=date(2026, 3, 30), end_date=date(2026, 4, 12)))
    assert [event.date for event in events] == [
        date(2026, 4, 3),
        date(2026, 4, 10),
    ]  # the season starts on 1 April: a message, no collection
    moved = asyncio.run(client.async_get_pickup_events(start_date=date(2026, 6, 29), end_date=date(2026, 7, 5)))
    assert [event.date for event in moved] == [date(2026, 7, 4)]


def test_an_apartment_building_has_no_collection_and_an_unknown_place_is_an_error(sandbox: str) -> None:
    with pytest.raises(DataError):
        asyncio.run(client_for(sandbox, "55 queen st n").async_get_next_pickup_event())
    with pytest.raises(RequestError):
        asyncio.run(Client("00000000-0000-0000-0000-000000000000", 1110).async_get_next_pickup_event())


@pytest.mark.parametrize("address", ["200 king st w", "45 queen st n", "200 frederick st", "100 tyson dr"])
def test_our_client_reads_the_same_days_and_streams_as_it_does(sandbox: str, address: str) -> None:
    first, last = date(2026, 6, 15), date(2026, 7, 31)  # with a holiday that moves collections
    theirs = asyncio.run(client_for(sandbox, address).async_get_pickup_events(start_date=first, end_date=last))
    ours = Waste(f"{sandbox}/waste/api", area="RegionOfWaterlooON", service="1110")
    calendar = ours.calendar(ours.places(address, "en")[0].place_id, first, last, "en")
    assert calendar is not None
    read = {(pickup.day, pickup.stream, pickup.subject) for pickup in calendar.pickups}
    assert read == {(event.date, kind.name, kind.friendly_name) for event in theirs for kind in event.pickup_types}
    assert len({stream for _, stream, _ in read}) >= 3
