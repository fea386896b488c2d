"""The made-up records: the same every time, like a city's, and one with the sandbox's locator and wards."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Dict, List

import pytest

from bot.city import city
from bot.sandbox import feature_store
from bot.sandbox.candidates import candidates
from bot.sandbox.districts import neighbourhood_at, ward_at
from bot.sandbox.feature_chance import milliseconds
from bot.sandbox.feature_data import records
from bot.sandbox.feature_layers import layers
from bot.sandbox.feature_shapes import Shape, inside
from bot.sandbox.feature_store import FeatureStore

TODAY = date(2026, 6, 10)
SAMPLE = ("Water_Main_Breaks", "Traffic_Collisions", "Playgrounds", "Trails", "Road_Closures", "Facilities")


def rows(name: str, today: date = TODAY) -> List[Dict[str, Any]]:
    fields = [field.name for field in layers()[name].fields][1:]
    return [{**dict(zip(fields, values, strict=True)), "shape": shape} for values, shape in records(layers()[name], today)]


@pytest.mark.parametrize("name", SAMPLE)
def test_the_same_day_gives_the_same_records(name: str) -> None:
    first = rows(name)
    assert first
    assert first == rows(name)


def test_a_record_stays_what_it_was_when_days_pass() -> None:
    for name in ("Water_Main_Breaks", "Traffic_Collisions"):
        before, after = rows(name), rows(name, TODAY + timedelta(days=40))
        assert after[: len(before)] == before
        assert len(after) > len(before)
    before, after = rows("Building_Permits"), rows("Building_Permits", TODAY + timedelta(days=1))
    assert [row["PERMITNO"] for row in after[: len(before)]] == [row["PERMITNO"] for row in before]


def test_nothing_happens_after_today_and_the_latest_is_not_long_ago() -> None:
    for name, field in (
        ("Building_Permits", "ISSUE_DATE"),
        ("Corporate_Contact_Centre_Requests", "CREATE_DATE"),
        ("Traffic_Collisions", "COLLISION_DATE"),
    ):
        moments = [row[field] for row in rows(name)]
        assert moments == sorted(moments)
        assert milliseconds(TODAY - timedelta(days=7)) <= moments[-1] <= milliseconds(TODAY)


def test_permits_rise_over_the_years_and_dip_in_2020() -> None:
    years = Counter(2000 + int(row["PERMITNO"][:2]) for row in rows("Building_Permits"))
    assert years[2010] < years[2015] < years[2019] < years[2025]
    assert years[2020] < 0.8 * years[2019]
    values = [row["CONSTRUCTION_VALUE"] for row in rows("Building_Permits")]
    assert None in values
    assert 10_000 < sorted(value for value in values if value is not None)[len(values) // 2] < 200_000


def test_mains_break_in_winter() -> None:
    months = Counter(datetime.fromtimestamp(row["INCIDENT_DATE"] / 1000, city().timezone).month for row in rows("Water_Main_Breaks"))
    assert months[1] + months[2] > 3 * (months[6] + months[7])


def test_some_roads_are_closed_on_any_day_and_some_have_no_end() -> None:
    for day in (TODAY, TODAY + timedelta(days=1), date(2027, 1, 1), date(2028, 2, 29)):
        closures, now = rows("Road_Closures", day), milliseconds(day)
        active = [row for row in closures if row["START_DATE"] <= now and (row["END_DATE"] is None or row["END_DATE"] >= now)]
        assert len(active) >= 15
        assert any(row["END_DATE"] is None for row in active)
        assert any(row["END_DATE"] is not None and row["END_DATE"] < now for row in closures)
        assert any(row["START_DATE"] > now for row in closures)


def test_every_record_says_the_ward_it_is_in() -> None:
    outlines = {row["WARDID"]: row["shape"] for row in rows("Wards")}
    seen = Counter()
    for name in ("Addresses", "Water_Main_Breaks", "Playgrounds"):
        for row in rows(name):
            (place,) = row["shape"].lines[0]
            if row["WARDID"] != 0 and -80.58 < place[0] < -80.41:
                assert inside(outlines[row["WARDID"]], place)
                seen[row["WARDID"]] += 1
    assert len(seen) >= 8
    assert max(seen.values()) > 3 * min(seen.values())  # wards are unequal


def test_wards_and_neighbourhoods_share_out_the_city() -> None:
    wards, communities = rows("Wards"), rows("Planning_Communities")
    for step in range(400):
        x, y = -80.58 + 0.17 * ((step * 37 + 0.5) % 400) / 400, 43.37 + 0.11 * (step + 0.5) / 400
        assert [row["WARDID"] for row in wards if inside(row["shape"], (x, y))] == [ward_at((y, x))]
        assert [row["NAME"] for row in communities if inside(row["shape"], (x, y))] == [neighbourhood_at((y, x))]


def test_every_address_of_the_layer_is_one_of_the_locators() -> None:
    addresses = rows("Addresses")
    for row in addresses[::997]:
        best = candidates(f"{row['CIVIC_NO']} {row['STREET']}")[0]
        assert (best.addr_type, best.address) == ("PointAddress", f"{row['CIVIC_NO']} {row['STREET']}")
        (place,) = row["shape"].lines[0]
        assert abs(best.point[0] - place[1]) < 0.0003
        assert abs(best.point[1] - place[0]) < 0.0003


def test_records_have_the_odd_but_legal_things_that_real_layers_have() -> None:
    assert any(row["FOLDERNAME"].endswith(" ") for row in rows("Building_Permits"))
    assert any("'" in row["STREET"] for row in rows("Water_Main_Breaks"))
    assert any(row["PLANTED"] is None for row in rows("Tree_Inventory"))
    assert any("É" in row["NAME"] for row in rows("Trails"))
    assert "St. Mary's Hospital" in {row["NAME"] for row in rows("Planning_Communities")}


def test_a_table_is_made_once_a_day_and_anew_with_the_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: List[str] = []

    def counted(layer: Any, today: date) -> Any:
        made.append(f"{layer.name} {today}")
        yield (None,) * (len(layer.fields) - 1), Shape("point", (((-80.5, 43.4),),))

    monkeypatch.setattr(feature_store, "records", counted)
    store, growing, still = FeatureStore(tmp_path / "layers.sqlite3"), layers()["Road_Closures"], layers()["Playgrounds"]
    for day in (TODAY, TODAY, TODAY + timedelta(days=1)):
        store.prepare(growing, day)
        store.prepare(still, day)
    assert made == [f"Road_Closures {TODAY}", f"Playgrounds {TODAY}", f"Road_Closures {TODAY + timedelta(days=1)}"]
    monkeypatch.setattr(feature_store, "VERSION", -1)
    FeatureStore(tmp_path / "layers.sqlite3").prepare(still, TODAY)
    assert made[3:] == [f"Playgrounds {TODAY}"]
