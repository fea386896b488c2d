"""The sandbox's Represent: wards and who is elected, in Open North's shapes."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.outlines import within
from bot.sandbox.seeds import seed
from tests.sandbox.asking import TIMEOUT_S

WARDS = seed("wards")["wards"]
DOWNTOWN = "43.4516,-80.4925"


def ask(sandbox: str, path: str, **query: str) -> requests.Response:
    return requests.get(f"{sandbox}/represent/{path}", params=query, timeout=TIMEOUT_S)


def objects(sandbox: str, path: str, **query: str) -> List[Dict[str, Any]]:
    answer = ask(sandbox, path, **query)
    assert answer.status_code == 200
    return answer.json()["objects"]


def test_the_ward_at_a_point_is_found_latitude_first(sandbox: str) -> None:
    (ward,) = objects(sandbox, "boundaries/", contains=DOWNTOWN, sets="kitchener-wards")
    assert (ward["name"], ward["external_id"]) == ("Ward 9", "9")
    assert ward["url"] == "/represent/boundaries/kitchener-wards/ward-9/"
    assert objects(sandbox, "boundaries/", contains="-80.4925,43.4516") == []
    assert objects(sandbox, "boundaries/", contains=DOWNTOWN, sets="elsewhere-wards") == []


def test_everybody_elected_at_a_point_is_listed_with_their_own_boundary(sandbox: str) -> None:
    people = objects(sandbox, "representatives/", point=DOWNTOWN)
    assert [person["elected_office"] for person in people] == ["Mayor", "Councillor", "Regional Chair", *["Regional Councillor"] * 4]
    councillor = people[1]
    assert (councillor["name"], councillor["district_name"]) == ("Indigo Sample", "Ward 9")
    assert councillor["related"]["boundary_url"] == "/represent/boundaries/kitchener-wards/ward-9/"
    assert councillor["offices"] == [{"type": "legislature", "tel": "1 519 555-0109", "postal": "Sample data"}]
    assert objects(sandbox, "representatives/", point="44.5,-80.5") == []


def test_a_list_is_cut_into_pages_of_twenty_unless_asked_otherwise(sandbox: str) -> None:
    meta = ask(sandbox, "representatives/").json()["meta"]
    assert (meta["limit"], meta["total_count"], meta["next"]) == (20, 16, None)
    first = ask(sandbox, "representatives/kitchener-city-council/", limit="10").json()
    assert (len(first["objects"]), first["meta"]["previous"]) == (10, None)
    rest = requests.get(sandbox + first["meta"]["next"], timeout=TIMEOUT_S).json()
    assert len(rest["objects"]) == 1
    assert rest["meta"]["next"] is None


@pytest.mark.parametrize(
    "path", ["boundaries/kitchener-wards", "boundaries/nowhere/", "boundaries/kitchener-wards/ward-99/", "representatives/nobody/"]
)
def test_what_is_unknown_or_lacks_its_slash_is_a_web_page(sandbox: str, path: str) -> None:
    answer = ask(sandbox, path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("point", ["abc", "43.45", "1,2,3"])
def test_a_bad_point_is_a_sentence(sandbox: str, point: str) -> None:
    answer = ask(sandbox, "representatives/", point=point)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain")
    assert answer.text == f"Invalid latitude,longitude '{point}' provided."


def test_a_ward_says_where_it_is_and_whom_it_elects(sandbox: str) -> None:
    ward = ask(sandbox, "boundaries/kitchener-wards/ward-3/").json()
    assert ward["extent"] == [-80.479, 43.37, -80.445, 43.429]
    shape = ask(sandbox, "boundaries/kitchener-wards/ward-3/shape").json()
    assert shape["type"] == "MultiPolygon"
    ((ring,),) = shape["coordinates"]
    assert ring[0] == ring[-1]
    assert [one["name"] for one in objects(sandbox, "boundaries/kitchener-wards/ward-3/representatives/")] == ["Casey Sample"]


@given(latitude=st.floats(43.3701, 43.4799), longitude=st.floats(-80.5799, -80.4101))
def test_every_point_of_the_city_is_in_exactly_one_ward(latitude: float, longitude: float) -> None:
    assert sum(within((latitude, longitude), ward["outline"]) for ward in WARDS) == 1
