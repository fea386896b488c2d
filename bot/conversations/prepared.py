"""Queries and changes whose SQL is made once. Django makes it anew each time it asks, which takes ten times as long as the asking."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Callable, Dict, Generic, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql import UpdateQuery

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """In the place of a value that is given each time: `filter(key=Given("key"))`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Tuple[str, Tuple[Any, ...]]:
        return "%s", (self,)


@dataclass(frozen=True)
class _Made(Generic[Row]):
    """A query for one kind of database. `places`: what stands in the places of the SQL: values, and each `Given`.

    columns: the fields that come with a row, by the names of their attributes. converters: by the place of a column, what Django's
    fields make of its values.
    """

    model: type[Row]
    sql: str
    places: Sequence[Any]
    columns: Sequence[str]
    converters: Sequence[Tuple[int, Sequence[Callable[..., Any]], Any]]

    @classmethod
    def of(cls, query: QuerySet[Row]) -> _Made[Row]:
        compiler = query.query.get_compiler(query.db)
        sql, places = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select]
        found = compiler.get_converters(columns)
        converters = [(place, makes, column) for place, (makes, column) in found.items()]
        return cls(query.model, sql, places, [column.target.attname for column in columns], converters)

    def rows(self, connection: Any, found: Iterable[Sequence[Any]]) -> List[Row]:
        made = []
        for values in map(list, found):
            for place, makes, column in self.converters:
                for make in makes:
                    values[place] = make(values[place], column, connection)
            made.append(self.model.from_db(DEFAULT_DB_ALIAS, self.columns, values))
        return made


class Prepared(Generic[Row]):
    """A query for rows of one table, asked with other values each time.

    Args:
        query: makes it, with `Given` in the place of those values. It may join, order, cut, lock and leave columns out (`only`);
            rows of other tables are not fetched with it.
    """

    def __init__(self, query: Callable[[], QuerySet[Row]]) -> None:
        self._query = query
        self._made: Dict[str, _Made[Row]] = {}  # by kind of database

    def all(self, **given: Any) -> List[Row]:
        """The rows. A query that locks is asked inside a transaction."""
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._for(connection)
        with executed(connection, made.sql, _filled(made.places, given, connection)) as cursor:
            return made.rows(connection, cursor.fetchall())

    def exists(self, **given: Any) -> bool:
        """Whether there is a row; it is not made, which takes longer than the asking."""
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._for(connection)
        with executed(connection, made.sql, _filled(made.places, given, connection)) as cursor:
            return cursor.fetchone() is not None

    def one(self, **given: Any) -> Row:
        """The one row there is. Raises DoesNotExist of its table."""
        row = self.first(**given)
        if row is None:
            model: Any = self._query().model
            raise model.DoesNotExist
        return row

    def first(self, **given: Any) -> Optional[Row]:
        """The first row, None when there is none."""
        return next(iter(self.all(**given)), None)

    def _for(self, connection: Any) -> _Made[Row]:
        if connection.vendor not in self._made:
            self._made[connection.vendor] = _Made.of(self._query())
        return self._made[connection.vendor]


class PreparedUpdate:
    """A change of some rows, made with other values each time.

    Args:
        query: finds them, as in `Prepared`; it neither joins nor orders.
        changes: what each column gets: a value, an expression, or `Given`.
    """

    def __init__(self, query: Callable[[], QuerySet[Any]], **changes: Any) -> None:
        self._query, self._changes = query, changes
        self._made: Dict[str, Tuple[str, Sequence[Any]]] = {}  # by kind of database

    def make(self, **given: Any) -> int:
        """Changes the rows. Returns how many there were."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._made:
            self._made[connection.vendor] = update_sql(self._query(), self._changes)
        sql, places = self._made[connection.vendor]
        with executed(connection, sql, _filled(places, given, connection)) as cursor:
            return int(cursor.rowcount)


@contextmanager
def executed(connection: Any, sql: str, values: Sequence[Any]) -> Iterator[Any]:
    """A cursor that has run `sql`, which is as Django writes it; on SQLite without what Django does around it, unless somebody listens."""
    if connection.vendor != "sqlite" or connection.force_debug_cursor or connection.execute_wrappers:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            yield cursor
        return
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        cursor = connection.connection.execute(_for_sqlite(sql), values)
        try:
            yield cursor
        finally:
            cursor.close()


@cache
def _for_sqlite(sql: str) -> str:
    """With the marks that SQLite knows in the places of values."""
    return str(FORMAT_QMARK_REGEX.sub("?", sql)).replace("%%", "%")


def update_sql(rows: QuerySet[Any], changes: Mapping[str, Any]) -> Tuple[str, Sequence[Any]]:
    """The SQL of `rows.update(**changes)`, and what stands in its places: values, and each `Given`."""
    query: Any = rows.query.chain(UpdateQuery)
    query.add_update_values(changes)
    sql, places = query.get_compiler(rows.db).as_sql()
    return sql, places


def _filled(places: Sequence[Any], given: Mapping[str, Any], connection: Any) -> List[Any]:
    return [_adapted(given[place.name], connection) if isinstance(place, Given) else place for place in places]


def _adapted(value: Any, connection: Any) -> Any:
    """As Django gives such a value to the database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
