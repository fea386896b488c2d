"""Numbers and times as a language writes them. Each filter's argument is the language of the interface."""

from __future__ import annotations

from datetime import date
from typing import Any, Optional

from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, format_percent
from django import template

register = template.Library()
NOTHING = "—"
REGION = "CA"


@register.filter
def whole(value: Optional[float], language: str) -> str:
    return NOTHING if value is None else format_decimal(value, locale=_locale(language))


@register.filter
def percent(value: Optional[float], language: str) -> str:
    """Of a part of one."""
    pattern = "#,##0.0\u202f%" if language == "fr" else "#,##0.0%"
    return NOTHING if value is None else format_percent(value, pattern, locale=_locale(language))


@register.filter
def signed(value: Optional[float], language: str) -> str:
    """A difference in hundredths, with its sign."""
    return NOTHING if value is None else format_decimal(100 * value, "+#,##0.0;−#,##0.0", locale=_locale(language))


@register.filter
def seconds(ms: Optional[int], language: str) -> str:
    return NOTHING if ms is None else f"{format_decimal(ms / 1000, '#,##0.0', locale=_locale(language))}\u202fs"


@register.filter
def month_name(day: date, language: str) -> str:
    return str(format_date(day, "LLLL y", locale=_locale(language)))


@register.filter
def weekday(number: int, language: str) -> str:
    """0 is Monday."""
    return str(get_day_names("abbreviated", "stand-alone", locale=_locale(language))[number])


def _locale(language: str) -> Any:
    return f"{language}_{REGION}"
