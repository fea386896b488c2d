"""What a sentence wants worked out: how many, a total, an average, or the one row that is most or least."""

from __future__ import annotations

from typing import Optional

from bot.open_data.grouping import SIZES, UPWARDS, asked_group, has_group, is_more_than, order_groups
from bot.open_data.layers import DATE, MEASURED, Field
from bot.open_data.lexicon import BESIDE, LAYER, LEAST_OF, MOST_OF, TOTAL, VALUE
from bot.open_data.parts import Parts
from bot.open_data.query import LEAST, MOST
from bot.open_data.sentence import Item, Sentence
from bot.open_data.words import FILLER

_WITH = frozenset("with having has had have that avec ayant qui dont a avait".split())


def read_statistic(sentence: Sentence, parts: Parts) -> None:
    """Sets what is worked out and marks what it was read from."""
    parts.counted, parts.total = sentence.has("count", "any"), sentence.has("sum")
    item = next((item for item in sentence.items if not item.used and item.measured), None)
    named = item.measured if item else None
    adjective = next(iter(sentence.all(MOST_OF, LEAST_OF)), None)
    size = next(iter(sentence.all(*SIZES)), None)
    if adjective and not (named and sentence.has("average")):
        if named or not parts.counted:  # "how many since the last one" is not about the last one
            _adjective(sentence, parts, adjective, named, item)
    elif sentence.has("average"):
        _average(sentence, parts, named, item)
    elif size and (named or not parts.counted) and not parts.total:
        _size(sentence, parts, size, named, item)
    elif item and named:
        _measured(sentence, parts, named, item)


def _average(sentence: Sentence, parts: Parts, named: Optional[Field], item: Optional[Item]) -> None:
    if named is None and sentence.all("largest", "smallest"):  # "the biggest trees on average": an order of averages
        parts.measured = parts.layer.largest
    if named is None and parts.measured is None and parts.counted:
        return  # an average of counts
    _measure(parts, "avg", named, item)
    sentence.take("average")


def _measured(sentence: Sentence, parts: Parts, named: Field, item: Item) -> None:
    """A field without a word that says which of its values."""
    orders = [one for one in sentence.all("most", "least") if not is_more_than(sentence, one)]
    ranked = has_group(sentence, parts) and (orders or sentence.all("top", "rank"))
    if orders and not ranked:  # "the lot with the most spaces"
        _measure(parts, "max" if orders[0].role == "most" else "min", named, item)
        parts.record = orders[0].used = True
    elif sentence.has("sum", "amount") or (_is_counted(sentence, item) if parts.counted else item.role == TOTAL):
        _measure(parts, "sum", named, item)
    elif parts.counted:
        return  # left: "how many permits for new homes" does not count homes
    elif ranked and "sum" in named.statistics:  # "which ward saw the most construction value"
        _measure(parts, "sum", named, item)
    else:
        parts.value_of, parts.measured, item.used = True, named.id, True


def _is_counted(sentence: Sentence, item: Item) -> bool:
    """ "how many parking spaces": what is counted is added up."""
    count = next(one for one in sentence.items if one.role in ("count", "any"))
    behind = sentence.behind(count, but=(FILLER, VALUE, "count", "any"))
    return item.means(TOTAL) is not None and (behind is item or sentence.index(item) < sentence.index(count))


def _measure(parts: Parts, statistic: str, named: Optional[Field], item: Optional[Item]) -> None:
    parts.statistic = statistic
    if named and item:
        parts.measured, item.used = named.id, True


def _adjective(sentence: Sentence, parts: Parts, adjective: Item, named: Optional[Field], item: Optional[Item]) -> None:
    """ "the longest trail", "the newest playground"."""
    found = adjective.field(adjective.role)
    if found is None or (named is not None and named.id != found.id):
        return  # left: "the value of the oldest permit"
    _measure(parts, "max" if adjective.role == MOST_OF else "min", found, item or adjective)
    parts.record = adjective.used = True
    group = asked_group(sentence, parts)
    if group and found.kind == DATE and sentence.has("which", "when"):
        group.used = True  # "what year was the oldest one built": the row says it
    elif group and found.kind != DATE:
        order_groups(sentence, parts, group, MOST if adjective.role == MOST_OF else LEAST)
    sentence.take("when", "where")


def _size(sentence: Sentence, parts: Parts, size: Item, named: Optional[Field], item: Optional[Item]) -> None:
    """ "the largest permit", "the highest construction value"."""
    group = asked_group(sentence, parts)
    if named is None and not any(field.kind in MEASURED for field in parts.layer.fields):
        return  # left: nothing of it is large or small
    _measure(parts, "max" if size.role in UPWARDS else "min", named, item)
    if named is None:
        parts.record, parts.measured = True, parts.layer.largest
    else:
        parts.record = _is_of_a_row(sentence, size)
        parts.value_of = group is not None  # which ward has the highest value: of one row, or of all together?
    size.used = True
    if group:
        order_groups(sentence, parts, group, MOST if size.role in UPWARDS else LEAST)
    if parts.record:
        sentence.take("when", "where")


def _is_of_a_row(sentence: Sentence, size: Item) -> bool:
    """ "which permit has the highest value", "the permit with the highest value", "the largest permit by value"."""
    before = sentence.items[: sentence.index(size)]
    rows = [at for at, one in enumerate(before) if one.role in (LAYER, BESIDE)]
    if rows:
        asked = rows[-1] > 0 and before[rows[-1] - 1].role == "which"
        return asked or any(token.key in _WITH for one in before[rows[-1] + 1 :] for token in one.tokens)
    behind = sentence.behind(size)
    return behind is not None and behind.role in (LAYER, BESIDE) and size.role in ("largest", "smallest")
