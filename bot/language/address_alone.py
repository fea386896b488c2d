"""Messages that give an address and say nothing else: "45 weber st w", "sorry i meant 45 weber st w", "et au 12 krug?"."""

from __future__ import annotations

from functools import lru_cache
from typing import FrozenSet, Optional, Tuple

from bot.language.addresses import Address, locate
from bot.language.known_streets import is_known
from bot.language.street_words import PUTS_RIGHT, folded
from bot.language.text import MAX_CHARACTERS
from bot.settings import settings
from bot.yaml_files import safe_load

_QUOTES = str.maketrans("’‘", "''")


def address_alone(text: str, *, town: str = "") -> Optional[Address]:
    """The address of a message that says nothing else; None for one that does, and for a number before any word ("5 sofas").

    Args:
        town: as for `addresses.locate`.
    """
    found = locate(text[:MAX_CHARACTERS], town=town)
    if found is None or not is_sure(found.address):
        return None
    words = (word.strip(".,;:!?()\"'") for word in folded(found.rest).translate(_QUOTES).split())
    return found.address if all(not word or word in PUTS_RIGHT or word in beside() for word in words) else None


def is_sure(address: Address) -> bool:
    """Whether an address has more than a number and a word that could be anything."""
    return bool(address.street_type or address.direction) or is_known(address.street)


def beside() -> FrozenSet[str]:
    """What may stand beside an address in a message that says nothing else."""
    return frozenset(address_words("beside"))


@lru_cache(maxsize=8)
def address_words(name: str) -> Tuple[str, ...]:
    """The words of `data/address_words.yml` under a name; none where the city has no such file."""
    path = settings().data_folder / "address_words.yml"
    return tuple(safe_load(path.read_text(encoding="utf-8"))[name]) if path.exists() else ()
