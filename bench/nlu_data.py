"""Public intent data sets in their published splits (the README beside them says whose they are), and the city's own examples."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Tuple

from bot.settings import ROOT

HELD_OUT = 5
Example = Tuple[str, str]


@dataclass(frozen=True)
class DataSet:
    """Texts with labels; `unknown_test` are texts that belong to none of them."""

    name: str
    train: List[Example]
    test: List[Example]
    validation: List[Example] = field(default_factory=list)
    unknown_test: List[str] = field(default_factory=list)


def clinc150_small(folder: Path) -> DataSet:
    parts = json.loads((folder / "clinc150_small.json").read_text(encoding="utf-8"))
    pairs = {part: [(text, label) for text, label in rows] for part, rows in parts.items()}
    unknown = [text for text, _ in pairs["oos_test"]]
    return DataSet("CLINC150-small", pairs["train"], pairs["test"], pairs["val"], unknown)


def banking77(folder: Path) -> DataSet:
    return DataSet("BANKING77", _rows(folder / "banking77_train.csv"), _rows(folder / "banking77_test.csv"))


def city() -> DataSet:
    """What the assistant is trained from; of every label each fifth example is held out for the test."""
    from rasa.shared.importers.importer import TrainingDataImporter

    folders = [str(ROOT / "data" / name) for name in ("nlu", "rules", "stories")]
    importer = TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), folders)
    by_label: Dict[str, List[str]] = defaultdict(list)
    for example in importer.get_nlu_data().intent_examples:
        by_label[example.get_full_intent()].append(example.get("text"))
    parts: Tuple[List[Example], List[Example]] = ([], [])
    for label, texts in by_label.items():
        for index, text in enumerate(texts):
            parts[index % HELD_OUT == HELD_OUT - 1].append((text, label))
    return DataSet("The city's own examples", *parts)


def _rows(path: Path) -> List[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]
