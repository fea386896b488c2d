"""The one place that trains with Rasa; importing it loads Rasa. Called by `bot.assistant.training`."""

from __future__ import annotations

import contextlib
import io
import logging
from pathlib import Path
from typing import Callable, List

from rasa.model_training import train
from rasa.shared.exceptions import RasaException
from rasa.utils.log_utils import configure_structlog

from bot.assistant.training import TrainingError
from bot.knowledge.problems import KnowledgeError


def train_with_rasa(*, config: Path, domain: Path, data: List[Path], target: Path, report: Callable[[str], None]) -> None:
    """Writes a trained model to `target`. Raises TrainingError."""
    report("Training…")
    configure_structlog(logging.ERROR)
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            result = train(
                domain=str(domain),
                config=str(config),
                training_files=[str(folder) for folder in data],
                output=str(target.parent),
                fixed_model_name=target.name,
                force_training=True,
                core_additional_arguments={"augmentation_factor": 0},
            )
    except (RasaException, KnowledgeError, ValueError) as err:
        raise TrainingError(f"The training data cannot be used: {err}") from err
    except SystemExit as err:  # Rasa's way to say that data contradicts itself
        raise TrainingError(f"The training data cannot be used: {said.getvalue().strip()}") from err
    if result.code or not result.model:
        raise TrainingError(f"Rasa made no model: {said.getvalue().strip()}")
