"""Times in the database by quarters of an hour: the largest unit that every time zone's hours and days are made of."""

from __future__ import annotations

from typing import Any, Tuple

from django.db.models import BigIntegerField, Func

QUARTER_S = 15 * 60


class Quarter(Func):
    """The number of a time's quarter of an hour since 1970."""

    output_field = BigIntegerField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Tuple[str, Any]:
        return self.as_sql(compiler, connection, template=f"CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / {QUARTER_S}", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Tuple[str, Any]:
        return self.as_sql(compiler, connection, template=f"FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / {QUARTER_S})::bigint", **more)
