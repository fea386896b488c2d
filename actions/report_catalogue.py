"""What residents can report: as the city's Open311 server says, or, where it has none, as `data/services.yml` does.

Without a server the dialogue is the same and ends in a text to copy into the city's form.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, List, Mapping, Optional, Protocol
from urllib.parse import urlencode

from actions.clients.open311_shapes import Attribute, Service
from bot.settings import settings
from bot.yaml_files import safe_load


class Catalogue(Protocol):
    """What can be reported. Both raise Open311Error."""

    def services(self, language: str, *, fresh: bool = False) -> List[Service]: ...

    def attributes(self, service: Service, language: str) -> List[Attribute]: ...


class ByHand:
    """The catalogue of `data/services.yml`; nothing is asked besides place and description."""

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self._rows: List[Mapping[str, Any]] = shape["services"]
        self._fields: Mapping[str, str] = shape.get("form_fields") or {}  # what the form calls the parts of a report

    def services(self, language: str, *, fresh: bool = False) -> List[Service]:
        return [
            Service(
                service_code=row["service_code"],
                service_name=row["service_name"][language],
                description="",
                metadata=False,
                type="blackbox",
                keywords=tuple(row["keywords"][language]),
                group=row["group"][language],
            )
            for row in self._rows
        ]

    def attributes(self, service: Service, language: str) -> List[Attribute]:
        return []

    def form(self, url: str, **parts: str) -> str:
        """The address of the city's form, filled in as far as the form takes it: `service`, `location`, `description`."""
        filled = {self._fields[name]: value for name, value in parts.items() if name in self._fields}
        return f"{url}{'&' if '?' in url else '?'}{urlencode(filled)}" if filled else url


@lru_cache(maxsize=1)
def by_hand() -> Optional[ByHand]:
    """The catalogue for cities without a server; None when there is none either."""
    path = settings().data_folder / "services.yml"
    return ByHand(safe_load(path.read_text(encoding="utf-8"))) if path.exists() else None
