"""New examples do not turn one meaning into another: what is live understands them as their label, or is not sure, or there are few.

A single correction says that the assistant was sure and wrong; that happens. Many that take the same meaning for the same other one are a
topic filed under another. The corrections of a version hold by themselves, since they are learnt, so the other gates do not see it.
"""

from __future__ import annotations

from typing import Dict, List, Sequence, Tuple

from bot.evaluation.gates.gate import Gate, Table
from bot.evaluation.measures import Answer, need

MOST_ALIKE = 2  # examples that what is live is sure mean the same other thing


def contradictions(live: Sequence[Answer]) -> Gate:
    """`live`: what is live makes of the examples that are new, each with the label it is to have."""
    pairs: Dict[Tuple[str, str], List[str]] = {}
    for answer in live:
        if answer.wrong_and_sure:
            pairs.setdefault((need(answer.label), need(answer.example.label)), []).append(answer.example.text)
    many = {pair: texts for pair, texts in pairs.items() if len(texts) > MOST_ALIKE}
    rows = [[text, was, now] for (was, now), texts in many.items() for text in texts]
    facts = {"examples": str(len(live)), "against": str(len(rows))}
    return Gate("contradictions", not many, facts, [Table("against", ("question", "live", "candidate"), rows)])
