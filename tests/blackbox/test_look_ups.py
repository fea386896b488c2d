"""What the city's systems know, asked on every channel: the sandbox says the same when it is asked directly."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict

import pytest
import requests

from tests.blackbox.residents import Resident
from tests.blackbox.system import System
from tests.running import fault

pytestmark = pytest.mark.blackbox
Newcomer = Callable[[], Resident]
ADDRESS = "200 king st w"


def asked_directly(system: System, path: str, **params: str) -> Any:
    answer = requests.get(f"{system.sandbox}/{path}", params, timeout=30)
    answer.raise_for_status()
    return answer.json()


def count(system: System, layer: str, where: str) -> int:
    query = f"arcgis/rest/services/{layer}/FeatureServer/0/query"
    return int(asked_directly(system, query, where=where, returnCountOnly="true", f="json")["count"])


def year(first: int) -> str:
    return f"ISSUE_DATE >= TIMESTAMP '{first}-01-01 05:00:00' AND ISSUE_DATE < TIMESTAMP '{first + 1}-01-01 05:00:00'"


def written(number: int) -> str:
    return f"{number:,}"


def councillor_at(system: System, point: str) -> Dict[str, Any]:
    rows = asked_directly(system, "represent/representatives/", point=point)["objects"]
    return next(row for row in rows if row["elected_office"] == "Councillor")


def test_a_ward_is_found_for_an_address_that_is_asked_for(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    assert "house number" in resident.says("who is my councillor").text
    answer = resident.says(ADDRESS).text
    councillor = councillor_at(system, "43.4516,-80.4925")
    assert councillor["name"] in answer
    assert councillor["email"] in answer


def test_the_nearest_place_comes_with_its_distance_and_the_next_question_leans_on_it(newcomer: Newcomer) -> None:
    resident = newcomer()
    assert re.search(r"Playground.*\d m\b", resident.says(f"nearest playground to {ADDRESS}").text)
    assert re.search(r"Library.*\d k?m\b", resident.says("and the library?").text)


def test_the_next_bus_says_what_is_live_and_what_is_scheduled(newcomer: Newcomer) -> None:
    answer = newcomer().says("when is the next bus at stop 2504").text
    assert "Charles" in answer
    assert re.search(r"\((live|scheduled)\)", answer)
    assert "Grand River Transit" in answer


def test_closed_roads_are_listed_with_their_days(system: System, newcomer: Newcomer) -> None:
    answer = newcomer().says(f"any road closures near {ADDRESS}").text
    events = asked_directly(system, "open511/events", status="ACTIVE")["events"]
    assert any(road["name"] in answer for event in events for road in event.get("roads", ()))


def test_parking_tonight_tells_of_a_snow_event(system: System, newcomer: Newcomer) -> None:
    switch = f"{system.sandbox}/_sandbox/snow_event"
    try:
        requests.post(switch, json={"active": True, "hours": 24}, timeout=10).raise_for_status()
        answer = newcomer().says("can i park on the street tonight").text
        assert "snow event is declared" in answer
        assert "no snow event" not in answer
    finally:
        requests.post(switch, json={"active": False}, timeout=10).raise_for_status()


def test_weather_alerts_in_force_are_read_out_in_french(newcomer: Newcomer) -> None:
    answer = newcomer().says("y a-t-il une alerte météo").text
    assert "Avertissement de neige" in answer
    assert "Environnement Canada" in answer


def test_a_thing_is_told_its_bin_and_so_is_the_next(newcomer: Newcomer) -> None:
    resident = newcomer()
    assert "Pizza box" in resident.says("which bin for pizza boxes").text
    assert "tyrofoam" in resident.says("and styrofoam?").text


def test_a_number_of_the_open_data_is_the_one_in_the_data_and_can_be_asked_on_about(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    assert written(count(system, "Building_Permits", year(2023))) in resident.says("how many building permits were issued in 2023").text
    assert written(count(system, "Building_Permits", year(2022))) in resident.says("and in 2022?").text
    by_ward = resident.says("by ward").text
    assert written(count(system, "Building_Permits", f"{year(2022)} AND WARDID = 9")) in by_ward


def test_what_the_data_cannot_say_is_refused(newcomer: Newcomer) -> None:
    answer = newcomer().says("who applied for the most building permits")
    assert "not names" in answer.text


def test_data_sets_are_found_with_their_licence(newcomer: Newcomer) -> None:
    answer = newcomer().says("do you have data on trees").text
    assert "Tree Inventory" in answer
    assert "Open Government Licence" in answer


def test_what_goes_out_this_week_is_answered_for_the_week(newcomer: Newcomer) -> None:
    answer = newcomer().says("which bins go out next week at 45 queen st n").text
    assert "45 Queen St N" in answer


def test_a_system_that_fails_is_said_to_fail(system: System) -> None:
    with fault(system.sandbox, "arcgis", "html500"):
        answer = system.resident().says("how many trees are there in ward 9").text
    assert "I cannot reach" in answer or "I cannot read" in answer
