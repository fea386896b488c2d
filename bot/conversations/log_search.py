"""Finding what residents wrote by its words: the masked text of messages, without regard to case and accents.

SQLite: an FTS5 index that reads its text from the table of messages and is kept by triggers. PostgreSQL: a GIN index on what
`conversation_words` makes of the text. Migration 0010 makes both.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, List

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.expressions import RawSQL

from bot.conversations.models import InboundMessage

INDEX = "conversations_inbound_words"
LARGEST_ID = 2**63 - 1
MOST_WORDS = 12  # of a search; more do not make it clearer
_WORD = re.compile(r"[^\W_]+")
_DELETE = f"INSERT INTO {INDEX} ({INDEX}, rowid, text_masked) VALUES ('delete', old.id, old.text_masked);"  # noqa: S608
_INSERT = f"INSERT INTO {INDEX} (rowid, text_masked) VALUES (new.id, new.text_masked);"  # noqa: S608
_WRITE_OVER = f"INSERT INTO {INDEX} ({INDEX}) VALUES ('optimize')"  # noqa: S608
_TABLE = "conversations_inboundmessage"
_TRIGGERS = (
    f"CREATE TRIGGER IF NOT EXISTS inbound_words_insert AFTER INSERT ON {_TABLE} BEGIN {_INSERT} END",
    f"CREATE TRIGGER IF NOT EXISTS inbound_words_delete AFTER DELETE ON {_TABLE} BEGIN {_DELETE} END",
    f"CREATE TRIGGER IF NOT EXISTS inbound_words_update AFTER UPDATE OF text_masked ON {_TABLE} "
    f"WHEN old.text_masked IS NOT new.text_masked BEGIN {_DELETE} {_INSERT} END",
    # Whoever disposes of conversations leaves a record of it, last: then the words themselves leave the file too.
    f"CREATE TRIGGER IF NOT EXISTS inbound_words_dispose AFTER INSERT ON conversations_disposal BEGIN {_WRITE_OVER}; END",
)


def matching(text: str, first: int = 0, last: int = LARGEST_ID) -> QuerySet[InboundMessage, int]:
    """The keys of the messages that hold every word of a text, the last one as a beginning ("gar" finds "garbage").

    Whatever else is typed (quotes, `*`, `%`, operators) only separates words; without any word nothing is found.

    Args:
        first, last: only keys from one to the other; the index is read no further.
    """
    found = InboundMessage.objects.values_list("pk", flat=True)
    if (first, last) != (0, LARGEST_ID):  # a range that is none would lead the planner to the keys instead of the words
        found = found.filter(pk__gte=first, pk__lte=last)
    words = words_of(text)
    if not words:
        return found.none()
    if connection.vendor == "sqlite":
        query = " ".join(f'"{word}"' for word in words) + "*"
        rows = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s AND rowid BETWEEN %s AND %s"  # noqa: S608
        return found.filter(pk__in=RawSQL(rows, [query, first, last]))  # noqa: S611
    return found.filter(_Holds(F("text_masked"), Value(" & ".join(f"'{word}'" for word in words) + ":*"), output_field=BooleanField()))


def words_of(text: str) -> List[str]:
    """The words of a search as both indexes have them: small letters without accents."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return _WORD.findall(plain.lower())[:MOST_WORDS]


class _Holds(Func):
    """Whether the text of the first expression matches the query of the second."""

    template = "(conversation_words(%(expressions)s))"
    arg_joiner = ") @@ to_tsquery('simple', "


def write_over() -> None:
    """Takes the words of deleted texts out of the file: SQLite's index keeps them, marked as deleted, until it is merged into one piece."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_OVER)


def keep_triggers(**_: Any) -> None:
    """Makes the triggers that are missing: a migration that rebuilds a table of SQLite drops those it had. For `post_migrate`."""
    if connection.vendor == "sqlite" and INDEX in connection.introspection.table_names():
        with connection.cursor() as cursor:
            for trigger in _TRIGGERS:
                cursor.execute(trigger)
