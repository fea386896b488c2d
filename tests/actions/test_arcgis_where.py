"""Where clauses: what they select, and that no resident's words change what they are. SQLite reads them as a database of its own."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from typing import Any, List, Sequence, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.clients.arcgis_shapes import Field
from actions.clients.arcgis_where import MOST_LETTERS, Condition, Contains, During, Is, Known, Value, where_clause
from bot.city import city

FIELDS = {
    "NAME": Field("NAME", "esriFieldTypeString"),
    "SPACES": Field("SPACES", "esriFieldTypeInteger"),
    "RATE": Field("RATE", "esriFieldTypeDouble"),
    "OPENED": Field("OPENED", "esriFieldTypeDate"),
}
ROWS = [("St. Mary's", 3, 2.5), ("Café O'Neil", 12, None), ("100% Pure", 0, 0.0), ("x' OR '1'='1", 7, 1.0), (None, 1, 9.0), ("  ", 2, 4.0)]
ANYTHING = st.one_of(
    st.text(max_size=60),
    st.text("'\"%_\\;-/*()[]= ORandx\u02bc\u2032\uff07\n\0é", max_size=60),
    st.sampled_from(
        ["' OR '1'='1", "x'; DROP TABLE t; --", "'' OR 1=1 --", "%' OR NAME LIKE '%", "\\' OR 1=1", "DATE '2026-01-01'", "1=1", "*"]
    ),
)


def clause(*conditions: Condition) -> str:
    return where_clause(conditions, FIELDS, city().timezone)


def selected(where: str, rows: Sequence[Tuple[Any, ...]] = ROWS) -> List[Tuple[Any, ...]]:
    """The rows that a database selects with this clause."""
    assert len(rows) > 0
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t (NAME TEXT, SPACES INTEGER, RATE REAL)")
        database.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
        return database.execute(f"SELECT NAME, SPACES, RATE FROM t WHERE {where}").fetchall()


def structure(where: str) -> str:
    """The clause with every text and number that stands for a value taken out, as SQL reads it."""
    return re.sub(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b", "?", where)


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        ([Is("NAME", ("St. Mary's",))], ["St. Mary's"]),
        ([Is("NAME", ("St. Mary's", "Café O'Neil"))], ["St. Mary's", "Café O'Neil"]),
        ([Is("SPACES", (12,))], ["Café O'Neil"]),
        ([Is("SPACES", ("12", 7))], ["Café O'Neil", "x' OR '1'='1"]),
        ([Is("RATE", (2.5,))], ["St. Mary's"]),
        ([Contains("NAME", "mary's")], ["St. Mary's"]),
        ([Contains("NAME", "100%")], ["100% Pure"]),
        ([Contains("NAME", "%")], []),
        ([Contains("NAME", "")], []),
        ([Is("NAME", ())], []),
        ([Known("NAME"), Known("RATE"), Is("SPACES", (1, 2, 3))], ["St. Mary's", "  "]),
        ([], [row[0] for row in ROWS]),
    ],
)
def test_a_condition_selects_what_it_says(conditions: List[Condition], names: List[Any]) -> None:
    assert [row[0] for row in selected(clause(*conditions))] == names


@given(ANYTHING)
def test_no_words_change_what_is_compared(words: str) -> None:
    rows = [*ROWS, (words, 99, None)]
    found = selected(clause(Is("NAME", (words,))), rows)
    assert structure(clause(Is("NAME", (words,)))) == "NAME = ?"
    assert len({row[0] for row in found}) <= 1
    if re.fullmatch(r"[\w '.;=*()-]*", words, re.ASCII):
        assert (words, 99, None) in found


@given(ANYTHING)
def test_no_words_change_what_is_searched(words: str) -> None:
    where = clause(Contains("NAME", words))
    assert structure(where) in ("UPPER(NAME) LIKE ?", "?=?")
    text = where.partition("LIKE ")[2]
    inside = text[2:-2] if len(words) < MOST_LETTERS - 2 else ""
    assert not re.search(r"[%_\[\]^\\]", inside)
    selected(where)


@given(st.lists(ANYTHING, min_size=2, max_size=5))
def test_no_words_leave_the_list_they_are_in(words: List[str]) -> None:
    where = clause(Is("NAME", tuple(words)), Known("SPACES"))
    assert structure(where) == f"NAME IN ({', '.join('?' * len(words))}) AND SPACES IS NOT NULL"
    selected(where)


@given(st.one_of(ANYTHING, st.floats(), st.integers()))
def test_a_field_of_numbers_takes_numbers_only(value: Value) -> None:
    try:
        where = clause(Is("SPACES", (value,)))
    except (ValueError, OverflowError):
        return
    assert re.fullmatch(r"SPACES = -?\d+(\.\d+)?(e[+-]?\d+)?", where)


@given(st.text(min_size=1, max_size=30))
def test_a_field_that_is_not_on_the_list_is_not_asked_for(name: str) -> None:
    if name in FIELDS:
        return
    for condition in (Is(name, ("x",)), Contains(name, "x"), Known(name), During(name, ((None, None),))):
        with pytest.raises(ValueError, match="no field"):
            clause(condition)


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        # Toronto is five hours behind UTC in winter and four in summer.
        (
            During("OPENED", ((date(2026, 1, 1), date(2026, 6, 30)),)),
            "((OPENED >= TIMESTAMP '2026-01-01 05:00:00' AND OPENED < TIMESTAMP '2026-07-01 04:00:00'))",
        ),
        (During("OPENED", ((None, date(2026, 1, 1)),), or_empty=True), "((OPENED < TIMESTAMP '2026-01-02 05:00:00') OR OPENED IS NULL)"),
        (During("OPENED", ((date(2026, 1, 1), None),)), "((OPENED >= TIMESTAMP '2026-01-01 05:00:00'))"),
        (During("OPENED", ((None, None),)), "(OPENED IS NOT NULL)"),
        (
            During("OPENED", ((date(2024, 2, 1), date(2024, 2, 29)), (date(2025, 2, 1), date(2025, 2, 28)))),
            "((OPENED >= TIMESTAMP '2024-02-01 05:00:00' AND OPENED < TIMESTAMP '2024-03-01 05:00:00')"
            " OR (OPENED >= TIMESTAMP '2025-02-01 05:00:00' AND OPENED < TIMESTAMP '2025-03-01 05:00:00'))",
        ),
    ],
)
def test_days_are_those_of_the_city(condition: During, where: str) -> None:
    assert clause(condition) == where
