"""A city without Represent: its own layer of wards, and the setting that picks it."""

from __future__ import annotations

from typing import Any, Dict, Optional

import pytest
import responses

from actions.clients.arcgis import ArcGIS
from actions.clients.represent import Represent
from actions.clients.ward_sources import source_of
from actions.clients.wards import Official
from actions.clients.wards_layer import WardsLayer
from bot.city import Backend, city

SERVER = "https://gis.example.org/arcgis/rest/services"
TYPES = {"OBJECTID": "esriFieldTypeOID", "WARD_NO": "esriFieldTypeInteger"}
OPTIONS = {"protocol": "arcgis", "layer": "Wards", "ward_field": "WARD_NO", "councillor_field": "NAME", "email_field": "MAIL"}


def layer_with(*rows: Dict[str, Any]) -> WardsLayer:
    """A layer whose every answer holds these records."""
    fields = [{"name": name, "type": TYPES.get(name, "esriFieldTypeString")} for name in ("OBJECTID", "WARD_NO", "NAME", "MAIL")]
    info = {"name": "Wards", "geometryType": "esriGeometryPolygon", "fields": fields, "maxRecordCount": 1000}
    more = {"objectIdField": "OBJECTID", "advancedQueryCapabilities": {"supportsPagination": True, "supportsQueryWithDistance": True}}
    responses.get(f"{SERVER}/Wards/FeatureServer/0", json={**info, **more})
    features = [{"attributes": {"OBJECTID": number, **row}} for number, row in enumerate(rows, start=1)]
    responses.get(f"{SERVER}/Wards/FeatureServer/0/query", json={"fields": fields, "features": features})
    return WardsLayer(ArcGIS(SERVER, zone=city().timezone), "Wards", ward="WARD_NO", councillor="NAME", email="MAIL")


@pytest.mark.parametrize(("rows", "ward"), [([{"WARD_NO": 7}], "7"), ([], None)])
@responses.activate
def test_the_ward_at_a_point_is_the_one_the_point_lies_in(rows: Any, ward: Optional[str]) -> None:
    assert layer_with(*rows).ward_at(43.45, -80.49) == ward
    asked = responses.calls[-1].request.params
    assert (asked["geometry"], asked["geometryType"], asked["returnGeometry"]) == ("-80.49000,43.45000", "esriGeometryPoint", "false")
    assert "distance" not in asked


@responses.activate
def test_councillors_are_those_of_the_layer_and_an_empty_seat_has_none() -> None:
    rows = ({"WARD_NO": 1, "NAME": "A. Sample ", "MAIL": None}, {"WARD_NO": 2, "NAME": " ", "MAIL": "x@example.org"})
    council = layer_with(*rows).council()
    assert council.councillors == {"1": Official("A. Sample", "", "1")}
    assert (council.mayor, council.region) == ((), ())


def test_a_setting_picks_the_source() -> None:
    represent = source_of(Backend("https://represent.example.org", None, None, {"protocol": "represent", "wards": "w", "council": "c"}))
    assert isinstance(represent, Represent)
    assert isinstance(source_of(Backend(SERVER, None, None, OPTIONS)), WardsLayer)
