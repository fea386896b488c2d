"""The settings, and the page that lists them."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import List, Tuple

import pytest

from bot.secrets import Secrets
from bot.settings import ROOT, SettingError, Settings, read_settings
from tests.pages import table

SECRET_WORDS = "correct-horse-battery"
ROWS = {row.metadata["variable"]: row for row in fields(Settings)}


def default_as_written(row) -> str:  # type: ignore[no-untyped-def]
    if row.default in (None, ()):
        return ""
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
