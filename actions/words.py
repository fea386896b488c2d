"""Words that are not sentences: titles, list lines, dates and numbers. Words are in `data/wording.yml`, dates and numbers are Babel's."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any, List, Optional, Sequence

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_territory_currencies

from bot.city import city
from bot.knowledge import offering
from bot.settings import settings

LOCALES = {"en": "en_CA", "fr": "fr_CA"}
_WHOLE_FROM = 100  # units of money: nobody asks for the cents of a building


@lru_cache(maxsize=1)
def wording() -> offering.Titles:
    """`data/wording.yml`: section, key, language."""
    return offering.read_titles(settings().data_folder)


def title(section: str, key: str, language: str) -> Optional[str]:
    """A title, None when the section has no such key."""
    return offering.title(wording(), section, key, language)


def word(section: str, key: str, language: str) -> str:
    """A word that must be there."""
    return wording()[section][key][language]


def line(name: str, language: str, **values: Any) -> str:
    """One line of a list."""
    return word("lines", name, language).format(**values)


def spoken_date(day: date, language: str, *, year: bool = False, weekday: bool = True) -> str:
    """A date as it is said: "Tuesday, December 1", "mardi 1er décembre"."""
    pattern = {"en": "MMMM d", "fr": "d MMMM"}[language] + ({"en": ", y", "fr": " y"}[language] if year else "")
    if weekday:
        pattern = {"en": "EEEE, ", "fr": "EEEE "}[language] + pattern
    text = format_date(day, pattern, locale=LOCALES[language])
    return re.sub(r"\b1 (?=[^\W\d])", "1er ", text) if language == "fr" else text  # CLDR has no pattern for "1er"


def spoken_month(day: date, language: str) -> str:
    """The month of a day in short: "Nov 2026", "nov. 2026"."""
    return str(format_date(day, "MMM y", locale=LOCALES[language]))


def spoken_number(value: float, language: str, *, decimals: int = 1) -> str:
    """A number as it is written: "12,345.5", "12 345,5"; no decimals that are zero."""
    return str(format_decimal(round(value, decimals), "#,##0." + "#" * decimals, locale=LOCALES[language]))


def spoken_money(amount: float, language: str) -> str:
    """An amount in the city's currency: "$2.50", "2,50 $"; whole from a hundred on."""
    pattern = Locale.parse(LOCALES[language]).currency_formats["standard"].pattern
    if abs(amount) >= _WHOLE_FROM:
        pattern = pattern.replace(".00", "")
    currency = get_territory_currencies(city().country)[0]
    return str(format_currency(amount, currency, pattern, locale=LOCALES[language], currency_digits=False))


def spoken_percent(share: float, language: str) -> str:
    """A share of one: "62%", "62 %"."""
    return str(format_percent(share, locale=LOCALES[language]))


def spoken_moment(moment: datetime, language: str) -> str:
    """A day and a time of day where the city is: "November 28, 3:15 p.m.", "28 novembre, 15 h 15"."""
    pattern = {"en": "MMMM d, h:mm a", "fr": "d MMMM, H 'h' mm"}[language]
    text = format_datetime(moment, pattern, tzinfo=city().timezone, locale=LOCALES[language])
    return re.sub(r"^1 (?=[^\W\d])", "1er ", text) if language == "fr" else text


def as_of(moment: Optional[datetime], language: str) -> List[str]:
    """The line that says how old an answer is, for one that is older because the city's system fails now."""
    return [line("as_of", language, moment=spoken_moment(moment, language))] if moment else []


def spoken_time(moment: datetime, language: str) -> str:
    """A time of day as it is said: "3:05 p.m.", "15 h 05"."""
    pattern = {"en": "h:mm a", "fr": "H 'h' mm"}[language]
    return str(format_time(moment, pattern, tzinfo=city().timezone, locale=LOCALES[language]))


def joined(parts: Sequence[str], language: str) -> str:
    """ "a, b and c"."""
    return format_list(list(parts), locale=LOCALES[language])


def now() -> datetime:
    """This moment where the city is."""
    return datetime.now(city().timezone)


def today() -> date:
    """Today where the city is."""
    return now().date()


def below(lines: Sequence[str]) -> str:
    """Lines to stand below a sentence; nothing at all without lines."""
    return "".join(f"\n{one}" for one in lines)
