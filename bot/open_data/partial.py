"""Questions that are not whole: what is understood of one so far, and whether a message is a part of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Optional

from bot.open_data.composing import query_of
from bot.open_data.lexicon import LAYER
from bot.open_data.query import Query
from bot.open_data.reading import reader

_COUNT = "count"  # the role of "how many"


def begun(text: str, *, language: str, today: date) -> Optional[Query]:
    """What a question asks that leaves open when, where or which: the query without that. None when several layers could be meant."""
    found = [parts for one, parts in reader().heard(text, language, today) if one.anchored and not parts.left]
    if len(found) != 1:
        return None
    return query_of(replace(found[0], here=False, mine=None, two_times=False, dates=None if found[0].two_times else found[0].dates))


def is_part(text: str, on: Query, *, language: str, today: date) -> bool:
    """Whether a message neither names the data of the question before nor counts anything: "demolitions only"."""
    one = next((one for one, _ in reader().heard(text, language, today) if one.layer.id == on.layer), None)
    return one is not None and not {LAYER, _COUNT} & {item.role for item in one.items}
