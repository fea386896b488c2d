"""Masking: personal details replaced by what they are, for every text that people or logs may read.

A text is read with its numbers in figures; each finder takes what it knows and hides it from those behind it. A service
request's number and the city's own phone numbers (both from the city profile), dates and internal keys stay readable.
Neither Django nor Rasa, so that every process can mask its log (`logs`).
"""

from __future__ import annotations

import re
from typing import Any, Dict, Iterable, List

from bot.conversations.cleaning import tidy
from bot.conversations.find_addresses import addresses
from bot.conversations.find_contacts import emails, phones, postal_codes
from bot.conversations.find_names import names
from bot.conversations.find_numbers import lists, long_numbers, plates, readable, tickets
from bot.conversations.in_figures import in_figures
from bot.conversations.masking_words import Piece, blanked
from bot.conversations.never_stored import MARKERS as MARKERS_AT_THE_DOOR
from bot.conversations.never_stored import find

# Kinds that point to one person or household: staff see the kind in their place, whatever the value looks like.
MARKERS: Dict[str, str] = {
    "phone": "[phone]",
    "email": "[email]",
    "postal_code": "[postal code]",
    "street_address": "[address]",
    "account_number": "[account number]",
    "roll_number": "[roll number]",
    "ticket_number": "[ticket number]",
    "licence_plate": "[licence plate]",
}

_FIGURES = r"[0-9]+(?:[ .,'][0-9]+)*"
_AMOUNT = re.compile(
    rf"(?:[-−] ?)?(?:\b(?:CAD?|C) ?)?\$ ?(?:[-−] ?)?{_FIGURES}"
    rf"|(?:[-−] ?)?\b{_FIGURES} ?(?:\$(?: ?CAD?\b)?|¢|(?:CAD|dollars?|bucks?|piastres?|cents?|sous)\b)",
    re.IGNORECASE,
)
_UNITS = ("$", "¢", "cad", "dollar", "buck", "piastre", "cent", "sou")
_WITH_DIGITS = re.compile(r"[^\s()\[\]]*[0-9][^\s()\[\]]*")
_NUMBERS = re.compile(r"\[number\](?:[ ,.-]*\[number\])+")
_MOST_ROUNDS = 5


def _pieces(text: str) -> List[Piece]:
    """What is hidden in a text in figures, and what stays whatever it looks like; the surer finder takes first."""
    found: List[Piece] = []

    def take(pieces: Iterable[Piece]) -> None:
        nonlocal text
        taken = list(pieces)
        found.extend(taken)
        text = blanked(text, taken)

    take(emails(text))
    if any(map(str.isdigit, text)):
        take(postal_codes(text))
        take(readable(text))
        take(Piece(one.start, one.end, MARKERS_AT_THE_DOOR[one.kind]) for one in find(text))
        for finder in (lists, plates, tickets, addresses, phones, long_numbers):
            take(finder(text))
    take(names(text))
    return found


def _mask_once(text: str) -> str:
    figures = in_figures(text)
    parts: List[str] = []
    at = 0
    for piece in sorted(_pieces(figures.text), key=lambda piece: piece.start):
        start, end = figures.written(piece.start, piece.end)
        if piece.marker is not None and start >= at:
            parts += [text[at:start], piece.marker]
            at = end
    return "".join((*parts, text[at:]))


def mask(text: str) -> str:
    """`text` with contacts, addresses, plates, names that are declared and numbers of six digits or more replaced."""
    for _ in range(_MOST_ROUNDS):
        masked = _mask_once(text)
        if masked == text:
            break
        text = masked
    return text


def mask_amounts(text: str) -> str:
    """`text` with amounts of money replaced, however they are written in figures."""
    lower = text.lower()
    if not any(unit in lower for unit in _UNITS):
        return text
    return _AMOUNT.sub("[amount]", text)


def mask_strictly(text: str) -> str:
    """`text` of a private turn: as `mask`, and amounts, and every word with a digit."""
    text = mask(mask_amounts(text))
    if any(map(str.isdigit, text)):
        text = _WITH_DIGITS.sub(lambda found: f"[number]{found[0][len(found[0].rstrip('.,;:!?')) :]}", text)
    return _NUMBERS.sub("[number]", text)


def mask_entities(value: Any) -> Any:
    """What was understood in a private turn, the values of its entities masked strictly; the rest is for `mask_deeply`."""
    if isinstance(value, list):
        return [mask_entities(item) for item in value]
    if isinstance(value, dict) and "entity" in value:
        marker = "[amount]" if value["entity"] == "amount" else mask_strictly(tidy(str(value.get("value"))))
        return {**value, "value": marker}
    return {key: mask_entities(item) for key, item in value.items()} if isinstance(value, dict) else value


def mask_deeply(value: Any) -> Any:
    """A JSON value with every text in it tidied and masked; keys, numbers and the shape stay.

    The value of an entity that points to a person becomes its kind, whatever it looks like.
    """
    if isinstance(value, str):
        return mask(tidy(value))
    if isinstance(value, list):
        return [mask_deeply(item) for item in value]
    if isinstance(value, dict):
        marker = MARKERS.get(str(value.get("entity")))
        return {key: marker if marker and key == "value" else mask_deeply(item) for key, item in value.items()}
    return value
