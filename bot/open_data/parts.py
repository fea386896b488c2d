"""What a sentence asks of a layer, part by part: the statistic, the conditions, the groups, the order, and what nothing explains."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Dict, List, Optional, Sequence, Set, Tuple

from bot.open_data.dates import whole_year
from bot.open_data.layers import CATEGORY, DATE, MEASURED, TEXT, Field, Layer
from bot.open_data.lexicon import BESIDE, FIELD, HAPPENED, LAYER, LEAST_OF, MOST_OF, TOTAL, VALUE
from bot.open_data.parsing import MOST_TOP, NUMBER, UNKNOWN, Item, Sentence
from bot.open_data.query import LEAST, MONTH, MOST, YEAR, Near, Value

GROUPABLE = (CATEGORY, TEXT)
STATISTIC_OF = {"sum": "sum", "average": "avg", "highest": "max", "largest": "max", "lowest": "min", "smallest": "min"}
_PERIODS = {"year": YEAR, "month": MONTH, "yearly": YEAR, "monthly": MONTH}
_SILENT = {"filler", "which", "count", "any", "sum", "list", LAYER, BESIDE, HAPPENED, "everywhere", "all_time", "year_before", "opener"}
_ONE = frozenset("has is was gets had a est avait compte".split())
_WITH = frozenset("with having has had have that avec ayant qui dont a avait".split())


@dataclass
class Parts:
    """What was said. `measured`: the field of the statistic; `record`: the single row that is most or least is wanted."""

    layer: Layer
    statistic: Optional[str] = None
    measured: Optional[str] = None
    record: bool = False
    by: List[str] = field(default_factory=list)
    order: Optional[str] = None
    top: Optional[int] = None
    where: Dict[str, Set[Value]] = field(default_factory=dict)
    near: Optional[Near] = None
    dates: Optional[Tuple[date, date]] = None
    two_times: bool = False  # times that are apart from each other
    here: bool = False  # a place that only the resident knows
    mine: Optional[str] = None  # a field whose value only the resident knows: "my ward"
    list_wanted: bool = False  # rows, not a number
    value_of: bool = False  # a measured field without a statistic
    groups_of_order: bool = False  # most or least, of groups that are not named
    by_sort: bool = False  # "the top 3", of groups that are not named: what rows of the layer are sorted into
    total: bool = False  # a sum is named
    counted: bool = False
    everywhere: bool = False
    all_time: bool = False
    year_before: bool = False
    personal: bool = False
    left: List[str] = field(default_factory=list)

    @property
    def says_nothing(self) -> bool:
        """Whether the layer is all that was named."""
        return not any(
            (self.statistic, self.counted, self.record, self.by, self.order, self.where, self.near, self.dates, self.here, self.mine)
        )


def parts_of(sentence: Sentence) -> Parts:
    """The parts of a sentence."""
    return _Reader(sentence).parts


class _Reader:
    def __init__(self, sentence: Sentence) -> None:
        self.sentence, self.layer, self.items = sentence, sentence.layer, sentence.items
        self.parts = Parts(sentence.layer, personal=sentence.personal)
        for before, item, behind in zip([None, *self.items], self.items, [*self.items[1:], None], strict=False):
            top = item.means("top")
            if top and NUMBER in [one.role for one in (before, behind) if one]:  # "les 3 premiers", not "le premier"
                item.meanings = (top,)
        self._times()
        self._values()
        self._places()
        self._compared()
        self._groups()
        self._statistic()
        self._order()
        self._said()
        self._left()

    def _all(self, *roles: str) -> List[Item]:
        """Items not used yet whose first meaning has one of the roles."""
        return [item for item in self.items if item.role in roles and not item.used]

    def _has(self, *roles: str) -> bool:
        return any(item.role in roles for item in self.items)

    def _take(self, *roles: str) -> bool:
        found = self._all(*roles)
        for item in found:
            item.used = True
        return bool(found)

    def _next(self, item: Item, but: Sequence[str] = ("filler",)) -> Optional[Item]:
        """The item behind one, but for those that say nothing."""
        behind = self.items[self.items.index(item) + 1 :]
        return next((one for one in behind if one.role not in but), None)

    def _times(self) -> None:
        spans = [(one.first, one.last) for one in self.sentence.when]
        if not spans:
            return
        spans.sort()
        self.parts.dates = (spans[0][0], max(last for _, last in spans))
        self.parts.two_times = any(later[0] > earlier[1] + timedelta(1) for earlier, later in zip(spans, spans[1:], strict=False))

    def _values(self) -> None:
        for at, item in enumerate(self.items):
            if item.role != VALUE or (at and self.items[at - 1].role == "per" and _groupable(item)):
                continue
            fields = {meaning.field.id for meaning in item.meanings if meaning.role == VALUE and meaning.field}
            if len(fields) != 1:
                continue  # left: it could be either
            name = fields.pop()
            chosen = set(item.values) or {m.value.value for m in item.meanings if m.role == VALUE and m.value}
            self.parts.where.setdefault(name, set()).update(chosen)
            item.used = True

    def _places(self) -> None:
        if self.sentence.around:
            self.parts.near = self.sentence.around.near
        self.parts.here = self._take("here") or bool(self.parts.near and not self.parts.near.place)
        for item in self._all("mine"):
            behind = self._next(item)
            named = behind.field(FIELD, VALUE) if behind else None
            if behind and named and named.kind == CATEGORY:
                self.parts.mine = None if named.id in self.parts.where else named.id
                item.used = behind.used = True

    def _compared(self) -> None:
        """ "compare ward 3 and 5", "2022 vs 2023": groups by what is compared."""
        several = [name for name, values in self.parts.where.items() if len(values) > 1]
        for item in self._all("compare"):
            if len(several) == 1:
                self.parts.by, item.used = several, True
            elif not several and len(self.sentence.when) > 1 and not self.parts.two_times:
                if all(whole_year(one.first, one.last) for one in self.sentence.when):
                    self.parts.by, item.used = [YEAR], True

    def _groups(self) -> None:
        for item in self._all("per"):
            behind = self._next(item)
            if behind is None or behind.used:
                continue
            named = behind.field(FIELD)
            period = _PERIODS.get(behind.role)
            if period or (named and named.kind in GROUPABLE):
                self._group(period or (named.id if named else ""), behind)
                item.used = True
                self._more_groups(behind)
            elif (named and named.kind in MEASURED) or behind.role in ("count", "sum", "average", "highest", "lowest"):
                item.used = True  # "by value", "by number": it names the measure
            elif behind.role in (LAYER, BESIDE) and self._has("average"):
                item.used = True  # "plugs per station": what an average is
        for item in self._all("yearly", "monthly"):
            if self.layer.date:
                self._group(_PERIODS[item.role], item)

    def _more_groups(self, item: Item) -> None:
        """ "by ward and year": the second one too."""
        behind = self._next(item)
        between = self.items[self.items.index(item) + 1 : self.items.index(behind)] if behind else []
        joined = any(token.key in ("and", "et", "by", "par") for one in between for token in one.tokens)
        if behind and joined and not behind.used:
            named, period = behind.field(FIELD), _PERIODS.get(behind.role)
            if period or (named and named.kind in GROUPABLE):
                self._group(period or (named.id if named else ""), behind)

    def _group(self, name: str, item: Item) -> None:
        if name in (YEAR, MONTH) and not self.layer.date:
            return
        if name not in self.parts.by:
            self.parts.by.append(name)
        item.used = True

    def _asked_group(self) -> Optional[Item]:
        """What "which" or "most" is asked of: a field or a period that has done nothing else."""
        for item in self._all("which"):
            behind = self._next(item, but=("filler", NUMBER, "which"))
            if behind and not behind.used and (_groupable(behind) or (behind.role in _PERIODS and self.layer.date)):
                return behind
        return next((item for item in self.items if not item.used and (_groupable(item) or item.role in ("year", "month"))), None)

    def _statistic(self) -> None:
        parts = self.parts
        parts.counted, parts.total = self._has("count", "any"), self._has("sum")
        measured = next((item for item in self.items if not item.used and _measured(item)), None)
        named = _measured(measured) if measured else None
        adjective = next((item for item in self.items if item.role in (MOST_OF, LEAST_OF) and not item.used), None)
        if adjective and not (named and self._has("average")):
            self._adjective(adjective, named, measured)
            return
        if self._has("average"):
            size = next(iter(self._all("largest", "smallest")), None)
            if named is None and size and self.layer.largest:  # "the biggest trees on average": an order of averages
                named = self.layer.field(self.layer.largest)
                parts.measured = named.id if named else None
            if named is None and parts.counted:
                return  # an average of counts
            self._measure("avg", named, measured)
            self._take("average")
            return
        size = next(iter(self._all("largest", "smallest", "highest", "lowest")), None)
        if size and parts.counted and named is None:
            return  # "the highest number of": an order
        if size and not self._has("sum"):
            self._size(size, named, measured)
            return
        if measured is None or named is None:
            return
        orders = [item for item in self._all("most", "least") if not self._counts_behind(item)]
        if orders and not self._which_group():
            order = orders[0]
            parts.statistic, parts.measured, parts.record = ("max" if order.role == "most" else "min"), named.id, True
            order.used = measured.used = True
        elif self._has("sum") or (self._is_counted(measured) if parts.counted else measured.role == TOTAL):
            self._measure("sum", named, measured)
        elif not parts.counted and orders:  # "which ward saw the most construction value"
            self._measure("sum", named, measured)
        elif not parts.counted:
            parts.value_of = True
            parts.measured = named.id
            measured.used = True

    def _is_counted(self, measured: Item) -> bool:
        """ "how many parking spaces": what is counted is added up; in "how many permits for new homes" it is not what is counted."""
        count = next(item for item in self.items if item.role in ("count", "any"))
        behind = self._next(count, but=("filler", VALUE, "count", "any"))
        return measured.means(TOTAL) is not None and (behind is measured or self.items.index(measured) < self.items.index(count))

    def _which_group(self) -> bool:
        return bool(self.parts.by) or self._asked_group() is not None or any(len(values) > 1 for values in self.parts.where.values())

    def _measure(self, statistic: str, named: Optional[Field], item: Optional[Item]) -> None:
        self.parts.statistic = statistic
        if named and item:
            self.parts.measured = named.id
            item.used = True

    def _adjective(self, item: Item, named: Optional[Field], measured: Optional[Item]) -> None:
        """ "the longest trail", "the newest playground"."""
        found = item.field(item.role)
        if found is None:
            return
        if measured is not None and named is not None:
            if named.id != found.id:
                return  # left: "the oldest permit's value"
            measured.used = True
        parts = self.parts
        parts.statistic, parts.measured, parts.record = ("max" if item.role == MOST_OF else "min"), found.id, True
        item.used = True
        group = self._asked_group()
        if group and found.kind == DATE and self._has("which", "when"):
            group.used = True  # "what year was the oldest one built": the row says it
        elif group and found.kind != DATE:
            self._ordered_groups(group, MOST if item.role == MOST_OF else LEAST)
        self._take("when", "where")

    def _size(self, item: Item, named: Optional[Field], measured: Optional[Item]) -> None:
        """ "the largest permit", "the highest construction value"."""
        parts, group = self.parts, self._asked_group()
        statistic = STATISTIC_OF[item.role]
        if named is None:
            wanted = self.layer.field(self.layer.largest) if self.layer.largest else None
            parts.statistic, parts.record = statistic, True
            if wanted:
                parts.measured = wanted.id
        else:
            self._measure(statistic, named, measured)
            parts.record = self._row_is_meant(item)
            if group:
                parts.value_of = True  # which ward has the highest value: of one row, or of all together?
        item.used = True
        if group:
            self._ordered_groups(group, MOST if statistic == "max" else LEAST)
        if parts.record:
            self._take("when", "where")

    def _row_is_meant(self, item: Item) -> bool:
        """ "which permit has the highest value", "the permit with the highest value", "the largest permit by value"."""
        at = self.items.index(item)
        before = self.items[:at]
        rows = [one for one in before if one.role in (LAYER, BESIDE)]
        if rows:
            place = before.index(rows[-1])
            if place and before[place - 1].role == "which":
                return True
            return any(token.key in _WITH for one in before[place + 1 :] for token in one.tokens)
        behind = self._next(item)
        return behind is not None and behind.role in (LAYER, BESIDE)

    def _ordered_groups(self, group: Item, order: str) -> None:
        named = group.field(FIELD)
        self._group(_PERIODS.get(group.role) or (named.id if named else ""), group)
        self.parts.order, self.parts.record = order, False
        if not _several(group, self.sentence) and self.parts.top is None and self._number_item() is None:
            self.parts.top = 1

    def _order(self) -> None:
        parts = self.parts
        for roles, order in ((("most", "common", "rank", "top"), MOST), (("least", "rare"), LEAST)):
            found = [item for item in self._all(*roles) if not self._counts_behind(item)]
            if not found or parts.record:
                continue
            self._one_order(found, order)
        if parts.order is None and not parts.record:
            self._highest_number()
        number = self._number_item()
        if number is not None and parts.order and not parts.record:
            parts.top, number.used = number.number, True
        if parts.order is None and not parts.record:
            self._asked_kinds()

    def _counts_behind(self, item: Item) -> bool:
        """ "plus de 5 arbres": more than, not the most."""
        behind = self._next(item)
        return item.role in ("most", "least") and behind is not None and behind.role == NUMBER

    def _one_order(self, found: Sequence[Item], order: str) -> None:
        parts = self.parts
        first = found[0]
        group = None if parts.by else self._asked_group()
        several = [name for name, values in parts.where.items() if len(values) > 1]
        if group is not None:
            named = group.field(FIELD)
            self._group(_PERIODS.get(group.role) or (named.id if named else ""), group)
            one = not _several(group, self.sentence) and first.role != "rank"
        elif parts.by:
            one = first.role in ("most", "least", "common", "rare") and self._has("which")
        elif first.role in ("common", "rare", "top") and self.layer.sort:
            parts.by, parts.by_sort = [self.layer.sort], first.role == "top"
            one = first.role != "top" and not any(item.plural for item in self.items if item.role == LAYER)
        elif len(several) == 1:
            parts.by, one = several, True
        else:
            parts.groups_of_order, one = True, True
        parts.order = order
        if one and parts.top is None:
            parts.top = 1
        for item in found:
            item.used = True
        self._take("where")

    def _highest_number(self) -> None:
        """ "which ward has the highest number of trees"."""
        size = next(iter(self._all("largest", "smallest", "highest", "lowest")), None)
        if size is None or not (self.parts.counted or self.parts.statistic):
            return
        group = None if self.parts.by else self._asked_group()
        if group is not None:
            self._ordered_groups(group, MOST if STATISTIC_OF[size.role] == "max" else LEAST)
            size.used = True

    def _number_item(self) -> Optional[Item]:
        """A number that says how many groups: beside what is ordered, alone of its kind."""
        numbers = [item for item in self.items if item.role == NUMBER and not item.used]
        return numbers[0] if len(numbers) == 1 and 0 < numbers[0].number <= MOST_TOP else None

    def _asked_kinds(self) -> None:
        """ "what kinds of trees are there": the groups without an order."""
        parts = self.parts
        if parts.by or parts.counted or parts.statistic or parts.value_of:
            return
        for item in self._all("which", "list"):
            behind = self._next(item, but=("filler", "which", "list"))
            if behind and not behind.used and _groupable(behind):
                named = behind.field(FIELD)
                self._group(named.id if named else "", behind)
                return

    def _said(self) -> None:
        parts = self.parts
        for role in ("everywhere", "all_time", "year_before"):
            setattr(parts, role, self._has(role))
        nothing_else = not (parts.counted or parts.statistic or parts.by or parts.value_of or parts.order)
        asked_for_rows = any(
            item.role == "which" and (behind := self._next(item)) is not None and behind.role in (LAYER, VALUE) for item in self.items
        )
        parts.list_wanted = nothing_else and (self._has("list") or asked_for_rows)
        if not self.layer.lasts:
            self._take("now")
        if parts.statistic in ("sum", "avg") and parts.measured is None and parts.counted:
            parts.statistic = None
        if parts.order and parts.statistic is None and not parts.value_of:
            parts.counted = True

    def _left(self) -> None:
        shown = self.layer.shows if self.parts.record else ()
        for item in self.items:
            named = item.field(FIELD)
            if item.used or (named and (named.id in shown or self._beside_its_value(item, named))) or item.role in _SILENT or any(meaning.role in (LAYER, HAPPENED) for meaning in item.meanings):
                continue
            if item.role == UNKNOWN and all(len(token.text) == 1 and token.text.isalpha() for token in item.tokens):
                continue  # the rest of a shortened word
            self.parts.left.append(self.sentence.words_of(item))


    def _beside_its_value(self, item: Item, named: Field) -> bool:
        """ "rubber surface": the value has said which."""
        said = [one for one in self.items if one.role != "filler"]
        at = said.index(item)
        return any(one.used and one.role == VALUE and one.field(VALUE) is named for one in (*said[max(0, at - 1) : at], *said[at + 1 : at + 2]))


def _several(group: Item, sentence: Sentence) -> bool:
    """Whether more than one group is asked for: "which wards have"; "species" is one as well as several."""
    at = sentence.items.index(group)
    for item in sentence.items[at + 1 : at + 2]:
        if item.tokens[0].key in _ONE:
            return False
    named = group.field(FIELD)
    titles = {word for title in named.title.values() for word in title.split()} if named else set()
    return any(token.plural and token.text not in titles for token in group.tokens)


def _groupable(item: Item) -> bool:
    named = item.field(FIELD)
    return named is not None and named.kind in GROUPABLE


def _measured(item: Item) -> Optional[Field]:
    named = item.field(TOTAL, FIELD)
    return named if named and named.kind in MEASURED else None

