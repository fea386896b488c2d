"""The settings, and the page that lists them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import List, Tuple

import pytest
import yaml

from bot.city import read_city
from bot.running.parts import ALL
from bot.secrets import Secrets
from bot.settings import ROOT, SettingError, Settings, read_settings
from tests.pages import table

SECRET_WORDS = "correct-horse-battery"
ROWS = {row.metadata["variable"]: row for row in fields(Settings)}


def default_as_written(row) -> str:  # type: ignore[no-untyped-def]
    if row.default in (None, ()):
        return ""
    if isinstance(row.default, tuple):
        return f"`{','.join(row.default)}`"
    if isinstance(row.default, Path):
        return f"`{row.default.relative_to(ROOT)}`"
    return f"`{row.default:g}`" if isinstance(row.default, float) else f"`{row.default}`"


def test_the_page_lists_every_setting_with_its_default_and_sentence() -> None:
    assert len(ROWS) > 10
    assert table("running.md", "Settings") == {
        variable: [default_as_written(row), row.metadata["sentence"]] for variable, row in ROWS.items()
    }


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}) == Settings()


def test_an_empty_variable_counts_as_unset() -> None:
    assert read_settings({variable: " " for variable in ROWS}) == Settings()


@pytest.mark.parametrize("variable", ["RESIDENT_DATA", "RESIDENT_MODELS", "RESIDENT_STATE"])
def test_a_folder_is_absolute_wherever_the_process_stands(variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert getattr(read_settings({variable: "here"}), ROWS[variable].name) == tmp_path.resolve() / "here"


BAD: List[Tuple[str, str, str]] = [
    *[(variable, "eighty", f"{variable} must be a whole number") for variable, row in ROWS.items() if row.type == "int"],
    *[(variable, "soon", f"{variable} must be a number") for variable, row in ROWS.items() if row.type == "float"],
    *[(variable, "65536", f"{variable} must be a port between 1 and 65535") for variable in ROWS if variable.endswith("_PORT")],
    *[(variable, "0", f"{variable} must be a port between 1 and 65535") for variable in ROWS if variable.endswith("_PORT")],
    ("TWILIO_KEEP_DAYS", "eighty", "TWILIO_KEEP_DAYS must be a whole number"),
    ("TWILIO_KEEP_DAYS", "-2", "TWILIO_KEEP_DAYS must be at least 1"),
    ("TWILIO_SEGMENTS_PER_S", "-2", "TWILIO_SEGMENTS_PER_S must be above 0 and at most 1000"),
    ("CONSOLE_URL", "https://console.example.org/chat", "CONSOLE_URL must be an address without a path"),
    ("CONSOLE_LOCAL_SIGN_IN", "perhaps", "CONSOLE_LOCAL_SIGN_IN must be on or off"),
    ("CONSOLE_LOCAL_SIGN_IN", "off", "CONSOLE_LOCAL_SIGN_IN is off, so OIDC_ISSUER must be set: nobody could sign in"),
    ("OIDC_ISSUER", "http://id.example.org", "OIDC_ISSUER must begin with https://, on this machine with http://"),
    ("OIDC_ISSUER", "https://id.example.org", "OIDC_ISSUER needs OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_ROLES"),
    ("SYNTHETIC_EVERY_S", "-2", "SYNTHETIC_EVERY_S must not be negative"),
    ("SOURCES_WATCH", "always", "SOURCES_WATCH must be on or off"),
    ("SOURCES_AGENT", "Contrôle des sources", "SOURCES_AGENT must be one line of ASCII"),
    ("STOP_WITHIN_S", "-5", "STOP_WITHIN_S must be above 0 and at most 600"),
    ("STOP_WITHIN_S", "601", "STOP_WITHIN_S must be above 0 and at most 600"),
    *[
        (variable, address, f"{variable} must be an address without a path")
        for variable in ("ASSISTANT_URL", "ACTIONS_URL", "CONSOLE_PRIVATE_URL")
        for address in ("assistant:5005", "http://assistant:5005/webhooks", "http://user@assistant")
    ],
    *[
        (
            "TRUSTED_PROXIES",
            f"10.1.0.1, {proxy}",
            "TRUSTED_PROXIES must be addresses or networks like 10.1.0.0/16, with commas between them",
        )
        for proxy in ("*", "proxy", "10.1.0.1/16")
    ],
    ("LOG_FORMAT", "xml", "LOG_FORMAT must be text or json"),
    ("RESIDENT_PROFILE", "production", "RESIDENT_PROFILE must be sandbox or live"),
    *[
        ("WEBCHAT_ORIGINS", f"https://a.example, {origin}", "WEBCHAT_ORIGINS must be addresses without a path, with commas between them")
        for origin in ("*", "www.example.org", "https://www.example.org/", "https://*.example.org", "null", "ftp://example.org")
    ],
]


@pytest.mark.parametrize(("variable", "value", "sentence"), BAD, ids=[f"{variable}={value}" for variable, value, _ in BAD])
def test_a_bad_value_is_an_error_that_names_the_variable_and_not_the_value(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({variable: value})
    assert str(caught.value) == sentence
    assert value not in str(caught.value) or value == "off", "the value of a switch may be said"


def test_a_part_on_another_machine_is_found_by_its_address() -> None:
    config = read_settings({"ASSISTANT_URL": "http://assistant:5005/", "CONSOLE_PRIVATE_URL": "http://10.0.0.7:80"})
    assert (config.assistant_url, config.console_url) == ("http://assistant:5005", "http://10.0.0.7:80")
    assert config.actions_url == "http://127.0.0.1:5055"


@pytest.mark.parametrize(
    ("listens_on", "reached_at"), [("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("10.0.0.7", "10.0.0.7"), ("fd00::7", "[fd00::7]")]
)
def test_a_part_on_this_machine_is_found_where_it_listens(listens_on: str, reached_at: str) -> None:
    config = read_settings({"PRIVATE_HOST": listens_on})
    assert config.assistant_url == f"http://{reached_at}:5005"
    assert config.gateway_url == "http://127.0.0.1:8000"
    assert {part.name: part.address(config) for part in ALL if part.name != "worker"} == {
        "gateway": "http://127.0.0.1:8000",
        "assistant": f"http://{reached_at}:5005",
        "actions": f"http://{reached_at}:5055",
        "console": f"http://{reached_at}:5080",
        "sandbox": "http://127.0.0.1:5090",
    }


def test_a_value_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "database").write_text("postgresql://u:p@db/resident\n", encoding="utf-8")
    config = read_settings({"DATABASE_URL_FILE": str(tmp_path / "database")})
    assert config.database_url == "postgresql://u:p@db/resident"


def test_a_value_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET_WORDS, encoding="utf-8")
    with pytest.raises(SettingError, match="^REST_API_KEY and REST_API_KEY_FILE are both set") as caught:
        read_settings({"REST_API_KEY": SECRET_WORDS, "REST_API_KEY_FILE": str(tmp_path / "key")})
    assert SECRET_WORDS not in str(caught.value)


def test_a_file_that_is_not_there_is_named_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="^REST_API_KEY_FILE names a file that cannot be read$"):
        read_settings({"REST_API_KEY_FILE": str(tmp_path / "missing")})


def test_some_of_the_secrets_are_not_made_up_beside_the_others(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("0" * 64, encoding="utf-8")
    own = {**os.environ, "RESIDENT_STATE": str(tmp_path / "state"), "MASTER_KEY_FILE": str(tmp_path / "key"), "LOOKUP_KEY": "1" * 64}
    code = "from bot.secrets import secrets; secrets()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=own, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].endswith("some secrets are set, so all must be: INTERNAL_SECRET, DJANGO_SECRET_KEY")
    assert not (tmp_path / "state").exists()


def test_a_back_end_s_key_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET_WORDS, encoding="utf-8")
    shape = yaml.safe_load((ROOT / "data" / "city.yml").read_text(encoding="utf-8"))
    read = read_city(shape, Settings(), {"OPEN311_API_KEY_FILE": str(tmp_path / "key")})
    assert read.backends["open311"].api_key == SECRET_WORDS


@pytest.mark.parametrize("roles", ["Clerks=emperor", "=viewer", "viewer"])
def test_a_role_of_the_provider_s_must_be_one_of_ours(roles: str) -> None:
    given = {"OIDC_ISSUER": "https://id.example.org", "OIDC_CLIENT_ID": "console", "OIDC_CLIENT_SECRET": SECRET_WORDS}
    with pytest.raises(SettingError, match="OIDC_ROLES must be pairs") as caught:
        read_settings({**given, "OIDC_ROLES": f"Readers=viewer, {roles}"})
    assert SECRET_WORDS not in str(caught.value)
    assert read_settings({**given, "OIDC_ROLES": "A=viewer, B c = editor"}).oidc_roles == ("A=viewer", "B c = editor")


def test_printing_the_settings_shows_no_secret() -> None:
    secret = [variable for variable, row in ROWS.items() if row.metadata["secret"]]
    assert len(secret) >= 3
    config = read_settings({variable: f"postgresql://u:{SECRET_WORDS}@127.0.0.1/x" for variable in secret})
    assert SECRET_WORDS not in repr(config)
    assert SECRET_WORDS not in str(config)


def test_a_setting_whose_name_sounds_secret_is_one() -> None:
    sounding = [variable for variable in ROWS if re.search(r"KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL", variable)]
    assert sounding
    assert all(ROWS[variable].metadata["secret"] for variable in sounding)


def test_the_page_lists_every_secret() -> None:
    assert set(table("running.md", "Secrets")) == {row.name.upper() for row in fields(Secrets)}
