"""Who is let into the web chat, and how often: pure functions."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.timeline import Position
from bot.gateway import limits, webchat
from bot.gateway.limits import Limit, place
from bot.gateway.rest import NotAllowedError
from bot.gateway.webchat import allowed_origin, new_session, read_position, token_of, verified, written
from bot.settings import Settings

SITE = "https://www.city.example"


def test_a_session_is_let_in_for_a_day_after_its_last_message(monkeypatch: pytest.MonkeyPatch) -> None:
    session = new_session(SITE)
    token = token_of(session)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + timedelta(hours=23).total_seconds())
    assert verified(f"Bearer {token}", SITE) == session
    renewed = token_of(session)
    monkeypatch.setattr(time, "time", lambda: now + timedelta(hours=25).total_seconds())
    with pytest.raises(NotAllowedError):
        verified(f"Bearer {token}", SITE)
    assert verified(f"Bearer {renewed}", SITE) == session
    assert verified(f"Bearer {token}", SITE, valid_for=None) == session, "for deleting it"


def test_nobody_gets_the_address_of_another() -> None:
    addresses = {new_session(SITE).address for _ in range(100)}
    assert len(addresses) == 100
    assert min(map(len, addresses)) >= 22  # 128 bits


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("https://chat.city.example", "gateway.internal", True),  # a proxy that changes the name we are called by
        (SITE, "chat.city.example", True),
        ("https://WWW.city.example", "chat.city.example", False),
        ("http://127.0.0.1:8001", "127.0.0.1:8000", False),
        ("null", "127.0.0.1:8000", False),
        ("http://[", "127.0.0.1:8000", False),
        ("", "", False),
        (None, "127.0.0.1:8000", False),
    ],
)
def test_our_own_pages_and_listed_sites_may_hold_the_widget(origin: Optional[str], host: str, allowed: bool) -> None:
    config = Settings(public_url="https://chat.city.example", webchat_origins=(SITE,))
    if allowed:
        assert allowed_origin(origin, host, config) == origin
    else:
        with pytest.raises(NotAllowedError):
            allowed_origin(origin, host, config)


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_a_position_is_read_as_it_was_written(theirs: int, ours: int) -> None:
    assert read_position(written(Position(theirs, ours))) == (theirs, ours)


@given(st.text(max_size=30))
def test_any_other_position_is_one_or_the_beginning(text: str) -> None:
    assert min(read_position(text)) >= 0


def test_a_limit_lets_through_again_after_its_window(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    limit = Limit(2, 60.0)
    assert [limit.wait_s("a") for _ in range(4)] == [0, 0, 60, 60]
    assert limit.wait_s("b") == 0, "another place is none the worse"
    now += 59.0
    assert limit.wait_s("a") == 1
    now += 1.0
    assert limit.wait_s("a") == 0


def test_a_limit_remembers_no_more_places_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 3)
    limit = Limit(1, 60.0)
    assert [limit.wait_s(str(number)) for number in range(5)] == [0] * 5
    assert limit.wait_s("4") > 0
    assert limit.wait_s("0") == 0, "forgotten"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("", "unix:", True),
    ],
)
def test_a_place_is_one_customer_of_a_network(one: str, other: str, same: bool) -> None:
    assert (place(one) == place(other)) is same


def test_the_longest_message_fits_with_every_character_escaped() -> None:
    assert len('{"id": "", "text": ""}') + 64 + 2000 * len("\\ud83d\\ude00") < webchat.MAX_BYTES
