"""Who is elected where: what every source of wards answers, whatever protocol it speaks.

`represent.py` and `wards_layer.py` read it; the setting `protocol` of the back end `wards` picks one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping, Optional, Protocol, Tuple

from actions.clients.errors import CityError
from bot.language.street_words import folded


class WardsError(CityError):
    """The source of wards did not do what was asked."""


@dataclass(frozen=True)
class Official:
    """Somebody elected. `office` and `district` in the source's words; absent contacts are empty."""

    name: str
    office: str
    district: str
    phone: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True)
class Council:
    """`councillors`: by the key of their ward. `mayor` and `region` are elected by the whole city; empty when the source has none."""

    councillors: Mapping[str, Official]
    mayor: Tuple[Official, ...] = ()
    region: Tuple[Official, ...] = ()


class Wards(Protocol):
    """A source of wards. Both raise WardsError."""

    def ward_at(self, latitude: float, longitude: float) -> Optional[str]:
        """The key of the ward at a point; None outside all wards."""
        ...

    def council(self) -> Council:
        """Everybody who is elected."""
        ...


def ward_key(name: str) -> str:
    """What a ward is compared by: its number, `Ward 9` is `9`, else its name."""
    number = re.search(r"\d+", name)
    return str(int(number.group())) if number else folded(name).removeprefix("ward ").strip()
