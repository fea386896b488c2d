"""Which rows a sentence is about: values, times, and where."""

from __future__ import annotations

from datetime import timedelta
from typing import Set

from bot.open_data.layers import CATEGORY
from bot.open_data.lexicon import FIELD, VALUE
from bot.open_data.parts import Parts
from bot.open_data.sentence import Item, Sentence
from bot.open_data.words import FILLER

_JOINTS = frozenset(("and", "or", "et", "ou"))


def read_conditions(sentence: Sentence, parts: Parts) -> None:
    """Sets the conditions of `parts` and marks what they were read from."""
    _times(sentence, parts)
    _values(sentence, parts)
    _places(sentence, parts)


def _times(sentence: Sentence, parts: Parts) -> None:
    spans = sorted((one.first, one.last) for one in sentence.when)
    if spans:
        parts.dates = (spans[0][0], max(last for _, last in spans))
        parts.two_times = any(later[0] > earlier[1] + timedelta(1) for earlier, later in zip(spans, spans[1:], strict=False))


def _values(sentence: Sentence, parts: Parts) -> None:
    for at, item in enumerate(sentence.items):
        if item.role != VALUE or (at and sentence.items[at - 1].role == "per" and item.group):
            continue
        fields = _fields(item)
        if len(fields) != 1 or _is_joined_to_another(sentence, at, fields):
            continue  # left: it could be either
        chosen = set(item.values) or {meaning.value.value for meaning in item.meanings if meaning.role == VALUE and meaning.value}
        name = fields.pop()
        parts.where.setdefault(name, set()).update(chosen)
        parts.lots.setdefault(name, []).extend([{one} for one in item.values] or [chosen])
        item.used = True


def _fields(item: Item) -> Set[str]:
    return {meaning.field.id for meaning in item.meanings if meaning.role == VALUE and meaning.field}


def _is_joined_to_another(sentence: Sentence, at: int, fields: Set[str]) -> bool:
    """ "with cyclists and pedestrians": both at once, or either? A query cannot say which."""
    before = at - 1
    while before >= 0 and sentence.items[before].role == FILLER:
        before -= 1
    words = [token.key for item in sentence.items[before + 1 : at] for token in item.tokens]
    joined = bool(words) and _JOINTS.issuperset(words)
    return joined and before >= 0 and sentence.items[before].role == VALUE and not _fields(sentence.items[before]) & fields


def _places(sentence: Sentence, parts: Parts) -> None:
    if sentence.around:
        parts.near = sentence.around.near
    parts.here = sentence.take("here") or bool(parts.near and not parts.near.place)
    _street(sentence, parts)
    for item in sentence.all("mine"):
        behind = sentence.behind(item)
        named = behind.field(FIELD, VALUE) if behind else None
        if behind and named and named.kind == CATEGORY:
            parts.mine = None if named.id in parts.where else named.id
            item.used = behind.used = True


def _street(sentence: Sentence, parts: Parts) -> None:
    """A street is a condition where the layer says on which one its rows are; else it is what nothing in the layer answers."""
    own, field = sentence.take("my_street"), parts.layer.street
    parts.street = sentence.street.name if sentence.street else "" if own else None
    if parts.street and field:
        parts.where[field.id] = {parts.street}
