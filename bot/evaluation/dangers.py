"""Whether a message is answered as danger, as the assistant decides it: the classifier, the patterns, and the articles about danger."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional

from bot.emergencies import emergencies
from bot.evaluation.configured import configured
from bot.labels import ARTICLE
from bot.language.classifier import Classifier, Ranking
from bot.language.doubt import Outcome
from bot.yaml_files import safe_load

_CONSIDERED = 10  # labels of a ranking


def danger(classifier: Classifier, text: str, ranking: Optional[Ranking] = None) -> Optional[str]:
    """The kind of danger a resident is answered about; the article about it puts the same number first. None: no danger."""
    ranking = classifier.ranking(text) if ranking is None else ranking
    decision = classifier.decide(ranking)
    article = decision.outcome is Outcome.SURE and decision.intent == ARTICLE

    def rank(part: str) -> Ranking:
        return classifier.ranking(part)[:_CONSIDERED]

    limit = configured("DangerFinder")["limit"]
    found = emergencies().danger_in(text, ranking[:_CONSIDERED], limit, sure_of_article=article, rank=rank)
    return found.kind if found else (decision.variety if article and decision.variety in emergencies().articles.values() else None)


def wordings(file: Path) -> List[str]:
    """The texts of a file of dangers: a kind, below it a language, below it the texts."""
    dangers: Dict[str, Dict[str, List[str]]] = safe_load(file.read_text(encoding="utf-8"))
    return [text for languages in dangers.values() for texts in languages.values() for text in texts]
