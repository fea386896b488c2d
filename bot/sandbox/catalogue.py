"""What residents can report: the services of `data/sandbox/services.yml` in GeoReport v2's shapes."""

from __future__ import annotations

from functools import cache
from typing import Any, Dict, List, Mapping, Optional

from bot.sandbox.seeds import seed

Texts = Mapping[str, str]


@cache
def _by_code() -> Dict[str, Mapping[str, Any]]:
    return {row["service_code"]: row for row in seed("services")["services"]}


def service(service_code: str) -> Optional[Mapping[str, Any]]:
    """The seed of one service, None when there is none."""
    return _by_code().get(service_code)


def service_list(language: str) -> List[Dict[str, Any]]:
    """GET services."""
    return [
        {
            "service_code": code,
            "service_name": row["service_name"][language],
            "description": f"{row['description'][language]} {notice(language)}",
            "metadata": bool(row.get("attributes")),
            "type": row["type"],
            "keywords": row["keywords"][language],
            "group": row["group"][language],
        }
        for code, row in _by_code().items()
    ]


def definition(row: Mapping[str, Any], language: str) -> Dict[str, Any]:
    """GET services/{service_code}."""
    return {
        "service_code": row["service_code"],
        "attributes": [_attribute(attribute, order, language) for order, attribute in enumerate(row.get("attributes", ()), start=1)],
    }


def _attribute(row: Mapping[str, Any], order: int, language: str) -> Dict[str, Any]:
    help_text: Optional[Texts] = row.get("datatype_description")
    values = row.get("values")
    return {
        "variable": row.get("variable", True),
        "code": row["code"],
        "datatype": row["datatype"],
        "required": row["required"],
        "datatype_description": help_text[language] if help_text else None,
        "order": order,
        "description": row["description"][language],
        "values": [{"key": value["key"], "name": value["name"][language]} for value in values] if values else None,
    }


def notice(language: str) -> str:
    """What every request is told: that this is sample data."""
    return str(seed("services")["service_notice"][language])
