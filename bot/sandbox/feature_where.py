"""The part of SQL-92 that ArcGIS's `where` and `having` may say, rewritten into SQLite with every value as a parameter.

Nothing of the text reaches the statement: names of fields are looked up, operators and functions are chosen from a list, values are bound.
Source: ArcGIS REST API, "Standardized SQL functions in ArcGIS Online". Dates are UTC, as there.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Callable, List, Optional

from bot.sandbox.esri import bad_query
from bot.sandbox.feature_layers import Field, Layer
from bot.sandbox.feature_tokens import Sql, Tokens

DEEPEST = 40  # brackets and NOTs within each other
MOST_CONDITIONS = 400  # SQLite's own limit is a tree of 1000
MOST_VALUES = 1000  # in one IN list
_COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_AGGREGATES = {"COUNT": "int", "SUM": "double", "AVG": "double", "MIN": "", "MAX": "", "STDDEV": "double", "VAR": "double"}
_PARTS = {"YEAR": "%Y", "MONTH": "%m"}
_FORMATS = {"DATE": "%Y-%m-%d", "TIMESTAMP": "%Y-%m-%d %H:%M:%S"}
_NUMBERS = ("int", "double", "id")
_EXTRACT = re.compile(r"EXTRACT\s*\(\s*(YEAR|MONTH)\s+FROM\s+([A-Za-z_][A-Za-z0-9_]*)\s*\)", re.IGNORECASE)


def where_clause(text: str, layer: Layer) -> Sql:
    """The condition. Raises EsriError."""
    return _Condition(text, layer, "where").whole()


def having_clause(text: str, layer: Layer) -> Sql:
    """The condition on groups: aggregates compared with values. Raises EsriError."""
    return _Condition(text, layer, "having").whole()


def column(field: Field) -> Sql:
    """A field in a statement: its name comes from `data/sandbox/layers.yml`, never from a request."""
    return Sql(f'"{field.name}"', kind=field.kind)


def known_field(layer: Layer, name: str) -> Field:
    """The field of this name. Raises EsriError."""
    field = layer.field(name.strip())
    if field is None:
        raise bad_query(f"'Invalid field: {name.strip()[:100]}' parameter is invalid")
    return field


def expression(text: str, layer: Layer) -> Sql:
    """A field, or EXTRACT(YEAR FROM field) and EXTRACT(MONTH FROM field). Raises EsriError."""
    found = _EXTRACT.fullmatch(text.strip())
    return _extract(found[1].upper(), known_field(layer, found[2])) if found else column(known_field(layer, text))


def aggregate(name: str, operand: Sql) -> Sql:
    """A statistic (COUNT, SUM, …) of a field or an expression. Raises EsriError for one that has none of this kind."""
    if name in ("SUM", "AVG", "STDDEV", "VAR") and operand.kind not in _NUMBERS:
        raise bad_query(f"'{name.lower()}' is a statistic of numbers only")
    return Sql(f"{name}({operand.text})", operand.values, _AGGREGATES[name] or operand.kind)


def _extract(part: str, field: Field) -> Sql:
    if field.kind != "date":
        raise bad_query(f"'{field.name}' is not a date")
    return Sql(f"CAST(strftime('{_PARTS[part]}', {column(field).text} / 1000, 'unixepoch') AS INTEGER)", kind="int")


class _Condition:
    """Every method reads what it is named after, from left to right, and raises EsriError for anything else."""

    def __init__(self, text: str, layer: Layer, parameter: str) -> None:
        self.tokens, self.layer = Tokens(text, parameter), layer
        self.of_groups = parameter == "having"
        self.depth = self.conditions = 0

    def whole(self) -> Sql:
        found = self.either()
        if self.tokens.at < len(self.tokens.tokens):
            raise self.tokens.wrong()
        return found

    def either(self) -> Sql:
        return self.joined("OR", self.both)

    def both(self) -> Sql:
        return self.joined("AND", self.condition)

    def joined(self, word: str, part: Callable[[], Sql]) -> Sql:
        parts: List[Sql] = [part()]
        while self.tokens.word(word):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return Sql(f"({f' {word} '.join(one.text for one in parts)})", tuple(value for one in parts for value in one.values))

    def condition(self) -> Sql:
        self.depth, self.conditions = self.depth + 1, self.conditions + 1
        if self.depth > DEEPEST or self.conditions > MOST_CONDITIONS:
            raise self.tokens.wrong()
        try:
            if self.tokens.word("NOT"):
                inner = self.condition()
                return Sql(f"(NOT {inner.text})", inner.values)
            if self.tokens.sign("("):
                inner = self.either()
                self.tokens.need(")")
                return inner
            return self.predicate()
        finally:
            self.depth -= 1

    def predicate(self) -> Sql:
        left = self.operand()
        if self.tokens.word("IS"):
            negated = "NOT " if self.tokens.word("NOT") else ""
            self.tokens.need("NULL")
            return Sql(f"({left.text} IS {negated}NULL)", left.values)
        negated = "NOT " if self.tokens.word("NOT") else ""
        if self.tokens.word("IN"):
            values = self.values(left)
            return _compared(left, f"{negated}IN ({', '.join(value.text for value in values)})", *values)
        if self.tokens.word("LIKE"):
            if left.kind != "string":
                raise self.tokens.wrong()
            pattern = self.value(left)
            return _compared(left, f"{negated}LIKE {pattern.text}", pattern)
        if self.tokens.word("BETWEEN"):
            low = self.value(left)
            self.tokens.need("AND")
            high = self.value(left)
            return _compared(left, f"{negated}BETWEEN {low.text} AND {high.text}", low, high)
        comparison = _COMPARISONS.get(self.tokens.take()[1])
        if comparison is None or negated:
            raise self.tokens.wrong()
        right = self.value(left)
        return _compared(left, f"{comparison} {right.text}", right)

    def values(self, left: Sql) -> List[Sql]:
        self.tokens.need("(")
        found = [self.value(left)]
        while self.tokens.sign(","):
            found.append(self.value(left))
        self.tokens.need(")")
        if len(found) > MOST_VALUES:
            raise self.tokens.wrong()
        return found

    def value(self, left: Sql) -> Sql:
        """An operand of the same kind as the left one: ArcGIS does not turn texts into numbers or dates."""
        found = self.operand()
        if found.kind != left.kind and not (found.kind in _NUMBERS and left.kind in _NUMBERS):
            raise self.tokens.wrong()
        return found

    def operand(self) -> Sql:
        kind, text = self.tokens.take()
        if kind == "string":
            return Sql("?", (text[1:-1].replace("''", "'"),), "string")
        if kind == "number" or text in ("-", "+"):
            return self.number(kind, text)
        if kind != "name":
            raise self.tokens.wrong()
        if text.upper() in _FORMATS and self.tokens.peek()[0] == "string":
            return self.moment(_FORMATS[text.upper()], self.tokens.take()[1][1:-1])
        if self.tokens.sign("("):
            found = self.function(text.upper())
            self.tokens.need(")")
            return found
        if self.of_groups:
            raise self.tokens.wrong()
        return column(known_field(self.layer, text))

    def number(self, kind: str, text: str) -> Sql:
        sign = -1 if text == "-" else 1
        if kind != "number":
            kind, text = self.tokens.take()
        if kind != "number":
            raise self.tokens.wrong()
        value = float(text)
        whole = text.isdecimal() and value < 2**53
        return Sql("?", (sign * (int(text) if whole else value),), "double")

    def moment(self, form: str, text: str) -> Sql:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=timezone.utc)
        except ValueError:
            raise self.tokens.wrong() from None
        return Sql("?", (round(moment.timestamp() * 1000),), "date")

    def function(self, name: str) -> Sql:
        """What stands in the brackets after a name."""
        return self.function_of_groups(name) if self.of_groups else self.function_of_records(name)

    def function_of_records(self, name: str) -> Sql:
        if name in ("UPPER", "LOWER"):
            inner = self.operand()
            if inner.kind == "string":
                return Sql(f"{name}({inner.text})", inner.values, "string")
        elif name == "EXTRACT":
            part = self.tokens.take()[1].upper()
            self.tokens.need("FROM")
            if part in _PARTS:
                return _extract(part, self.field())
        raise self.tokens.wrong()

    def function_of_groups(self, name: str) -> Sql:
        if name not in _AGGREGATES:
            raise self.tokens.wrong()
        if name == "COUNT" and self.tokens.sign("*"):
            return Sql("COUNT(*)", kind="int")
        return aggregate(name, column(self.field()))

    def field(self) -> Field:
        kind, text = self.tokens.take()
        if kind != "name":
            raise self.tokens.wrong()
        return known_field(self.layer, text)


def _compared(left: Sql, rest: str, *operands: Sql) -> Sql:
    return Sql(f"({left.text} {rest})", (*left.values, *(value for one in operands for value in one.values)))


def split_list(text: Optional[str]) -> List[str]:
    """The items of a list with commas: names or EXTRACT expressions, neither of which holds a comma."""
    return [item.strip() for item in (text or "").split(",") if item.strip()]
