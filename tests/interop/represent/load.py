"""Fills the boundary server: a JSON object `{"set", "wards": [{"number", "outline"}]}` on standard input."""

import json
import sys
from datetime import date

import django

django.setup()

from boundaries.models import Boundary, BoundarySet  # noqa: E402
from django.contrib.gis.geos import MultiPolygon, Polygon  # noqa: E402

given = json.load(sys.stdin)
boundary_set = BoundarySet.objects.create(
    slug=given["set"], name="Wards", singular="Ward", authority="Sandbox", domain="Sandbox", last_updated=date(2026, 1, 1)
)
for ward in given["wards"]:
    shape = MultiPolygon(Polygon([*ward["outline"], ward["outline"][0]], srid=4326), srid=4326)
    Boundary.objects.create(
        set=boundary_set,
        set_name="Ward",
        slug=f"ward-{ward['number']}",
        external_id=str(ward["number"]),
        name=f"Ward {ward['number']}",
        metadata={},
        shape=shape,
        simple_shape=shape,
        centroid=shape.centroid,
        extent=shape.extent,
    )
