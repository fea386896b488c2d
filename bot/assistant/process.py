"""What a process that loads Rasa needs to be told before: Rasa and the numeric libraries read it when they are imported."""

from __future__ import annotations

import logging
import os
from pathlib import Path

# Instructions of processors that came after OpenBLAS 0.3.18, the one in the numpy and scipy that Rasa allows. It takes such a processor for
# one of 2004 and computes at a quarter of the speed. Its code for an older one runs on all that have the instructions named.
_TOO_NEW = {"avx_vnni", "avx512_bf16", "amx_tile"}
_OLDER = {
    "SkylakeX": {"avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"},  # 2017
    "Haswell": {"avx2", "fma"},  # 2013
}
_PROCESSOR = Path("/proc/cpuinfo")


def prepare() -> None:
    """No telemetry, no cache of trainings and no chatter of Rasa and TensorFlow in this process, and full speed of its arithmetic."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["TQDM_DISABLE"] = "1"
    known = arithmetic(_PROCESSOR)
    if known:
        os.environ.setdefault("OPENBLAS_CORETYPE", known)
    logging.captureWarnings(True)  # they import much that is deprecated, and reset the filters
    logging.getLogger("py.warnings").setLevel(logging.ERROR)


def arithmetic(description: Path) -> str:
    """Which processor's code OpenBLAS is to use for the one that Linux describes there; "" where it knows best itself."""
    try:
        lines = description.read_text(encoding="utf-8").splitlines()
    except OSError:  # another system
        return ""
    flags = set(next((line for line in lines if line.startswith("flags")), "").split())
    if _TOO_NEW.isdisjoint(flags):
        return ""
    return next((name for name, needed in _OLDER.items() if needed <= flags), "")
