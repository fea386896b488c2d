"""Recall and false alarms of the danger finder at several limits, by the city's own examples left out in parts.

    python -m bench.danger [parts]     about two minutes a part

An example counts as danger when its label is one; questions of the articles about dangers are left aside: both answers are right.
"""

from __future__ import annotations

import sys
from typing import List

from bot.emergencies import emergencies
from bot.evaluation.asking import cross_validated
from bot.evaluation.examples import training_examples
from bot.evaluation.measures import Answer, Share
from bot.labels import ARTICLE, EMERGENCY
from bot.language.doubt import Outcome

LIMITS = (1.1, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4)  # the first: patterns alone


def alarms(answers: List[Answer], limit: float) -> Share:
    """How many of the answers are taken for danger; the sentences of longer texts are not ranked by themselves here."""
    found = 0
    for answer in answers:
        sure = answer.outcome is Outcome.SURE and answer.label.startswith(f"{ARTICLE}/")
        text, ranking = answer.example.text, answer.ranking[:10]
        found += emergencies().danger_in(text, ranking, limit, sure_of_article=sure, rank=lambda part: []) is not None
    return Share(found, len(answers))


def main() -> None:
    answers = cross_validated(training_examples(), int(sys.argv[1]) if len(sys.argv) > 1 else 3, print)
    danger = [answer for answer in answers if answer.example.label.partition("/")[0] == EMERGENCY]
    about = {f"{ARTICLE}/{article}" for article in emergencies().articles.values()}
    ordinary = [answer for answer in answers if answer not in danger and answer.example.label not in about]
    for limit in LIMITS:
        print(f"limit {limit:4.2f}  recall {alarms(danger, limit)}  false alarms {alarms(ordinary, limit)}")


if __name__ == "__main__":
    main()
