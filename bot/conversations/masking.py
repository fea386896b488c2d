"""Masking: personal details replaced by what they are, for every text that people or logs may read.

Neither Django nor Rasa, so that every process can call `install_log_masking`. A service request's number and the
city's own phone numbers (both from the city profile), dates and internal keys stay readable.
"""

from __future__ import annotations

import logging
import re
import traceback
from functools import lru_cache
from typing import Any, Dict, List
from unicodedata import normalize

import phonenumbers

from bot.city import city
from bot.conversations.cleaning import tidy
from bot.conversations.never_stored import forget_numbers

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

_EMAIL = re.compile(
    r"(?<![\w.+'-])[\w.+'-]{1,64}(?:\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63})+| at [\w-]{1,63}(?: dot [\w-]{1,63})+)",
    re.IGNORECASE,
)
# O for 0 and I or L for 1 are common slips; two real digits tell a code from a word.
_POSTAL_CODE = re.compile(r"\b(?=(?:\D*\d){2})[ABCEGHJ-NPRSTVXY][0-9OIL][A-Z][ -]?[0-9OIL][A-Z][0-9OIL]\b", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"[0-9](?:[ .()/-]{0,2}[0-9]){5,}")  # six digits: a one-time code
_FIGURES = r"[0-9]+(?:[ .,'][0-9]+)*"
_AMOUNT = re.compile(
    rf"(?:[-−] ?)?(?:\b(?:CAD?|C) ?)?\$ ?(?:[-−] ?)?{_FIGURES}"
    rf"|(?:[-−] ?)?\b{_FIGURES} ?(?:\$(?: ?CAD?\b)?|¢|(?:CAD|dollars?|bucks?|piastres?|cents?|sous)\b)",
    re.IGNORECASE,
)
_WITH_DIGITS = re.compile(r"[^\s()\[\]]*[0-9][^\s()\[\]]*")
_NUMBERS = re.compile(r"\[number\](?:[ ,.-]*\[number\])+")
_DATE = r"(?<!\d)(?:(?:19|20)\d{2}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/(?:19|20)\d{2})(?!\d)"
_INTERNAL_KEY = r"\b(?=[0-9]*[a-f])[0-9a-f]{32}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"

_STREET = (
    r"street|str?|avenue|ave?|road|rd|drive|dr|crescent|cres|court|crt|ct|boulevard|blvd|lane|ln|place|pl|way|circle|cir|terrace|terr?|"
    r"parkway|pkwy|highway|hwy|trail|trl|gate|square|sq|close|heights|hts|mews|row|walk|grove|hill|path|ridge|run|cove"
)
_COMPASS = r"(?:\s(?:north|south|east|west|nord|sud|est|ouest|[nsewo])\b\.?)?"
_NOT_A_NAME = r"(?!(?:on|in|at|of|the|my|our|your|and|or|for|to|from|is|are|near|by|sur|dans|de la|et|ou|mon|ma|pour|est)\b)"
_UNIT = r"(?:(?:unit|apt|apartment|suite|app|appartement|#)\.?\s?\w{1,5},?\s)?"
_ADDRESS = re.compile(
    rf"\b{_UNIT}\d{{1,5}}[a-z]?(?:-\d{{1,5}})?,?\s(?:"
    rf"(?:{_NOT_A_NAME}[\w.'’-]+\s){{1,3}}(?:{_STREET})\b\.?"
    rf"|(?:rue|chemin|ch\.|avenue|boulevard|place|promenade|croissant|route|allée)\s(?:{_NOT_A_NAME}[\w.'’-]+)(?:\s(?:{_STREET})\b\.?)?"
    rf"){_COMPASS}",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _readable() -> re.Pattern[str]:
    """What keeps its digits although it looks like a long number: request numbers, dates, our own keys, published phone numbers."""
    published = [city().phone, *(body.phone for body in city().bodies.values() if body.phone)]
    whole = "|".join([city().request_number, *map(re.escape, published)])
    return re.compile(rf"(?<![\w-])(?:{whole})(?![\w-])|{_DATE}|{_INTERNAL_KEY}")


def _mask_phones(text: str) -> str:
    matches = list(phonenumbers.PhoneNumberMatcher(text, city().country, leniency=phonenumbers.Leniency.VALID))
    for match in reversed(matches):
        text = f"{text[: match.start]}[phone]{text[match.end :]}"
    return text


def _mask_numbers(text: str) -> str:
    text = forget_numbers(text)
    if sum(map(str.isdigit, text)) >= 7:
        text = _mask_phones(text)
    return _LONG_NUMBER.sub("[number]", text)


def mask(text: str) -> str:
    """`text` with e-mail, phone, postal and street addresses and numbers of six digits or more replaced."""
    text = _EMAIL.sub("[email]", text)
    if not any(map(str.isdigit, text)):
        return text
    text = _ADDRESS.sub("[address]", _POSTAL_CODE.sub("[postal code]", text))
    parts: List[str] = []
    at = 0
    for kept in _readable().finditer(text):
        parts += [_mask_numbers(text[at : kept.start()]), kept.group()]
        at = kept.end()
    return "".join((*parts, _mask_numbers(text[at:])))


def mask_amounts(text: str) -> str:
    """`text` with amounts of money replaced, however they are written in figures."""
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


def _mask_line(text: str) -> str:
    return mask(mask_amounts(normalize("NFKC", text)))


def _mask_record(record: logging.LogRecord) -> logging.LogRecord:
    record.msg, record.args = _mask_line(record.getMessage()), None
    if record.exc_info and record.exc_info[0]:
        record.exc_text = _mask_line("".join(traceback.format_exception(*record.exc_info)).rstrip())
        record.exc_info = None
    return record


def install_log_masking() -> None:
    """Masks every log line of this process, whichever library writes it and whatever handlers come later."""
    plain = logging.getLogRecordFactory()
    if getattr(plain, "masks", False):
        return

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return _mask_record(plain(*args, **kwargs))

    factory.masks = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(factory)
