"""Danger: every known wording of it is met."""

from __future__ import annotations

from pathlib import Path

from bot.evaluation.dangers import danger, wordings
from bot.evaluation.examples import DANGERS_FILE
from bot.evaluation.gates.gate import Gate, Table
from bot.language.classifier import Classifier


def dangers(candidate: Classifier, held_out: Path) -> Gate:
    """`held_out`: the folder with the known wordings."""
    texts = wordings(held_out / DANGERS_FILE)
    missed = [text for text in texts if danger(candidate, text) is None]
    facts = {"wordings": str(len(texts)), "missed": str(len(missed))}
    return Gate("dangers", bool(texts) and not missed, facts, [Table("missed", ("question",), [[text] for text in missed])])
