"""Rows that are written with SQL made once. Django makes it anew each time it saves a row, which takes longer than the writing."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Sequence, Tuple

from django.db import connections, models
from django.db.models.functions import Now
from django.db.models.sql import InsertQuery

from bot.conversations.prepared import Given, executed, update_sql

_made: Dict[Tuple[Any, ...], Tuple[str, Sequence[Any]]] = {}  # SQL, and what stands in an UPDATE's places or behind the row of an INSERT


class QuickRow(models.Model):
    """A table whose `save` and `create` are quick. A row written with another expression than `Now()` takes Django's way."""

    class Meta:
        abstract = True

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *rest: Any) -> Any:  # type: ignore[override]
        """Django 5.2's, which has the same arguments. `values`: a field, None and its value for each. Returns whether the row is there."""
        if not values or not _are_plain(value for _, _, value in values):
            return super()._do_update(base_qs, using, pk_val, values, *rest)
        connection: Any = connections[using]
        pk = self._meta.pk
        key = ("update", connection.vendor, type(self), *((field.attname, type(value) is Now) for field, _, value in values))
        if key not in _made:
            changes = {field.name: value if type(value) is Now else Given(field.name) for field, _, value in values}
            _made[key] = update_sql(base_qs.filter(pk=Given(pk.name)), changes)
        sql, places = _made[key]
        given = {field.name: value if type(value) is Now else field.get_db_prep_save(value, connection) for field, _, value in values}
        given[pk.name] = pk.get_db_prep_save(pk_val, connection)
        with executed(connection, sql, [given[place.name] if isinstance(place, Given) else place for place in places]) as cursor:
            return bool(cursor.rowcount)

    def _do_insert(self, manager: Any, using: Any, fields: Any, returning_fields: Any, raw: bool) -> Any:
        """Likewise. Returns a row of what the database made: the values of `returning_fields`."""
        values = [getattr(self, field.attname) if raw else field.pre_save(self, True) for field in fields]
        if not _are_plain(values):
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        connection: Any = connections[using]
        key = (
            "insert",
            connection.vendor,
            type(self),
            *((field.attname, type(value) is Now) for field, value in zip(fields, values, strict=True)),
        )
        if key not in _made:
            _made[key] = self._insert_sql(using, fields, returning_fields)
        sql, behind = _made[key]
        given = [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True) if type(value) is not Now]
        with executed(connection, sql, [*given, *behind]) as cursor:
            return [connection.ops.fetch_returned_insert_columns(cursor, behind)] if returning_fields else []

    def _insert_sql(self, using: Any, fields: Any, returning_fields: Any) -> Tuple[str, Sequence[Any]]:
        query: Any = InsertQuery(type(self))
        query.insert_values(fields, [self])
        compiler = query.get_compiler(using)
        compiler.returning_fields = returning_fields
        [(sql, _)] = compiler.as_sql()
        return sql, compiler.returning_params


def _are_plain(values: Iterable[Any]) -> bool:
    return all(type(value) is Now or not hasattr(value, "as_sql") for value in values)
