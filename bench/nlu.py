"""Intent recognition side by side: `python -m bench.nlu`, on the city's own examples and on public data sets (`--data`).

Every system is trained in one process and answers in a fresh one, held to one core, so that its memory and times are its own.
Thresholds are chosen on validation data, never on the test part. Times are by the clock: run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Type, TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.nlu_data import DataSet, banking77, city, clinc150_small
from bench.nlu_diet import Diet
from bench.nlu_encoders import compare_encoders
from bench.nlu_systems import SYSTEMS, Answer, System
from bot.assistant.process import prepare
from bot.language.doubt import Outcome

THREADS = 2
TIMED_MESSAGES = 1000
ACCEPTED_COST = 0.02  # of in-scope accuracy, paid for turning unknown messages away
COLUMNS = ("system", "accuracy", "unknown caught (cost)", "training s", "model MB", "memory MB", "p50 ms", "p95 ms")

# Rasa's own pipeline takes up to an hour to train, so unless asked for it is not trained again: Rasa 3.6.21, measured once on 2 cores.
EARLIER = "Rasa's stock DIET (measured earlier, not in this run)"
DIET: Dict[str, Sequence[str]] = {
    "CLINC150-small": (EARLIER, "86.2%", "", "~3000", "65", "", "", ""),
}

Result = TypeVar("Result")


@dataclass(frozen=True)
class Trained:
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Answered:
    test: List[Answer]
    validation: List[Answer]
    unknown: List[Answer]
    milliseconds: List[float]
    memory_mb: float


def in_fresh_process(work: Callable[..., Result], *arguments: object, threads: int) -> Result:
    """The result of `work` in a new process whose numeric libraries use that many threads."""
    prepare()
    os.environ.update(OPENBLAS_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def train(kind: Type[System], data: DataSet, folder: Path) -> Trained:
    system = kind()
    begun = time.perf_counter()
    system.train([text for text, _ in data.train], [label for _, label in data.train], THREADS)
    seconds = time.perf_counter() - begun
    system.save(folder)
    return Trained(seconds, sum(path.stat().st_size for path in folder.iterdir()) / 1e6)


def answer(kind: Type[System], data: DataSet, folder: Path) -> Answered:
    system = kind()
    system.load(folder)
    answers, milliseconds = [], []
    for text, _ in data.test:
        begun = time.perf_counter()
        answers.append(system.answer(text))
        milliseconds.append((time.perf_counter() - begun) * 1000)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    validation = [system.answer(text) for text, _ in data.validation]
    return Answered(answers, validation, [system.answer(text) for text in data.unknown_test], milliseconds[:TIMED_MESSAGES], memory)


def right(answers: List[Answer], labels: List[str]) -> NDArray[np.bool_]:
    return np.array([answer[0] == label for answer, label in zip(answers, labels, strict=True)])


def sureness(answers: List[Answer]) -> NDArray[np.float64]:
    return np.array([answer[1] for answer in answers])


def unknown_caught(data: DataSet, answered: Answered) -> str:
    """Recall of unknown messages at the threshold that costs ACCEPTED_COST on validation, and what it costs on the test part."""
    if not data.unknown_test:
        return ""
    good = np.sort(sureness(answered.validation)[right(answered.validation, [label for _, label in data.validation])])
    threshold = good[int(ACCEPTED_COST * len(data.validation))]
    caught = (sureness(answered.unknown) < threshold).mean()
    cost = (right(answered.test, [label for _, label in data.test]) & (sureness(answered.test) < threshold)).mean()
    return f"{caught:.1%} ({cost:.1%})"


def row(title: str, data: DataSet, trained: Trained, answered: Answered) -> Sequence[str]:
    accuracy = right(answered.test, [label for _, label in data.test]).mean()
    margin = 1.96 * np.sqrt(accuracy * (1 - accuracy) / len(data.test))
    middle, most = np.percentile(answered.milliseconds, [50, 95])
    measured = (f"{trained.seconds:.0f}", f"{trained.megabytes:.0f}", f"{answered.memory_mb:.0f}", f"{middle:.1f}", f"{most:.1f}")
    return (title, f"{accuracy:.1%} ± {margin:.1%}", unknown_caught(data, answered), *measured)


def outcomes(data: DataSet, answered: Answered) -> Optional[str]:
    """What residents would meet at the limits the model ships with."""
    if answered.test[0][2] is None:
        return None
    labels = [label for _, label in data.test]
    lines = []
    for outcome in Outcome:
        here = np.array([answer[2] is outcome for answer in answered.test])
        listed = np.array([label in answer[3] for answer, label in zip(answered.test, labels, strict=True)])
        line = f"{outcome.value}: {here.mean():.1%} of known messages, first label right in {right(answered.test, labels)[here].mean():.1%}"
        line += f", one of the first three in {listed[here].mean():.1%}"
        if answered.unknown:
            line += f"; {np.mean([answer[2] is outcome for answer in answered.unknown]):.1%} of unknown messages"
        lines.append(f"  {line}")
    return "\n".join(lines)


def show(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
    for cells in (columns, ["---"] * len(columns), *rows):
        print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/benchmarks"), help="folder of the public data sets; without it the city only"
    )
    parser.add_argument("--diet", action="store_true", help="train Rasa's stock pipeline too: up to an hour for each data set")
    arguments = parser.parse_args()
    systems: List[Type[System]] = [*SYSTEMS, Diet] if arguments.diet else SYSTEMS
    sets = [city()]
    if arguments.data.is_dir():
        sets += [clinc150_small(arguments.data), banking77(arguments.data)]
    for data in sets:
        print(f"\n{data.name}: {len(data.train)} examples, {len(data.test)} test messages\n")
        rows, notes = [DIET[data.name]] if data.name in DIET and not arguments.diet else [], []
        for kind in systems:
            with tempfile.TemporaryDirectory() as folder:
                trained = in_fresh_process(train, kind, data, Path(folder), threads=THREADS)
                answered = in_fresh_process(answer, kind, data, Path(folder), threads=1)
            rows.append(row(kind.title, data, trained, answered))
            note = outcomes(data, answered)
            notes += [f"\n{kind.title}, at its own limits\n{note}"] if note else []
        show(rows, COLUMNS)
        print("\n".join(notes))
    print("\nThe sentence encoder alone, one core\n")
    show(*in_fresh_process(compare_encoders, [text for text, _ in sets[-1].test[:300]], threads=1))


if __name__ == "__main__":
    main()
