"""`resident restore`: a backup in the place of databases that are empty; who was disposed of since then stays disposed of."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Dict, List, Tuple

from bot.running.backup import (
    ABOUT,
    LIVING,
    SEAL,
    BackupError,
    Counts,
    databases,
    file_of,
    is_sqlite,
    made,
    postgres_rows,
    run_postgres,
    sqlite_path,
    sqlite_rows,
)
from bot.sealing import SealError, unseal_with_master
from bot.settings import Settings

BATCH = 200  # conversations disposed of in one transaction


def restore(config: Settings, folder: Path) -> Tuple[int, int]:
    """Fills both databases from a backup, and disposes of those who are in no later backup beside it any more.

    Returns how many conversations there are, and how many were disposed of.

    Raises:
        BackupError: nothing was restored, or what was restored is not what was backed up.
    """
    about = _about(folder)
    for url in databases(config).values():
        _check_empty(url)
    for name, url in databases(config).items():
        file = file_of(folder, name, url)
        if not file.is_file():
            raise BackupError(f"{folder} has no {file.name}: a backup goes back into the same kind of database")
        rows = _restore_sqlite(url, file) if is_sqlite(url) else _restore_postgres(url, file)
        if rows != about["rows"][name]:
            raise BackupError(f"{name}: not the rows that were backed up: take another backup, into empty databases")
    return _dispose_again(folder)


def _about(folder: Path) -> Dict[str, Any]:
    try:
        about: Dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        unseal_with_master(bytes.fromhex(about["seal"]), SEAL)
    except (OSError, ValueError, KeyError) as err:
        if isinstance(err, SealError):
            raise BackupError("MASTER_KEY is not the one that the backup was made with: nothing sealed could be read") from err
        raise BackupError(f"{folder} is no backup: name the folder that `resident backup` made") from err
    return about


def _check_empty(url: str) -> None:
    import psycopg

    if is_sqlite(url):
        path = sqlite_path(url)
        beside = [path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm")]  # of the database before: its last changes
        there = [str(file) for file in (path, *beside) if file.exists()]
        if there:
            raise BackupError(f"There is a database at {' and '.join(there)}: stop every part and move it away first")
        return
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            rows = postgres_rows(connection)
    except psycopg.Error as err:
        raise BackupError(f"The database refuses: {str(err).splitlines()[0]}") from err
    if rows:
        raise BackupError(f"A database has tables already, {next(iter(rows))} for one: stop every part and make an empty one first")


def _restore_sqlite(url: str, file: Path) -> Counts:
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".restoring")
    shutil.copyfile(file, draft)
    draft.rename(path)
    with closing(sqlite3.connect(path)) as database:
        return sqlite_rows(database)


def _restore_postgres(url: str, file: Path) -> Counts:
    import psycopg

    run_postgres("pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction", f"--dbname={_name(url)}", str(file))
    with psycopg.connect(url, connect_timeout=10) as connection:
        return postgres_rows(connection)


def _name(url: str) -> str:
    from psycopg import conninfo

    return str(conninfo.conninfo_to_dict(url)["dbname"])


def _dispose_again(folder: Path) -> Tuple[int, int]:
    """What is in this backup and in the newest one of the same record no more was disposed of between the two.

    Another record's, of a new system after a loss, say nothing of who is in this one.
    """
    from django.db import transaction

    from bot.conversations import retention
    from bot.conversations.models import Conversation

    newest = [path for path in made(folder.resolve().parent) if (path / LIVING).is_file() and _are_of_one_record(path, folder)][-1:]
    there: List[str] = list(Conversation.objects.values_list("key", flat=True))
    living = {key for path in newest for key in (path / LIVING).read_text(encoding="ascii").split()}
    gone = [key for key in there if key not in living] if newest else []
    for first in range(0, len(gone), BATCH):
        with transaction.atomic():
            retention.remove(gone[first : first + BATCH])
    retention.write_over()
    return len(there) - len(gone), len(gone)


def _are_of_one_record(*folders: Path) -> bool:
    """By when each backup's record was made; those of earlier releases do not say, and count as of any."""
    begun = {json.loads((folder / ABOUT).read_text(encoding="utf-8")).get("begun") for folder in folders}
    return len(begun - {None}) < 2
