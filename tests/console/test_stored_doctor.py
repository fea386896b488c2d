"""What `resident doctor --production` says of what the record holds."""

from __future__ import annotations

import pytest
from django.db import connection

from bot.conversations.models import Conversation
from bot.running.doctor import STORED
from bot.running.tables import migrate
from bot.settings import read_settings
from tests.conversations.doing import write


@pytest.mark.usefixtures("console_database")
def test_a_migration_that_is_missing_and_a_key_that_opens_nothing_are_told() -> None:
    look = dict(STORED)
    config = read_settings({})
    assert look["tables"](config) == (True, "all migrations are applied")
    assert look["key"](config) == (True, "MASTER_KEY opens what is in the record")  # nothing yet
    write("resident", "hello")
    assert look["key"](config) == (True, "MASTER_KEY opens what is in the record")
    Conversation.objects.update(data_key_sealed=bytes(60))
    assert not look["key"](config)[0]
    assert migrate() == 1, "nothing starts with another key"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'review' AND name LIKE '0001%'")
    good, sentence = look["tables"](config)
    assert not good
    assert sentence.startswith("not migrated: review 0001_")
