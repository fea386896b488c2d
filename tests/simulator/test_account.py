"""The simulated account is there on a sandbox city of this machine only."""

from __future__ import annotations

from typing import Dict

import pytest

from bot.settings import read_settings
from bot.simulator.account import environment, is_simulated


def test_a_sandbox_city_without_settings_for_twilio_takes_texts() -> None:
    environ = environment(read_settings({}))
    config = read_settings(environ)
    assert config.takes_texts
    assert config.twilio_api_base_url == "http://127.0.0.1:5091"
    assert not is_simulated(config)  # what is set is kept


def test_its_token_is_a_secret_of_this_system(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.secrets import secrets

    token = environment(read_settings({}))["TWILIO_AUTH_TOKEN"]
    assert len(token) == 64
    assert token not in vars(secrets()).values()


@pytest.mark.parametrize(
    "environ",
    [
        {"RESIDENT_PROFILE": "live"},
        {"PUBLIC_URL": "https://chat.example.org"},
        {"TWILIO_ACCOUNT_SID": "AC1"},
        {"TWILIO_AUTH_TOKEN": "a token"},
        {"TWILIO_NUMBER": "+15195550199"},
        {"TWILIO_MESSAGING_SERVICE_SID": "MG1"},
        {"TWILIO_API_BASE_URL": "http://127.0.0.1:4013"},
    ],
)
def test_nothing_is_set_where_residents_or_a_twilio_may_be(environ: Dict[str, str]) -> None:
    assert environment(read_settings(environ)) == {}
