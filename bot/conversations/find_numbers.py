"""Finds licence plates and long numbers for the masking, and the numbers that stay readable although they are long."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterator, Tuple

from bot.city import city
from bot.conversations.masking_words import Piece, begins, blanked, lowered, one_of, words
from bot.language.street_words import COUNTED, COUNTED_AS_WRITTEN, NOT_NAMES

_PLATE, _TICKET, _NUMBER = "[licence plate]", "[ticket number]", "[number]"

_YEAR = r"(?:19|20)\d{2}"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = "|".join(f"{_YEAR}{sign}{_DAY}{sign}{_DAY}|{_DAY}{sign}{_DAY}{sign}{_YEAR}" for sign in ("-", "/", r"\."))
_DATES = rf"(?:{_DATE})(?:(?:/| ?[-–] ?)(?:{_DATE}))?"
_CLOCK = r"(?:[ T][0-2]?\d[:h][0-5]\d(?::[0-5]\d)?)?"
_MONTH = r"(?:jan|f[eé]v|feb|mar|a[pv]r|ma[iy]|ju[ni]n?|juil|jul|ao[uû]|aug|sep|o[ck]t|nov|d[eé]c)[a-zéû]{0,6}\.?"
_DAY_OF_MONTH = rf"{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}"
_YEARS = rf"{_YEAR}(?:(?: ?[-–/] ?|,? ){_YEAR})+"
_INTERNAL_KEY = r"(?=[0-9]*[a-f])[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_BY_LAW = r"(?:by-?laws?|règlements?|reglements?|arrêtés?)(?: (?:no|number|num|numéro|numero|de \w+|#)\.?)? ?#?\d{2,4}-\d{1,4}"
_GROUPED = r"\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{1,2})?"
_MONEY = rf"\$ ?(?:{_GROUPED}|\d{{1,7}}(?:[.,]\d{{1,2}})?)|(?:{_GROUPED}|\d{{1,7}}(?:[.,]\d{{1,2}})?) ?\$"
_LIST = r"\d{1,3}(?:,? (?:and |et |& ?)?\d{1,3}\b)+"

_LONG = re.compile(r"[0-9](?:[ .()/_•·‐–—-]{0,3}[0-9]){5,}")  # six digits: a one-time code
_WIDE = re.compile(r"[0-9](?:[^\w:\n\0]{0,3}_?[0-9]){5,}")


@lru_cache(maxsize=1)
def _readable() -> Tuple[re.Pattern[str], ...]:
    published = [city().phone, *(body.phone for body in city().bodies.values() if body.phone)]
    ours = "|".join([city().request_number, *map(re.escape, published)])
    counted = one_of(COUNTED_AS_WRITTEN)
    return (
        re.compile(rf"(?=[0-9a-f]{{8}})(?<![\w-])(?:{_INTERNAL_KEY})(?![\w-])"),
        re.compile(
            r"(?=[0-9$])(?:"
            rf"(?<![\w-])(?:{ours})(?![\w-])"
            rf"|(?<!\d)(?<!\d[-/.])(?:{_DATES}{_CLOCK}|{_YEARS})(?![-/.]?\d)"
            rf"|(?<![\w.,-])(?<!\d )(?:(?:{_MONEY})(?! ?\d)|(?:{_GROUPED}|\d{{5,7}}|\d{{1,3}} ?[-–] ?\d{{1,3}})(?= (?:{counted})\b)))"
        ),
        re.compile(rf"{begins('by|r|a|j|f|m|s|o|n|d')}\b(?:{_BY_LAW}|{_DAY_OF_MONTH})(?!\d)"),
    )


@lru_cache(maxsize=1)
def _lists() -> re.Pattern[str]:
    lists = one_of(words()["not_of_a_house"])
    return re.compile(rf"{begins(lists)}\b(?:{lists}) {_LIST}(?![ -]?\d)")


@lru_cache(maxsize=1)
def _plates() -> Tuple[re.Pattern[str], ...]:
    identifier = city().identifiers.get("licence_plate")
    named = "|".join([*(identifier.words if identifier else ()), one_of(words()["plates"])])
    form = f"(?:{identifier.form})" if identifier and identifier.form else r"[a-z]{2,4}[ -]?\d{3,5}"
    loose = r"(?:[a-z]{2,4}|(?:[a-z][ .-]){1,3}[a-z])[ .-]{0,3}\d(?:[ .-]?\d){2,4}"
    own = r"(?=[a-z]{0,7}\d)(?=\d{0,7}[a-z])[a-z0-9]{4,8}"
    between = (
        r"(?:\W{1,4}(?:d['’])?(?:number|numero|numéro|num|nmbr|no|nos|is|are|was|plates?|plaques?|immatriculations?|perso|c['’]?est|est|la|le|of|de|#)\b)"
        r"{0,4}\W{0,4}"
    )
    in_front = r"\W{1,3}(?:(?:is|was|on|c['’]?est|my|the|la|ma|sa|licen[cs]e)\W{1,2}){0,3}"
    return (
        re.compile(rf"{begins(named)}\b(?:{named})\b"),
        re.compile(rf"\b(?:{named})\b{between}(?<![^\W_])(?P<plate>{form}|{loose}|{own})(?![^\W_])"),
        re.compile(rf"(?<![\w-])(?P<plate>{form}|{loose})(?![\w-]){in_front}(?:{named})\b"),
    )


@lru_cache(maxsize=1)
def _plates_of_vehicles() -> Tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(rf"{begins(one_of(words()['vehicles']))}\b(?:{one_of(words()['vehicles'])})\b"),
        re.compile(r"(?<![\w-])(?P<plate>[A-Z]{2,4}[ -]?\d{3,5}|[a-z]{4}\d{3}|[A-Z][a-z]{3}\d{3})(?![\w-])"),
    )


@lru_cache(maxsize=1)
def _tickets() -> re.Pattern[str]:
    identifier = city().identifiers.get("ticket_number")
    named = "|".join(identifier.words if identifier else ("tickets?",))
    between = (
        r"(?:\W{1,3}(?:number|numero|numéro|num|no|nos|is|est|c['’]?est|d['’]infraction|de stationnement|the|le|of|#)\b\.?){0,4}\W{0,4}"
    )
    return re.compile(rf"{begins(named)}\b(?:{named})\b{between}(?<![^\W_])(?P<ticket>[a-z]{{1,3}}[ -]?\d{{4,9}}|\d{{5,9}})(?![^\W_])")


@lru_cache(maxsize=1)
def _named() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{one_of(words()['numbers'])})\b[^\d\n]{{0,30}}$")


def readable(text: str) -> Iterator[Piece]:
    """Request numbers, published phone numbers, our own keys, dates, years, by-laws, money, and what is counted."""
    lower = lowered(text)
    for pattern in _readable():
        found = [Piece(match.start(), match.end(), None) for match in pattern.finditer(lower)]
        yield from found
        lower = blanked(lower, found)


def lists(text: str) -> Iterator[Piece]:
    """Lists of routes, wards and the like, "routes 7 8 201", which stay readable."""
    return (Piece(match.start(), match.end(), None) for match in _lists().finditer(lowered(text)))


def plates(text: str) -> Iterator[Piece]:
    """Licence plates beside a word for one, or as they are printed beside a word for a vehicle."""
    lower, (named, *shapes) = lowered(text), _plates()
    for pattern in shapes if named.search(lower) else ():
        for match in pattern.finditer(lower):
            letters = re.match(r"[A-Za-z]*", text[match.start("plate") :])
            word = letters[0] if letters else ""
            if word.isupper() or not (word in _NO_PLATES or word in NOT_NAMES or word in COUNTED):
                yield Piece(match.start("plate"), match.end("plate"), _PLATE)
    vehicle, plate = _plates_of_vehicles()
    if vehicle.search(lower):
        for match in plate.finditer(text):
            yield Piece(match.start("plate"), match.end("plate"), _PLATE)


_NO_PLATES = frozenset("fee fees cost costs year kw in at to of for les des prix frais an".split())


def tickets(text: str) -> Iterator[Piece]:
    """Ticket numbers that are too short or too mixed to be hidden as a long number."""
    for match in _tickets().finditer(lowered(text)):
        letters, _, number = match["ticket"].rpartition(" ")
        if not re.fullmatch(_YEAR, number) or letters and letters not in _NO_PLATES:
            yield Piece(match.start("ticket"), match.end("ticket"), _TICKET)


def long_numbers(text: str) -> Iterator[Piece]:
    """Six digits and more that stand together; with commas and other signs between them, where a word says what they are."""
    found = [Piece(match.start(), match.end(), _NUMBER) for match in _LONG.finditer(text)]
    yield from found
    text = blanked(text, found)
    for match in _WIDE.finditer(text):
        digits = sum(map(str.isdigit, match.group()))
        if digits >= 13 or _named().search(lowered(text[max(0, match.start() - 40) : match.start()])):
            yield Piece(match.start(), match.end(), _NUMBER)
