"""Statistics of the sandbox's layers. Expected answers are worked out from all records of a layer."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from datetime import datetime, timezone
from typing import Any, Dict, List

import pytest

from tests.sandbox.asking import layer_query, records

LAYER = "Traffic_Collisions"
COUNT = [{"statisticType": "count", "onStatisticField": "OBJECTID", "outStatisticFieldName": "number"}]


@pytest.fixture(scope="module")
def collisions(sandbox: str) -> List[Dict[str, Any]]:
    rows = records(sandbox, LAYER, where="1=1")
    assert len(rows) > 7000
    return rows


def asked(sandbox: str, layer: str = LAYER, **query: Any) -> List[Dict[str, Any]]:
    return [row["attributes"] for row in layer_query(sandbox, layer, **{"where": "1=1", "outStatistics": COUNT, **query})["features"]]


def test_every_statistic_of_all_records_is_right(sandbox: str) -> None:
    values = [row["DIAMETER_MM"] for row in records(sandbox, "Water_Main_Breaks", where="WARDID = 4")]
    kinds = ("count", "sum", "min", "max", "avg", "stddev", "var")
    wanted = [{"statisticType": kind, "onStatisticField": "DIAMETER_MM", "outStatisticFieldName": kind} for kind in kinds]
    (found,) = asked(sandbox, "Water_Main_Breaks", where="WARDID = 4", outStatistics=wanted)
    assert (found["count"], found["sum"], found["min"], found["max"]) == (len(values), sum(values), min(values), max(values))
    assert found["avg"] == pytest.approx(statistics.mean(values))
    assert found["stddev"] == pytest.approx(statistics.stdev(values))
    assert found["var"] == pytest.approx(statistics.variance(values))
    (nothing,) = asked(sandbox, "Water_Main_Breaks", where="WARDID = 99", outStatistics=wanted)
    assert nothing == {**dict.fromkeys(kinds), "count": 0}


def test_groups_come_in_the_order_and_number_asked_for(sandbox: str, collisions: List[Dict[str, Any]]) -> None:
    counts = Counter(row["INTERSECTION"] for row in collisions)
    most = sorted(counts.values(), reverse=True)
    found = asked(sandbox, groupByFieldsForStatistics="INTERSECTION", orderByFields="number DESC", resultRecordCount="5")
    assert [row["number"] for row in found] == most[:5]
    assert all(counts[row["INTERSECTION"]] == row["number"] for row in found)
    page = layer_query(sandbox, LAYER, where="1=1", outStatistics=COUNT, groupByFieldsForStatistics="INTERSECTION", resultRecordCount="5")
    assert page["exceededTransferLimit"] is True
    everything = layer_query(sandbox, LAYER, where="1=1", outStatistics=COUNT, groupByFieldsForStatistics="INTERSECTION")
    assert "exceededTransferLimit" not in everything
    assert {row["attributes"]["INTERSECTION"]: row["attributes"]["number"] for row in everything["features"]} == counts


def test_several_fields_group_together_and_having_keeps_some_groups(sandbox: str, collisions: List[Dict[str, Any]]) -> None:
    counts = Counter((row["WARDID"], row["SEVERITY"]) for row in collisions)
    found = asked(sandbox, groupByFieldsForStatistics="WARDID,SEVERITY", having="COUNT(OBJECTID) > 100 AND MIN(WARDID) <> 9")
    expected = {key: number for key, number in counts.items() if number > 100 and key[0] != 9}
    assert {(row["WARDID"], row["SEVERITY"]): row["number"] for row in found} == expected
    assert 0 < len(expected) < len(counts)


@pytest.mark.parametrize(("part", "value"), [("YEAR", lambda moment: moment.year), ("MONTH", lambda moment: moment.month)])
def test_years_and_months_are_groups(sandbox: str, collisions: List[Dict[str, Any]], part: str, value: Any) -> None:
    days = [datetime.fromtimestamp(row["COLLISION_DATE"] / 1000, timezone.utc) for row in collisions]
    expression = f"EXTRACT({part} FROM COLLISION_DATE)"
    found = asked(sandbox, groupByFieldsForStatistics=expression, orderByFields=f"{expression} DESC")
    assert {row["EXPR_1"]: row["number"] for row in found} == Counter(map(value, days))
    assert [row["EXPR_1"] for row in found] == sorted({value(day) for day in days}, reverse=True)


def test_a_range_of_dates_counts_the_same_as_the_group_of_its_year(sandbox: str) -> None:
    by_year = {row["EXPR_1"]: row["number"] for row in asked(sandbox, groupByFieldsForStatistics="EXTRACT(YEAR FROM COLLISION_DATE)")}
    assert len(by_year) > 10
    for year, number in by_year.items():
        where = f"COLLISION_DATE >= DATE '{year}-01-01' AND COLLISION_DATE < DATE '{year + 1}-01-01'"
        assert layer_query(sandbox, LAYER, where=where, returnCountOnly="true") == {"count": number}


def test_statistics_heed_where_and_place(sandbox: str, collisions: List[Dict[str, Any]]) -> None:
    near = {"geometry": "-80.49,43.45", "geometryType": "esriGeometryPoint", "distance": "600", "units": "esriSRUnit_Meter"}
    inside = set(layer_query(sandbox, LAYER, where="1=1", returnIdsOnly="true", **near)["objectIds"])
    counts: Dict[str, int] = defaultdict(int)
    for row in collisions:
        counts[row["SEVERITY"]] += row["OBJECTID"] in inside and row["CYCLIST"] == "Yes"
    found = asked(sandbox, where="CYCLIST = 'Yes'", groupByFieldsForStatistics="SEVERITY", **near)
    assert {row["SEVERITY"]: row["number"] for row in found} == {name: number for name, number in counts.items() if number}


def test_fields_of_the_answer_are_described_and_an_unnamed_statistic_gets_a_name(sandbox: str) -> None:
    unnamed = [{"statisticType": "max", "onStatisticField": "COLLISION_DATE"}]
    shape = layer_query(sandbox, LAYER, where="1=1", outStatistics=unnamed, groupByFieldsForStatistics="WARDID")
    described = {field["name"]: field["type"] for field in shape["fields"]}
    assert described == {"WARDID": "esriFieldTypeInteger", "max_COLLISION_DATE": "esriFieldTypeDate"}


@pytest.mark.parametrize(
    "query",
    [
        {"outStatistics": "count"},
        {"outStatistics": []},
        {"outStatistics": [1]},
        {"outStatistics": [{"statisticType": "median", "onStatisticField": "WARDID"}]},
        {"outStatistics": [{"statisticType": "count", "onStatisticField": "NOPE"}]},
        {"outStatistics": [{"statisticType": "sum", "onStatisticField": "SEVERITY"}]},
        {"outStatistics": [{**COUNT[0], "outStatisticFieldName": "n; DROP TABLE x"}]},
        {"outStatistics": [*COUNT, *COUNT]},
        {"outStatistics": COUNT * 30},
        {"groupByFieldsForStatistics": "NOPE"},
        {"groupByFieldsForStatistics": "EXTRACT(YEAR FROM SEVERITY)"},
        {"groupByFieldsForStatistics": "EXTRACT(DAY FROM COLLISION_DATE)"},
        {"groupByFieldsForStatistics": "WARDID", "orderByFields": "COLLISION_DATE"},
        {"groupByFieldsForStatistics": "WARDID", "having": "WARDID > 1"},
        {"groupByFieldsForStatistics": "WARDID", "having": "COUNT(OBJECTID) > 'a'"},
    ],
)
def test_what_cannot_be_worked_out_is_refused(sandbox: str, query: Dict[str, Any]) -> None:
    assert layer_query(sandbox, LAYER, **{"where": "1=1", "outStatistics": COUNT, **query})["error"]["code"] == 400


def test_groups_without_a_statistic_are_refused(sandbox: str) -> None:
    assert layer_query(sandbox, LAYER, where="1=1", groupByFieldsForStatistics="WARDID")["error"]["code"] == 400
