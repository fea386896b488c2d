"""Addresses that are given in two messages: first the number, then the street, or the other way round."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Mapping, Optional

from bot.city import city
from bot.language.address_alone import address_alone
from bot.language.addresses import Address, find_address
from bot.language.street_words import PUTS_RIGHT, folded
from bot.language.streets import clean, tokens_of

MOST_DIGITS = 5  # of a house number
_ANY_NUMBER = "1"  # before a street, to read it as an address


@dataclass(frozen=True)
class Half:
    """The house number, or the street as the city writes it; the other is empty."""

    civic: str = ""
    street: str = ""

    def to_slot(self) -> Dict[str, str]:
        """Its JSON shape."""
        return {"civic": self.civic, "street": self.street}

    @classmethod
    def from_slot(cls, shape: Optional[Mapping[str, Any]]) -> Optional[Half]:
        return cls(str(shape["civic"]), str(shape["street"])) if shape else None


def half_of(text: str) -> Optional[Half]:
    """The half of an address that a text gives and nothing else: "its number 12", "sur la rue krug"; None for anything else."""
    tokens = [token for token in tokens_of(clean(text)) if token.text[0].isalnum()]
    while tokens and (tokens[0].key in PUTS_RIGHT or folded(tokens[0].text) == "sur"):
        tokens.pop(0)
    if len(tokens) == 1 and tokens[0].key.rstrip("abcdef").isdecimal():
        number = tokens[0].text.upper()
        return Half(civic=number) if len(number) <= MOST_DIGITS and not number.startswith("0") else None
    street = address_alone(" ".join([_ANY_NUMBER, *(token.text for token in tokens)]), town=city().short_name) if tokens else None
    return Half(street=street.street_line) if street and street.civic == _ANY_NUMBER and not tokens[0].key[0].isdigit() else None


def whole_of(first: Half, second: Half) -> Optional[Address]:
    """The address of two halves; None when both are the same half."""
    civic, street = first.civic or second.civic, first.street or second.street
    both = bool(first.civic) != bool(second.civic)
    return find_address(f"{civic} {street}", town=city().short_name) if both and civic and street else None


def renumbered(address: Address, half: Half) -> Optional[Address]:
    """An address with the number of a half; None when that is a street."""
    number = find_address(f"{half.civic} {address.street_line}", town=city().short_name) if half.civic else None
    return replace(address, civic=number.civic, suffix=number.suffix) if number else None
