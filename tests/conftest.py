"""What all tests share: state of their own, and one trained model, kept by its fingerprint in the models folder."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List

import hypothesis
import pytest

# Before anything reads the settings; a folder for each process of tests.
if "RESIDENT_STATE" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["RESIDENT_STATE"] = tempfile.mkdtemp(prefix="resident-tests-")
    atexit.register(shutil.rmtree, os.environ["RESIDENT_STATE"], ignore_errors=True)

# A version built from our data folder makes no branch in this checkout.
os.environ["GIT_CEILING_DIRECTORIES"] = str(Path(__file__).parents[1])

from bot.assistant.process import prepare
from bot.assistant.without_tensorflow import leave_out_tensorflow

prepare()  # before anything imports numpy, which reads it then
leave_out_tensorflow()

from bot.assistant.training import model_path  # noqa: E402
from bot.settings import settings  # noqa: E402
from tests.running import ROOT  # noqa: E402

hypothesis.settings.register_profile("any machine", deadline=None)  # a slow machine is no mistake
hypothesis.settings.load_profile("any machine")

FOLDERS = {"interop": ("interop", "widget"), "browser": ("browser",), "blackbox": ("blackbox",), "faults": ("faults",)}
_TRAIN = "from bot.assistant.training import train; train(print)"


def pytest_collection_modifyitems(items: List[pytest.Item]) -> None:
    """`.ci/run` looks for tests with these markers in their folders only: that saves it reading all the others."""
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        for marker, folders in FOLDERS.items():
            if item.get_closest_marker(marker) and folder not in folders:
                raise pytest.UsageError(f"{item.nodeid}: `.ci/run` looks for {marker} in {' and '.join(folders)} only")


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model that fits the data; trained first, once and in a process of its own, when there is none."""
    with (settings().models_folder / ".tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not model_path().is_file():
            subprocess.run([sys.executable, "-c", _TRAIN], check=True, cwd=ROOT)
    return model_path()
