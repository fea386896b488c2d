"""The records of the sandbox's layers: SQLite, one table per layer, made the first time a layer is asked for.

A table is made anew when the generator, the seeds, or, for a layer that grows, the day changes. The same day always gives the same rows.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing, contextmanager
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Iterator, Optional, Sequence

from bot.city import city
from bot.sandbox.feature_data import VERSION, records
from bot.sandbox.feature_layers import Layer, layers
from bot.sandbox.feature_shapes import Nearness, Shape
from bot.settings import settings

BUSY_TIMEOUT_S = 30.0
_COLUMNS = {"string": "TEXT", "int": "INTEGER", "double": "REAL", "date": "INTEGER", "id": "INTEGER PRIMARY KEY"}
_SEEDS = ("layers", "geocoder", "neighbourhoods", "wards", "facilities")
# The place of a record: its box, and its lines as JSON unless it is a point.
PLACE = ("_west", "_south", "_east", "_north", "_lines")


class FeatureStore:
    """The file of records. Every call opens it anew, so any thread may call."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._making = Lock()

    @contextmanager
    def reading(self, layer: Layer) -> Iterator[sqlite3.Connection]:
        """A connection that can only read, to a file in which the layer's table is of today."""
        self.prepare(layer, datetime.now(city().timezone).date())
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)) as connection:
            _teach(connection)
            yield connection

    def prepare(self, layer: Layer, today: date) -> None:
        """Makes the layer's table unless it is there."""
        stamp = f"{VERSION} {_seeds()} {today if layer.grows else ''}"
        with self._making, closing(sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS made (layer TEXT PRIMARY KEY, stamp TEXT NOT NULL)")
            made = connection.execute("SELECT stamp FROM made WHERE layer = ?", (layer.name,)).fetchone()
            if made is None or made[0] != stamp:
                _make(connection, layer, today)
                connection.execute("INSERT OR REPLACE INTO made VALUES (?, ?)", (layer.name, stamp))
                connection.execute("COMMIT")


@lru_cache(maxsize=1)
def feature_store() -> FeatureStore:
    """The records of this sandbox."""
    settings().state_folder.mkdir(parents=True, exist_ok=True)
    return FeatureStore(settings().state_folder.resolve() / "sandbox_layers.sqlite3")


def prepare_all() -> None:
    """Makes the tables of every layer that are not there."""
    today = datetime.now(city().timezone).date()
    for layer in layers().values():
        feature_store().prepare(layer, today)


def _make(connection: sqlite3.Connection, layer: Layer, today: date) -> None:
    """Fills a new table within a transaction that the caller commits."""
    connection.execute("PRAGMA synchronous=OFF")  # a lost file is made again
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f'DROP TABLE IF EXISTS "{layer.name}"')
    columns = [f'"{field.name}" {_COLUMNS[field.kind]}' for field in layer.fields]
    places = [f"{name} {'TEXT' if name == '_lines' else 'REAL'}" for name in PLACE]
    connection.execute(f'CREATE TABLE "{layer.name}" ({", ".join([*columns, *places])})')
    marks = ", ".join("?" * (len(layer.fields) + len(PLACE)))
    rows = ((number, *values, *_place(shape)) for number, (values, shape) in enumerate(records(layer, today), start=1))
    connection.executemany(f'INSERT INTO "{layer.name}" VALUES ({marks})', rows)  # noqa: S608  # names come from the seeds
    for field in layer.fields:
        if field.kind == "date" or field.name == "WARDID":
            connection.execute(f'CREATE INDEX "{layer.name}_{field.name}" ON "{layer.name}" ("{field.name}")')
    connection.execute(f'CREATE INDEX "{layer.name}_west" ON "{layer.name}" (_west, _south, _east, _north)')


def _place(shape: Shape) -> Sequence[Any]:
    if shape.kind == "point":
        ((point,),) = shape.lines
        return (*point, *point, None)
    return (*shape.box(), json.dumps(shape.lines))


def shape_of(kind: str, west: float, south: float, lines: Optional[str]) -> Shape:
    """The shape of a record from its columns."""
    return Shape(kind, (((west, south),),) if lines is None else tuple(json.loads(lines)))


def near_function(connection: sqlite3.Connection, kind: str, asked: Shape, metres: float) -> None:
    """Teaches SQLite `is_near(_west, _south, _lines)`: whether a record is at most so far from a shape."""
    nearness = Nearness(asked, metres)
    if kind == "point":
        connection.create_function("is_near", 3, lambda west, south, _: nearness.holds_point(west, south))
    else:
        connection.create_function("is_near", 3, lambda west, south, lines: nearness.holds(shape_of(kind, west, south, lines)))


def _teach(connection: sqlite3.Connection) -> None:
    """What SQLite lacks: LIKE that heeds case, UPPER beyond ASCII, statistics."""
    connection.execute("PRAGMA case_sensitive_like=ON")
    connection.create_function("UPPER", 1, lambda text: text if text is None else str(text).upper(), deterministic=True)
    connection.create_function("LOWER", 1, lambda text: text if text is None else str(text).lower(), deterministic=True)
    connection.create_aggregate("VAR", 1, _Variance)  # type: ignore[arg-type]  # typeshed knows aggregates of whole numbers only
    connection.create_aggregate("STDDEV", 1, _Deviation)  # type: ignore[arg-type]


class _Variance:
    """Of a sample. Welford's method: large values with small differences do not cancel out."""

    def __init__(self) -> None:
        self.count, self.mean, self.squares = 0, 0.0, 0.0

    def step(self, value: Optional[float]) -> None:
        if value is not None:
            self.count += 1
            off = value - self.mean
            self.mean += off / self.count
            self.squares += off * (value - self.mean)

    def finalize(self) -> Optional[float]:
        return self.squares / (self.count - 1) if self.count > 1 else None


class _Deviation(_Variance):
    def finalize(self) -> Optional[float]:
        variance = super().finalize()
        return None if variance is None else variance**0.5


@cache
def _seeds() -> int:
    """A number that changes with the sample data."""
    folder = settings().data_folder / "sandbox"
    return zlib.crc32(b"".join((folder / f"{name}.yml").read_bytes() for name in _SEEDS))
