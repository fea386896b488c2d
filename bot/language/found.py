"""What the finders of numbers, dates and names read, and what they hand back."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Iterable

from bot.language.text import MAX_CHARACTERS, legible

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_SIGNS = {**_DASHES, **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032"), "'"), ord("½"): " 1/2"}
_TAKEN = "|"  # stands where something was found: no finder reads on across it


@dataclass(frozen=True)
class Found:
    """One thing in a text: its kind (the name of the entity), its canonical value, and where it stands in the `Reading`."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A message as the finders see it: its beginning on one line; `plain` is as long, in lower case without accents."""

    text: str
    plain: str

    @classmethod
    def of(cls, text: str) -> Reading:
        shown = unicodedata.normalize("NFKC", legible(text).translate(_SIGNS)).translate(_SIGNS)
        shown = " ".join(shown.split())[:MAX_CHARACTERS]
        return cls(shown, shown.lower() if shown.isascii() else "".join(map(_bare, shown)))

    def without(self, found: Iterable[Found]) -> Reading:
        """The same, nothing moved, with what was found made unreadable."""
        text, plain = self.text, self.plain
        for one in found:
            gap = _TAKEN * (one.end - one.start)
            text = text[: one.start] + gap + text[one.end :]
            plain = plain[: one.start] + gap + plain[one.end :]
        return Reading(text, plain)


def _bare(character: str) -> str:
    return character.lower() if character.isascii() else unicodedata.normalize("NFD", character.casefold())[:1] or character
