"""What a message says of a bill: what it is for, the number on it, the code that was sent. Words are in `data/bill_words.yml`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, List, Mapping, Optional, Sequence, cast

from bot.city import city
from bot.language.contacts import find_postal_code
from bot.language.street_words import folded
from bot.settings import settings
from bot.yaml_files import safe_load

KINDS = ("utility", "property_tax")
_DIGITS = re.compile(r"(?<!\w)[0-9](?:[ .-]?[0-9])*(?!\w)")


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    with (settings().data_folder / "bill_words.yml").open(encoding="utf-8") as file:
        return cast(Mapping[str, Any], safe_load(file))


def _says(text: str, words: Sequence[str]) -> bool:
    pattern = "|".join(re.escape(folded(word)).replace(r"\*", r"\w*") for word in words)
    return bool(re.search(rf"\b(?:{pattern})(?!\w)", folded(text)))


def kind_named(text: str) -> Optional[str]:
    """The kind of bill that a text names; None when it names none, or more than one."""
    named = [kind for kind in KINDS if _says(text, _words()["kinds"][kind])]
    return named[0] if len(named) == 1 else None


def ebilling_wish(text: str) -> Optional[str]:
    """What is wanted of e-billing: "leave", "enrol", or None: neither is said."""
    return next((wish for wish in ("leave", "enrol") if _says(text, _words()["ebilling"][wish])), None)


def wants_new_code(text: str) -> bool:
    return _says(text, _words()["resend"])


def account_in(text: str, kind: str) -> Optional[str]:
    """The account's number in an answer, digits only; spaces and hyphens between them do not count. A short roll number gets its zeros."""
    form = re.compile(city().identifiers[_words()["accounts"][kind]].form or "")
    found = next((match.group() for match in form.finditer(_without_postal_code(text)) if _stands_alone(match, text)), None)
    if found is None:
        return None
    digits = re.sub("[^0-9]", "", found)
    return digits + "0000" if kind == "property_tax" and len(digits) == 15 else digits


def _stands_alone(match: re.Match[str], text: str) -> bool:
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return not (before.isalnum() or after.isalnum())


def _without_postal_code(text: str) -> str:
    """The text with a blank where the postal code is: its digits belong to no other number."""
    found = find_postal_code(text)
    return text if found is None else text[: found.start] + "\n" * (found.end - found.start) + text[found.end :]


def postal_code_in(text: str) -> Optional[str]:
    """The postal code without its space, "N2G4G7"."""
    found = find_postal_code(text)
    return found.code.replace(" ", "") if found else None


def code_in(text: str, digits: int) -> Optional[str]:
    """A code of so many digits, however it is spaced."""
    written = (re.sub("[^0-9]", "", match.group()) for match in _DIGITS.finditer(text))
    return next((number for number in written if len(number) == digits), None)


def ticket_in(text: str) -> Optional[str]:
    """A ticket's number, letters in capitals."""
    return next(iter(_written(text, "ticket_number")), None)


def plate_in(text: str) -> Optional[str]:
    """A licence plate without spaces, letters in capitals."""
    return next((plate for plate in _written(text, "licence_plate") if re.search("[A-Z]", plate)), None)


def _written(text: str, identifier: str) -> List[str]:
    form = re.compile(rf"(?<![\w-])(?:{city().identifiers[identifier].form})(?![\w-])")
    return [re.sub("[^0-9A-Z]", "", match.group().upper()) for match in form.finditer(folded(text))]
