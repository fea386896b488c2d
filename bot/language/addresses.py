"""Finds a civic address in a resident's message, in English or French.

The shape decides; the city's list of streets, where it has one, tells "200 king has no light" from "5 sofas are left here". The
canonical form is the city's own English one, so that "200 rue king ouest" and "200 King street west" are the same address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Iterable, Iterator, Optional, Sequence, Tuple

from bot.language.contacts import find_postal_code
from bot.language.known_streets import closest_street, is_known
from bot.language.street_words import COUNTED, COURTESIES, LEAD_INS, PLACE_WORDS, UNIT_WORDS, folded
from bot.language.streets import Street, Token, clean, street_at, tokens_of

_CIVIC = re.compile(r"(?:(?P<unit>[0-9a-z]{1,5})-)?(?P<civic>[1-9]\d{0,4})(?:-?(?P<suffix>[a-z]))?$")
_UNIT_VALUE = re.compile(r"[0-9]{1,5}[a-z]?$|[a-z]\d{0,4}$")
_COUNTRY = frozenset("ontario on ont canada".split())  # what may follow an address besides the city


@dataclass(frozen=True)
class Address:
    """One civic address. Absent parts are empty; `street` has no type, `direction` is N, S, E or W."""

    civic: str
    suffix: str = ""  # "A", or "1/2"
    street: str = ""
    street_type: str = ""
    direction: str = ""
    unit: str = ""
    postal: str = ""  # "N2G 4V6"

    @property
    def street_line(self) -> str:
        """The street as the city writes it: "King St W"."""
        return " ".join(part for part in (self.street, self.street_type, self.direction) if part)

    @property
    def door(self) -> str:
        """Number and street without unit and postal code: "200A King St W"."""
        number = f"{self.civic} {self.suffix}" if self.suffix == "1/2" else self.civic + self.suffix
        return f"{number} {self.street_line}"

    @property
    def line(self) -> str:
        """The canonical text: "200A King St W, Unit 4, N2G 4V6". Reading it gives the same address."""
        return ", ".join(part for part in (self.door, f"Unit {self.unit}" if self.unit else "", self.postal) if part)


@dataclass(frozen=True)
class Located:
    """An address and the message without it, its city, province and country. `repaired`: see `contacts.PostalCode`; to be confirmed.

    `start` and `end`: where number to country stand in the message as `streets.clean` writes it.
    """

    address: Address
    rest: str
    repaired: bool = False
    start: int = 0
    end: int = 0


_A_DIGIT, _WORD, _LEAST_WORDS = re.compile(r"\d"), re.compile(r"[^\W\d_]{2,}"), 2


def _unit_before(tokens: Sequence[Token], civic_at: int) -> Tuple[str, int]:
    """The unit written before a number ("Unit 4 - 1450") and the index of its first token."""
    at = civic_at - 1
    while at >= 0 and tokens[at].text in ",-":
        at -= 1
    if at < 1 or not _UNIT_VALUE.match(tokens[at].key):
        return "", civic_at
    word = at - 1
    while word > 0 and tokens[word].text in ".#" and tokens[word - 1].key in UNIT_WORDS:
        word -= 1
    return (tokens[at].text.upper(), word) if tokens[word].key in UNIT_WORDS else ("", civic_at)


def unit_behind(tokens: Sequence[Token], start: int) -> Tuple[str, int]:
    """The unit written behind a street (", app. 5") and the index behind it."""
    at = start
    while at < len(tokens) and tokens[at].text in ",-":
        at += 1
    if at >= len(tokens) or tokens[at].key not in UNIT_WORDS:
        return "", start
    while at < len(tokens) and (tokens[at].key in UNIT_WORDS or tokens[at].text == "."):
        at += 1
    if at < len(tokens) and _UNIT_VALUE.match(tokens[at].key):
        return tokens[at].text.upper(), at + 1
    return "", start


def _means_street(street: Street, *, alone: bool) -> bool:
    """Whether a number before a street makes an address: "200 king" does, "5 bags" and "1 big pothole" do not.

    Args:
        alone: only an address can stand here, so a bare name counts.
    """
    words = folded(street.name).split()
    counted = [word in COUNTED for word in words]
    if is_known(street.name) or is_known(f"{street.name} {street.street_type}"):  # "Block Line" ends as a type does
        return True
    if street.street_type:
        return not all(counted) and not (counted[0] and is_known(" ".join(words[1:])))  # "5 bags weber st" are at Weber St
    return not any(counted) and (alone or bool(street.direction))


def _counts(civic: str, street: Street, tokens: Sequence[Token]) -> bool:
    """Whether a number counts what stands behind a street's bare name: "2 green bins", but not "200 king potholes everywhere"."""
    bare, behind = not street.street_type and not street.direction, tokens[street.behind : street.behind + 1]
    return bare and len(civic) == 1 and any(token.key in COUNTED for token in behind)


def _candidates(tokens: Sequence[Token], town: str) -> Iterator[Tuple[Address, int, int]]:
    """Each address the tokens can be read as, with the indexes of its first token and of the one behind its last."""
    behind_place_word, behind_lead_ins = False, True
    for at, token in enumerate(tokens):
        civic = _CIVIC.match(token.key)
        placed, trusted = behind_place_word, behind_place_word or behind_lead_ins  # "200 king" is an address here
        if token.text[0].isalnum() or token.text == "@":
            behind_place_word = token.key in PLACE_WORDS
            behind_lead_ins = behind_lead_ins and token.key in LEAD_INS
        if not civic:
            continue
        suffix, begin = (civic["suffix"] or "").upper(), at + 1
        if begin < len(tokens) and tokens[begin].text == "1/2":
            suffix, begin = "1/2", begin + 1
        if begin < len(tokens) and tokens[begin].text == ",":
            begin += 1
        street = street_at(tokens, begin, town, trusted=trusted)
        if street is None or _counts(civic["civic"], street, tokens):
            continue
        unit, first, behind = (civic["unit"] or "").upper(), at, street.behind
        if not unit:
            unit, first = _unit_before(tokens, at)
        if not unit:
            unit, behind = unit_behind(tokens, behind)
        behind = _behind_town(tokens, behind, town)
        if not _means_street(street, alone=placed or _says_no_more(tokens, behind)):
            continue
        yield Address(civic["civic"], suffix, street.name, street.street_type, street.direction, unit), first, behind


def _behind_town(tokens: Sequence[Token], at: int, town: str) -> int:
    """The index behind ", <town>, Ontario, Canada". "on" counts only behind the town: elsewhere it is a word."""
    behind, named = at, False
    while at < len(tokens) and (tokens[at].text in ",." or tokens[at].key == town or (tokens[at].key in _COUNTRY and named)):
        if tokens[at].text not in ",.":
            behind, named = at + 1, True
        at += 1
    return behind


def _says_no_more(tokens: Sequence[Token], at: int) -> bool:
    return all(token.key in COURTESIES or not token.text[0].isalnum() for token in tokens[at:])


def locate(text: str, *, town: str = "", streets: Iterable[str] = ()) -> Optional[Located]:
    """The first address of a message and what is left of the message; None when it holds none.

    Args:
        town: the city's name, which is never part of a street.
        streets: known street names without type; a name close to one of them takes its spelling.
    """
    text = clean(text)
    postal = find_postal_code(text)
    if postal:
        text = text[: postal.start] + "," * (postal.end - postal.start) + text[postal.end :]
    tokens = tokens_of(text)
    for address, first, behind in _candidates(tokens, folded(town)):
        start, end = tokens[first].start, tokens[behind - 1].end
        rest = f"{text[:start]} {text[end:]}"
        known = closest_street(address.street, streets)
        code, repaired = (postal.code, postal.repaired) if postal else ("", False)
        whole = replace(address, postal=code, street=known or address.street)
        return Located(whole, " ".join(rest.replace(",", " ").split()), repaired, start, end)
    return None


def find_address(text: str, *, town: str = "", streets: Iterable[str] = ()) -> Optional[Address]:
    """The first address of a message, None when it holds none. Arguments as for `locate`."""
    found = locate(text, town=town, streets=streets)
    return found.address if found else None


def without_address(text: str) -> str:
    """The text without its address, which says where and not what; a text that is hardly more than an address stays whole."""
    if not _A_DIGIT.search(text):
        return text
    found = locate(text)
    return found.rest if found and len(_WORD.findall(found.rest)) >= _LEAST_WORDS else text
