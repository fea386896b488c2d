"""PostgreSQL stopped, hung, slow, full, read-only, damaged and with a clock that jumps, under residents who go on writing."""

from __future__ import annotations

import os
import re
import resource
import time
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List

import pytest

from tests.faults.conftest import ANSWER, QUESTION
from tests.faults.parts import WORKERS
from tests.faults.proxy import failing
from tests.faults.system import FaultSystem
from tests.faults.town import LIMIT_S, Town, behind

pytestmark = pytest.mark.faults
DEADLINE_S = 45  # as it is by default
NUMBER = re.compile(r"\b\d{2}-\d{6}\b")
CITY_PHONE = "519-741-2345"
OUTAGE_S = float(os.environ.get("OUTAGE_S", "8"))


def write(town: Town, people: int = 6) -> List[Future[Any]]:
    """Residents of both channels write, all at once and for as long as it takes to be accepted."""
    phones = [behind(town.phone().texts, QUESTION) for _ in range(people)]
    return [*phones, *(behind(town.caller().says, QUESTION) for _ in range(people))]


def all_are_answered(town: Town, writing: List[Future[Any]]) -> None:
    assert not wait(writing, LIMIT_S).not_done
    assert all(isinstance(done.result(), dict) or ANSWER in done.result() for done in writing)
    for phone in town.phones:
        assert ANSWER in phone.reads(1)[0]


@contextmanager
def stopped(system: FaultSystem, how: str) -> Iterator[None]:
    system.postgres.stop(how)
    try:
        yield
    finally:
        system.postgres.start()


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_database_that_stops_under_load_costs_nobody_an_answer(town: Town, how: str) -> None:
    before = write(town)
    time.sleep(1)
    with stopped(town.system, how):
        refused = town.system.says("somebody", QUESTION)
        during = write(town)
        time.sleep(OUTAGE_S)
    after = write(town)
    assert refused.status_code == 503
    assert CITY_PHONE in refused.json()["error"]
    all_are_answered(town, [*before, *during, *after])


def test_a_form_goes_on_with_the_right_address_after_the_database_was_restarted(town: Town) -> None:
    caller = town.caller()
    assert "210 King St W" in caller.describes_a_pothole()
    with stopped(town.system, "immediate"):
        pass
    said = caller.chooses("Send it")
    (filed,) = town.system.filed(caller.word)
    assert NUMBER.findall(said) == [filed["service_request_id"]]
    assert filed["address"] == "210 King St W"


def test_while_the_database_hangs_residents_are_told_so_and_afterwards_everything_is_answered(town: Town) -> None:
    """The connections stay open and nothing comes back."""
    with failing(town.system.database.values(), silent=True):
        refused = town.system.says("somebody", QUESTION)
        assert refused.status_code == 503
        assert CITY_PHONE in refused.json()["error"]
        assert town.system.health()["database"] == "down"
        writing = write(town)
        time.sleep(OUTAGE_S)
    all_are_answered(town, writing)


def test_a_slow_database_is_only_slow(town: Town) -> None:
    with failing(town.system.database.values(), delay_s=0.1):
        all_are_answered(town, write(town, people=2))


@contextmanager
def read_only(system: FaultSystem) -> Iterator[None]:
    """As a server that fell back to being a copy, or one that protects itself."""
    set_read_only(system, "on")
    try:
        yield
    finally:
        set_read_only(system, "off")


def set_read_only(system: FaultSystem, mode: str) -> None:
    system.postgres.administer(f"ALTER DATABASE resident SET default_transaction_read_only = {mode}")
    system.postgres.administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'resident'")


@contextmanager
def full(system: FaultSystem) -> Iterator[None]:
    """Every row that is added is refused in PostgreSQL's words for a full disk (SQLSTATE 53100)."""
    tables = ("conversations_inboundmessage", "conversations_outboundmessage", "conversations_heartbeat", "tracker_turns")
    system.rows(
        "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
    )
    for table in tables:
        system.rows(f"CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION disk_full()")
    try:
        yield
    finally:
        system.rows("DROP FUNCTION disk_full CASCADE")


@pytest.mark.parametrize("trouble", [read_only, full], ids=lambda trouble: trouble.__name__)
def test_a_database_that_takes_nothing_is_told_and_costs_nobody_an_answer(town: Town, trouble: Any) -> None:
    before = write(town, people=2)
    with trouble(town.system):
        refused = town.system.says("somebody", QUESTION)
        during = write(town, people=2)
        time.sleep(3)
    assert refused.status_code == 503
    all_are_answered(town, [*before, *during])


def test_damaged_rows_cost_one_resident_what_was_said_before_and_nobody_else_anything(town: Town) -> None:
    pids = {part: town.system.pid_of(part) for part in (*WORKERS, "assistant", "gateway")}
    without_rows, without_key, other = town.caller(), town.caller(), town.caller()
    for caller in (without_rows, other):
        caller.describes_a_pothole()
    without_key.says("hello")
    town.system.rows("UPDATE tracker_events SET data = '\\x00ff' WHERE conversation = %s", [without_rows.conversation])
    town.system.rows("UPDATE conversations_conversation SET data_key_sealed = '\\x00' WHERE key = %s", [without_key.conversation])
    assert ANSWER in without_rows.says(QUESTION)
    assert ANSWER in without_key.says(QUESTION)
    assert NUMBER.search(other.chooses("Send it"))
    assert {part: town.system.pid_of(part) for part in pids} == pids


def test_no_nul_in_any_field_ends_a_process_or_reaches_the_database(town: Town) -> None:
    pids = {part: town.system.pid_of(part) for part in (*WORKERS, "assistant", "gateway", "actions")}
    phone, nul = town.phone(), "gar\0bage"
    assert town.system.says(f"a{nul}", "hello").status_code == 400
    assert town.system.says("somebody", "hello", message_id=nul).status_code == 400
    assert ANSWER in town.caller().says("they skipped my gar\0bage")
    phone.texts("they skipped my gar\0bage")
    assert ANSWER in phone.reads(1)[0]
    for field in ("MessageSid", "From", "To", "NumMedia", "AccountSid", "FromCity"):
        assert phone.posts({**phone.form("hello"), field: nul}).status_code in (200, 400, 403)
    assert {part: town.system.pid_of(part) for part in pids} == pids


def test_a_text_delivered_again_a_day_later_is_no_second_turn(town: Town) -> None:
    phone = town.phone()
    form = phone.texts(QUESTION)
    phone.settles(form)
    for columns in (("inboundmessage", "received_at", "finished_at"), ("outboundmessage", "created_at", "sent_at")):
        town.system.rows("UPDATE conversations_{0} SET {1} = {1} - interval '1 day', {2} = {2} - interval '1 day'".format(*columns))
    assert phone.posts(form).status_code == 200
    assert len(phone.shows()) == 1
    assert ANSWER in phone.says(f"{QUESTION} again")


def test_a_clock_set_back_an_hour_in_the_middle_of_a_form_changes_nothing(town: Town) -> None:
    """All that is stored is an hour ahead then."""
    caller, phone = town.caller(), town.phone()
    caller.describes_a_pothole()
    phone.says("hello")
    for table, columns in {
        "conversations_inboundmessage": ["received_at", "finished_at"],
        "conversations_outboundmessage": ["created_at", "due_at", "sent_at"],
        "conversations_conversation": ["last_message_at", "due_at", "lease_until"],
        "conversations_route": ["free_at"],
        "conversations_pace": ["free_at"],
        "conversations_leadership": ["until"],
        "conversations_heartbeat": ["at"],
    }.items():
        town.system.rows(
            f"UPDATE {table} SET {', '.join(f'{column} = {column} + interval {chr(39)}1 hour{chr(39)}' for column in columns)}"
        )
    town.system.rows("UPDATE tracker_events SET timestamp = timestamp + 3600, created_at = created_at + 3600")
    said = caller.chooses("Send it")
    (filed,) = town.system.filed(caller.word)
    assert NUMBER.findall(said) == [filed["service_request_id"]]
    assert ANSWER in phone.says(QUESTION)


def test_without_room_for_logs_residents_are_answered(town: Town) -> None:
    """Whoever writes the logs may not make a file larger."""
    manager = int((town.system.state / "run" / "supervisord.pid").read_text())
    before = resource.prlimit(manager, resource.RLIMIT_FSIZE)
    resource.prlimit(manager, resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        all_are_answered(town, write(town, people=2))
    finally:
        resource.prlimit(manager, resource.RLIMIT_FSIZE, before)
    log = town.system.state / "logs" / "gateway.log"
    size = log.stat().st_size
    town.caller().says(QUESTION)
    town.system.wait_for(lambda: log.stat().st_size > size)


def test_a_backup_restored_into_a_new_database_goes_on_where_it_was(town: Town) -> None:
    caller = town.caller()
    caller.describes_a_pothole()
    before = counts(town.system)
    town.system.postgres.replace_by_a_backup_of_itself()
    assert counts(town.system) == before
    assert before["conversations_inboundmessage"] > 0
    said = caller.chooses("Send it")
    (filed,) = town.system.filed(caller.word)
    assert NUMBER.findall(said) == [filed["service_request_id"]]


def counts(system: FaultSystem) -> Dict[str, int]:
    """Rows by table, without those that come and go by themselves."""
    tables = [name for (name,) in system.rows("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")]
    passing = {"conversations_heartbeat", "conversations_leadership"}
    return {table: system.rows(f'SELECT count(*) FROM "{table}"')[0][0] for table in sorted({*tables} - passing)}
