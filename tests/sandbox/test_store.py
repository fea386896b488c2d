"""The sandbox's file of requests: numbers by year, tokens by time."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict

from bot.sandbox.store import RequestStore


def report(moment: datetime) -> Dict[str, Any]:
    return {"service_code": "pothole", "status": "open", "requested_datetime": moment.isoformat(), "updated_datetime": moment.isoformat()}


def test_a_new_year_starts_at_one_and_the_old_one_goes_on_where_it_was(tmp_path: Path) -> None:
    store = RequestStore(tmp_path / "requests.sqlite3")
    store.prepare([])
    years = [datetime(year, 5, 1, tzinfo=timezone.utc) for year in (2026, 2026, 2027, 2026, 2027)]
    assert [store.file(report(moment), moment) for moment in years] == ["26-000001", "26-000002", "27-000001", "26-000003", "27-000002"]


def test_a_token_tells_its_number_only_when_it_is_ready(tmp_path: Path) -> None:
    store = RequestStore(tmp_path / "requests.sqlite3")
    store.prepare([])
    moment = datetime(2026, 5, 1, tzinfo=timezone.utc)
    token = store.hand_out_token(store.file(report(moment), moment), ready_at=1000.0)
    assert store.behind_token(token, now=999.9) == {"token": token}
    assert store.behind_token(token, now=1000.0) == {"service_request_id": "26-000001", "token": token}
    assert store.behind_token("unheard_of", now=1000.0) is None
