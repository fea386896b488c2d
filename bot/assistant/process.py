"""What a process that loads Rasa needs to be told before: Rasa and the numeric libraries read it when they are imported."""

from __future__ import annotations

import logging
import os
from pathlib import Path

# Instructions of processors that came after OpenBLAS 0.3.18, the one in the numpy and scipy that Rasa allows. It takes such a processor for
# one of 2004 and computes at half the speed; its code for Haswell (2013) runs on all of them.
_TOO_NEW = {"avx_vnni", "avx512_bf16", "amx_tile"}
_PROCESSOR = Path("/proc/cpuinfo")


def prepare() -> None:
    """No telemetry, no cache of trainings and no chatter of Rasa and TensorFlow in this process, and full speed of its arithmetic."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["TQDM_DISABLE"] = "1"
    if too_new(_PROCESSOR):
        os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")
    logging.captureWarnings(True)  # they import much that is deprecated, and reset the filters
    logging.getLogger("py.warnings").setLevel(logging.ERROR)


def too_new(description: Path) -> bool:
    """Whether Linux describes a processor there that OpenBLAS does not know."""
    try:
        lines = description.read_text(encoding="utf-8").splitlines()
    except OSError:  # another system
        return False
    flags = next((line for line in lines if line.startswith("flags")), "")
    return not _TOO_NEW.isdisjoint(flags.split())
