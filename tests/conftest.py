"""What all tests share: state of their own, and one trained model, kept by its fingerprint in the models folder."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

if "RESIDENT_STATE" not in os.environ:  # before anything reads the settings
    os.environ["RESIDENT_STATE"] = tempfile.mkdtemp(prefix="resident-tests-")
    atexit.register(shutil.rmtree, os.environ["RESIDENT_STATE"], ignore_errors=True)

from bot.assistant.training import model_path
from tests.running import ROOT

_TRAIN = "from bot.assistant.training import train; train(print)"


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model that fits the data; trained first, in a process of its own, when there is none."""
    if not model_path().is_file():
        subprocess.run([sys.executable, "-c", _TRAIN], check=True, cwd=ROOT)
    return model_path()
