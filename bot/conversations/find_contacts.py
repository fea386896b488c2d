"""Finds e-mail addresses, postal codes and phone numbers, however they are written, for the masking.

The language modules read the ones that serve a task; here a wrong one hidden is better than a right one shown.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterator, List, Tuple

import phonenumbers

from bot.city import city
from bot.conversations.masking_words import Piece, blanked, one_of, words

_EMAIL, _POSTAL_CODE, _PHONE = "[email]", "[postal code]", "[phone]"

_TLD = r"(?:com?|con|ca|net|org|fr|edu|gov|info|biz|dev|name|io|uk|me|us|qc)"
_NAME = r"[\w.+'’%-]{1,64}"
_SPOKEN_SIGN = r"(?:dot|point|underscore|dash|hyphen|tiret|[([](?:dot|point)[)\]]|[._-])"
_LOCAL = rf"(?<![\w.+'’%-]){_NAME}(?: {_SPOKEN_SIGN} [\w+'’%-]{{1,64}}){{0,4}}"
_HOST = r"[^\W_](?:[\w-]{0,62})"
_DOT = rf"(?:\.|,(?={_TLD}\b)| ?[.,] ?(?={_TLD}\b)| (?:dot|point) | ?[([](?:dot|point)[)\]] ?)"
_DOMAIN = rf"{_HOST}(?:{_DOT}{_HOST}){{1,5}}"
_SPOKEN_DOT = r"(?: (?:dot|point) | ?[([](?:dot|point)[)\]] ?)"

# O, I, L, Z, S and B stand where the digit they look like is meant; two real digits tell a code from a word.
_DIGIT = "[0-9OILZSB]"
_CODE = re.compile(
    rf"(?:(?<![^\W_])|(?<=postal)|(?<=code))[ABCEGHJ-NPRSTVXY]"
    rf"(?:{_DIGIT}[A-Z][ .,-]{{0,3}}{_DIGIT} ?[A-Z0] ?{_DIGIT}|(?: {_DIGIT} [A-Z]){{2}} {_DIGIT})(?![^\W_])",
    re.IGNORECASE,
)

_RUN = re.compile(r"\+?[0-9](?:[^\w:\n\0]{0,3}_?[0-9]){6,}")
_GROUP = re.compile(r"[0-9]+")
_AREA = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")  # North American, with or without the country's 1
_SHAPES = ((10,), (11,), (3, 3, 4), (1, 3, 3, 4), (3, 7), (1, 3, 7), (6, 4), (1, 10), (3, 3, 2, 2), (3, 2, 2, 3))
_EXTENSION = re.compile(r"\W{0,3}(?:ext|extension|x|poste)\W{0,3}\d{1,5}\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _emails() -> Tuple[re.Pattern[str], ...]:
    provider = rf"(?:{one_of(words()['mail'])})(?:[ .,]|{_SPOKEN_DOT}){_TLD}\b"
    patterns = (
        rf"{_LOCAL} ?@ ?{_DOMAIN}",
        rf"{_LOCAL}@(?:{one_of(words()['mail'])})(?: {_TLD}\b)?",
        rf"(?<![\w.+'’%-]){_NAME}@[\w-]{{2,63}}",
        rf"{_LOCAL} ?[([{{<] ?(?:at|a|à|@|arobas\w*) ?[)\]}}>] ?{_HOST}(?:{_DOT}{_HOST}){{0,5}}",
        rf"{_LOCAL} (?:at(?: the rate)?|arobas\w*) (?:{provider}|{_HOST}(?:{_SPOKEN_DOT}{_HOST}){{1,5}})",
        rf"{_LOCAL} à (?:{provider}|{_HOST}(?:{_SPOKEN_DOT}{_HOST}){{0,4}}{_SPOKEN_DOT}{_TLD}\b)",
        rf"{_LOCAL} arobas\w* {_DOMAIN}",
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_MAYBE_EMAIL = re.compile(
    rf"@|[([{{<] ?(?:at|a|à|arobas\w*) ?[)\]}}>]|\b(?:at|rate|à|arobas\w*) [\w-]{{1,64}}(?:{_SPOKEN_DOT}|[ .,]{_TLD}\b)", re.IGNORECASE
)


def emails(text: str) -> Iterator[Piece]:
    """E-mail addresses: "jane@example.ca", "jane (at) example.ca", "jane dot doe at example dot ca", "jane à gmail point com"."""
    if not _MAYBE_EMAIL.search(text):
        return
    for pattern in _emails():
        found = [Piece(match.start(), match.end(), _EMAIL) for match in pattern.finditer(text)]
        yield from found
        text = blanked(text, found)


def postal_codes(text: str) -> Iterator[Piece]:
    """Canadian postal codes, with slips and with spaces in them."""
    for match in _CODE.finditer(text):
        if sum(map(str.isdigit, match.group())) >= 2:
            yield Piece(match.start(), match.end(), _POSTAL_CODE)


def phones(text: str) -> Iterator[Piece]:
    """Phone numbers: North American ones however they are grouped, and those of the world that `phonenumbers` knows."""
    found: List[Piece] = []
    for run in _RUN.finditer(text):
        found += _north_american(text, run)
    yield from found
    text = blanked(text, found)
    if _RUN.search(text):
        for match in phonenumbers.PhoneNumberMatcher(text, city().country, leniency=phonenumbers.Leniency.VALID):
            yield Piece(match.start, match.end, _PHONE)


def _north_american(text: str, run: re.Match[str]) -> Iterator[Piece]:
    """Those of a run of digits that are grouped as phone numbers are, or are the whole run."""
    groups, first = list(_GROUP.finditer(text, run.start(), run.end())), 0
    while first < len(groups):
        digits, shape = "", []
        for last in range(first, min(len(groups), first + 11)):
            digits += groups[last].group()
            shape.append(len(groups[last].group()))
            whole = (first, last) == (0, len(groups) - 1) and (set(shape) == {1} or max(shape) > 2)
            if _AREA.fullmatch(digits) and (tuple(shape) in _SHAPES or whole):
                extension = _EXTENSION.match(text, groups[last].end())
                begin = groups[first].start()
                begin -= len(text[max(0, begin - 3) : begin]) - len(text[max(0, begin - 3) : begin].rstrip("+("))
                yield Piece(begin, extension.end() if extension else groups[last].end(), _PHONE)
                first = last
                break
        first += 1
