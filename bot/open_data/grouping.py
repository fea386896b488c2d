"""What a sentence wants rows grouped by, and in which order: "by ward", "which ward has the most", "the 5 most common species"."""

from __future__ import annotations

import re
from typing import Optional, Sequence

from bot.open_data.dates import whole_year
from bot.open_data.layers import MEASURED
from bot.open_data.lexicon import BESIDE, FIELD, LAYER
from bot.open_data.parts import Parts
from bot.open_data.query import LEAST, MONTH, MOST, YEAR
from bot.open_data.sentence import NUMBER, Item, Sentence
from bot.open_data.words import FILLER

MOST_TOP = 50
SIZES = ("largest", "smallest", "highest", "lowest")
UPWARDS = ("largest", "highest")
_MEASURES = ("count", "sum", "average", "highest", "lowest")
_JOINTS = frozenset(("and", "et", "by", "par"))
_AND_IN = re.compile(r"(?<!\w)(?:and|et) (?:how many|combien|in|for|from|on|dans|en|pour) ")
_ONE = frozenset("has is was gets had a est avait compte".split())


def read_groups(sentence: Sentence, parts: Parts) -> None:
    """What is compared, or asked for one by one, and what stands behind "by" or "per"."""
    compared = sentence.all("compare")
    if compared or _is_asked_one_by_one(sentence, parts):
        years = len(sentence.when) > 1 and not parts.two_times and all(whole_year(one.first, one.last) for one in sentence.when)
        done = True
        if len(parts.several) == 1:
            _compared(parts)
        elif not parts.several and years:
            parts.by = [YEAR]
        else:
            done = False
        for item in compared:
            item.used = done
    for item in sentence.all("per"):
        behind = sentence.behind(item)
        if behind is not None and not behind.used:
            item.used = _behind_per(sentence, parts, behind)
    for item in sentence.all("yearly", "monthly"):
        _group(parts, item)


def _is_asked_one_by_one(sentence: Sentence, parts: Parts) -> bool:
    """ "how many in ward 5 and how many in ward 6", "in 2023 and in 2024": two numbers are wanted, not their sum."""
    if len([item for item in sentence.items if item.role == "count"]) > 1:
        return True
    return len(parts.lots.get(next(iter(parts.several), ""), sentence.when)) > 1 and bool(_AND_IN.search(sentence.reading.plain))


def _compared(parts: Parts) -> None:
    """Groups by the only field with several values; what one phrase stands for is one group: "pools or arenas"."""
    parts.by = parts.several
    lots = parts.lots[parts.by[0]]
    if len(lots) > 1 and sum(map(len, lots)) == len(parts.where[parts.by[0]]):
        parts.together = tuple(tuple(sorted(lot, key=str)) for lot in lots if len(lot) > 1)


def _behind_per(sentence: Sentence, parts: Parts, item: Item) -> bool:
    """Whether what stands behind "by" or "per" can stand there."""
    if item.group:
        _group(parts, item)
        following = sentence.behind(item)
        between = sentence.items[sentence.index(item) + 1 : sentence.index(following)] if following else []
        if following and following.group and not following.used and any(token.key in _JOINTS for one in between for token in one.tokens):
            _group(parts, following)  # "by ward and year"
        return True
    named = item.field(FIELD)
    if (named and named.kind in MEASURED) or item.role in _MEASURES:
        return True  # "by value", "by number of trees": it names the measure
    return item.role in (LAYER, BESIDE) and sentence.has("average")  # "plugs per station"


def _group(parts: Parts, item: Item) -> None:
    name = item.group
    if name is None or (name in (YEAR, MONTH) and not parts.layer.date):
        return
    if name not in parts.by:
        parts.by.append(name)
    item.used = True


def asked_group(sentence: Sentence, parts: Parts) -> Optional[Item]:
    """What "which" or "most" is asked of: a field or a period that has done nothing else."""
    candidates = [sentence.behind(item, but=(FILLER, NUMBER, "which")) for item in sentence.all("which")] + sentence.items
    for item in candidates:
        if item and not item.used and item.group and item.role not in ("yearly", "monthly"):
            if parts.layer.date or item.group not in (YEAR, MONTH):
                return item
    return None


def has_group(sentence: Sentence, parts: Parts) -> bool:
    return bool(parts.by or parts.several) or asked_group(sentence, parts) is not None


def order_groups(sentence: Sentence, parts: Parts, group: Item, order: str) -> None:
    """Groups by an item, the first of them when it is one that is asked for."""
    _group(parts, group)
    parts.order, parts.record = order, False
    if not _is_several(sentence, group) and parts.top is None and _number(sentence) is None:
        parts.top = 1


def read_order(sentence: Sentence, parts: Parts) -> None:
    """Which groups come first, and how many are wanted."""
    if parts.record:
        return
    for roles, order in ((("most", "worst", "common", "rank", "top"), MOST), (("least", "rare"), LEAST)):
        found = [item for item in sentence.all(*roles) if _is_order(sentence, parts, item)]
        if found:
            _ordered(sentence, parts, found, order)
    if parts.order is None:
        _highest_number(sentence, parts)
    number = _number(sentence)
    if number is not None and parts.order:
        parts.top, number.used = number.number, True
    if parts.order is None:
        _kinds(sentence, parts)


def _is_order(sentence: Sentence, parts: Parts, item: Item) -> bool:
    happens = parts.layer.date is not None and not parts.layer.stock
    return not is_more_than(sentence, item) and (item.role != "worst" or happens)


def is_more_than(sentence: Sentence, item: Item) -> bool:
    """ "plus de 5 arbres": more than, not the most."""
    behind = sentence.behind(item)
    return item.role in ("most", "least") and behind is not None and behind.role == NUMBER


def _ordered(sentence: Sentence, parts: Parts, found: Sequence[Item], order: str) -> None:
    role = found[0].role
    group = None if parts.by else asked_group(sentence, parts)
    if group is not None:
        _group(parts, group)
        one = not _is_several(sentence, group) and role != "rank"
    elif parts.by:
        one = role in ("most", "worst", "least", "common", "rare") and sentence.has("which")
    elif role in ("common", "rare", "top") and parts.layer.sort:
        parts.by, parts.by_sort = [parts.layer.sort], role == "top"
        one = not any(item.plural for item in sentence.items if item.role == LAYER)
    elif len(parts.several) == 1:
        _compared(parts)
        one = True
    else:
        parts.groups_of_order = one = True
    parts.order = order
    if one and parts.top is None:
        parts.top = 1
    for item in found:
        item.used = True
    sentence.take("where")


def _highest_number(sentence: Sentence, parts: Parts) -> None:
    """ "which ward has the highest number of trees"."""
    size = next(iter(sentence.all(*SIZES)), None)
    group = None if parts.by else asked_group(sentence, parts)
    if size and group and (parts.counted or parts.statistic):
        order_groups(sentence, parts, group, MOST if size.role in UPWARDS else LEAST)
        size.used = True


def _number(sentence: Sentence) -> Optional[Item]:
    """The number that says how many groups, when it is the only one."""
    numbers = sentence.all(NUMBER)
    return numbers[0] if len(numbers) == 1 and 0 < numbers[0].number <= MOST_TOP else None


def _kinds(sentence: Sentence, parts: Parts) -> None:
    """ "what kinds of trees are there": the groups without an order."""
    if parts.by or parts.counted or parts.statistic or parts.value_of:
        return
    for item in sentence.all("which", "list"):
        behind = sentence.behind(item, but=(FILLER, "which", "list"))
        if behind and not behind.used and behind.group and behind.group not in (YEAR, MONTH):
            _group(parts, behind)
            return


def _is_several(sentence: Sentence, group: Item) -> bool:
    """Whether more than one group is asked for: "which wards have"; "species" is one as well as several."""
    at = sentence.index(group)
    if any(item.tokens[0].key in _ONE for item in sentence.items[at + 1 : at + 2]):
        return False
    named = group.field(FIELD)
    titles = {word for title in named.title.values() for word in title.split()} if named else set()
    return any(token.plural and token.text not in titles for token in group.tokens)
