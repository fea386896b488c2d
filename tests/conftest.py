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

import hypothesis
import pytest

# Before anything reads the settings; a folder for each process of tests.
if "RESIDENT_STATE" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["RESIDENT_STATE"] = tempfile.mkdtemp(prefix="resident-tests-")
    atexit.register(shutil.rmtree, os.environ["RESIDENT_STATE"], ignore_errors=True)

from bot.assistant.training import model_path
from bot.settings import settings
from tests.running import ROOT

hypothesis.settings.register_profile("any machine", deadline=None)  # a slow machine is no mistake
hypothesis.settings.load_profile("any machine")

_TRAIN = "from bot.assistant.training import train; train(print)"


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model that fits the data; trained first, once and in a process of its own, when there is none."""
    with (settings().models_folder / ".tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not model_path().is_file():
            subprocess.run([sys.executable, "-c", _TRAIN], check=True, cwd=ROOT)
    return model_path()
