"""Rasa's stock pipeline as a system to compare with: DIET, 100 epochs. Trains for minutes to an hour, so only when asked for (`--diet`)."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Dict, Sequence

import yaml

from bench.nlu_systems import Answer
from bench.stock_pipeline import stock_pipeline

_CONFIG: Dict[str, Any] = {"recipe": "default.v1", "assistant_id": "bench", "language": "en", "pipeline": stock_pipeline(epochs=100)}
_SLASH = "__"  # DIET is given the whole label as an intent; a slash would make Rasa cut it


class Diet:
    """The pipeline `rasa init` writes, up to its classifier."""

    title = "Rasa's stock pipeline (DIET, 100 epochs)"

    def train(self, texts: Sequence[str], labels: Sequence[str], threads: int) -> None:
        os.environ["RASA_TELEMETRY_ENABLED"] = "false"
        from rasa.model_training import train_nlu
        from rasa.shared.nlu.training_data.message import Message
        from rasa.shared.nlu.training_data.training_data import TrainingData

        examples = [Message.build(text, label.replace("/", _SLASH)) for text, label in zip(texts, labels, strict=True)]
        folder = Path(tempfile.mkdtemp())
        (folder / "config.yml").write_text(yaml.safe_dump(_CONFIG, sort_keys=False))
        (folder / "nlu.yml").write_text(TrainingData(examples).nlu_as_yaml(), encoding="utf-8")
        trained = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"))
        if trained is None:
            raise RuntimeError("Rasa did not train")
        self.model = trained

    def save(self, folder: Path) -> None:
        shutil.copy(self.model, folder / "model.tar.gz")

    def load(self, folder: Path) -> None:
        from rasa.core.agent import Agent

        self.agent = Agent.load(str(folder / "model.tar.gz"))
        self.loop = asyncio.new_event_loop()

    def answer(self, text: str) -> Answer:
        found = self.loop.run_until_complete(self.agent.parse_message(text))
        labels = [row["name"].replace(_SLASH, "/") for row in found["intent_ranking"][:3]]
        return labels[0] if labels else "", float(found["intent"]["confidence"]), None, labels
