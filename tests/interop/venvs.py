"""Environments of their own for foreign programs whose packages clash with ours."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Union

from tests.running import ROOT

FOLDER = ROOT / ".tools" / "foreign"
INSTALL_LIMIT_S = 600
_READY = "ready"


def foreign_venv(name: str, *requirements: str, python: Union[str, Path] = "3.10") -> Path:
    """The `bin` folder of an environment with these packages; made once and kept between runs, anew when what it holds changes.

    Args:
        python: a version, or the path of the interpreter it is made with.
        requirements: as pip reads them, with exact versions: `pygeoapi==0.21.0`.
    """
    wanted = hashlib.sha256("\n".join([str(python), *requirements]).encode()).hexdigest()[:12]
    folder = FOLDER / f"{name}-{wanted}"
    if not (folder / _READY).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        uv = shutil.which("uv") or ROOT / ".tools" / "uv" / "bin" / "uv"  # where scripts/setup.sh puts it
        subprocess.run([uv, "venv", "-q", "--python", python, folder], check=True, timeout=INSTALL_LIMIT_S)
        install = [uv, "pip", "install", "-q", "--python", folder / "bin" / "python", *requirements]
        subprocess.run(install, check=True, timeout=INSTALL_LIMIT_S)
        (folder / _READY).touch()
    return folder / "bin"
