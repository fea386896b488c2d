"""Full-text search of what residents wrote, and the visits of turns that were over before visits were kept."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import migrations

_ACCENTED = [chr(code) for code in range(0xC0, 0x250)]  # Latin letters; a base that is no single plain letter stays as it is
_BASES = {letter: unicodedata.normalize("NFKD", letter)[0] for letter in _ACCENTED}
_PLAIN = {letter: base.lower() for letter, base in _BASES.items() if base.isascii() and base.isalpha()}
_SEPARATORS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡¿«»‘’“”„…–—·•"  # PostgreSQL would take addresses, signs and hyphens for parts of a word

_POSTGRES = [
    # IMMUTABLE holds: what is called depends neither on tables nor on settings. The empty dictionary `simple` leaves words as they are.
    "CREATE FUNCTION conversation_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
    "SELECT pg_catalog.to_tsvector('pg_catalog.simple', pg_catalog.translate($1, '{old}', '{new}')) $$",
    "CREATE INDEX inbound_words ON conversations_inboundmessage USING gin (conversation_words(text_masked))",
]
_SQLITE = [
    "CREATE VIRTUAL TABLE conversations_inbound_words USING fts5 "
    "(text_masked, content='conversations_inboundmessage', content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
    "INSERT INTO conversations_inbound_words (conversations_inbound_words) VALUES ('rebuild')",
]


def make_index(apps: Any, schema_editor: Any) -> None:
    """The triggers of SQLite's are made behind every migration, see `log_search.keep_triggers`."""
    old = "".join(_PLAIN) + _SEPARATORS.replace("'", "''")
    new = "".join(_PLAIN.values()) + " " * len(_SEPARATORS)
    with schema_editor.connection.cursor() as cursor:
        for statement in _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRES:
            cursor.execute(statement.replace("{old}", old).replace("{new}", new))


def drop_index(apps: Any, schema_editor: Any) -> None:
    triggers = [f"DROP TRIGGER IF EXISTS inbound_words_{event}" for event in ("insert", "update", "delete", "dispose")]
    sqlite = [*triggers, "DROP TABLE conversations_inbound_words"]
    postgres = ["DROP INDEX inbound_words", "DROP FUNCTION conversation_words(text)"]
    with schema_editor.connection.cursor() as cursor:
        for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgres:
            cursor.execute(statement)


def fill_visits(apps: Any, schema_editor: Any) -> None:
    """Turns that are over and belong to no visit; without any, nothing is loaded."""
    models = {name: apps.get_model("conversations", name) for name in ("Conversation", "InboundMessage", "Visit", "TurnSummary")}
    if not models["InboundMessage"].objects.filter(state="done", summary=None).exists():
        return
    from bot.conversations.backfill import fill

    fill(models["Conversation"], models["InboundMessage"], models["Visit"], models["TurnSummary"])


class Migration(migrations.Migration):
    dependencies = [("conversations", "0009_visits")]

    operations = [
        migrations.RunPython(fill_visits, migrations.RunPython.noop),
        migrations.RunPython(make_index, drop_index),
    ]
