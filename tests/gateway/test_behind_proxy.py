"""The gateway behind a reverse proxy: who called is what the proxy says, and only our proxy's word counts."""

from __future__ import annotations

from typing import List

import pytest
import requests

from bot.gateway.webchat_views import SESSIONS
from tests.gateway.conftest import Gateway

PUBLIC = "https://chat.example.org"


def sessions(gateway: str, caller: str, number: int) -> List[int]:
    """What the widget of a caller is answered when it begins so many sessions."""
    said = {"Origin": PUBLIC, "X-Forwarded-For": caller}
    return [requests.post(f"{gateway}/webhooks/webchat/session", headers=said, timeout=10).status_code for _ in range(number)]


@pytest.mark.parametrize(("proxies", "others"), [("127.0.0.1", 201), ("10.0.0.0/8", 429)], ids=["our proxy", "anybody"])
def test_one_caller_s_limit_is_not_another_s_behind_our_proxy(gateway: Gateway, database_url: str, proxies: str, others: int) -> None:
    with gateway(database_url, PUBLIC_URL=PUBLIC, TRUSTED_PROXIES=proxies) as url:
        answers = sessions(url, "203.0.113.7", SESSIONS.most + 1)
        assert (answers[0], answers[-1]) == (201, 429)
        assert sessions(url, "203.0.113.8", 1) == [others]
        assert sessions(url, "203.0.113.8, 203.0.113.7", 1) == [429], "what a caller wrote in front of the proxy's word is nothing"


@pytest.mark.parametrize(("public", "word"), [(PUBLIC, "max-age=31536000"), ("http://chat.example.org", None), ("", None)])
def test_a_browser_is_told_to_come_by_https_where_there_is_one(gateway: Gateway, database_url: str, public: str, word: str) -> None:
    with gateway(database_url, PUBLIC_URL=public) as url:
        assert requests.get(f"{url}/", timeout=10).headers.get("Strict-Transport-Security") == word
