"""What a message asks of a layer, part by part."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Dict, List, Optional, Set, Tuple

from bot.open_data.layers import Layer
from bot.open_data.query import Near, Value


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
    lots: Dict[str, List[Set[Value]]] = field(default_factory=dict)  # the values of a field that each phrase stands for
    together: Tuple[Tuple[Value, ...], ...] = ()
    near: Optional[Near] = None
    dates: Optional[Tuple[date, date]] = None
    unsaid: Optional[Tuple[date, date]] = None  # the days that are meant when none are said
    in_effect: bool = False  # rows that last: those of the days, not those that began then
    unsure_time: bool = False  # a time that may or may not be that of the layer's date
    two_times: bool = False  # times that are apart from each other
    here: bool = False  # a place that only the resident knows
    street: Optional[str] = None  # the rows are on it; "": a street that only the resident knows
    mine: Optional[str] = None  # a field whose value only the resident knows: "my ward"
    list_wanted: bool = False  # rows, not a number
    value_of: bool = False  # a measured field without a statistic
    groups_of_order: bool = False  # most or least, of groups that are not named
    by_sort: bool = False  # "the top 3", of groups that are not named: what rows of the layer are sorted into
    charted: bool = False  # a drawing, which only groups have
    total: bool = False  # a sum is named
    counted: bool = False
    everywhere: bool = False
    all_time: bool = False
    year_before: bool = False
    personal: bool = False
    left: List[str] = field(default_factory=list)  # words that nothing explains

    @property
    def says_nothing(self) -> bool:
        """Whether the layer is all that was named."""
        said = (self.statistic, self.counted, self.record, self.by, self.order, self.where, self.near, self.dates, self.here, self.mine)
        return not any(said) and self.street is None

    @property
    def several(self) -> List[str]:
        """Fields of which more than one value is meant."""
        return [name for name, values in self.where.items() if len(values) > 1]
