"""Finding messages by their words, on each database."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import List

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations import private_turns, retention
from bot.conversations.log_search import INDEX, MOST_WORDS, keep_triggers, matching, words_of
from bot.conversations.models import Conversation, InboundMessage
from tests.conversations.databases import sqlite, used_by_django
from tests.conversations.doing import conversation_of, write
from tests.conversations.test_inbox import dump


def found(text: str) -> List[str]:
    return list(InboundMessage.objects.filter(pk__in=matching(text)).order_by("id").values_list("text_masked", flat=True))


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("pothole", "a word"),
        ("POTHOLE", "capitals"),
        ("deep pothole", "words in any order"),
        ("pothole de", "the last word is a beginning"),
        ("  pothole ,  ", "what is around words"),
        ("pothole's", "the apostrophe ends a word: s is a beginning of side"),
        ("side-walk", "a hyphen does too"),
        ("26-000417", "a number with a hyphen"),
        ("“pothole” deep", "quotes"),
    ],
)
def test_every_word_counts_and_nothing_else(typed: str, why: str) -> None:
    text = "The pothole is deep, by the side-walk: 26-000417"
    write("one", text)
    write("two", "when is my garbage day")
    assert found(typed) == [text], why


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("typed", ["ecole", "École", "ÉCOLE", "e\u0301cole", "ecole fermee", "l'ecole"])
def test_accents_do_not_matter(typed: str) -> None:
    write("one", "L'école est-elle fermée à cause de la neige?")
    write("two", "when is my garbage day")
    assert found(typed) == ["L'école est-elle fermée à cause de la neige?"]


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    "typed",
    [
        "pothole OR garbage",
        "pothole NOT deep",
        "NEAR(pothole deep)",
        "text_masked:pothole",
        "^pothole x",
        "pot% hole",
        "p_thole",
        "pothole | garbage",
        "pothole & !street",
        "pothole <-> day",
        "'; DROP TABLE conversations_inboundmessage; --",
        '" OR 1=1',
        "pothole:*B x",
        "hole",
    ],
)
def test_what_looks_like_an_operator_is_text(typed: str) -> None:
    write("one", "The pothole is deep")
    write("two", "when is my garbage day")
    assert found(typed) == []
    assert len(found("the")) == 1


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("typed", ["", "   ", "*", "%", '"', "'", "-", "\\", "()", "\x00", "!&|"])
def test_without_a_word_nothing_is_found(typed: str) -> None:
    write("one", "The pothole is deep")
    assert found(typed) == []


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("word", ["pothole*", "pothole OR", "\x00pothole", "pothole\\", "pothole'--"])
def test_a_word_counts_whatever_stands_around_it(word: str) -> None:
    write("one", "OR is it a pothole")
    assert found(word) == ["OR is it a pothole"]


@pytest.mark.usefixtures("record")
def test_what_is_masked_is_not_to_be_found_and_its_mask_is() -> None:
    write("one", "I am canary.person@example.ca")
    assert found("canary") == []
    assert found("email") == ["I am [email]"]


@given(st.text(max_size=40))
def test_a_search_is_a_few_plain_words(typed: str) -> None:
    words = words_of(typed)
    assert len(words) <= MOST_WORDS
    assert all(word.isalnum() for word in words)


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("typed", ["²½", "ǅ Ⅷ", "日本語 text", "🚧 pothole 🚧", "a" * 5000, "İstanbul ß ŉ", "\ud7ff\ue000", "᾽ͅ"])
def test_any_text_can_be_searched_for(typed: str) -> None:
    write("one", "The pothole is deep")
    assert len(found(typed)) <= 1


@pytest.mark.usefixtures("record")
def test_a_text_that_changes_is_found_by_its_new_words_only() -> None:
    row = write("one", "the canary sings")
    InboundMessage.objects.filter(pk=row.pk).update(text_masked="the parrot talks")
    assert (found("canary"), found("parrot")) == ([], ["the parrot talks"])


def held_by(record: str, folder: Path) -> bytes:
    """The files of the database; of PostgreSQL its rows and what its index would be made of."""
    connection.close()
    return dump(record, folder)


def test_what_is_disposed_of_leaves_no_word_in_the_index(record: str, tmp_path: Path) -> None:
    write("over", "xylophonecanary question")
    write("kept", "something else")
    assert b"xylophonecanary" in held_by(record, tmp_path)
    Conversation.objects.filter(pk=conversation_of("over").pk).update(dispose_after=timezone.now().date() - timedelta(days=1))
    assert retention.dispose(timezone.now().date()) == 1
    assert found("xylophonecanary") == []
    assert found("something") == ["something else"]
    assert b"xylophonecanary" not in held_by(record, tmp_path)


def test_what_a_resident_deletes_leaves_no_word_in_the_index(record: str, tmp_path: Path) -> None:
    write("over", "xylophonecanary question")
    assert retention.erase("rest", "over")
    retention.write_over()
    assert found("xylophonecanary") == []
    assert b"xylophonecanary" not in held_by(record, tmp_path)


def test_what_is_forgotten_leaves_no_word_in_the_index(record: str, tmp_path: Path) -> None:
    row = write("over", "xylophonecanary question")
    InboundMessage.objects.filter(pk=row.pk).update(private=True, state="done")
    private_turns.wipe(conversation_of("over"))
    retention.write_over()
    assert found("xylophonecanary") == []
    assert found("forgotten") == ["[forgotten]"]
    assert b"xylophonecanary" not in held_by(record, tmp_path)


def test_the_index_is_kept_after_a_migration_that_rebuilt_the_table(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite3"
    shutil.copy(sqlite_template, path)
    with used_by_django(sqlite(path)):
        write("one", "before")
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'inbound_words_%'")
            names = [name for (name,) in cursor.fetchall()]
            assert len(names) == 4
            for name in names:
                cursor.execute(f"DROP TRIGGER {name}")
        keep_triggers()
        row = write("one", "afterwards")
        InboundMessage.objects.filter(pk=row.pk).update(text_masked="in the end")
        assert (found("before"), found("afterwards"), found("end")) == (["before"], [], ["in the end"])


@pytest.mark.usefixtures("record")
def test_a_search_uses_the_index() -> None:
    plan = InboundMessage.objects.filter(pk__in=matching("pothole"))
    if connection.vendor == "sqlite":
        assert f"SCAN {INDEX} VIRTUAL TABLE INDEX" in plan.explain()
        return
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
    assert "inbound_words" in plan.explain()
