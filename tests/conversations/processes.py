"""Our own processes for tests: the worker and the gateway as `resident` starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Dict, Iterator

from bot.secrets import secrets
from tests.running import ROOT, stop


def environment(database_url: str, **more: str) -> Dict[str, str]:
    """The environment of a process that shares this process's secrets and uses a test's database."""
    ours = {name.upper(): value for name, value in asdict(secrets()).items()}
    return {**os.environ, **ours, "DATABASE_URL": database_url, **more}


@contextmanager
def process(module: str, environ: Dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A part at work; stopped at the end if it has not ended before. Its log goes to a file."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, "-c", f"from {module} import run; run()"], cwd=ROOT, env=environ, stdout=output, stderr=output
        )
        try:
            yield started
        finally:
            stop(started)
