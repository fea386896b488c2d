"""The assistant's tables: whole turns, once, sealed, on every database there is to test on."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any, Iterator, List

import pytest
import sqlalchemy as sa

from bot.assistant.rows import AlreadyStoredError, NewEvent, Rows, Stored, opened
from bot.sealing import SealError
from tests.conversations import databases

HELLO = NewEvent("user", 1.0, '{"text": "hello from Elm Street"}')
START = NewEvent("session_started", 1.0, "{}", starts_session=True)


@pytest.fixture(params=databases.kinds())
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'state' / 'tracker.sqlite3'}"
    else:
        with databases.postgres_database() as name:
            yield databases.postgres(name)


@pytest.fixture
def rows(url: str) -> Iterator[Rows]:
    made = Rows(url)
    yield made
    made._engine.dispose()


def said(rows: Rows, conversation: str) -> List[str]:
    return opened(conversation, rows.last_session(conversation))


def test_a_turn_comes_back_in_order_and_only_in_its_conversation(rows: Rows) -> None:
    rows.store_turn("one", "t1", [START, HELLO, NewEvent("bot", 2.0, '{"text": "hi"}')], '{"messages": []}', Stored())
    assert said(rows, "one") == ["{}", HELLO.data, '{"text": "hi"}']
    assert said(rows, "two") == []
    assert rows.answer_of("one", "t1") == '{"messages": []}'
    assert rows.answer_of("one", "t2") is None
    assert rows.answer_of("two", "t1") is None


def test_a_turn_is_stored_once(rows: Rows) -> None:
    rows.store_turn("one", "t1", [START, HELLO], '"first"', Stored())
    with pytest.raises(AlreadyStoredError):
        rows.store_turn("one", "t1", [HELLO], '"second"', rows.last_session("one"))
    assert len(said(rows, "one")) == 2
    assert rows.answer_of("one", "t1") == '"first"'


def test_of_two_turns_that_saw_the_same_rows_only_one_is_stored_and_whole(rows: Rows) -> None:
    rows.store_turn("one", "t0", [START], '"zero"', Stored())
    seen = rows.last_session("one")
    results: List[str] = []

    def store(name: str) -> None:
        try:
            rows.store_turn("one", name, [HELLO, HELLO], f'"{name}"', seen)
            results.append(name)
        except AlreadyStoredError:
            pass

    threads = [threading.Thread(target=store, args=(name,)) for name in ("t1", "t2", "t3", "t4")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 1
    assert [rows.answer_of("one", name) for name in ("t1", "t2", "t3", "t4")].count(None) == 3
    assert len(said(rows, "one")) == 3


def test_only_the_last_session_is_loaded(rows: Rows) -> None:
    rows.store_turn("one", "t1", [START, HELLO], '""', Stored())
    rows.store_turn("one", "t2", [NewEvent("slot", 2.0, '"old"'), START, NewEvent("user", 3.0, '"new"')], '""', rows.last_session("one"))
    assert said(rows, "one") == ["{}", '"new"']
    assert rows.last_session("one").last_sequence == 5


def test_nothing_readable_is_in_the_database(rows: Rows, url: str) -> None:
    rows.store_turn("one", "t1", [START, HELLO], '{"messages": [{"text": "Elm Street"}]}', Stored())
    with sa.create_engine(url).connect() as connection:
        tables = [connection.execute(sa.text(f"SELECT * FROM {table}")).all() for table in ("tracker_events", "tracker_turns")]
    assert [len(table) for table in tables] == [2, 1]
    for value in (value for table in tables for row in table for value in row):
        assert b"Elm Street" not in (bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode())


def test_a_row_copied_to_another_conversation_does_not_open_there(rows: Rows, url: str) -> None:
    rows.store_turn("one", "t1", [START, HELLO], '""', Stored())
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("UPDATE tracker_events SET conversation = 'two'"))
    with pytest.raises(SealError):
        said(rows, "two")


def test_however_many_old_rows_there_are_a_statement_takes_only_so_many(rows: Rows, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.assistant.rows.PURGED_AT_ONCE", 2)
    for turn in ("t1", "t2", "t3", "t4", "t5"):
        rows.store_turn("one", turn, [START, HELLO], '""', rows.last_session("one"))
    deleted: List[int] = []

    def count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("DELETE"):
            deleted.append(cursor.rowcount)

    sa.event.listen(rows._engine, "after_cursor_execute", count)
    assert rows.purge(older_than_days=-1) == 15
    assert (max(deleted), sum(deleted)) == (2, 15)


def test_old_rows_are_purged_and_the_conversation_goes_on(rows: Rows, url: str) -> None:
    rows.store_turn("one", "t1", [START, HELLO], '""', Stored())
    with sa.create_engine(url).begin() as connection:
        for table in ("tracker_events", "tracker_turns"):
            connection.execute(sa.text(f"UPDATE {table} SET created_at = created_at - 8 * 86400"))
    rows.store_turn("one", "t2", [START, HELLO], '""', rows.last_session("one"))
    assert rows.purge(older_than_days=7) == 3
    assert rows.answer_of("one", "t1") is None
    assert rows.answer_of("one", "t2") == '""'
    assert said(rows, "one") == ["{}", HELLO.data]
    rows.store_turn("one", "t3", [HELLO], '""', rows.last_session("one"))
    assert len(said(rows, "one")) == 3


def test_what_is_forgotten_leaves_the_tables_and_the_file_with_the_turn_that_forgets_it(rows: Rows, url: str) -> None:
    rows.store_turn("one", "t1", [START, HELLO], '"old answer"', Stored())
    rows.store_turn("one", "t2", [START, HELLO], '"new answer"', rows.last_session("one"))
    rows.store_turn("two", "t1", [START, HELLO], '"another answer"', Stored())
    columns = (("tracker_events", "data"), ("tracker_turns", "answer"))
    with sa.create_engine(url).connect() as connection:
        found = [connection.execute(sa.text(f"SELECT {what} FROM {table} WHERE conversation = 'one'")) for table, what in columns]
        sealed = [bytes(value) for result in found for value in result.scalars()]
        rows.store_turn("one", "t3", [START], '"forgotten"', rows.last_session("one"), forget=True)  # while another process is connected
        assert len(sealed) == 6
        if url.startswith("sqlite"):
            place = Path(url.removeprefix("sqlite:///"))
            raw = b"".join(file.read_bytes() for file in place.parent.glob(f"{place.name}*"))
            assert not any(value in raw for value in sealed)

    assert said(rows, "one") == ["{}"]
    assert [rows.answer_of("one", turn) for turn in ("t1", "t2", "t3")] == [None, None, '"forgotten"']
    assert said(rows, "two") == ["{}", HELLO.data]
    assert rows.answer_of("two", "t1") == '"another answer"'
    rows.store_turn("one", "t4", [HELLO], '""', rows.last_session("one"))
    assert said(rows, "one") == ["{}", HELLO.data]


def test_a_turn_that_forgets_leaves_what_came_since_and_is_not_stored(rows: Rows) -> None:
    rows.store_turn("one", "t1", [START, HELLO], '"first"', Stored())
    seen = rows.last_session("one")
    rows.store_turn("one", "t2", [HELLO], '"second"', seen)
    with pytest.raises(AlreadyStoredError):
        rows.store_turn("one", "t3", [START], '"forgotten"', seen, forget=True)
    assert said(rows, "one") == ["{}", HELLO.data, HELLO.data]
    assert rows.answer_of("one", "t1") == '"first"'
    assert rows.answer_of("one", "t3") is None


def test_of_an_erased_conversation_nothing_is_left_and_a_turn_under_way_cannot_be_stored(rows: Rows, url: str) -> None:
    rows.store_turn("one", "t1", [START, HELLO], '"answer"', Stored())
    rows.store_turn("two", "t1", [START, HELLO], '"another"', Stored())
    seen = rows.last_session("one")
    columns = (("tracker_events", "data"), ("tracker_turns", "answer"))
    with sa.create_engine(url).connect() as connection:
        found = [connection.execute(sa.text(f"SELECT {what} FROM {table} WHERE conversation = 'one'")) for table, what in columns]
        sealed = [bytes(value) for result in found for value in result.scalars()]
    assert len(sealed) == 3

    rows.erase(["one", "never begun"])

    with sa.create_engine(url).connect() as connection:
        left = connection.execute(sa.text("SELECT conversation, turn_id, data FROM tracker_events WHERE conversation != 'two'")).all()
    assert sorted((name, turn, bytes(data)) for name, turn, data in left) == [("never begun", "", b""), ("one", "", b"")]
    if url.startswith("sqlite"):
        place = Path(url.removeprefix("sqlite:///"))
        raw = b"".join(file.read_bytes() for file in place.parent.glob(f"{place.name}*"))
        assert not any(value in raw for value in sealed)
    for conversation, before in (("one", seen), ("never begun", Stored())):
        with pytest.raises(AlreadyStoredError):
            rows.store_turn(conversation, "t2", [HELLO], '"late"', before)
    assert rows.answer_of("one", "t1") is None
    assert said(rows, "two") == ["{}", HELLO.data]
    rows.erase(["one"])
    assert rows.purge(older_than_days=-1) > 0


def test_turns_stored_while_a_conversation_is_erased_are_gone_or_refused(rows: Rows) -> None:
    rows.store_turn("one", "t0", [START], '"zero"', Stored())
    stored: List[str] = []

    def store() -> None:
        for number in range(20):
            try:
                rows.store_turn("one", f"t{number + 1}", [HELLO], '""', rows.last_session("one"))
                stored.append(f"t{number + 1}")
            except AlreadyStoredError:
                return

    thread = threading.Thread(target=store)
    thread.start()
    rows.erase(["one"])
    seen = rows.last_session("one")
    thread.join()
    assert all(rows.answer_of("one", name) is None for name in ["t0", *stored[: seen.last_sequence - 2]])


def test_an_unreachable_database_is_an_error_and_heals(tmp_path: Path) -> None:
    place = tmp_path / "tracker.sqlite3"
    place.mkdir()  # a folder where the file should be
    rows = Rows(f"sqlite:///{place}")
    for attempt in (rows.check, lambda: rows.last_session("one"), lambda: rows.store_turn("one", "t1", [HELLO], "", Stored())):
        with pytest.raises(sa.exc.OperationalError):
            attempt()
    place.rmdir()
    rows.check()
    rows.store_turn("one", "t1", [START, HELLO], '""', Stored())
    assert len(said(rows, "one")) == 2


def test_what_was_stored_survives_the_process(tmp_path: Path) -> None:
    place = tmp_path / "tracker.sqlite3"
    Rows(f"sqlite:///{place}").store_turn("one", "t1", [START, HELLO], '""', Stored())
    with sqlite3.connect(place) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert said(Rows(f"sqlite:///{place}"), "one") == ["{}", HELLO.data]
