"""How often something may be tried, whoever tries and however many at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Callable, List

import pytest
from django.utils import timezone

from bot.conversations import attempts, retention
from bot.conversations.attempts import (
    FIRST_LOCK,
    LONGEST_LOCK,
    STARTS_PER_ACCOUNT,
    STARTS_PER_SENDER,
    TRIES_PER_SENDER,
    failed,
    may_search_ticket,
    may_start,
    may_try,
)
from bot.conversations.models import Attempts, Conversation
from tests.conversations.doing import conversation_of, write
from tests.conversations.processes import environment
from tests.running import ROOT

pytestmark = pytest.mark.usefixtures("record")

HOUR_S = 3600
ACCOUNT = "210000017"


def later(seconds: float) -> None:
    """As if time had passed for every counter."""
    passed = timedelta(seconds=seconds)
    for row in Attempts.objects.all():
        row.times, row.at = [at - seconds for at in row.times], row.at - passed
        row.locked_until = row.locked_until - passed if row.locked_until else None
        row.save()


def guess(conversation: str) -> int:
    """A wrong code, if one may be tried: the seconds to wait otherwise."""
    wait_s = may_try(conversation)
    if wait_s == 0:
        failed(conversation)
    return wait_s


def guesses_until_locked(conversation: str) -> int:
    """How many wrong codes are let through in a row; the wait that stopped them is over a minute."""
    done = 0
    while guess(conversation) == 0:
        done += 1
    return done


def test_an_account_gets_five_codes_an_hour_whoever_asks() -> None:
    waits = [may_start(f"sender {number}", "utility", ACCOUNT) for number in range(STARTS_PER_ACCOUNT + 1)]
    assert waits[:-1] == [0] * 5
    assert HOUR_S - 60 < waits[-1] <= HOUR_S
    assert may_start("another", "utility", "210000025") == 0
    later(HOUR_S - waits[-1] + waits[-1] + 1)
    assert may_start("another", "utility", ACCOUNT) == 0


@pytest.mark.parametrize("written", ["2100 00017", "210-000-017", " 210000017 "])
def test_spaces_and_hyphens_make_no_other_account(written: str) -> None:
    for number in range(STARTS_PER_ACCOUNT):
        may_start(f"sender {number}", "utility", ACCOUNT)
    assert may_start("another", "utility", written) > 0


def test_the_same_number_of_another_kind_is_another_account() -> None:
    for number in range(STARTS_PER_ACCOUNT):
        may_start(f"sender {number}", "utility", ACCOUNT)
    assert may_start("another", "property_tax", ACCOUNT) == 0


def test_a_sender_gets_ten_codes_an_hour_for_whatever_accounts() -> None:
    waits = [may_start("sender", "utility", str(number)) for number in range(STARTS_PER_SENDER + 1)]
    assert waits[:-1] == [0] * 10
    assert waits[-1] > 0
    assert may_start("another", "utility", "0") == 0


def test_everybody_together_gets_no_more_than_the_city_pays_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "STARTS_IN_TOTAL", 3)
    waits = [may_start(f"sender {number}", "utility", str(number)) for number in range(4)]
    assert [wait > 0 for wait in waits] == [False, False, False, True]


def test_what_is_refused_counts_against_nobody() -> None:
    for number in range(STARTS_PER_ACCOUNT):
        may_start(f"sender {number}", "utility", ACCOUNT)
    refused = [may_start("eager", "utility", ACCOUNT) for _ in range(STARTS_PER_SENDER)]
    assert all(refused)
    assert may_start("eager", "utility", "210000025") == 0


def test_the_hour_slides_so_that_no_two_hours_worth_fit_around_its_end() -> None:
    assert [may_start(f"early {number}", "utility", ACCOUNT) for number in range(2)] == [0, 0]
    later(HOUR_S - 60)
    assert [may_start(f"late {number}", "utility", ACCOUNT) for number in range(3)] == [0, 0, 0]
    later(120)
    waits = [may_start(f"next {number}", "utility", ACCOUNT) for number in range(3)]
    assert [wait > 0 for wait in waits] == [False, False, True]


def test_fifteen_wrong_codes_lock_a_sender_each_time_for_twice_as_long() -> None:
    locks: List[int] = []
    for _ in range(7):
        assert guesses_until_locked("sender") == TRIES_PER_SENDER == 15
        locks.append(round(may_try("sender") / HOUR_S))
        later(may_try("sender") + 1)
    assert locks == [1, 2, 4, 8, 16, 24, 24]
    assert (FIRST_LOCK, LONGEST_LOCK) == (timedelta(hours=1), timedelta(days=1))
    assert may_try("another") == 0


def test_being_asked_again_while_locked_changes_nothing() -> None:
    guesses_until_locked("sender")
    later(600)
    for _ in range(20):
        guess("sender")
        failed("sender")
    assert HOUR_S - 660 < may_try("sender") <= HOUR_S - 600


def test_a_right_code_in_between_does_not_open_the_lock() -> None:
    for _ in range(14):
        guess("sender")
    assert may_try("sender") == 0  # it was right: nothing failed
    assert may_try("sender") > 0


def test_who_was_quiet_for_a_week_begins_anew() -> None:
    guesses_until_locked("sender")
    later(may_try("sender") + 1)
    guesses_until_locked("sender")
    later(8 * 24 * HOUR_S)
    retention.forget_bill_access()
    assert not Attempts.objects.exists()
    guesses_until_locked("sender")
    assert may_try("sender") <= HOUR_S


def test_house_is_kept_without_losing_a_count() -> None:
    guesses_until_locked("sender")
    later(60)
    retention.forget_bill_access()
    assert may_try("sender") > 0


def test_a_deleted_conversation_is_no_way_around(record: str) -> None:
    write("resident", "hello")
    first = conversation_of("resident").key
    guesses_until_locked(first)
    assert retention.erase("rest", "resident")
    write("resident", "hello")
    second = conversation_of("resident").key
    assert first != second
    assert may_try(second) > 0


def test_a_ticket_is_looked_for_five_times_an_hour_and_a_sender_looks_ten_times() -> None:
    waits = [may_search_ticket(f"sender {number}", "700 1234") for number in range(6)]
    assert [wait > 0 for wait in waits] == [False] * 5 + [True]
    waits = [may_search_ticket("sender", str(number)) for number in range(11)]
    assert [wait > 0 for wait in waits] == [False] * 10 + [True]


@pytest.mark.parametrize(
    ("one", "most"),
    [
        (lambda number: may_start(f"sender {number}", "utility", ACCOUNT), 5),
        (lambda number: may_start("sender", "utility", str(number)), 10),
        (lambda number: guess("sender"), 15),
        (lambda number: may_search_ticket(f"sender {number}", "7001234"), 5),
    ],
)
def test_at_once_no_more_are_let_through_than_one_after_the_other(one: Callable[[int], int], most: int) -> None:
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(one, range(24)))
    assert waits.count(0) == most


def test_limits_outlive_a_restart_and_hold_in_every_process(record: str) -> None:
    code = (
        "from bot.conversations.attempts import may_start; print([may_start('sender', 'utility', '210000017') for _ in range(3)].count(0))"
    )
    let_through = [
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment(record), capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert [int(count) for count in let_through] == [3, 2]
    assert may_start("sender", "utility", "210000017") > 0


def test_a_clock_that_was_set_back_locks_nobody_out_for_longer() -> None:
    guesses_until_locked("sender")
    later(-30 * 24 * HOUR_S)  # what was written seems to come from the future
    assert 0 < may_try("sender") <= 24 * HOUR_S


def test_counters_hold_neither_account_nor_sender() -> None:
    may_start("conversation key", "utility", ACCOUNT)
    assert not Conversation.objects.exists()
    assert Attempts.objects.count() == 3
    for row in Attempts.objects.all().values():
        assert ACCOUNT not in str(row)
        assert "conversation key" not in str(row)
        assert row["at"] <= timezone.now() + timedelta(minutes=1)
