"""Reads a change of mind about an address, in English or French: "actually it's 210 not 201", "plutôt le 210"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional, Sequence, Tuple

from bot.language.addresses import Address, find_address, unit_behind
from bot.language.corners import find_corner
from bot.language.known_streets import is_known
from bot.language.street_words import COURTESIES, DIRECTIONS, FRENCH_TYPES, PUTS_RIGHT, TYPES, folded
from bot.language.streets import Street, Token, clean, street_at, street_in, tokens_of

_WRONG = r"(?:not|pas|instead of|rather than|au lieu (?:de|du)|plutot que)"
_NUMBER = r"([1-9]\d{0,4}[a-z]?)\b"
_NEW_OLD = re.compile(rf"\b{_NUMBER}\W+(?:et |and )?{_WRONG}\W+(?:le |the )?{_NUMBER}")
_OLD_NEW = re.compile(rf"\b(?:not|pas)\W+(?:le |the )?{_NUMBER}\W+(?:but |it'?s |it is |mais |c'est )*(?:le |the )?{_NUMBER}")
_MEANT = re.compile(
    r"^\W*(?:no|nope|non|nan)\b|\b(?:actually|(?:i )?meant(?: to say)?|i mean|should be|correction|wrong|in fact|sorry|change|wait|oops"
    r"|whoops|my bad|my mistake|make (?:that|it)|scratch that|typo|en fait|plutot|je voulais dire|erreur|je me suis trompee?|desolee?"
    r"|attends|attendez|oups|(?:est )?(?:pas (?:la )?bonne?|mauvaise?)|finalement|excuse[zs]?)\b"
)
MOST_OTHER_WORDS = 2  # beside a street that is put right: "wrong street, it's duke"
_ONE_NUMBER = re.compile(r"[1-9]\d{0,4}[a-z]?$")


def corrected(old: Address, text: str, *, town: str = "", said_so: bool = False, is_answer: bool = False) -> Optional[Address]:
    """The address after a change of mind ("actually it's 210 not 201", "plutôt le 210"); None when nothing changes.

    Args:
        said_so: another address counts only with a word that says it is a correction, for texts that may name two places.
        is_answer: a number alone answers what was asked, so that it is no house's.
    """
    plain = folded(clean(text))
    for pattern, new_at, old_at in ((_NEW_OLD, 1, 2), (_OLD_NEW, 2, 1)):
        swapped = pattern.search(plain)
        if swapped:
            named = (old.civic, folded(old.civic + old.suffix))
            return _renumbered(old, swapped[new_at]) if swapped[old_at] in named else None
    meant = bool(_MEANT.search(plain))
    address = find_address(text, town=town)
    if address and (not said_so or (meant and _is_sure(address))):
        if folded(address.street) != folded(old.street):
            return address
        return replace(address, street_type=address.street_type or old.street_type, direction=address.direction or old.direction)
    if not meant:
        return None
    changed = _on_other_street(old, text, town) or _in_few_words(old, plain)
    return None if is_answer and changed and changed.civic != old.civic else changed


def _is_sure(address: Address) -> bool:
    """Whether an address has more than a number and a word: "sorry, 2 windows" has not."""
    return bool(address.street_type or address.direction) or is_known(address.street)


def corner_meant(text: str, *, town: str = "") -> Optional[str]:
    """The corner that a text names with a word that says it is a correction; None when it does not."""
    return find_corner(text, town=town) if _MEANT.search(folded(clean(text))) else None


def place_meant(text: str, *, town: str = "") -> Optional[str]:
    """The same for an address that is sure to be one, or a corner: what puts right a place that is no address."""
    address = find_address(text, town=town)
    if address and _is_sure(address) and _MEANT.search(folded(clean(text))):
        return address.line
    return corner_meant(text, town=town)


def _on_other_street(old: Address, text: str, town: str) -> Optional[Address]:
    """The same number on another street, that a text names and says hardly more: "wait, it's duke st e", "c'est duke"."""
    tokens = tokens_of(_MEANT.sub(" ", folded(clean(text))))
    found = street_in(tokens, folded(town)) or _last_known(tokens, town)
    if found is None or folded(found[0].name) == folded(old.street):
        return None
    street, start = found
    beside = " ".join(token.text for token in (*tokens[:start], *tokens[street.behind :]))
    passed = PUTS_RIGHT | TYPES.keys() | FRENCH_TYPES.keys() | {"street", "oh", "pas", "not"}
    others = [word for word in re.findall(r"[^\W_]+(?:'[^\W_]+)*", beside) if word not in passed]
    if len(others) > MOST_OTHER_WORDS or any(word[0].isdigit() for word in others):
        return None
    return replace(old, street=street.name, street_type=street.street_type, direction=street.direction, unit="", postal="")


def _last_known(tokens: Sequence[Token], town: str) -> Optional[Tuple[Street, int]]:
    """A known street at the end of a text, without its type: "it's duke"."""
    for at in range(len(tokens)):
        street = street_at(tokens, at, folded(town), trusted=True)
        if (
            street
            and is_known(street.name)
            and all(token.key in COURTESIES or not token.text[0].isalnum() for token in tokens[street.behind :])
        ):
            return street, at
    return None


def _in_few_words(old: Address, plain: str) -> Optional[Address]:
    """The address with the number, direction or unit that a short text names; None when the text says anything else.

    Besides the words of the address and of correcting it, one more may stand in the text, but not behind the number: that word
    would say what the number counts.
    """
    tokens = tokens_of(_MEANT.sub(" ", plain).replace("#", " "))
    unit, at, behind = _unit_in(tokens)
    passed = PUTS_RIGHT | TYPES.keys() | FRENCH_TYPES.keys() | set(folded(old.street).split())
    words = [token for token in (*tokens[:at], *tokens[behind:]) if token.text[0].isalnum() and token.key not in COURTESIES]
    said = [token.key for token in words if token.key not in passed or (token is words[-1] and token.key == "est")]  # else a verb
    numbers = [key for key in said if _ONE_NUMBER.match(key)]
    directions = [DIRECTIONS[key] for key in said if key in DIRECTIONS]
    others = [key for key in said if key not in numbers and key not in DIRECTIONS]
    if len(numbers) > 1 or len(others) > 1 or (numbers and others and said.index(others[0]) > said.index(numbers[0])):
        return None
    changed = _renumbered(old, numbers[0]) if numbers else old
    changed = replace(changed, direction=directions[0] if directions else old.direction, unit=unit or changed.unit)
    return changed if numbers or changed != old else None


def _unit_in(tokens: Sequence[Token]) -> Tuple[str, int, int]:
    """The unit that a text names, with the indexes of its first token and of the one behind its last."""
    for at in range(len(tokens)):
        unit, behind = unit_behind(tokens, at)
        if unit:
            return unit, at, behind
    return "", 0, 0


def _renumbered(old: Address, number: str) -> Address:
    digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
    return replace(old, civic=digits, suffix=number[len(digits) :].upper(), unit="", postal="")
