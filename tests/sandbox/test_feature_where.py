"""What a `where` may say, and that no text ever becomes a part of the statement."""

from __future__ import annotations

import re
import sqlite3
from typing import Any, Callable, List, Optional, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.esri import EsriError
from bot.sandbox.feature_layers import Field, Layer
from bot.sandbox.feature_tokens import Sql
from bot.sandbox.feature_where import DEEPEST, MOST_CONDITIONS, having_clause, where_clause

LAYER = Layer(
    "Trees",
    "Trees",
    "",
    (),
    "point",
    (Field("OBJECTID", "id"), Field("NAME", "string"), Field("WARDID", "int"), Field("DAY", "date")),
    False,
    0,
    False,
)
# Every word and sign that a statement of ours may hold.
ALLOWED = re.compile(
    r"""\s|\(|\)|,|\?|=|<>|<=|>=|<|>|"(?:OBJECTID|NAME|WARDID|DAY)"|AND|OR|NOT|IN|LIKE|IS|NULL|BETWEEN|UPPER|LOWER
    |COUNT|SUM|AVG|MIN|MAX|STDDEV|VAR|\*|CAST|strftime|'%[Ym]'|/\ 1000|'unixepoch'|AS|INTEGER""",
    re.VERBOSE,
)
FRAGMENTS = (
    *"NAME WARDID DAY NOPE ' '' 'x' 1 -1 1e3 ( ) , = <> < ; -- /* */ \\ \" ` ? :x é % AND OR NOT IN LIKE IS NULL BETWEEN".split(),
    *("UPPER(NAME)", "DATE '2026-01-01'", "EXTRACT(YEAR FROM DAY)", "COUNT(*)", "NAME = 'x'", "WARDID > 1", "COUNT(OBJECTID) > 1"),
    *("UNION", "SELECT", "FROM", "DROP TABLE Trees", "sqlite_master", "load_extension('x')", "RANDOM()", "\0", "\n"),
)
WORDS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join))
# Alone, where a value belongs that nobody quoted properly, and after what would do alone.
TEXTS = st.one_of(WORDS, WORDS.map("NAME = '{}'".format), WORDS.map("NAME = 'x' {}".format), WORDS.map("COUNT(*) > 1 {}".format))


def read(text: str, clause: Callable[[str, Layer], Sql] = where_clause) -> Optional[Sql]:
    try:
        return clause(text, LAYER)
    except EsriError:
        return None


def fresh() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute('CREATE TABLE "Trees" (OBJECTID INTEGER PRIMARY KEY, NAME TEXT, WARDID INTEGER, DAY INTEGER)')
    return connection


@settings(max_examples=1500)
@given(TEXTS, st.sampled_from([where_clause, having_clause]))
def test_a_statement_holds_our_own_words_only_whatever_the_text(text: str, clause: Callable[[str, Layer], Sql]) -> None:
    found = read(text, clause)
    if found is None:
        return
    assert ALLOWED.sub("", found.text) == ""
    assert found.text.count("?") == len(found.values)
    if clause is where_clause:
        fresh().execute(f'SELECT 1 FROM "Trees" WHERE {found.text}', found.values)  # one statement, well formed


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
def test_a_value_finds_exactly_itself(value: str) -> None:
    found = where_clause("NAME = '{}'".format(value.replace("'", "''")), LAYER)
    assert found.values == (value,)
    connection = fresh()
    connection.executemany('INSERT INTO "Trees" (NAME) VALUES (?)', [(value,), ("another " + value,), (None,)])
    assert connection.execute(f'SELECT NAME FROM "Trees" WHERE {found.text}', found.values).fetchall() == [(value,)]


Row = Tuple[Optional[str], Optional[int]]
ROWS: List[Row] = [("Oak", 1), ("Oak", None), ("Elm", 2), (None, 3), ("St. Mary's", 10), ("elm", -1)]
Case = Tuple[str, Callable[[Row], Optional[bool]]]


def compared(index: int, value: Any, holds: Callable[[Any, Any], bool]) -> Callable[[Row], Optional[bool]]:
    return lambda row: None if row[index] is None else holds(row[index], value)


LEAVES: List[Case] = [
    ("NAME = 'Oak'", compared(0, "Oak", lambda one, other: one == other)),
    ("NAME <> 'Oak'", compared(0, "Oak", lambda one, other: one != other)),
    ("name = 'St. Mary''s'", compared(0, "St. Mary's", lambda one, other: one == other)),
    ("WARDID < 3", compared(1, 3, lambda one, other: one < other)),
    ("WARDID >= -1", compared(1, -1, lambda one, other: one >= other)),
    ("WARDID IN (1, 10)", compared(1, (1, 10), lambda one, other: one in other)),
    ("WARDID NOT IN (1, 10)", compared(1, (1, 10), lambda one, other: one not in other)),
    ("WARDID BETWEEN 1 AND 2", compared(1, (1, 2), lambda one, other: one in other)),
    ("WARDID IS NULL", lambda row: row[1] is None),
    ("NAME IS NOT NULL", lambda row: row[0] is not None),
    ("UPPER(NAME) LIKE 'EL%'", compared(0, "EL", lambda one, other: one.upper().startswith(other))),
    ("1 = 1", lambda row: True),
]


def negated(case: Case) -> Case:
    def holds(row: Row) -> Optional[bool]:
        inner = case[1](row)
        return None if inner is None else not inner

    return f"NOT ({case[0]})", holds


def joined(word: str, one: Case, other: Case) -> Case:
    def holds(row: Row) -> Optional[bool]:
        sides = (one[1](row), other[1](row))
        decides = word == "OR"  # a single true decides OR, a single false AND, whatever is unknown
        return decides if decides in sides else None if None in sides else not decides

    return f"({one[0]} {word} {other[0]})", holds


CASES: st.SearchStrategy[Case] = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(inner.map(negated), st.builds(joined, st.sampled_from(["AND", "OR"]), inner, inner)),
    max_leaves=8,
)


@settings(max_examples=300)
@given(CASES)
def test_a_condition_finds_the_rows_that_logic_says_it_does(case: Case) -> None:
    text, holds = case
    found = where_clause(text, LAYER)
    connection = fresh()
    connection.executemany('INSERT INTO "Trees" (NAME, WARDID) VALUES (?, ?)', ROWS)
    rows = connection.execute(f'SELECT NAME, WARDID FROM "Trees" WHERE {found.text} ORDER BY OBJECTID', found.values).fetchall()
    assert rows == [row for row in ROWS if holds(row)]


def test_and_binds_closer_than_or_and_not_closest() -> None:
    connection = fresh()
    connection.executemany('INSERT INTO "Trees" (NAME, WARDID) VALUES (?, ?)', ROWS)
    found = where_clause("NAME = 'Elm' OR NAME = 'Oak' AND NOT WARDID = 1", LAYER)
    assert connection.execute(f'SELECT NAME FROM "Trees" WHERE {found.text}', found.values).fetchall() == [("Elm",)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NOPE = 1", "no such field"),
        ("NAME = 1", "a text is no number"),
        ("WARDID = '1'", "a number is no text"),
        ("DAY > 1700000000000", "a date is no number"),
        ("DAY > '2026-01-01'", "a date is no text"),
        ("DAY > DATE '2026-13-01'", "no such day"),
        ("DAY > TIMESTAMP '2026-01-01'", "no time"),
        ("NAME LIKE 5", "a pattern is a text"),
        ("WARDID LIKE '1'", "a pattern needs a text"),
        ("WARDID IN ()", "an empty list"),
        ("WARDID NOT = 1", "no such comparison"),
        ("NAME = 'a' 'b'", "two values"),
        ("NAME = 'a", "an open quote"),
        ('NAME = "a"', "the wrong quotes"),
        ("(NAME = 'a'", "an open bracket"),
        ("NAME = 'a' --", "a comment"),
        ("1=1; SELECT 1", "two statements"),
        ("NAME", "nothing is said of it"),
        ("WARDID = 1 + 1", "no arithmetic"),
        ("EXTRACT(DAY FROM DAY) = 1", "years and months only"),
        ("EXTRACT(YEAR FROM NAME) = 2026", "a text has no year"),
        ("COUNT(*) > 1", "an aggregate belongs in having"),
        ("UPPER(WARDID) = 'A'", "a number has no case"),
        ("(" * (DEEPEST + 1) + "1=1" + ")" * (DEEPEST + 1), "too deep"),
        (" OR ".join(["1=1"] * (MOST_CONDITIONS + 1)), "too long"),
        ("WARDID IN (" + ",".join(["1"] * 1001) + ")", "too many values"),
        ("NAME = 'a\0b'", "SQLite would stop reading"),
    ],
)
def test_what_arcgis_would_refuse_is_refused(text: str, why: str) -> None:
    assert read(text) is None, why


def test_the_most_that_is_allowed_can_be_run() -> None:
    long, deep = " OR ".join(["WARDID = 1"] * MOST_CONDITIONS), "NOT (" * (DEEPEST // 2 - 1) + "1=1" + ")" * (DEEPEST // 2 - 1)
    for text in (long, deep):
        found = where_clause(text, LAYER)
        assert fresh().execute(f'SELECT COUNT(*) FROM "Trees" WHERE {found.text}', found.values).fetchone() == (0,)


def test_dates_are_utc() -> None:
    assert where_clause("DAY >= DATE '2026-01-01'", LAYER).values == (1767225600000,)
    assert where_clause("DAY < TIMESTAMP '2026-01-01 05:00:00'", LAYER).values == (1767243600000,)
