"""What city systems answered, kept: how long, when an older answer is given, and that many callers ask once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Callable, List

import pytest

from actions.clients.errors import CityError, Failure
from actions.clients.kept import Held, Kept
from actions.clients.ledger import ledger

NOON = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)


class City:
    """Answers with the number of the call, or fails; its clock stands still until it is moved."""

    def __init__(self) -> None:
        self.calls = 0
        self.failure: Failure | None = None
        self.now = NOON.timestamp()

    def load(self) -> int:
        self.calls += 1
        if self.failure:
            raise CityError(self.failure, "down")
        return self.calls


@pytest.fixture
def city() -> City:
    return City()


@pytest.fixture
def kept(city: City) -> Kept[int]:
    return Kept(ttl_s=60, stale_s=3600, clock=lambda: city.now)


def test_a_value_is_asked_for_once_until_its_time_is_over(kept: Kept[int], city: City) -> None:
    assert [kept.get("a", city.load) for _ in range(3)] == [Held(1)] * 3
    city.now += 60
    assert kept.get("a", city.load) == Held(2)


def test_each_key_has_its_own_value(kept: Kept[int], city: City) -> None:
    assert [kept.get(key, city.load).value for key in ("a", ("a", 1), "a")] == [1, 2, 1]


@pytest.mark.parametrize("failure", [Failure.UNREACHABLE, Failure.MALFORMED])
def test_when_the_city_fails_the_older_value_is_given_with_its_time(kept: Kept[int], city: City, failure: Failure) -> None:
    kept.get("a", city.load)
    city.now += 600
    city.failure = failure
    assert kept.get("a", city.load) == Held(1, NOON)
    city.failure = None
    assert kept.get("a", city.load) == Held(3)


def test_what_the_city_refuses_is_refused(kept: Kept[int], city: City) -> None:
    kept.get("a", city.load)
    city.now += 600
    city.failure = Failure.REFUSED
    with pytest.raises(CityError):
        kept.get("a", city.load)


def test_a_value_that_is_too_old_is_not_given(kept: Kept[int], city: City) -> None:
    kept.get("a", city.load)
    city.now += 3600
    city.failure = Failure.UNREACHABLE
    with pytest.raises(CityError):
        kept.get("a", city.load)


def test_without_any_older_value_the_failure_is_told(kept: Kept[int], city: City) -> None:
    city.failure = Failure.UNREACHABLE
    with pytest.raises(CityError):
        kept.get("a", city.load)
    city.failure = None
    assert kept.get("a", city.load) == Held(2)


def test_who_asks_for_a_fresh_value_gets_it_or_the_failure(kept: Kept[int], city: City) -> None:
    kept.get("a", city.load)
    assert kept.get("a", city.load, fresh=True) == Held(2)
    assert kept.get("a", city.load) == Held(2)
    city.failure = Failure.UNREACHABLE
    with pytest.raises(CityError):
        kept.get("a", city.load, fresh=True)
    assert kept.get("a", city.load) == Held(2)


def test_nothing_found_is_asked_for_again_where_the_client_says_so() -> None:
    answers: List[List[str]] = [[], ["200 King St W"]]
    kept: Kept[List[str]] = Kept(ttl_s=60, keep=bool)
    assert [kept.get("a", lambda: answers.pop(0)).value for _ in range(2)] == [[], ["200 King St W"]]


def test_the_value_not_asked_for_the_longest_makes_room(city: City) -> None:
    kept: Kept[int] = Kept(ttl_s=60, most=2, clock=lambda: city.now)
    for key in "abac":
        kept.get(key, city.load)
    assert [kept.get(key, city.load).value for key in "acb"] == [1, 3, 4]


def together(callers: int, ask: Callable[[], Held[int]]) -> List[Held[int] | CityError]:
    """What many get who ask at the same time."""

    def one() -> Held[int] | CityError:
        try:
            return ask()
        except CityError as err:
            return err

    with ThreadPoolExecutor(callers) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(callers)]]


@pytest.mark.parametrize("failure", [None, Failure.UNREACHABLE])
def test_many_who_ask_at_once_make_one_call_and_hear_the_same(kept: Kept[int], city: City, failure: Failure | None) -> None:
    city.failure = failure
    all_there = threading.Barrier(8, timeout=5)
    answered = threading.Event()

    def slow() -> int:
        answered.wait(5)
        return city.load()

    def ask() -> Held[int]:
        if all_there.wait() == 0:  # one of them, once all are about to ask
            threading.Timer(0.2, answered.set).start()
        return kept.get("a", slow)

    heard = together(8, ask)
    assert city.calls == 1
    assert all(isinstance(one, CityError) if failure else one == Held(1) for one in heard)


def test_who_waits_for_another_s_call_waits_no_longer_than_its_own_time(kept: Kept[int], city: City) -> None:
    begun, answered = threading.Event(), threading.Event()

    def hangs() -> int:
        begun.set()
        answered.wait(5)
        return 1

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kept.get, "a", hangs)
        begun.wait(5)
        city.failure = Failure.UNREACHABLE
        with ledger(0.05), pytest.raises(CityError):
            kept.get("a", city.load)
        answered.set()
        assert first.result() == Held(1)
