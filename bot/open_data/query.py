"""What a question about open data asks for, as a value: which layer, which measure, which rows, in which groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Dict, Mapping, Optional, Tuple, Union

NUMBER, GROUPS, RECORD = "number", "groups", "record"  # one value, a value per group, the single record that is most or least
WANTS = (NUMBER, GROUPS, RECORD)
COUNT = "count"
STATISTICS = ("sum", "avg", "max", "min")
YEAR, MONTH = "year", "month"
PERIODS = (YEAR, MONTH)  # of the layer's date
MOST, LEAST = "most", "least"
ORDERS = (MOST, LEAST)

Value = Union[str, int]
"""A value as the layer writes it: a text, or a whole number such as a ward's."""


class QueryError(ValueError):
    """A JSON object is not a query; the message names the field."""


@dataclass(frozen=True)
class Measure:
    """What is worked out: how many rows, or a statistic of one field."""

    statistic: str = COUNT
    field: Optional[str] = None


@dataclass(frozen=True)
class Near:
    """Around a place that is still to be found on the map."""

    place: str
    metres: int


@dataclass(frozen=True)
class Query:
    """One question about one layer; fields are named by their ids in `data/open_data.yml`.

    `where`: a field must have one of the values. `dates`: first and last day, both included, of the layer's date; `in_effect`: of the time
    from that date until the row's last day. `by`: a field, `year` or `month`; `together`: values of it that are one group, "pools" beside
    "arenas". `order` and `top`: of the groups, by their value.
    """

    layer: str
    want: str = NUMBER
    measure: Measure = Measure()
    where: Mapping[str, Tuple[Value, ...]] = field(default_factory=dict)
    near: Optional[Near] = None
    dates: Optional[Tuple[date, date]] = None
    by: Optional[str] = None
    order: Optional[str] = None
    top: Optional[int] = None
    in_effect: bool = False
    together: Tuple[Tuple[Value, ...], ...] = ()

    def to_dict(self) -> Dict[str, Any]:
        """As JSON has it; a field with one value has it without a list."""
        return {
            "layer": self.layer,
            "want": self.want,
            "measure": COUNT if self.measure.field is None else {self.measure.statistic: self.measure.field},
            "where": {name: values[0] if len(values) == 1 else list(values) for name, values in self.where.items()},
            "near": {"place": self.near.place, "metres": self.near.metres} if self.near else None,
            "dates": [day.isoformat() for day in self.dates] if self.dates else None,
            "by": self.by,
            "order": self.order,
            "top": self.top,
            "in_effect": self.in_effect,
            "together": [list(values) for values in self.together],
        }

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Query:
        """The query of a JSON object; what is left out is empty. Raises QueryError."""
        unknown = set(shape) - set(cls.__dataclass_fields__)
        if unknown:
            raise QueryError(f"unknown: {', '.join(sorted(unknown))}")
        return cls(
            layer=_text(shape, "layer"),
            want=_one_of(shape, "want", WANTS) or NUMBER,
            measure=_measure(shape.get("measure", COUNT)),
            where={str(name): _values(f"where.{name}", value) for name, value in sorted((shape.get("where") or {}).items())},
            near=_near(shape.get("near")),
            dates=_dates(shape.get("dates")),
            by=None if shape.get("by") is None else _text(shape, "by"),
            order=_one_of(shape, "order", ORDERS),
            top=_top(shape.get("top")),
            in_effect=_flag(shape, "in_effect"),
            together=tuple(_values("together", values) for values in shape.get("together") or ()),
        )


def _text(shape: Mapping[str, Any], key: str) -> str:
    value = shape.get(key)
    if not isinstance(value, str) or not value:
        raise QueryError(f"{key} must be a text")
    return value


def _one_of(shape: Mapping[str, Any], key: str, allowed: Tuple[str, ...]) -> Optional[str]:
    value = shape.get(key)
    if value is not None and value not in allowed:
        raise QueryError(f"{key} must be one of {', '.join(allowed)}")
    return value


def _flag(shape: Mapping[str, Any], key: str) -> bool:
    value = shape.get(key, False)
    if not isinstance(value, bool):
        raise QueryError(f"{key} must be true or false")
    return value


def _measure(value: Any) -> Measure:
    if value == COUNT:
        return Measure()
    if isinstance(value, Mapping) and len(value) == 1:
        ((statistic, name),) = value.items()
        if statistic in STATISTICS and isinstance(name, str):
            return Measure(statistic, name)
    raise QueryError(f"measure must be {COUNT}, or one of {', '.join(STATISTICS)} with a field")


def _values(name: str, value: Any) -> Tuple[Value, ...]:
    """In one order, so that equal questions are equal."""
    values = value if isinstance(value, (list, tuple)) else [value]
    if not values or not all(isinstance(one, (str, int)) and not isinstance(one, bool) for one in values):
        raise QueryError(f"{name} must be a value or a list of values")
    return tuple(sorted(set(values), key=lambda one: (isinstance(one, str), one)))


def _near(value: Any) -> Optional[Near]:
    if value is None:
        return None
    if not isinstance(value, Mapping) or not isinstance(value.get("place"), str) or not isinstance(value.get("metres"), int):
        raise QueryError("near must have a place and metres")
    return Near(value["place"], value["metres"])


def _dates(value: Any) -> Optional[Tuple[date, date]]:
    if value is None:
        return None
    try:
        first, last = (day if isinstance(day, date) else date.fromisoformat(day) for day in value)
    except (TypeError, ValueError) as err:
        raise QueryError("dates must be two dates, 2023-01-31") from err
    if first > last:
        raise QueryError("dates must be in their order")
    return first, last


def _top(value: Any) -> Optional[int]:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    raise QueryError("top must be a whole number above 0")
