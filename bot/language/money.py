"""Finds amounts of money in a message, written the English or the French way: "$1,045.50", "1 045,50 $", "45 dollars"."""

from __future__ import annotations

import re
from typing import List, Optional

from bot.language.found import Found, Reading

MOST_DOLLARS = 999_999_999

_GROUPED = r"[0-9]{1,3}(?:[ ,.'][0-9]{3})+(?:[.,][0-9]{1,2})?"
_NUMBER = rf"(?P<number>{_GROUPED}|[0-9]{{1,9}}(?:[.,][0-9]{{1,2}})?)"
_UNIT = r"(?:\$(?: ?(?:cad|can)\b)?|(?:cad|dollars?|bucks?|piastres?)\b)"
_CENTS_BEHIND = r"(?: (?:and |et )?(?P<behind>[0-9]{1,2}) ?(?:cents?|sous)\b)?"
_AMOUNT = re.compile(
    rf"(?<![\w.,$-])(?:(?:(?:ca|cad|c) ?)?\$ ?{_NUMBER}(?![0-9]|[.,][0-9])"
    rf"|{_NUMBER.replace('number', 'french')} ?{_UNIT}{_CENTS_BEHIND}(?![\w$])"
    rf"|(?P<cents>[0-9]{{1,4}}) ?(?:¢|cents?\b))"
)


def amounts(reading: Reading) -> List[Found]:
    """Amounts in cents, as text: "4550"."""
    found = []
    for match in _AMOUNT.finditer(reading.plain):
        cents = int(match["cents"]) if match["cents"] else _cents(match["number"] or match["french"])
        if cents is not None:
            found.append(Found("amount", str(cents + int(match["behind"] or 0)), match.start(), match.end()))
    return found


def find_amount_cents(text: str) -> Optional[int]:
    """The first amount of a text, in cents; None when it names none."""
    found = amounts(Reading.of(text))
    return int(found[0].value) if found else None


def _cents(written: str) -> Optional[int]:
    """One or two digits behind the last sign are cents, three are thousands. None: too much to be meant."""
    whole, sign, rest = re.fullmatch(r"(.*?)(?:([.,])([0-9]{1,2}))?", written).groups(default="")  # type: ignore[union-attr]
    dollars = int(re.sub("[^0-9]", "", whole))
    return None if dollars > MOST_DOLLARS else dollars * 100 + int((rest + "0")[:2] if sign else 0)
