"""`resident backup`: both databases as they are at a moment, in a folder of their own, with what a restore needs to see that all is there.

A backup is whole or not there. What is sealed stays sealed: only who has the master key reads it.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence
from urllib.parse import unquote, urlsplit

from bot.sealing import seal_with_master
from bot.settings import Settings

NAME = "%Y-%m-%dT%H%M%SZ"  # of a backup's folder: when it was made, in UTC
DRAFTS_LAST = timedelta(days=1)  # no backup takes so long
ABOUT, LIVING = "about.json", "living.txt"
SEAL = "backup"  # context of what only the right master key opens
_ENDED = "1970-01-01"  # `bot.conversations.retention.ENDED`: deleted by its resident, and waiting for that to be read
_BEGUN = "SELECT min(applied) FROM django_migrations"  # when a database was made: a restored one has it from the one before it
_KEYS = f"SELECT key FROM conversations_conversation WHERE dispose_after <> '{_ENDED}' ORDER BY key"  # noqa: S608
Counts = Dict[str, int]


class Copied(NamedTuple):
    """What was copied of a database; of the record also when it was made and which conversations there are."""

    rows: Counts
    begun: str = ""
    keys: Sequence[str] = ()


class BackupError(RuntimeError):
    """No backup was made or restored; the message is a sentence for whoever asked."""


def databases(config: Settings) -> Dict[str, str]:
    """The address of each database by its name in a backup."""
    return {"record": config.record_database_url, "tracker": config.tracker_url}


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> Path:
    return Path(unquote(url.partition("sqlite:///")[2]))


def file_of(folder: Path, name: str, url: str) -> Path:
    """Where a database is in a backup."""
    return folder / f"{name}.{'sqlite3' if is_sqlite(url) else 'dump'}"


def backup(config: Settings, into: Path) -> Path:
    """Makes a backup and returns its folder. Raises BackupError."""
    made_at = datetime.now(timezone.utc)
    folder = into / made_at.strftime(NAME)
    draft = into / f".{folder.name}-{os.getpid()}"
    _remove_drafts(into, f".{(made_at - DRAFTS_LAST).strftime(NAME)}")
    try:
        draft.mkdir(parents=True)
        about: Dict[str, Any] = {"made_at": made_at.isoformat(), "seal": seal_with_master(SEAL, SEAL).hex(), "rows": {}}
        for name, url in databases(config).items():  # the record first: a turn that only the tracker has is answered again from there
            copy = _sqlite if is_sqlite(url) else _postgres
            copied = copy(url, file_of(draft, name, url), is_record=name == "record")
            about["rows"][name] = copied.rows
            if copied.keys:
                about["begun"] = copied.begun
                (draft / LIVING).write_text("".join(f"{key}\n" for key in copied.keys), encoding="ascii")
        (draft / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        draft.rename(folder)
    except OSError as err:
        raise BackupError(f"{into} cannot be written ({err.strerror})") from err
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _remove_drafts(into: Path, before: str) -> None:
    """What backups that were killed had copied, which no restore takes."""
    for draft in into.glob(".[0-9]*-*"):
        if draft.name < before:
            shutil.rmtree(draft, ignore_errors=True)


def remove_old(into: Path, days: int) -> int:
    """Deletes the backups in a folder that are older than that, but never the newest. Returns how many."""
    before = (datetime.now(timezone.utc) - timedelta(days=days)).strftime(NAME)
    old = [folder for folder in made(into)[:-1] if folder.name < before]
    for folder in old:
        shutil.rmtree(folder)
    return len(old)


def made(into: Path) -> List[Path]:
    """The backups in a folder, oldest first."""
    return sorted(path.parent for path in into.glob(f"[0-9]*/{ABOUT}"))


def _sqlite(url: str, file: Path, *, is_record: bool) -> Copied:
    path = sqlite_path(url)
    if not path.is_file():
        raise BackupError(f"There is no database at {path}")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as ours, closing(sqlite3.connect(file)) as copy:
            ours.backup(copy)
            rows = sqlite_rows(copy)
            if not is_record:
                return Copied(rows)
            return Copied(rows, str(copy.execute(_BEGUN).fetchone()[0]), [key for (key,) in copy.execute(_KEYS)])
    except sqlite3.Error as err:
        raise BackupError(f"{path} cannot be copied ({err})") from err


def sqlite_rows(database: sqlite3.Connection) -> Counts:
    """How many rows each table has."""
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return {name: int(database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for (name,) in tables.fetchall()}  # noqa: S608


def _postgres(url: str, file: Path, *, is_record: bool) -> Copied:
    """Dumps what one transaction sees, and counts in the same."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            snapshot = str(row[0]) if row else ""
            run_postgres("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}")
            rows = postgres_rows(connection)
            if not is_record:
                return Copied(rows)
            [(begun,)] = connection.execute(_BEGUN).fetchall()
            return Copied(rows, begun.astimezone(timezone.utc).isoformat(), [key for (key,) in connection.execute(_KEYS)])
    except psycopg.Error as err:
        raise BackupError(f"The database {urlsplit(url).hostname} refuses: {str(err).splitlines()[0]}") from err


def postgres_rows(connection: Any) -> Counts:
    """How many rows each table has."""
    from psycopg import sql

    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename").fetchall()
    counted = sql.SQL("SELECT count(*) FROM {}")
    return {name: int(connection.execute(counted.format(sql.Identifier(name))).fetchone()[0]) for (name,) in tables}


def run_postgres(program: str, url: str, *arguments: str) -> None:
    """Runs a program of PostgreSQL on a database; its password is in the environment, where no list of processes shows it."""
    done = subprocess.run([program, *arguments], env=_environment(url), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{program} failed: {(done.stderr.strip().splitlines() or ['it says nothing'])[-1]}")


def _environment(url: str) -> Mapping[str, str]:
    from psycopg import conninfo, pq

    names = {row.keyword.decode(): row.envvar.decode() for row in pq.Conninfo.get_defaults() if row.envvar}
    given = {names[keyword]: str(value) for keyword, value in conninfo.conninfo_to_dict(url).items() if keyword in names}
    return {**os.environ, **given}
