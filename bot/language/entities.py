"""Everything in a message that has a canonical form: numbers, contacts, money, days and times, names, addresses.

What is found is not read again as something else: an account number is no phone number, "5 pm" no house number.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Dict, List, Tuple

from bot.city import city
from bot.language.addresses import locate
from bot.language.contacts import emails, find_postal_code, phones
from bot.language.corners import find_corner
from bot.language.dates import moments
from bot.language.found import Reading
from bot.language.identifiers import identifiers
from bot.language.money import amounts
from bot.language.names import known_names, names


def find_entities(text: str, today: date) -> List[Dict[str, str]]:
    """The entities of a message as Rasa writes them, `{"entity": kind, "value": canonical}`; of days, times and places the first.

    Args:
        today: the day it is where the city is.
    """
    reading, found = Reading.of(text), []
    for finder in (emails, identifiers, lambda rest: phones(rest, city().country), amounts):
        taken = finder(reading)
        reading = reading.without(taken)
        found += [(one.kind, one.value) for one in taken]
    found += [(one.kind, one.value) for one in names(reading, known_names())]
    when = moments(reading, today)
    reading = reading.without(when)
    for kind in ("date", "time"):
        found += [(kind, one.value) for one in when if one.kind == kind][:1]
    found += _places(reading)
    return [{"entity": kind, "value": value} for kind, value in dict.fromkeys(found)]


def _places(reading: Reading) -> List[Tuple[str, str]]:
    located = locate(reading.text, town=city().short_name)
    corner = find_corner(reading.text, town=city().short_name)
    postal = find_postal_code(reading.text)
    lines = {
        "street_address": located.address.line if located else None,
        "street_corner": corner,
        "postal_code": postal.code if postal and not postal.repaired else None,
    }
    return [(kind, line) for kind, line in lines.items() if line]


def city_today() -> date:
    """Today where the city is."""
    return datetime.now(city().timezone).date()
