"""Says that a place is in a neighbouring town, where this city can do nothing."""

from __future__ import annotations

from typing import Optional, Sequence

from actions.base import Turn
from bot.language.other_towns import other_town

OUTSIDE = "outside"  # `form_note`: the place is in another town, and the resident has read so


def town_in(texts: Sequence[str]) -> Optional[str]:
    """The other town in which the first of some texts with a place has it."""
    return next(filter(None, map(other_town, texts)), None)


def say_outside(turn: Turn, response: str, texts: Sequence[str]) -> bool:
    """Says the response and ends the form, if the place is in another town; False when it is not."""
    town = town_in(texts)
    if town is None:
        return False
    turn.say(response, town=town)
    turn.set(form_note=OUTSIDE)
    return True
