"""Live feeds as agencies send them, and the client against the sandbox's faults."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import responses
from google.protobuf import text_format
from google.transit import gtfs_realtime_pb2 as wire

from actions.clients.errors import Failure
from actions.clients.gtfs_realtime import Live, Realtime, RealtimeError, StopUpdate, read_alerts, read_trip_updates
from actions.clients.ledger import ledger
from tests.actions.feeds import FIXTURES
from tests.running import fault

BASE = "https://live.example/api"


def client(base_url: str) -> Realtime:
    return Realtime(base_url, trip_updates="tripupdates", alerts="alerts")


def example(name: str) -> wire.FeedMessage:
    return text_format.Parse((FIXTURES / name).read_text(encoding="utf-8"), wire.FeedMessage())


def test_the_sandbox_s_vehicles_are_live(sandbox: str) -> None:
    live = client(f"{sandbox}/transit").live()
    assert live.is_fresh(datetime.now(timezone.utc))
    assert all(update.start_date and update.route_id for updates in live.trips.values() for update in updates)


def test_the_sandbox_s_notices_are_in_both_languages(sandbox: str) -> None:
    alerts = client(f"{sandbox}/transit").alerts()
    now = datetime.now(timezone.utc)
    assert [alert.text("fr").split(" :")[0] for alert in alerts if alert.is_active(now)] == [
        "Ligne 20",
        "L'arrêt 1234 est 50 mètres plus à l'est (données d'exemple)",
    ]
    assert sum(not alert.is_active(now) for alert in alerts) == 1


@pytest.mark.parametrize(
    ("name", "failure"),
    [("slow", Failure.UNREACHABLE), ("html500", Failure.UNREACHABLE), ("429", Failure.UNREACHABLE), ("error200", Failure.MALFORMED)],
)
def test_each_fault_is_told_apart_from_nothing_known(sandbox: str, name: str, failure: Failure) -> None:
    realtime = client(f"{sandbox}/transit")
    for ask in (realtime.live, realtime.alerts):
        with fault(sandbox, "transit", name), ledger(0.8), pytest.raises(RealtimeError) as failed:
            ask()
        assert failed.value.failure is failure


def test_half_a_message_is_malformed(sandbox: str) -> None:
    with fault(sandbox, "transit", "truncated"), pytest.raises(RealtimeError) as failed:
        client(f"{sandbox}/transit").alerts()
    assert failed.value.failure is Failure.MALFORMED


def test_a_feed_without_entities_is_valid_and_says_nothing(sandbox: str) -> None:
    with fault(sandbox, "transit", "empty"):
        live = client(f"{sandbox}/transit").live()
    assert live.is_fresh(datetime.now(timezone.utc))
    assert (live.trips, live.added) == ({}, ())


def test_an_old_feed_is_not_live(sandbox: str) -> None:
    with fault(sandbox, "transit", "stale"):
        assert not client(f"{sandbox}/transit").live().is_fresh(datetime.now(timezone.utc))


@pytest.mark.parametrize(
    ("made", "fresh"),
    [
        (None, False),
        (timedelta(0), True),
        (timedelta(seconds=-119), True),
        (timedelta(seconds=-121), False),
        (timedelta(minutes=10), False),
    ],
)
def test_only_what_is_known_to_be_of_this_moment_is_live(made: Any, fresh: bool) -> None:
    now = datetime(2026, 11, 30, 13, 0, tzinfo=timezone.utc)
    assert Live(None if made is None else now + made).is_fresh(now) is fresh


@responses.activate
def test_one_answer_serves_everyone_for_a_while() -> None:
    message = example("trip-updates-full.asciipb").SerializeToString()
    responses.get(f"{BASE}/tripupdates", body=message, content_type="application/octet-stream")
    realtime = client(BASE)
    assert realtime.live() is realtime.live()
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    ("body", "status", "failure"),
    [
        (b"", 200, Failure.MALFORMED),
        (b"<html>sign in</html>", 200, Failure.MALFORMED),
        (b'{"header": {}}', 200, Failure.MALFORMED),
        (b"no", 403, Failure.REFUSED),
        (b"gone", 404, Failure.REFUSED),
    ],
)
def test_what_is_no_feed_is_an_error(body: bytes, status: int, failure: Failure) -> None:
    responses.get(f"{BASE}/tripupdates", body=body, status=status)
    with pytest.raises(RealtimeError) as failed:
        client(BASE).live()
    assert failed.value.failure is failure


def test_the_specification_s_example_of_trip_updates_is_read() -> None:
    live = read_trip_updates(example("trip-updates-full.asciipb"))
    assert live.made == datetime(2010, 9, 14, 9, 44, 28, tzinfo=timezone.utc)
    (simple,) = live.trips["trip-1"]
    assert simple.stops == (StopUpdate(3, "", False, None, 5), StopUpdate(8, "", False, None, 1), StopUpdate(10, "", False))
    (frequent,) = live.trips["frequency-expanded-trip"]
    assert (frequent.start_time, frequent.stops[0].delay_s) == ("11:15:35", -2)


def test_the_specification_s_example_of_notices_is_read() -> None:
    (alert,) = read_alerts(example("alerts.asciipb"))
    assert alert.informed == (("219", ""), ("", "16230"), ("100", "16299"))
    assert alert.text("fr") == "Stop at Elm street is closed, temporary stop at Oak street"  # it has English only
    assert alert.is_active(datetime.fromtimestamp(1284457468, timezone.utc))
    assert not alert.is_active(datetime.fromtimestamp(1284457467, timezone.utc))
    assert not alert.is_active(datetime.fromtimestamp(1284468073, timezone.utc))
