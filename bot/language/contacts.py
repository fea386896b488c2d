"""Finds phone numbers, e-mail addresses and postal codes in a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Optional

import phonenumbers

from bot.language.found import Found, Reading

_NAME = r"[\w.+'%-]{1,64}"
_HOST = r"[^\W_](?:[\w-]{0,62})"
_EMAIL = re.compile(
    rf"(?<![\w.+'%-])(?P<name>{_NAME})(?: ?(?:@|\(at\)|\[at\]) ?(?P<domain>{_HOST}(?:\.{_HOST}){{1,5}})"
    rf"| (?:at|arobase|arobas) (?P<spoken>{_HOST}(?: (?:dot|point) {_HOST}){{1,5}}))(?![\w@])",
    re.IGNORECASE,
)
# Postal codes never use D F I O Q U; the first letter is never W or Z either.
_POSTAL = r"(?<![^\W_])[ABCEGHJ-NPRSTVXY]{0}[ABCEGHJ-NPRSTV-Z][ -]?{0}[ABCEGHJ-NPRSTV-Z]{0}(?![^\W_])"
_STRICT = re.compile(_POSTAL.format("[0-9]"), re.IGNORECASE)
_SLIPPED = re.compile(_POSTAL.format("[0-9OI]"), re.IGNORECASE)
_LEAST_DIGITS = 2  # of the three
_DIGITS_MEANT = str.maketrans("OI", "01")


@dataclass(frozen=True)
class PostalCode:
    """ "N2G 4V6". `repaired`: an O or I was read as the digit it looks like, so the resident is asked whether it is right."""

    code: str
    repaired: bool
    start: int
    end: int


def phones(reading: Reading, region: str) -> List[Found]:
    """Phone numbers as E.164, "+15195550123" (an extension is left out); `region` is where one without a country code is."""
    matches = phonenumbers.PhoneNumberMatcher(reading.text, region, leniency=phonenumbers.Leniency.VALID)
    form = phonenumbers.PhoneNumberFormat.E164
    return [Found("phone", phonenumbers.format_number(match.number, form), match.start, match.end) for match in matches]


def emails(reading: Reading) -> List[Found]:
    """E-mail addresses, the part behind the @ in lower case; "jane at example dot ca" is one too."""
    found = []
    for match in _EMAIL.finditer(reading.text):
        name = match["name"].strip(".'")
        domain = match["domain"] or re.sub(r" (?:dot|point) ", ".", match["spoken"], flags=re.IGNORECASE)
        if name and ".." not in name and not domain.rpartition(".")[2].isdigit():
            found.append(Found("email", f"{name}@{domain.lower().rstrip('-_')}", match.start(), match.end()))
    return found


def find_postal_code(text: str) -> Optional[PostalCode]:
    """The first postal code of a text, which is read as it is; one with a slip counts only when no clean one is there."""
    for pattern in (_STRICT, _SLIPPED):
        for match in pattern.finditer(text):
            written = re.sub("[ -]", "", match.group()).upper()
            if sum(map(str.isdigit, written)) < _LEAST_DIGITS:
                continue
            letters, digits = written[::2], written[1::2].translate(_DIGITS_MEANT)
            code = "".join(letter + digit for letter, digit in zip(letters, digits, strict=True))
            return PostalCode(f"{code[:3]} {code[3:]}", digits != written[1::2], match.start(), match.end())
    return None
