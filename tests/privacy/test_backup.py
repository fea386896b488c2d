"""A backup, a disaster, a restore: what was there is there, what was sealed can be read, and who was deleted stays deleted."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Dict, Iterator

import pytest

from bot.assistant.rows import Rows
from tests.conversations import databases
from tests.conversations.processes import environment
from tests.privacy.people import CANARY, PHONE, texted, with_everything
from tests.running import ROOT

OTHER = "+15195550777"
NAMES = ("tracker", "new_record", "new_tracker", "between_record", "between_tracker")
REASON = "their request of 28 November"


class Machine:
    """Commands on a pair of databases."""

    def __init__(self, environ: Dict[str, str]) -> None:
        self.environ = environ

    def resident(self, *words: object, code: int = 0, **settings: str) -> str:
        command = [str(Path(sys.executable).with_name("resident")), *map(str, words)]
        done = subprocess.run(command, cwd=ROOT, env={**self.environ, **settings}, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def backs_up(self, into: Path) -> Path:
        return Path(self.resident("backup", into).strip().removeprefix("Backed up: "))

    def words_of(self, phone: str, into: Path) -> str:
        """What the record has of a phone's owner, unsealed; empty when it has nothing."""
        asked = ("export", "--channel", "sms", "--address", phone, "--reveal", "--reason", REASON, "--output", into)
        command = [str(Path(sys.executable).with_name("resident")), "conversations", *map(str, asked)]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True)
        return str(json.loads((into / "data.json").read_text(encoding="utf-8"))["turns"][0]["text"]) if done.returncode == 0 else ""


@pytest.fixture
def other_databases(console_database: str, tmp_path: Path) -> Iterator[Dict[str, str]]:
    """A tracker beside the record, and empty databases of the same kind."""
    with ExitStack() as stack:
        if console_database.startswith("sqlite"):
            yield {name: databases.sqlite(tmp_path / name / f"{name}.sqlite3") for name in NAMES}
        else:
            yield {name: databases.postgres(stack.enter_context(databases.postgres_database())) for name in NAMES}


@pytest.fixture
def old(console_database: str, other_databases: Dict[str, str]) -> Machine:
    """With two residents, of one of whom there is everything."""
    with_everything(Rows(other_databases["tracker"]))
    texted("when is garbage at 45 Maple Street", "On Monday.", phone=OTHER)
    return Machine(environment(console_database, TRACKER_DATABASE_URL=other_databases["tracker"]))


@pytest.fixture
def new(other_databases: Dict[str, str]) -> Machine:
    return Machine(environment(other_databases["new_record"], TRACKER_DATABASE_URL=other_databases["new_tracker"]))


def test_what_was_backed_up_can_be_read_again(old: Machine, new: Machine, other_databases: Dict[str, str], tmp_path: Path) -> None:
    folder = old.backs_up(tmp_path / "backups")
    counted = json.loads((folder / "about.json").read_text(encoding="utf-8"))["rows"]
    assert (counted["record"]["conversations_conversation"], counted["tracker"]["tracker_turns"]) == (2, 1)
    assert "conversations: 2. Disposed of since the backup, and now again: 0." in new.resident("restore", folder)
    assert new.words_of(PHONE, tmp_path / "one") == f"{CANARY} question"
    assert new.words_of(OTHER, tmp_path / "other") == "when is garbage at 45 Maple Street"
    key = json.loads((tmp_path / "one" / "data.json").read_text(encoding="utf-8"))["conversation"]
    assert Rows(other_databases["new_tracker"]).answer_of(key, "t1") == f'"{CANARY}"'
    new.resident("migrate")
    assert "whole" in new.resident("console", "audit", "--verify")


def test_who_was_deleted_since_the_backup_stays_deleted(old: Machine, new: Machine, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    folder = old.backs_up(backups)
    old.resident("conversations", "forget", "--channel", "sms", "--address", PHONE, "--reason", REASON, "--yes")
    time.sleep(1.0)  # a backup's name is its second
    old.backs_up(backups)
    assert "conversations: 1. Disposed of since the backup, and now again: 1." in new.resident("restore", folder)
    assert new.words_of(PHONE, tmp_path / "one") == ""
    assert new.words_of(OTHER, tmp_path / "other") == "when is garbage at 45 Maple Street"


def test_backups_of_another_record_made_in_between_dispose_of_nobody(
    old: Machine, new: Machine, other_databases: Dict[str, str], tmp_path: Path
) -> None:
    folder = old.backs_up(tmp_path / "backups")
    between = Machine(environment(other_databases["between_record"], TRACKER_DATABASE_URL=other_databases["between_tracker"]))
    between.resident("migrate")  # after a loss, before somebody finds the backup
    script = "import bot.conversations.database as d; d.setup(); from bot.conversations.inbox import accept; accept('rest', 'x', 'hi', '1')"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=between.environ, check=True)
    Rows(other_databases["between_tracker"]).check()
    time.sleep(1)  # a backup is named by its second
    assert (between.backs_up(tmp_path / "backups") / "living.txt").is_file()
    assert "conversations: 2. Disposed of since the backup, and now again: 0." in new.resident("restore", folder)


def test_a_restore_destroys_nothing_and_does_not_begin_what_cannot_end_well(old: Machine, new: Machine, tmp_path: Path) -> None:
    folder = old.backs_up(tmp_path / "backups")
    assert "already" in old.resident("restore", folder, code=1) or "There is a database" in old.resident("restore", folder, code=1)
    assert "MASTER_KEY is not the one" in new.resident("restore", folder, code=1, MASTER_KEY="0" * 64)
    assert "is no backup" in new.resident("restore", tmp_path, code=1)
    assert "conversations: 2." in new.resident("restore", folder), "nothing was begun before"


@pytest.mark.parametrize("end", ["-wal", "-shm"])
def test_what_is_left_of_the_database_before_is_not_taken_for_a_part_of_the_restored_one(old: Machine, tmp_path: Path, end: str) -> None:
    folder = old.backs_up(tmp_path / "backups")
    left = tmp_path / f"moved.sqlite3{end}"
    left.write_bytes(b"what was written last")
    urls = {name: f"sqlite:///{tmp_path}/{name}.sqlite3" for name in ("moved", "tracker")}
    said = Machine(environment(urls["moved"], TRACKER_DATABASE_URL=urls["tracker"])).resident("restore", folder, code=1)
    assert said == f"There is a database at {left}: stop every part and move it away first.\n"


def test_no_word_of_a_resident_is_readable_in_a_backup(old: Machine, tmp_path: Path) -> None:
    texted("my name is Ana Kowalczyk and I live at 45 Maple Street", phone="+15195550888")
    folder = old.backs_up(tmp_path / "backups")
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert len(everything) > 1000
    assert not [word for word in (b"Kowalczyk", b"5195550888") if word in everything]


def test_old_backups_are_deleted_but_never_the_last_one(old: Machine, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    for name in ("2020-01-01T000000Z", "2020-01-02T000000Z"):
        (backups / name).mkdir(parents=True)
        (backups / name / "about.json").write_text("{}", encoding="utf-8")
    assert "Old backups deleted: 2" in old.resident("backup", backups, "--keep", "14")
    (left,) = backups.iterdir()
    assert (left / "living.txt").is_file()


def test_a_backup_that_is_told_to_end_leaves_nothing_and_takes_along_what_one_that_was_killed_left(old: Machine, tmp_path: Path) -> None:
    lately = f"{datetime.now(timezone.utc) - timedelta(hours=1):.%Y-%m-%dT%H%M%SZ}-17"
    for name in (".2026-01-01T031700Z-17", lately):
        (tmp_path / name).mkdir()
    slow = (
        "import time; from bot.running import backup; from bot.cli import main;"
        "backup._sqlite = backup._postgres = lambda *_, **__: (print('copying', flush=True), time.sleep(60));"
        f"main(['backup', {str(tmp_path)!r}])"
    )
    process = subprocess.Popen([sys.executable, "-c", slow], cwd=ROOT, env=old.environ, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"copying\n"
    assert len(list(tmp_path.glob(".*"))) == 2, "its own, and one that may still be made"
    process.terminate()
    assert process.wait(20) == 1
    assert [path.name for path in tmp_path.glob(".*")] == [lately]


def test_a_database_that_is_away_is_an_error_and_leaves_no_half_a_backup(old: Machine, tmp_path: Path) -> None:
    away = {"DATABASE_URL": "postgresql://u:correct-horse@127.0.0.1:9/x"}
    said = old.resident("backup", tmp_path / "backups", code=1, **away)
    assert "refuses" in said
    assert "correct-horse" not in said
    assert list((tmp_path / "backups").iterdir()) == []
