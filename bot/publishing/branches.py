"""The change of a version as a commit on a branch of its own, where the data folder is in a git checkout. No working tree is touched."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Dict, Mapping, Optional

PREFIX = "resident/publish-"


class _NoGitError(Exception):
    """Git is not there, not set up, or refuses."""


def commit(data: Path, version: str, files: Mapping[str, str], by: str) -> Optional[str]:
    """Commits the files on top of what is checked out. The branch's name; None where git is not set up, or there is nothing to commit.

    Args:
        data: the release's data folder.
        files: contents by the file's name, which begins with `data/` or `tests/`.
    """
    if not files:
        return None
    try:
        top = Path(_git(data, "rev-parse", "--show-toplevel"))
        _git(data, "var", "GIT_COMMITTER_IDENT")  # somebody has said who commits here
        above = data.resolve().parent.relative_to(top.resolve())
        with tempfile.TemporaryDirectory() as scratch:
            environment = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
            _git(top, "read-tree", "HEAD", environment=environment)
            for name, content in files.items():
                blob = _git(top, "hash-object", "-w", "--stdin", sent=content)
                path = (above / name).as_posix()
                _git(top, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", environment=environment)
            tree = _git(top, "write-tree", environment=environment)
        message = f"Version {version} of the answers\n\nBuilt in the console by {by} from the approved proposals."
        made = _git(top, "commit-tree", tree, "-p", "HEAD", sent=message)
        _git(top, "update-ref", f"refs/heads/{PREFIX}{version}", made)
    except (_NoGitError, OSError, ValueError):
        return None
    return f"{PREFIX}{version}"


def _git(folder: Path, *words: str, sent: str = "", environment: Optional[Dict[str, str]] = None) -> str:
    """What git says. Raises _NoGitError."""
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), *words],  # noqa: S607 - whichever git the machine has
            input=sent,
            capture_output=True,
            text=True,
            env={**os.environ, **(environment or {})},
        )
    except FileNotFoundError as err:
        raise _NoGitError from err
    if done.returncode:
        raise _NoGitError(done.stderr)
    return done.stdout.strip()
