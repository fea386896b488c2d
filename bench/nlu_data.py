"""Public intent data sets in their published splits (the README beside them says whose they are)."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import List, Tuple

Example = Tuple[str, str]


@dataclass(frozen=True)
class DataSet:
    """Texts with labels. `unknown` are texts that belong to no label; sets without them leave those lists empty."""

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


def _rows(path: Path) -> List[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]
