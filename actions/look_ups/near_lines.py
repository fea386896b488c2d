"""One place as a line: its name, how far it is, and what the layer tells of it."""

from __future__ import annotations

from typing import Any, Optional

from babel.numbers import format_currency, format_decimal, get_territory_currencies

from actions.look_ups.around import Near
from actions.look_ups.place_kinds import Detail, PlaceKind
from actions.words import LOCALES, line
from bot.city import city
from bot.language.distances import STEP_M, rounded

KILOMETRE_M = 1_000.0


def place_line(kind: PlaceKind, place: Near, language: str, *, first: bool) -> str:
    """The line. Only the first of a list tells its hours, telephone and details: a text message is short."""
    shown = {name: str(place.attributes.get(field) or "").strip() for name, field in kind.fields.items()}
    more = [shown.get("address", "")]
    if first:
        more += [shown.get("hours", ""), shown.get("phone", "")]
    details = [_detail(one, place.attributes.get(one.field), language) for one in kind.details if first or one.each]
    more += [told for told in details if told]
    name = shown["name"]
    parts = [part for part in more if part and part.casefold() not in name.casefold()]
    return line("place_found", language, place=name, distance=distance(place.metres, language), more="".join(f", {part}" for part in parts))


def says(kind: PlaceKind, place: Near, detail: str) -> bool:
    """Whether the layer says a detail of a place: one of the kind's fields, or one that is about it."""
    fields = [kind.fields.get(detail), *(one.field for one in kind.details if one.about == detail)]
    return any(place.attributes.get(field) not in (None, "") for field in fields if field)


def distance(metres: float, language: str) -> str:
    """ "450 m", "1.2 km", "1,2 km"."""
    if metres < KILOMETRE_M - STEP_M / 2:
        return line("metres", language, value=max(STEP_M, rounded(metres)))
    return line("kilometres", language, value=format_decimal(round(metres / KILOMETRE_M, 1), locale=LOCALES[language]))


def _detail(detail: Detail, value: Any, language: str) -> Optional[str]:
    if value in (None, "") or (detail.only is not None and str(value) != detail.only):
        return None
    if detail.values and str(value) in detail.values:
        return detail.words[language].format(value=detail.values[str(value)][language])
    return detail.words[language].format(value=_shown(value, detail.unit, language))


def _shown(value: Any, unit: str, language: str) -> str:
    if unit == "money":
        return format_currency(value, get_territory_currencies(city().country)[0], locale=LOCALES[language])
    return format_decimal(value, locale=LOCALES[language]) if isinstance(value, (int, float)) else str(value)
