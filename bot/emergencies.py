"""How residents say that there is danger, and which kinds there are: `data/emergencies.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Callable, Dict, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

from bot.labels import ARTICLE, EMERGENCY
from bot.language.danger import DangerPatterns, find_danger
from bot.language.needs import parts
from bot.settings import settings
from bot.yaml_files import safe_load

Ranking = Sequence[Tuple[str, float]]
Rank = Callable[[str], Ranking]

GENERAL = "general"  # danger of no kind that has words of its own
_SURELY_ORDINARY, _NEXT_TO_NONE = 0.3, 0.015  # probabilities at which a pattern is overruled (docs/decisions/danger.md)
_BESIDE_ORDINARY = 1 / 2  # of the likeliest ordinary label: what is much less likely than that is not what is meant
_SEEN_IN_PART = 0.3  # of a message: torn from what is around it, a sentence says less surely what it is about
SAID = 1.0


class Danger(NamedTuple):
    """Danger in a message. `sureness`: SAID where a pattern says so, else the probability that the classifier gives it."""

    kind: str
    sureness: float


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

    def danger_in(self, text: str, ranking: Ranking, limit: float, *, sure_of_article: bool, rank: Rank) -> Optional[Danger]:
        """The danger a message tells of; None when it tells of none.

        It does when a pattern says so, unless the classifier takes it for something ordinary and sees next to no danger (a certain pattern
        it cannot overrule); when all labels of danger together are as likely as `limit` and not much less likely than anything ordinary,
        also without the words that only sound like danger, unless it only asks or tells what might happen; and when both see danger in
        a sentence of it. A house number is like the number of a help line to the classifier: a message without a letter has to fit a
        pattern.

        Args:
            ranking: the likeliest labels with their probabilities, likeliest first.
            sure_of_article: the classifier is sure that the first label, an article, answers the message.
            rank: ranks a part of the message; asked only where a pattern fits a sentence, or where words only sound like danger.
        """
        return self._in_whole(text, ranking, limit, sure_of_article, rank) or next(self._in_parts(text, rank), None)

    def _in_parts(self, text: str, rank: Rank) -> Iterator[Danger]:
        for part in parts(text) if not self.patterns.takes_back(text) else ():
            kind = find_danger(part, self.patterns)
            if kind and sum(self.shares(rank(part)).values()) >= _SEEN_IN_PART:
                yield Danger(kind, SAID)

    def _in_whole(self, text: str, ranking: Ranking, limit: float, sure_of_article: bool, rank: Rank) -> Optional[Danger]:
        shares = self.shares(ranking)
        danger, ordinary = sum(shares.values()), bool(ranking) and not self.shares(ranking[:1])
        kind = find_danger(text, self.patterns)
        overruled = ordinary and ranking[0][1] >= _SURELY_ORDINARY and danger <= _NEXT_TO_NONE
        if kind and (not overruled or self.patterns.is_certain(text)):
            return Danger(kind, SAID)
        if not any(character.isalpha() for character in text):
            return None
        if not self._is_likely(ranking, limit) or self.patterns.only_asks(text) or self.patterns.supposes(text):
            return None
        rest = self.patterns.without_harmless(text)
        if rest is not None and not self._is_likely(rank(rest), limit):
            return None  # "feu rouge" alone looked like danger
        if sure_of_article and (ordinary or self.patterns.informs(text)):
            return None  # "my roommate took a whole bottle of pills" is no question, though an article about it is near
        likeliest = max(shares, key=shares.__getitem__)
        if self.patterns.takes_back(text) and self.shape["kinds"][likeliest].get("taken_back", True):
            return None  # "false alarm, it was only toast"
        return Danger(likeliest, min(danger, SAID))

    def _is_likely(self, ranking: Ranking, limit: float) -> bool:
        """Whether all labels of danger together are as likely as `limit`, and not much less likely than anything ordinary."""
        return sum(self.shares(ranking).values()) >= max(limit, _BESIDE_ORDINARY * self._likeliest_ordinary(ranking))

    def _likeliest_ordinary(self, ranking: Ranking) -> float:
        return next((probability for label, probability in ranking if not self.shares([(label, probability)])), 0.0)

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
        return Emergencies(safe_load(file))
