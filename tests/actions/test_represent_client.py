"""Represent's client against the sandbox, its faults, and rows as real councils have them."""

from __future__ import annotations

from typing import Any, Dict, Optional

import pytest
import responses

from actions.clients.errors import Failure
from actions.clients.ledger import ledger
from actions.clients.represent import Represent
from actions.clients.wards import Official, WardsError, ward_key
from tests.actions.faults import EACH_FAULT
from tests.running import fault

ELSEWHERE = "https://represent.example.org"


@pytest.fixture
def represent(sandbox: str) -> Represent:
    return Represent(
        f"{sandbox}/represent",
        wards="kitchener-wards",
        council="kitchener-city-council",
        region="waterloo-regional-council",
        region_district="Kitchener",
    )


def test_the_ward_at_a_point_is_found_and_outside_there_is_none(represent: Represent) -> None:
    assert represent.ward_at(43.4516, -80.4925) == "9"
    assert represent.ward_at(43.60, -80.40) is None


def test_councillors_the_mayor_and_the_region_are_kept_apart(represent: Represent) -> None:
    council = represent.council()
    assert set(council.councillors) == {str(number) for number in range(1, 11)}
    assert council.councillors["3"] == Official("Casey Sample", "Councillor", "Ward 3", "1 519 555-0103", "ward.3@example.org")
    assert [one.name for one in council.mayor] == ["Morgan Sample"]
    assert [one.name for one in council.region] == ["Quinn Sample", "Kerry Sample", "Logan Sample", "Noémie Sample", "Parker Sample"]


@EACH_FAULT
def test_each_fault_is_told_apart_from_outside(represent: Represent, sandbox: str, name: str, failure: Failure) -> None:
    with fault(sandbox, "represent", name), ledger(0.8), pytest.raises(WardsError) as caught:
        represent.ward_at(43.4516, -80.4925)
    assert caught.value.failure is failure
    assert "43.45" not in str(caught.value)


def test_a_set_that_does_not_exist_is_an_error_and_not_outside(sandbox: str) -> None:
    wrong = Represent(f"{sandbox}/represent", wards="no-such-wards", council="no-such-council")
    for call in (lambda: wrong.ward_at(43.4516, -80.4925), wrong.council):
        with pytest.raises(WardsError) as caught:
            call()
        assert (caught.value.failure, caught.value.status) == (Failure.REFUSED, 404)


def person(**changes: Any) -> Dict[str, Any]:
    return {
        "name": "A. Sample",
        "district_name": "Ward 1",
        "elected_office": "Councillor",
        "email": "ward1@example.org",
        "url": "",
        "personal_url": "",
        "offices": [{"type": "constituency", "tel": "1 519 555-0100", "postal": "City Hall"}],
        "related": {"representative_set_url": "/representative-sets/city/", "boundary_url": "/boundaries/wards/ward-1/"},
        **changes,
    }


def listed(*rows: Any, next_page: Optional[str] = None) -> Dict[str, Any]:
    return {"objects": list(rows), "meta": {"offset": 0, "limit": 100, "total_count": len(rows), "previous": None, "next": next_page}}


@responses.activate
def test_rows_as_real_councils_have_them_are_read() -> None:
    nobody = person(name="")
    bare = person(name="B. Sample", district_name="Ward 02", email=None, offices=[], related={"boundary_url": None})
    mayor = person(name="M. Sample", district_name="Town", elected_office="Mayor", url="https://example.org/m", offices=None)
    mayor["related"] = {"boundary_url": "/boundaries/census-subdivisions/1/"}
    responses.get(f"{ELSEWHERE}/representatives/city/", json=listed(person(), nobody, "odd", bare, mayor))
    chair = person(name="C. Sample", elected_office="Chair", district_name="County", offices=[{"type": "legislature"}])
    seats = [person(name=f"R{n} Sample", elected_office="Regional Councillor", district_name=f"Town (seat {n})") for n in (1, 2)]
    other_town = person(name="O. Sample", elected_office="Regional Councillor", district_name="Townsend")
    as_member = person(name="M. Sample", elected_office="Regional Councillor", district_name="Town")
    responses.get(f"{ELSEWHERE}/representatives/county/", json=listed(chair, *seats, other_town, as_member))
    council = Represent(ELSEWHERE, wards="wards", council="city", region="county", region_district="Town").council()
    assert council.councillors == {
        "1": Official("A. Sample", "Councillor", "Ward 1", "1 519 555-0100", "ward1@example.org"),
        "2": Official("B. Sample", "Councillor", "Ward 02"),
    }
    assert council.mayor == (Official("M. Sample", "Mayor", "Town", "", "ward1@example.org", "https://example.org/m"),)
    assert [one.name for one in council.region] == ["C. Sample", "R1 Sample", "R2 Sample"]


@responses.activate
def test_every_page_is_read() -> None:
    query = responses.matchers.query_param_matcher
    pages = {"0": listed(person(), next_page="/…"), "100": listed(person(name="B. Sample", district_name="Ward 2"))}
    for offset, page in pages.items():
        responses.get(f"{ELSEWHERE}/representatives/city/", json=page, match=[query({"limit": "100", "offset": offset, "format": "json"})])
    assert set(Represent(ELSEWHERE, wards="wards", council="city").council().councillors) == {"1", "2"}


@pytest.mark.parametrize("answer", [{}, {"objects": None, "meta": {}}, {"objects": []}, [], listed({"name": ""})])
@responses.activate
def test_an_answer_that_is_no_list_of_people_is_malformed(answer: Any) -> None:
    responses.get(f"{ELSEWHERE}/representatives/city/", json=answer)
    with pytest.raises(WardsError) as caught:
        Represent(ELSEWHERE, wards="wards", council="city").council()
    assert caught.value.failure is Failure.MALFORMED


@responses.activate
def test_a_server_outside_the_city_is_told_a_point_to_eleven_metres_only() -> None:
    responses.get(f"{ELSEWHERE}/boundaries/wards/", json=listed({"name": "Ward 4", "external_id": "4"}))
    assert Represent(ELSEWHERE, wards="wards", council="city").ward_at(43.451612345, -80.492512345) == "4"
    assert responses.calls[0].request.params["contains"] == "43.4516,-80.4925"


@pytest.mark.parametrize(
    ("name", "key"), [("Ward 9", "9"), ("Ward 09", "9"), ("WARD 10", "10"), ("Ward Kanata North", "kanata north"), ("Ouest", "ouest")]
)
def test_a_ward_is_compared_by_its_number_else_by_its_name(name: str, key: str) -> None:
    assert ward_key(name) == key
