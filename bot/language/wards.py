"""Reads which ward a message names, and whether it asks about those whom the whole city elects. English and French."""

from __future__ import annotations

import re
from typing import Optional

from bot.language.street_words import folded

_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        (
            "one first un premier", "two second deux deuxieme", "three third trois troisieme", "four fourth quatre quatrieme",
            "five fifth cinq cinquieme", "six sixth sixieme", "seven seventh sept septieme", "eight eighth huit huitieme",
            "nine ninth neuf neuvieme", "ten tenth dix dixieme",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_NUMBERS)})"
_ORDINAL_END = r"(?:st|nd|rd|th|e|er|re|ere|eme|ieme)?"
_WARD = r"(?:wards?|quartiers?(?: electora(?:l|ux))?|districts?(?: electora(?:l|ux))?|arrondissements?|circonscriptions?)"
_BEHIND = re.compile(rf"\b{_WARD}\s*(?:number|numero|no\.?|nr|#|n°|is|est le|le)?\s*({_NUMBER})\b(?!\s*(?:or|and|ou|et|vs)\b)")
_BEFORE = re.compile(rf"\b({_NUMBER}){_ORDINAL_END}\s+{_WARD}\b")
_ALONE = re.compile(rf"\W*(?:{_WARD}\W*)?({_NUMBER})\W*")
_REGION = re.compile(r"\bregion\w*\b")
_COUNCILLOR = re.compile(r"\b(?:councill?ors?|wards?|conseill\w+|quartiers?)\b")
_MAYOR = re.compile(r"\b(?:mayors?|mayoress|maires?|mairesses?)\b")


def ward_in(text: str, *, asked: bool = False, house: str = "") -> Optional[str]:
    """The number of the ward a message names: "ward 3", "le 3e quartier".

    Args:
        asked: a number alone counts too.
        house: the number of a house in the message: it is a ward's only right behind the word ("ward 10 forest heights").
    """
    plain = " ".join(folded(text).replace("’", "'").split())
    found = _BEHIND.search(plain) or _BEFORE.search(plain) or (_ALONE.fullmatch(plain) if asked else None)
    if found is None:
        return None
    number = _NUMBERS.get(found[1]) or str(int(found[1]))
    return None if number == house and not re.search(rf"\b{_WARD} {house}\b", plain) else number


def about_the_whole_city(text: str) -> bool:
    """Whether a message asks for the seats of the region or the mayor, for whom everybody votes."""
    plain = folded(text)
    return bool(_REGION.search(plain)) or (bool(_MAYOR.search(plain)) and not _COUNCILLOR.search(plain))
