"""When the assistant answers, when it offers choices, and when it says that it does not know."""

from __future__ import annotations

from typing import List, Tuple

import pytest

from bot.language.doubt import Decision, Limits, Outcome, decide

LIMITS = Limits(sure=0.5, torn=0.2)


@pytest.mark.parametrize(
    ("ranking", "decided"),
    [
        ([("article/tax", 0.8), ("greet", 0.1)], Decision(Outcome.SURE, "article", "tax", 0.8)),
        ([("greet", 0.5), ("thank", 0.3)], Decision(Outcome.SURE, "greet", "", 0.5)),
        ([("article/tax", 0.45), ("greet", 0.1)], Decision(Outcome.TORN, "", "", 0.45)),
        ([("article/tax", 0.15), ("greet", 0.1)], Decision(Outcome.LOST, "", "", 0.15)),
        # The variety is unclear, the intent is not, and the intent is a label: it stands without a variety.
        ([("report/hole", 0.375), ("report/litter", 0.25), ("report", 0.125)], Decision(Outcome.SURE, "report", "", 0.75)),
        # `article` alone is no label: it says nothing.
        ([("article/tax", 0.4), ("article/fine", 0.35), ("greet", 0.1)], Decision(Outcome.TORN, "", "", 0.4)),
        ([], Decision(Outcome.LOST, "", "", 0.0)),
    ],
)
def test_only_what_is_clear_is_decided(ranking: List[Tuple[str, float]], decided: Decision) -> None:
    assert decide(ranking, LIMITS) == decided
