"""Our own servers as processes, for tests that need them in the open."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Optional

from tests.running import ROOT, stop, wait_until_healthy


def environment(**more: object) -> Dict[str, str]:
    """This process's environment and more, without the Django settings this process uses."""
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return {**kept, **{name: str(value) for name, value in more.items()}}


def run_python(code: str, environ: Dict[str, str]) -> None:
    """Runs a few statements in a process of their own, to the end."""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environ)


@contextmanager
def served(module: str, log: Path, environ: Dict[str, str], health: Optional[str] = None) -> Iterator[None]:
    """`run()` of a module as a process, healthy when there is an address to ask."""
    with log.open("wb") as output:
        code = f"from {module} import run; run()"
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environ, stdout=output, stderr=output)
    try:
        if health:
            wait_until_healthy(health, process, log)
        yield
    finally:
        stop(process)
