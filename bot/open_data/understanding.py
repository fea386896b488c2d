"""From a sentence to its parts, and to the words that none of them explains."""

from __future__ import annotations

from datetime import date
from typing import Iterator

from bot.open_data.conditions import read_conditions
from bot.open_data.dates import FIRST_DAY
from bot.open_data.grouping import read_groups, read_order
from bot.open_data.layers import Field
from bot.open_data.lexicon import BESIDE, FIELD, HAPPENED, LAYER, VALUE
from bot.open_data.parts import Parts
from bot.open_data.query import PERIODS
from bot.open_data.sentence import NUMBER, UNKNOWN, Item, Sentence
from bot.open_data.statistic import read_statistic
from bot.open_data.words import FILLER

# Roles that need nothing to go with them; every other word must have done its part.
_SILENT = frozenset((FILLER, "which", "count", "any", "sum", "amount", "list", "chart", "everywhere", "all_time", "year_before", "opener"))
_ABOUT_ROWS = frozenset((LAYER, BESIDE, HAPPENED))
_PAST = frozenset("was were been had etait etaient ete avait avaient".split())


def parts_of(sentence: Sentence, today: date) -> Parts:
    """The parts of a sentence, whose items are marked as used."""
    parts = Parts(sentence.layer, personal=sentence.personal)
    _top_or_first(sentence)
    read_conditions(sentence, parts)
    read_groups(sentence, parts)
    read_statistic(sentence, parts)
    read_order(sentence, parts)
    _said(sentence, parts)
    if parts.layer.until:
        _lasting(sentence, parts, today)
    parts.left = list(_left(sentence, parts))
    return parts


def _top_or_first(sentence: Sentence) -> None:
    """ "les 3 premiers" are the top, "le premier" is the first."""
    for at, item in enumerate(sentence.items):
        top = item.means("top")
        if top and any(one.role == NUMBER for one in (*sentence.items[max(0, at - 1) : at], *sentence.items[at + 1 : at + 2])):
            item.meanings = (top,)


def _said(sentence: Sentence, parts: Parts) -> None:
    parts.everywhere, parts.all_time, parts.year_before = (sentence.has(role) for role in ("everywhere", "all_time", "year_before"))
    parts.charted = sentence.has("chart")
    if not parts.layer.until:
        sentence.take("now")
    if parts.layer.stock and parts.dates and not parts.record:
        parts.unsure_time = not _happened(sentence)
    nothing_else = not (parts.counted or parts.statistic or parts.by or parts.value_of or parts.order)
    if parts.order and parts.statistic is None and not parts.value_of:
        parts.counted = True
    if nothing_else and parts.total:  # "total permits"
        parts.counted = True
    elif nothing_else:
        parts.list_wanted = sentence.has("list") or any(_asks_for_rows(sentence, item) for item in sentence.items)


def _happened(sentence: Sentence) -> bool:
    """Whether a word says that it is about the layer's date: "planted", "started"."""
    return any(item.means(HAPPENED) for item in sentence.items)


def _lasting(sentence: Sentence, parts: Parts, today: date) -> None:
    """ "closed today" is about rows that began earlier too. Without a time those of now are meant, or of the past: "were closed"."""
    if _happened(sentence) or set(parts.by) & set(PERIODS):
        return
    parts.in_effect = True
    past = parts.all_time or any(token.text in _PAST for item in sentence.items for token in item.tokens)
    if sentence.take("now"):
        parts.dates = parts.dates or (today, today)
    elif parts.dates == (FIRST_DAY, today) and not past:  # "closed as of today"
        parts.dates = (today, today)
    elif not parts.record:
        parts.unsaid = (FIRST_DAY if past else today, today)


def _asks_for_rows(sentence: Sentence, item: Item) -> bool:
    """ "which trails are plowed"."""
    behind = sentence.behind(item) if item.role == "which" else None
    return behind is not None and behind.role in (LAYER, VALUE)


def _left(sentence: Sentence, parts: Parts) -> Iterator[str]:
    shown = parts.layer.shows if parts.record else ()
    for item in sentence.items:
        named = item.field(FIELD)
        if item.used or item.role in _SILENT or any(meaning.role in _ABOUT_ROWS for meaning in item.meanings):
            continue
        if named and (named.id in shown or _is_beside_its_value(sentence, item, named)):
            continue
        if item.role == UNKNOWN and all(len(token.text) == 1 and token.text.isalpha() for token in item.tokens):
            continue  # the rest of a shortened word
        yield sentence.words_of(item)


def _is_beside_its_value(sentence: Sentence, item: Item, named: Field) -> bool:
    """ "rubber surface": the value has said which."""
    said = [one for one in sentence.items if one.role != FILLER]
    at = next(at for at, one in enumerate(said) if one is item)
    return any(one.used and one.role == VALUE and one.field(VALUE) is named for one in (*said[max(0, at - 1) : at], *said[at + 1 : at + 2]))
