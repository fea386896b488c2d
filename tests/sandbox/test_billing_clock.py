"""What time does to codes, sessions and links of the sandbox's billing gateway."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Iterator

import pytest

from bot.sandbox import billing_accounts, billing_bills, billing_links, billing_mail, billing_store, billing_verification
from bot.sandbox.billing_problems import Problem
from tests.sandbox.billing import CREDIT, CURRENT, asking, conversation

NOW = datetime(2026, 3, 8, 1, 30, tzinfo=timezone.utc)  # clocks change the next morning
WHO = conversation()


@pytest.fixture(autouse=True)
def _a_store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    store = billing_store.BillingStore(tmp_path)
    for module in (billing_accounts, billing_links, billing_mail, billing_verification):
        monkeypatch.setattr(module, "billing_store", lambda: store)
    billing_accounts._by_key.cache_clear()
    yield
    billing_accounts._by_key.cache_clear()


def later(**time: float) -> datetime:
    return NOW + timedelta(**time)


def started(account: str = CURRENT) -> str:
    _, shape = billing_verification.start(asking(account, WHO), NOW)
    return str(shape["verification_id"])


def refused(verification_id: str, code: str, now: datetime) -> str:
    with pytest.raises(Problem) as raised:
        billing_verification.check(verification_id, code, WHO, now)
    return raised.value.code


def code() -> str:
    return str(billing_mail.letters()[-1]["code"])


def test_a_code_works_until_ten_minutes_have_passed() -> None:
    number = started()
    assert refused(number, code(), later(minutes=10)) == "code_expired"
    assert billing_verification.check(number, code(), WHO, later(minutes=9, seconds=59))["account_ref"] == "*****0017"


def test_a_new_code_voids_the_old_one_and_does_not_forgive_wrong_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter((123456, 654321))
    monkeypatch.setattr("secrets.randbelow", lambda _: next(codes))
    number, old = started(), code()
    assert refused(number, "wrong", later(seconds=10)) == "code_invalid"
    with pytest.raises(Problem, match="rate_limited"):
        billing_verification.resend(number, WHO, later(seconds=59))
    billing_verification.resend(number, WHO, later(seconds=60))
    for _ in range(3):
        assert refused(number, old, later(seconds=61)) == "code_invalid"
    assert refused(number, old, later(seconds=62)) == "too_many_attempts"
    assert refused(number, code(), later(seconds=63)) == "too_many_attempts"


def test_three_sends_an_hour_count_first_codes_and_resent_ones() -> None:
    number = started()
    for at in (60, 120):
        billing_verification.resend(number, WHO, later(seconds=at))
    with pytest.raises(Problem) as raised:
        billing_verification.resend(number, WHO, later(seconds=180))
    assert (raised.value.status, raised.value.retry_after_s) == (429, 3420)
    assert billing_verification.start(asking(CURRENT, WHO), later(seconds=3600))[0] == 202


def test_a_session_is_over_after_fifteen_minutes() -> None:
    number = started()
    token = billing_verification.check(number, code(), WHO, NOW)["session_token"]
    row = billing_accounts.account(billing_verification.account_behind(token, later(minutes=14, seconds=59)))
    assert row is not None
    assert row["account"] == CURRENT
    with pytest.raises(Problem, match="not_verified"):
        billing_verification.account_behind(token, later(minutes=15))


def test_a_one_time_link_is_over_after_a_day_and_a_page_after_a_quarter_of_an_hour() -> None:
    key = billing_accounts.account_key("utility", CREDIT)
    row = billing_accounts.account(key)
    assert row is not None
    billing_links.ask_for_ebilling(key, row, "leave", "en", NOW, "http://here")
    token = billing_mail.letters()[-1]["url"].rpartition("/")[2]
    assert billing_links.confirm(token, later(hours=24)) is None
    assert billing_links.is_enrolled(key, row)
    assert billing_links.confirm(token, later(hours=23, minutes=59)) is not None
    assert not billing_links.is_enrolled(key, row)
    page = billing_links.page_link(key, "pay", "en", NOW, "http://here")["url"].rpartition("/")[2]
    assert billing_links.behind(page, later(minutes=14)) is not None
    assert billing_links.behind(page, later(minutes=15)) is None


def test_the_bills_stay_consecutive_and_the_last_one_high_whatever_day_it_is() -> None:
    row = billing_accounts.account(billing_accounts.account_key("utility", CURRENT))
    assert row is not None
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(0, 800, 7)]
    for today in days:
        bills = billing_bills.bills_of(row, today)
        assert len(bills) == 26
        for newer, older in zip(bills, bills[1:], strict=False):
            assert newer.period_start == older.period_end + timedelta(days=1)
        water = [bill.line("water").usage or 0 for bill in bills]
        assert water[0] > 2 * max(water[1], water[12])
