"""Danger however it is said: in wordings that are known, in others that nobody who made the patterns or the examples has seen,
and in questions that only sound like it. Of the last two a floor under what was reached.
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional

import pytest
import yaml

from bot.emergencies import emergencies
from bot.evaluation.asking import classifier_of
from bot.evaluation.examples import DANGERS_FILE, HELD_OUT_FOLDER, UNSEEN_DANGERS_FILE, held_out
from bot.labels import ARTICLE
from bot.language.classifier import Classifier
from bot.language.doubt import Outcome
from bot.settings import ROOT

LIMIT = next(
    row["limit"]
    for row in yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    if row["name"].endswith("DangerFinder")
)
UNSEEN_MISSED_AT_MOST = 0.03  # of the wordings; 0.01 was reached
ALARMS_AT_MOST = 0.01  # of the questions
SAFETY_ARTICLES = {f"{ARTICLE}/{article}" for article in emergencies().articles.values()}


@pytest.fixture(scope="module")
def classifier(trained_model: Path) -> Classifier:
    return classifier_of(trained_model)


def danger(classifier: Classifier, text: str) -> Optional[str]:
    """The kind of danger a resident is answered about; the article about it puts the same number first."""
    ranking = classifier.ranking(text)
    decision = classifier.decide(ranking)
    article = decision.outcome is Outcome.SURE and decision.intent == ARTICLE
    found = emergencies().danger_in(text, ranking[:10], LIMIT, sure_of_article=article, rank=lambda part: classifier.ranking(part)[:10])
    return found or (decision.variety if article and f"{ARTICLE}/{decision.variety}" in SAFETY_ARTICLES else None)


def wordings(file: str) -> List[str]:
    dangers: Dict[str, Dict[str, List[str]]] = yaml.safe_load((HELD_OUT_FOLDER / file).read_text(encoding="utf-8"))
    return [text for languages in dangers.values() for rows in languages.values() for text in rows]


def test_every_known_wording_of_danger_is_met(classifier: Classifier) -> None:
    texts = wordings(DANGERS_FILE)
    assert len(texts) >= 150
    assert [text for text in texts if danger(classifier, text) is None] == []


def test_danger_is_met_in_wordings_nobody_has_read(classifier: Classifier) -> None:
    texts = wordings(UNSEEN_DANGERS_FILE)
    missed = [text for text in texts if danger(classifier, text) is None]
    assert len(texts) >= 150
    assert len(missed) <= UNSEEN_MISSED_AT_MOST * len(texts), len(missed)


def test_ordinary_questions_are_hardly_ever_taken_for_danger(classifier: Classifier) -> None:
    ordinary = [example.text for example in held_out(HELD_OUT_FOLDER) if example.label not in SAFETY_ARTICLES]
    alarms = [text for text in ordinary if danger(classifier, text)]
    assert len(ordinary) > 1000
    assert len(alarms) <= ALARMS_AT_MOST * len(ordinary), alarms
