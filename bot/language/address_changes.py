"""Reads a change of mind about an address, in English or French: "actually it's 210 not 201", "plutôt le 210"."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import List, Optional, Sequence, Tuple

from bot.language.address_alone import address_words, is_sure
from bot.language.addresses import Address, Located, locate, unit_behind
from bot.language.corners import corner_in, is_typed
from bot.language.known_streets import is_known
from bot.language.street_words import CORNER_LINKS, CORNER_WORDS, COURTESIES, DIRECTIONS, FRENCH_TYPES, PUTS_RIGHT, TYPES, folded
from bot.language.streets import Street, Token, clean, street_at, street_in, tokens_of

_WRONG = r"(?:not|pas|instead of|rather than|au lieu (?:de|du)|plutot que)"
_NUMBER = r"([1-9]\d{0,4}[a-z]?)\b"
_NEW_OLD = re.compile(rf"\b{_NUMBER}\W+(?:et |and )?{_WRONG}\W+(?:le |the )?{_NUMBER}")
_OLD_NEW = re.compile(rf"\b(?:not|pas)\W+(?:le |the )?{_NUMBER}\W+(?:but |it'?s |it is |mais |c'est )*(?:le |the )?{_NUMBER}")
MOST_OTHER_WORDS = 2  # beside a place that is put right: "wrong street, it's duke"
_ONE_NUMBER = re.compile(r"[1-9]\d{0,4}[a-z]?$")
_PASSED = PUTS_RIGHT | TYPES.keys() | FRENCH_TYPES.keys() | CORNER_WORDS | CORNER_LINKS | {"street", "oh", "pas", "not"}


def corrected(old: Address, text: str, *, town: str = "", said_so: bool = False, is_answer: bool = False) -> Optional[Address]:
    """The address after a change of mind ("actually it's 210 not 201", "plutôt le 210"); None when nothing changes.

    Args:
        said_so: the text may name another place and not mean this one, so that words must say that the place is put right and little
            else, and a street needs its type.
        is_answer: the text may answer what was asked: the same, and a number or a direction alone is no house's.
    """
    plain = folded(clean(text))
    for pattern, new_at, old_at in ((_NEW_OLD, 1, 2), (_OLD_NEW, 2, 1)):
        swapped = pattern.search(plain)
        if swapped:
            named = (old.civic, folded(old.civic + old.suffix))
            return _renumbered(old, swapped[new_at]) if swapped[old_at] in named else None
    meant, strict = says_meant(plain), said_so or is_answer
    located = locate(text, town=town)
    if located and (not strict or (meant and _is_put_right(located))):
        address = located.address
        if folded(address.street) != folded(old.street):
            return address
        return replace(address, street_type=address.street_type or old.street_type, direction=address.direction or old.direction)
    if not meant:
        return None
    changed = _on_other_street(old, text, town, strict=strict)
    return changed if changed or is_answer else _in_few_words(old, plain, strict=strict)


def corner_meant(text: str, *, town: str = "", said_so: bool = False) -> Optional[str]:
    """The corner that a text names with a word that says it is a correction; None when it does not. `said_so`: as for `corrected`."""
    plain, tokens = folded(clean(text)), tokens_of(clean(text))
    corner = corner_in(tokens, folded(town)) if says_meant(plain) else None
    if corner is None or not said_so:
        return corner.line if corner else None
    others = _others(" ".join(token.text for token in (*tokens[: corner.start], *tokens[corner.behind :])))
    if _names_place(plain):
        return corner.line if len(others) <= MOST_OTHER_WORDS else None
    cued = is_typed(corner) or any(token.key in CORNER_WORDS for token in tokens)
    return corner.line if cued and not others else None


def place_meant(text: str, *, town: str = "", said_so: bool = False) -> Optional[str]:
    """The same for an address that is sure to be one, or a corner: what puts right a place that is no address."""
    located = locate(text, town=town)
    if located and is_sure(located.address) and says_meant(folded(clean(text))) and (not said_so or _is_put_right(located)):
        return located.address.line
    return corner_meant(text, town=town, said_so=said_so)


def says_meant(plain: str) -> bool:
    """Whether a folded text says that something is put right."""
    return bool(_meant().search(plain))


def _names_place(plain: str) -> bool:
    """Whether it says so of the place: "wrong street", "pas la bonne adresse"."""
    return bool(_any_of(address_words("correcting_place")).search(plain))


def _is_put_right(located: Located) -> bool:
    """Whether an address is sure to be one, and little else is said: neither "sorry, 2 windows" nor "no light from here to 45 queen st"."""
    return is_sure(located.address) and (_names_place(folded(located.rest)) or len(_others(located.rest)) <= MOST_OTHER_WORDS)


def _others(beside: str) -> List[str]:
    """The words beside a place that neither put it right nor belong to it."""
    left = _meant().sub(" ", folded(clean(beside)))
    return [word for word in re.findall(r"[^\W_]+(?:'[^\W_]+)*", left) if word not in _PASSED]


@lru_cache(maxsize=1)
def _meant() -> re.Pattern[str]:
    first = "|".join(map(re.escape, address_words("correcting_first"))) or "(?!)"
    return re.compile(rf"^\W*(?:{first})\b|{_any_of((*address_words('correcting_place'), *address_words('correcting'))).pattern}")


@lru_cache(maxsize=2)
def _any_of(words: Tuple[str, ...]) -> re.Pattern[str]:
    longest_first = "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"
    return re.compile(rf"\b(?:{longest_first})\b")


def _on_other_street(old: Address, text: str, town: str, *, strict: bool) -> Optional[Address]:
    """The same number on another street, that a text names and says hardly more: "wait, it's duke st e", "wrong street, it's duke".

    `strict`: unless the text says that it is the place that is wrong, the street needs its type, and nothing else may be said.
    """
    plain = folded(clean(text))
    tokens, named = tokens_of(_meant().sub(" ", plain)), _names_place(plain)
    found = street_in(tokens, folded(town)) or (_last_known(tokens, town) if named else None)
    if found is None or folded(found[0].name) == folded(old.street):
        return None
    street, start = found
    if strict and not (named or street.street_type or street.direction):
        return None
    others = _others(" ".join(token.text for token in (*tokens[:start], *tokens[street.behind :])))
    if len(others) > (0 if strict and not named else MOST_OTHER_WORDS) or any(word[0].isdigit() for word in others):
        return None
    return replace(old, street=street.name, street_type=street.street_type, direction=street.direction, unit="", postal="")


def _last_known(tokens: Sequence[Token], town: str) -> Optional[Tuple[Street, int]]:
    """A known street at the end of a text, without its type: "wrong street, it's duke"."""
    for at in range(len(tokens)):
        street = street_at(tokens, at, folded(town), trusted=True)
        if (
            street
            and is_known(street.name)
            and all(token.key in COURTESIES or not token.text[0].isalnum() for token in tokens[street.behind :])
        ):
            return street, at
    return None


def _in_few_words(old: Address, plain: str, *, strict: bool) -> Optional[Address]:
    """The address with the number, direction or unit that a short text names; None when the text says anything else.

    Besides the words of the address and of correcting it, one more may stand in the text, but not behind the number: that word
    would say what the number counts. `strict`: a direction stands alone ("no sidewalk north").
    """
    tokens = tokens_of(_meant().sub(" ", plain).replace("#", " "))
    unit, at, behind = _unit_in(tokens)
    passed = PUTS_RIGHT | TYPES.keys() | FRENCH_TYPES.keys() | set(folded(old.street).split())
    words = [token for token in (*tokens[:at], *tokens[behind:]) if token.text[0].isalnum() and token.key not in COURTESIES]
    said = [token.key for token in words if token.key not in passed or (token is words[-1] and token.key == "est")]  # else a verb
    numbers = [key for key in said if _ONE_NUMBER.match(key)]
    directions = [DIRECTIONS[key] for key in said if key in DIRECTIONS]
    others = [key for key in said if key not in numbers and key not in DIRECTIONS]
    if len(numbers) > 1 or len(others) > 1 or (numbers and others and said.index(others[0]) > said.index(numbers[0])):
        return None
    if strict and others and not numbers:
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
