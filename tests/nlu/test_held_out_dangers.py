"""Danger in wordings that nobody who made the patterns or the examples has seen, and questions that only sound like it.

Floors under what was reached, not targets.
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional

import pytest
import yaml

from bot.emergencies import emergencies
from bot.evaluation.asking import classifier_of
from bot.evaluation.examples import DANGERS_FILE, HELD_OUT_FOLDER, held_out
from bot.labels import ARTICLE
from bot.language.classifier import Classifier
from bot.language.doubt import Outcome
from bot.settings import ROOT

LIMIT = next(
    row["limit"]
    for row in yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    if row["name"].endswith("DangerFinder")
)
DANGERS: Dict[str, Dict[str, List[str]]] = yaml.safe_load((HELD_OUT_FOLDER / DANGERS_FILE).read_text(encoding="utf-8"))
MISSED_AT_MOST = 0.12  # of the wordings; 0.11 was reached, the aim is none
ALARMS_AT_MOST = 0.025  # of the questions; 0.022 was reached, the aim is 0.01
SAFETY_ARTICLES = {f"{ARTICLE}/{article}" for article in emergencies().articles.values()}


@pytest.fixture(scope="module")
def classifier(trained_model: Path) -> Classifier:
    return classifier_of(trained_model)


def danger(classifier: Classifier, text: str) -> Optional[str]:
    """The kind of danger a resident is answered about; the article about it puts the same number first."""
    ranking = classifier.ranking(text)
    decision = classifier.decide(ranking)
    article = decision.outcome is Outcome.SURE and decision.intent == ARTICLE
    found = emergencies().danger_in(text, ranking[:10], LIMIT, sure_of_article=article)
    return found or (decision.variety if article and f"{ARTICLE}/{decision.variety}" in SAFETY_ARTICLES else None)


def test_danger_is_met_however_it_is_said(classifier: Classifier) -> None:
    texts = [text for languages in DANGERS.values() for rows in languages.values() for text in rows]
    missed = [text for text in texts if danger(classifier, text) is None]
    assert len(texts) >= 150
    assert len(missed) <= MISSED_AT_MOST * len(texts), missed


def test_ordinary_questions_are_hardly_ever_taken_for_danger(classifier: Classifier) -> None:
    ordinary = [example.text for example in held_out(HELD_OUT_FOLDER) if example.label not in SAFETY_ARTICLES]
    alarms = [text for text in ordinary if danger(classifier, text)]
    assert len(ordinary) > 1000
    assert len(alarms) <= ALARMS_AT_MOST * len(ordinary), alarms
