"""How residents say that there is danger, and which kinds there are: `data/emergencies.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

import yaml

from bot.labels import ARTICLE, EMERGENCY
from bot.language.danger import DangerPatterns, find_danger
from bot.settings import settings

Ranking = Sequence[Tuple[str, float]]

GENERAL = "general"  # danger of no kind that has words of its own


@dataclass(frozen=True)
class Emergencies:
    """The file's content. Raises PatternError from `patterns` when one cannot be read."""

    shape: Mapping[str, Any]

    @cached_property
    def patterns(self) -> DangerPatterns:
        """What is said in danger; made when it is first asked for, which takes half a second."""
        return DangerPatterns(self.shape)

    @cached_property
    def articles(self) -> Mapping[str, Optional[str]]:
        """Each kind of danger with the id of the article about it, None without one."""
        return {kind: row.get("article") for kind, row in self.shape["kinds"].items()}

    def danger_in(self, text: str, ranking: Ranking, limit: float, *, sure_of_article: bool) -> Optional[str]:
        """The kind of danger a message tells of; None when it tells of none.

        It does when a pattern says so, and when all labels of danger together are as likely as `limit`, unless it only asks.

        Args:
            ranking: the likeliest labels with their probabilities, likeliest first.
            sure_of_article: the classifier is sure that the first label, an article, answers the message.
        """
        kind = find_danger(text, self.patterns)
        shares = self.shares(ranking)
        if kind or sum(shares.values()) < limit or self.patterns.only_asks(text):
            return kind
        if sure_of_article and (not self.shares(ranking[:1]) or self.patterns.informs(text)):
            return None  # "my roommate took a whole bottle of pills" is no question, though an article about it is near
        return max(shares, key=shares.__getitem__)

    def shares(self, ranking: Ranking) -> Dict[str, float]:
        """The kinds of danger among labels with their probabilities: of a kind's own label, and of its article's."""
        kinds = {f"{ARTICLE}/{article}": kind for kind, article in self.articles.items() if article}
        found: Dict[str, float] = {}
        for label, probability in ranking:
            intent, _, variety = label.partition("/")
            kind = kinds.get(label) or ((variety or GENERAL) if intent == EMERGENCY else None)
            if kind:
                found[kind] = found.get(kind, 0.0) + probability
        return found


@lru_cache(maxsize=1)
def emergencies() -> Emergencies:
    """The dangers this process knows, read once."""
    with (settings().data_folder / "emergencies.yml").open(encoding="utf-8") as file:
        return Emergencies(yaml.load(file, Loader=yaml.CSafeLoader))  # noqa: S506: as safe as SafeLoader and fifty times as fast
