"""What the data say in the resident's language: values, what they are about, and the lines of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, List, Optional, Tuple

from babel.dates import get_month_names

from actions.open_data.running import Result, Row
from actions.words import LOCALES, joined, line, spoken_date, spoken_money, spoken_number, spoken_percent, today, word
from bot.open_data.layers import CATEGORY, LENGTH, MONEY, Field, Layer
from bot.open_data.query import COUNT, GROUPS, MONTH, PERIODS, YEAR, Query, Value

KILOMETRES_FROM = 10_000  # metres: a longer total is read in kilometres
LEAST_SHARE = 0.005  # less would be shown as none
FIRST_DAY = date(1900, 1, 1)  # of a time without a beginning
_ADDED = (COUNT, "sum")  # measures whose groups make up a whole


@dataclass(frozen=True)
class Bar:
    """One group as it is told and drawn."""

    label: str
    value: float
    shown: str


class Telling:
    """Words for one question in one language."""

    def __init__(self, layer: Layer, query: Query, language: str) -> None:
        self.layer, self.query, self.language = layer, query, language
        self.measured = layer.field(query.measure.field or "")

    @property
    def title(self) -> str:
        return self.layer.title[self.language]

    @property
    def question(self) -> str:
        """The whole question in short: "Building permits, by ward (2023)"."""
        if self.query.want == GROUPS:
            return self.heading
        name = "open_data_number_of" if self.measured is None else "open_data_question"
        return line(name, self.language, measure=self.measure, rows=self.rows(2), scope=self.scope)

    @property
    def heading(self) -> str:
        """What a list of groups is of."""
        return line("open_data_chart", self.language, measure=self.measure, by=self.by, scope=self.scope)

    @property
    def superlative(self) -> str:
        """What the single record is: "longest", or "highest construction value" where there is no word for it."""
        field, most = self.measured, self.query.measure.statistic == "max"
        if field is None:
            raise ValueError("a record of nothing")
        said = (field.most if most else field.least).get(self.language)
        return said[0] if said else line(f"open_data_{self.query.measure.statistic}", self.language, field=field.title[self.language])

    def rows(self, count: float) -> str:
        """What the records are called, one or several: in French none is one."""
        one, several = self.layer.row[self.language]
        return one if count == 1 or (self.language == "fr" and count == 0) else several

    @property
    def measure(self) -> str:
        """What was worked out: "average construction value"; for a count the layer itself."""
        if self.measured is None:
            return self.title
        said = line(f"open_data_{self.query.measure.statistic}", self.language, field=self.measured.title[self.language])
        return said[0].upper() + said[1:]

    @property
    def wanted(self) -> str:
        """The field that a record must have to be told: the one that is measured, else the layer's date."""
        field = self.measured or self.layer.field(self.layer.date or "")
        return field.title[self.language] if field else ""

    @property
    def by(self) -> str:
        """What the groups are of: "ward", "year"."""
        field = self.layer.field(self.query.by or "")
        return field.title[self.language] if field else word("open_data", str(self.query.by), self.language)

    @property
    def scope(self) -> str:
        """Which records it is about, in brackets; nothing when it is all of them."""
        parts = [self.condition(one) for one in self.query.where]
        if self.query.near:
            metres = spoken_number(self.query.near.metres, self.language)
            parts.append(line("open_data_near", self.language, metres=metres, place=self.query.near.place))
        if self.query.dates:
            parts.append(self._when(self._days(*self.query.dates)))
        elif self.query.by == MONTH:
            parts.append(word("open_data", "all_years", self.language))
        return line("open_data_scope", self.language, parts=", ".join(parts)) if parts else ""

    def condition(self, field_id: str) -> str:
        """Which values a field must have: "demolition", "ward 2 and ward 3"."""
        field, values = self.layer.field(field_id), self.query.where[field_id]
        if field is None:
            raise ValueError(f"{self.layer.id} has no field {field_id}")
        return joined([self._said(value, field) for value in values], self.language)

    def _when(self, days: str) -> str:
        """What the days are of, for rows that last: their first day, or all of their time."""
        if self.query.in_effect:
            return line("open_data_in_effect", self.language, days=days)
        begins = self.layer.field(self.layer.date or "") if self.layer.until else None
        return line("open_data_value", self.language, title=begins.title[self.language], value=days) if begins else days

    def _days(self, first: date, last: date) -> str:
        """A span as short as it can be said."""
        whole_years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
        if whole_years and first.year == last.year:
            return str(first.year)
        if whole_years:
            return line("open_data_span", self.language, first=first.year, last=last.year)
        begins, ends = (spoken_date(day, self.language, year=True, weekday=False) for day in (first, last))
        if first == last:
            return begins
        if first.day == 1 and (first.year, first.month) == (last.year, last.month) and (last + timedelta(days=1)).day == 1:
            return f"{self._month(first.month)} {first.year}"
        if first <= FIRST_DAY:
            return line("open_data_until", self.language, last=ends)
        return line("open_data_days", self.language, first=begins, last=ends)

    def _month(self, month: int) -> str:
        return str(get_month_names("wide", "stand-alone", locale=LOCALES[self.language])[month])

    def value(self, value: Any, field: Optional[Field] = None) -> str:
        """A value as residents read it; without a field it is a count."""
        return spoken_number(value, self.language, decimals=0) if field is None else self._said(value, field)

    def measured_value(self, value: Any) -> str:
        return self.value(value, self.measured)

    def _said(self, value: Any, field: Field) -> str:
        if value is None:
            return word("open_data", "not_given", self.language)
        if isinstance(value, datetime):
            return spoken_date(value.date(), self.language, year=True, weekday=False)
        known = field.value(value)
        if known is not None:
            return known.title[self.language]
        if field.kind == CATEGORY or isinstance(value, str):
            return str(value)
        if field.kind == MONEY:
            return spoken_money(value, self.language)
        if field.kind == LENGTH and field.unit == "m" and abs(value) >= KILOMETRES_FROM:
            return f"{spoken_number(value / 1000, self.language)}\u00a0km"
        return f"{spoken_number(value, self.language)}\u00a0{field.unit}" if field.unit else spoken_number(value, self.language)

    def bars(self, result: Result) -> List[Bar]:
        """The groups that have a value, in their order; a count or total of kinds comes with its share of the whole."""
        whole = sum(row.value or 0 for row in result.rows)
        field = self.layer.field(self.query.by or "")
        shares = self.query.measure.statistic in _ADDED and self.query.by not in PERIODS and whole > 0 and not (field and field.numbered)
        found = []
        for row in result.rows:
            if row.value is None:
                continue
            shown = self.measured_value(row.value)
            if shares and row.value / whole >= LEAST_SHARE:
                shown = line("open_data_share", self.language, value=shown, share=spoken_percent(row.value / whole, self.language))
            found.append(Bar(self._key(row, field), float(row.value), shown))
        return found

    def _key(self, row: Row, field: Optional[Field]) -> str:
        if row.key is None:
            return word("open_data", "not_given", self.language)
        if self.query.by == YEAR:
            return self._year(int(row.key))
        if self.query.by == MONTH:
            return self._month(int(row.key))
        if field is None:
            return str(row.key)
        return self._several(row.key, field) if isinstance(row.key, tuple) else self._said(row.key, field)

    def _year(self, year: int) -> str:
        """A year, and how much of it when the days that were asked about or today cut it."""
        first, last = self.query.dates or (FIRST_DAY, today())
        if first > date(year, 1, 1):
            return line("open_data_year_from", self.language, year=year, day=spoken_date(first, self.language, weekday=False))
        if year == today().year and last >= today():
            return line("open_data_so_far", self.language, year=year)
        if last < date(year, 12, 31):
            return line("open_data_year_until", self.language, year=year, day=spoken_date(last, self.language, weekday=False))
        return str(year)

    def _several(self, values: Tuple[Value, ...], field: Field) -> str:
        """Values that are one group, by the word that all of them have: "maple"."""
        names = [one.synonyms.get(self.language, ()) for one in map(field.value, values) if one]
        shared = [name for name in names[0] if all(name in others for others in names)] if names else []
        return shared[0] if shared else joined([self._said(value, field) for value in values], self.language)

    def record(self, result: Result) -> List[str]:
        """The lines of a single record, what is empty left out; what it was chosen for comes first."""
        first = self.query.measure.field
        values = sorted((result.record or {}).items(), key=lambda pair: pair[0] != first)
        lines = []
        for field_id, value in values:
            field = self.layer.field(field_id)
            if field is not None and value is not None:
                title = field.title[self.language]
                lines.append(line("open_data_value", self.language, title=title[0].upper() + title[1:], value=self._said(value, field)))
        return lines
