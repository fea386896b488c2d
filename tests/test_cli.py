"""The command line as somebody types it."""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import pytest

from bot import cli
from bot.settings import ROOT
from tests.pages import table
from tests.running import free_port


def every_command() -> Dict[Tuple[str, ...], str]:
    """Each command's words and its sentence, as `--help` shows them."""
    return dict(_commands(cli.parser(), ()))


def _commands(parser: argparse.ArgumentParser, words: Tuple[str, ...]) -> Iterator[Tuple[Tuple[str, ...], str]]:
    for group in [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]:
        for row in group._choices_actions:
            inner = group.choices[row.dest]
            if any(isinstance(action, argparse._SubParsersAction) for action in inner._actions):
                yield from _commands(inner, (*words, row.dest))
            else:
                yield (*words, row.dest), str(row.help)


@pytest.fixture
def environ(tmp_path: Path) -> Dict[str, str]:
    return {**os.environ, "RESIDENT_STATE": str(tmp_path / "state"), "RESIDENT_MODELS": str(tmp_path / "models"), "DATABASE_URL": ""}


def resident(words: List[str], environ: Dict[str, str], typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *words],
        cwd=ROOT,
        env=environ,
        input=typed,
        capture_output=True,
        text=True,
    )


def test_the_page_lists_every_command_with_its_sentence() -> None:
    commands = every_command()
    assert {("up",), ("train",), ("chat",), ("doctor",), ("knowledge", "check"), ("console", "adduser"), ("gateway",)} <= set(commands)
    assert table("running.md", "Commands") == {f"resident {' '.join(words)}": [sentence] for words, sentence in commands.items()}


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_explains_itself(words: Tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--help"])
    assert ended.value.code == 0
    assert " ".join(words) in capsys.readouterr().out


def test_help_loads_neither_django_nor_rasa(environ: Dict[str, str]) -> None:
    heavy = {"django", "rasa", "requests", "supervisor"}
    look = f"import sys\nfrom bot.cli import main\ntry:\n main(['--help'])\nfinally:\n print({heavy!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.stdout.endswith("set()\n")


@pytest.mark.parametrize("words", [[], ["dance"], ["up", "--profile", "moon"], ["console"], ["console", "adduser"]])
def test_a_wrong_command_is_explained_with_exit_code_2(words: List[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert "usage: resident" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["up", "chat", "doctor", "migrate", "gateway"])
def test_a_bad_setting_is_one_sentence_with_exit_code_2(command: str, environ: Dict[str, str]) -> None:
    done = resident([command], {**environ, "ASSISTANT_PORT": "many"})
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "ASSISTANT_PORT must be a whole number.\n")


def test_the_first_account_is_made_once_and_its_password_shown_once(environ: Dict[str, str]) -> None:
    first, again = resident(["migrate"], environ), resident(["migrate"], environ)
    assert first.stdout.startswith("First console account: admin, password ")
    assert (again.returncode, again.stdout) == (0, "")


def test_adding_an_account_shows_its_password_and_a_taken_name_is_refused(environ: Dict[str, str]) -> None:
    resident(["migrate"], environ)
    assert resident(["console", "adduser", "maria"], environ).stdout.startswith("Password of maria, shown only now: ")
    again = resident(["console", "adduser", "maria"], environ)
    assert (again.returncode, again.stderr) == (1, "There is already an account named maria.\n")


def test_the_audit_log_is_checked_and_its_old_rows_are_removed(environ: Dict[str, str]) -> None:
    resident(["migrate"], environ)
    whole = resident(["console", "audit", "--verify"], environ)
    assert (whole.returncode, whole.stdout) == (0, "The audit log is whole up to row 1.\n"), "making the first account was noted"
    removed = resident(["console", "audit", "--remove-before", "2100-01-01"], environ)
    assert (removed.returncode, removed.stdout) == (0, "Rows removed from the audit log: 1\n")
    assert resident(["console", "audit", "--verify"], environ).stdout == "The audit log is whole up to row 2.\n"
    with closing(sqlite3.connect(Path(environ["RESIDENT_STATE"]) / "resident.sqlite3")) as database, database:
        database.execute("INSERT INTO review_auditentry VALUES (9, '2026-11-01 00:00:00', 'eve', 'view', '', '', 'x')")
    broken = resident(["console", "audit", "--verify"], environ)
    assert (broken.returncode, broken.stderr) == (1, "The audit log is broken at row 9.\n")
    kept = resident(["console", "audit", "--remove-before", "2100-01-01"], environ)
    assert (kept.returncode, kept.stderr) == (1, "The audit log is broken at row 9. Nothing was removed.\n")


def test_a_database_that_cannot_be_reached_is_one_sentence_without_its_password(environ: Dict[str, str]) -> None:
    done = resident(["migrate"], {**environ, "DATABASE_URL": f"postgresql://u:hunter2@127.0.0.1:{free_port()}/x"})
    assert done.returncode == 1
    assert done.stderr.startswith("The database of DATABASE_URL refuses: ")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr


def test_a_state_folder_that_cannot_be_made_is_one_sentence(environ: Dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = resident(["up"], {**environ, "RESIDENT_STATE": str(tmp_path / "file" / "state")})
    assert (done.returncode, done.stderr) == (2, "RESIDENT_STATE: the state folder cannot be made (Not a directory).\n")


def test_the_articles_are_checked_with_file_and_line(environ: Dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text("articles:\n- id: lonely\n  colour: blue\n")
    done = resident(["knowledge", "check", str(tmp_path)], environ)
    assert done.returncode == 1
    assert "odd.yml:2: lonely" in done.stdout
    assert resident(["knowledge", "check"], environ).stdout.splitlines()[-1].startswith("errors: 0")


def test_chat_without_a_gateway_says_how_to_start_it(environ: Dict[str, str]) -> None:
    done = resident(["chat"], {**environ, "GATEWAY_PORT": str(free_port())}, typed="hello\n")
    assert done.returncode == 1
    assert (
        done.stderr
        == "The gateway is not running here. Start it in another terminal with `make run`; GATEWAY_PORT says where it listens.\n"
    )
