"""One turn, followed through the logs of the parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import requests

from tests.conversations import databases
from tests.conversations.doing import LIMIT_S, wait_until
from tests.gateway.starting import system_at_work


def lines_about(turn: str, log: Path) -> List[Dict[str, Any]]:
    return [line for line in map(json.loads, log.read_text(encoding="utf-8").splitlines()) if line.get("turn") == turn]


def test_a_turn_is_followed_from_gateway_to_worker_by_its_id(tmp_path: Path) -> None:
    database = databases.sqlite(tmp_path / "record.sqlite3")
    databases.migrate(database)
    with system_at_work(database, tmp_path, LOG_FORMAT="json") as (url, fake):
        shape = {"sender": "somebody", "message": "when is garbage at 45 queen st"}
        assert requests.post(f"{url}/webhooks/rest/webhook", json=shape, timeout=LIMIT_S).status_code == 200
        turn = fake.asked[0]["turn_id"]
        wait_until(lambda: lines_about(turn, tmp_path / "worker.log"))
        (taken,), (answered,) = (lines_about(turn, tmp_path / f"{part}.log") for part in ("gateway", "worker"))
    assert (taken["part"], taken["level"], taken["message"]) == ("gateway", "INFO", "a message was taken in: rest")
    assert answered["part"] == "worker"
    assert answered["message"].startswith("answered after ")
