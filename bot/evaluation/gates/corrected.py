"""What staff put right: every corrected question finds its label, those of this candidate too."""

from __future__ import annotations

from typing import Sequence

from bot.evaluation.gates.gate import Gate, Table
from bot.evaluation.measures import Answer


def corrected(candidate: Sequence[Answer]) -> Gate:
    """`candidate`: its answers to the corrected questions."""
    wrong = [[answer.example.text, answer.example.label, answer.label] for answer in candidate if not answer.right]
    facts = {"questions": str(len(candidate)), "wrong": str(len(wrong))}
    return Gate("corrected", not wrong, facts, [Table("wrong_now", ("question", "right", "now"), wrong)])
