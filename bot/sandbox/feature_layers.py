"""The layers of the sandbox's ArcGIS server, as `data/sandbox/layers.yml` lists them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Dict, Iterator, Mapping, Optional, Sequence, Tuple

from bot.sandbox.seeds import seed

OBJECT_ID = "OBJECTID"
_TYPES = {"string": "String", "int": "Integer", "double": "Double", "date": "Date", "id": "OID"}
_GEOMETRIES = {"point": "esriGeometryPoint", "polyline": "esriGeometryPolyline", "polygon": "esriGeometryPolygon"}
STRING_LENGTH = 255


@dataclass(frozen=True)
class Field:
    """One column. `kind`: string, int, double, date (epoch milliseconds), id."""

    name: str
    kind: str

    @property
    def esri_type(self) -> str:
        return f"esriFieldType{_TYPES[self.kind]}"

    @property
    def is_number(self) -> bool:
        return self.kind in ("int", "double", "id")

    def document(self) -> Dict[str, Any]:
        """The field as ArcGIS describes it."""
        shape: Dict[str, Any] = {"name": self.name, "type": self.esri_type, "alias": re.sub("_+", " ", self.name).title()}
        if self.kind == "string":
            shape["length"] = STRING_LENGTH
        elif self.kind == "date":
            shape["length"] = 8
        return {**shape, "domain": None, "defaultValue": None, "nullable": self.kind != "id", "editable": False}


@dataclass(frozen=True)
class Layer:
    """One service with its only layer, number 0. `grows`: its records depend on the day."""

    name: str
    title: str
    description: str
    tags: Tuple[str, ...]
    geometry: str
    fields: Tuple[Field, ...]
    grows: bool
    modified_days_ago: int
    secured: bool

    @property
    def esri_geometry(self) -> str:
        return _GEOMETRIES[self.geometry]

    @property
    def display_field(self) -> Field:
        """The first text of a record."""
        return next(field for field in self.fields if field.kind == "string")

    def field(self, name: str) -> Optional[Field]:
        """The column of this name, in any case; None when there is none."""
        return _by_name(self).get(name.casefold())


@cache
def layers() -> Mapping[str, Layer]:
    """Every layer by the name of its service."""
    return {name: _layer(name, row) for name, row in seed("layers")["layers"].items()}


def open_layers() -> Sequence[Layer]:
    """The layers that ask for no token."""
    return [layer for layer in layers().values() if not layer.secured]


@cache
def _by_name(layer: Layer) -> Mapping[str, Field]:
    return {field.name.casefold(): field for field in layer.fields}


def _layer(name: str, row: Mapping[str, Any]) -> Layer:
    return Layer(
        name=name,
        title=row["title"],
        description=row["description"],
        tags=tuple(row["tags"]),
        geometry=row["geometry"],
        fields=tuple(_fields(row["fields"])),
        grows=row.get("grows", False),
        modified_days_ago=row.get("modified", 0),
        secured=row.get("secured", False),
    )


def _fields(row: Mapping[str, str]) -> Iterator[Field]:
    yield Field(OBJECT_ID, "id")
    for name, kind in row.items():
        yield Field(name, kind)
