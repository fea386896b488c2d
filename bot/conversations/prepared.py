"""Queries whose SQL is made once. Django makes it anew each time it asks, which takes ten times as long as the asking."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Dict, Generic, List, Optional, Tuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Expression, Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """In the place of a value that is given each time: `filter(key=Given("key"))`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Tuple[str, Tuple[Any, ...]]:
        return "%s", (self,)


class Prepared(Generic[Row]):
    """A query for rows of one table, asked with other values each time.

    Args:
        query: makes it, with `Given` in the place of those values. It may join, order, cut, lock and leave columns out (`only`);
            rows of other tables are not fetched with it.
    """

    def __init__(self, query: Callable[[], QuerySet[Row]]) -> None:
        self._query = query
        self._made: Dict[str, Tuple[type[Row], str, Tuple[Any, ...]]] = {}  # by kind of database

    def all(self, **given: Any) -> List[Row]:
        """The rows. A query that locks is asked inside a transaction."""
        model, sql, values = self._asked(given)
        return list(model._default_manager.raw(sql, values))

    def exists(self, **given: Any) -> bool:
        """Whether there is a row; it is not made, which takes longer than the asking."""
        _, sql, values = self._asked(given)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
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

    def _asked(self, given: Dict[str, Any]) -> Tuple[type[Row], str, List[Any]]:
        if connection.vendor not in self._made:
            query = self._query()
            self._made[connection.vendor] = (query.model, *query.query.sql_with_params())
        model, sql, parameters = self._made[connection.vendor]
        return model, sql, [_adapted(given[value.name]) if isinstance(value, Given) else value for value in parameters]


def _adapted(value: Any) -> Any:
    """As Django gives such a value to the database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
