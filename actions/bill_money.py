"""How an amount on a bill is written: to the cent, from whole cents. `spoken_money` leaves cents away and takes any number."""

from __future__ import annotations

from babel.numbers import format_currency

from actions.clients.money import Money
from actions.words import LOCALES


def written_money(money: Money, language: str) -> str:
    """An amount with its cents: "$1,045.50", "1 045,50 $"; a minus before a credit."""
    return str(format_currency(money.units, money.currency, locale=LOCALES[language], decimal_quantization=False))
