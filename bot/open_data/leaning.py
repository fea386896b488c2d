"""Messages that lean on the question before: "and in 2022?", "by ward", "just ward 3"; and what is understood of a question so far."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Dict, Optional, Tuple

from bot.open_data.composing import query_of
from bot.open_data.lexicon import LAYER
from bot.open_data.parts import Parts
from bot.open_data.query import GROUPS, NUMBER, PERIODS, Measure, Query, Value
from bot.open_data.reading import reader


COUNT = "count"  # the role of "how many"


def begun(text: str, *, language: str, today: date) -> Optional[Query]:
    """What a question asks that leaves open where, which or when: the query without that. None when several layers could be meant."""
    found = [parts for one, parts in reader().heard(text, language, today) if one.anchored and not parts.left]
    if len(found) != 1:
        return None
    return query_of(replace(found[0], here=False, mine=None, two_times=False, dates=None if found[0].two_times else found[0].dates))


def is_part(text: str, on: Query, *, language: str, today: date) -> bool:
    """Whether a message neither names the data of the question before nor counts anything: "demolitions only"."""
    one = next((one for one, _ in reader().heard(text, language, today) if one.layer.id == on.layer), None)
    return one is not None and not {LAYER, COUNT} & {item.role for item in one.items}


def leaning(text: str, on: Query, *, language: str, today: date) -> Optional[Query]:
    """The question before, with what a message changes of it; None when the message says nothing of its layer, or more than that."""
    heard = reader().heard(text, language, today)
    parts = next((parts for one, parts in heard if parts.layer.id == on.layer), None)
    if parts is None or parts.left or parts.personal or parts.here or parts.mine or parts.two_times or len(parts.by) > 1:
        return None
    if not (parts.where or parts.dates or parts.by or parts.near or parts.all_time or parts.everywhere or _measured(parts)):
        return None
    by, want = _groups(parts, on)
    return replace(
        on,
        want=want,
        measure=Measure(parts.statistic, parts.measured) if _measured(parts) and parts.statistic and parts.measured else on.measure,
        where=_where(parts, on),
        near=parts.near or (None if parts.everywhere else on.near),
        dates=parts.dates or (None if parts.all_time else on.dates),
        by=by,
        order=(parts.order or on.order) if by else None,
        top=(parts.top or on.top) if by else None,
    )


def _measured(parts: Parts) -> bool:
    return bool(parts.statistic and parts.measured)


def _where(parts: Parts, on: Query) -> Dict[str, Tuple[Value, ...]]:
    said = {name: tuple(sorted(values, key=lambda one: (isinstance(one, str), one))) for name, values in parts.where.items()}
    return dict(sorted({**on.where, **said}.items()))


def _groups(parts: Parts, on: Query) -> Tuple[Optional[str], str]:
    """What it is grouped by, and what is wanted: groups are left for one of them, "and in 2022?" after "by year"."""
    if parts.by:
        return parts.by[0], GROUPS
    one_of_them = on.by in parts.where or (on.by in PERIODS and parts.dates is not None)
    if on.by is None or not one_of_them:
        return on.by, on.want
    return None, NUMBER
