"""Size and speed: the candidate's model is not much larger or slower than the live one, on the same machine at the same time."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Dict, List, Sequence

from bot.evaluation.gates.gate import Gate, Table
from bot.language.classifier import Classifier

MOST_TIMES_THE_SIZE, MOST_TIMES_THE_TIME = 1.25, 1.5
_TEXTS = 200


def size_and_speed(live: Classifier, candidate: Classifier, files: Dict[str, Path], texts: Sequence[str]) -> Gate:
    """`files`: the model `live` and the model `candidate`. `texts`: messages that both read, in turns."""
    ms: Dict[str, List[float]] = {"live": [], "candidate": []}
    both = {"live": live, "candidate": candidate}
    for number, text in enumerate(texts[:: max(1, len(texts) // _TEXTS)]):
        for name in sorted(both, reverse=bool(number % 2)):  # neither is always the one for whom the processor is warm
            began = time.perf_counter()
            both[name].ranking(text)
            ms[name].append(1000 * (time.perf_counter() - began))
    middle = {name: statistics.median(times) for name, times in ms.items()}
    sizes = {name: path.stat().st_size for name, path in files.items()}
    larger, slower = sizes["candidate"] / sizes["live"], middle["candidate"] / middle["live"]
    rows = [[name, f"{sizes[name] / 1e6:.1f}", f"{middle[name]:.1f}"] for name in ("live", "candidate")]
    bounds = {"most_larger": f"{MOST_TIMES_THE_SIZE}", "most_slower": f"{MOST_TIMES_THE_TIME}"}
    facts = {"larger": f"{larger:.2f}", "slower": f"{slower:.2f}", **bounds}
    passed = larger <= MOST_TIMES_THE_SIZE and slower <= MOST_TIMES_THE_TIME
    return Gate("size_and_speed", passed, facts, [Table("model", ("version", "megabytes", "ms_per_message"), rows)])
