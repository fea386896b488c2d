"""What `resident doctor --production` says of a configuration for residents."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Dict

import pytest

from bot.running.parts import ALL
from bot.running.production import CHECKS, kept_secrets
from bot.secrets import Secrets
from bot.settings import ROOT, read_settings

SECRETS = {row.name.upper(): f"{number:064x}" for number, row in enumerate(fields(Secrets), start=1)}
PORTS = {f"{part.name.upper()}_MONITORING_PORT": str(9100 + number) for number, part in enumerate(ALL) if not part.sandbox_only}
GOOD = {
    **PORTS,
    "RESIDENT_PROFILE": "live",
    "RESIDENT_HOST": "0.0.0.0",
    "PRIVATE_HOST": "0.0.0.0",
    "ASSISTANT_URL": "http://assistant:5005",
    "ACTIONS_URL": "http://actions:5055",
    "DATABASE_URL": "postgresql://resident:correct-horse@db/record",
    "TRACKER_DATABASE_URL": "postgresql://resident:correct-horse@db/tracker",
    "PUBLIC_URL": "https://chat.example.org",
    "CONSOLE_URL": "https://console.example.org",
    "REST_API_KEY": "k" * 32,
    "TRUSTED_PROXIES": "10.1.0.0/16",
    "SYNTHETIC_EVERY_S": "300",
}
SQLITE = {"DATABASE_URL": "", "TRACKER_DATABASE_URL": ""}
ONE_MACHINE = {"ASSISTANT_URL": "", "ACTIONS_URL": ""}
LOOPBACK = {"RESIDENT_HOST": "", "PRIVATE_HOST": ""}


@pytest.mark.parametrize(("title", "look"), [row for row in CHECKS if row[0] not in ("secrets", "trained")])
def test_a_good_configuration_has_nothing_against_it(title: str, look) -> None:  # type: ignore[no-untyped-def]
    good, sentence = look(read_settings(GOOD))
    assert good, sentence
    assert "correct-horse" not in sentence
    assert GOOD["REST_API_KEY"] not in sentence


@pytest.mark.parametrize(
    ("title", "change", "words"),
    [
        ("profile", {"RESIDENT_PROFILE": "sandbox"}, "sample data"),
        ("databases", SQLITE, "DATABASE_URL and TRACKER_DATABASE_URL: SQLite"),
        ("databases", {**ONE_MACHINE, "TRACKER_DATABASE_URL": ""}, "TRACKER_DATABASE_URL: SQLite"),
        ("address", {"PUBLIC_URL": ""}, "PUBLIC_URL is not set"),
        ("address", {"PUBLIC_URL": "http://chat.example.org"}, "https://"),
        ("REST", {"REST_API_KEY": "", "PUBLIC_URL": ""}, "open to everybody"),
        ("REST", {"REST_API_KEY": "letmein"}, "can be guessed"),
        ("console", {"CONSOLE_URL": ""}, "CONSOLE_URL is not set"),
        ("console", {"CONSOLE_URL": "http://console.example.org"}, "https://"),
        ("proxies", {"TRUSTED_PROXIES": ""}, "one caller"),
        ("proxies", {"TRUSTED_PROXIES": "127.0.0.1"}, "one caller"),
        ("watched", {"WORKER_MONITORING_PORT": "", "CONSOLE_MONITORING_PORT": ""}, "WORKER_MONITORING_PORT, CONSOLE_MONITORING_PORT"),
        ("watched", {"SYNTHETIC_EVERY_S": ""}, "quiet night"),
    ],
)
def test_what_is_wrong_is_said(title: str, change: Dict[str, str], words: str) -> None:
    good, sentence = dict(CHECKS)[title](read_settings({**GOOD, **change}))
    assert not good
    assert words in sentence
    assert "letmein" not in sentence


@pytest.mark.parametrize(
    ("title", "change"),
    [
        ("databases", {**SQLITE, **ONE_MACHINE}),
        ("REST", {"REST_API_KEY": ""}),
        ("console", {**LOOPBACK, "CONSOLE_URL": ""}),
        ("proxies", {**LOOPBACK, "TRUSTED_PROXIES": ""}),
    ],
    ids=["one machine", "closed", "at the machine", "a proxy on the machine"],
)
def test_what_one_machine_does_without_is_nothing_wrong(title: str, change: Dict[str, str]) -> None:
    good, sentence = dict(CHECKS)[title](read_settings({**GOOD, **change}))
    assert good, sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"MASTER_KEY": "", "LOOKUP_KEY": ""}, "not set: MASTER_KEY, LOOKUP_KEY"),
        ({"INTERNAL_SECRET": "secret"}, "not 64 hexadecimal digits: INTERNAL_SECRET"),
        ({"LOOKUP_KEY": SECRETS["MASTER_KEY"]}, "the same"),
    ],
)
def test_secrets_that_are_none_are_named_and_never_shown(change: Dict[str, str], words: str) -> None:
    good, sentence = kept_secrets(read_settings(GOOD), {**SECRETS, **change})
    assert not good
    assert words in sentence
    assert not any(value in sentence.split() for value in change.values() if value)


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRETS["MASTER_KEY"] + "\n", encoding="utf-8")
    given = {**SECRETS, "MASTER_KEY": "", "MASTER_KEY_FILE": str(tmp_path / "key")}
    assert kept_secrets(read_settings(GOOD), given) == (True, "all set")


def test_the_command_looks_at_a_laptop_s_settings_and_says_what_production_lacks(tmp_path: Path) -> None:
    ours = {**os.environ, "RESIDENT_STATE": str(tmp_path)}
    command = [str(Path(sys.executable).with_name("resident")), "doctor", "--production"]
    done = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True)
    assert done.returncode == 1
    failed = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("  FAIL")}
    assert {"profile", "secrets", "address", "REST", "watched"} <= failed
    assert {"databases", "console", "proxies"}.isdisjoint(failed)
