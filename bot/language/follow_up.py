"""Messages that lean on the one before: "and the recycling?", "what about friday", "how much", "by ward". English and French."""

from __future__ import annotations

import re
from typing import Dict, List, Sequence, Tuple

from bot.language.addresses import locate
from bot.language.fragments import behind_openers, fragment, is_about_weather, is_value, opened

Ranking = Sequence[Tuple[str, float]]

MOST_WORDS = 8  # a longer message says itself what it is about
LEAST_WORDS = 5  # of a message that says itself what it is about, with its opener and without articles
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# A part of a question about numbers, which only another one can make whole: "by ward", "just ward 3", "the top 3", "in 2022?".
_PART = re.compile(
    r"\W*(?:(?:by|per|for each|for every|par|pour chaque|selon(?: le| la)?) \w+(?: of \w+)?"
    r"|(?:just|only|seulement|juste|uniquement) (?!(?:a|an|to|want\w*|ask\w*|test\w*|check\w*|say\w*|un|une|pour)\b)(?:\w+ ?){1,4}"
    r"|(?:the |les |le )?top \d+|(?:the |les )?(?:first \d+|\d+ premi\wre?s?)"
    r"|(?:in|for|since|during|before|after|en|pour|depuis|avant|après) (?:19|20)\d\d"
    r"|(?:in|for|pour|dans|in the|dans le|pour le) (?:ward|quartier) \d+)\W*$",
    re.IGNORECASE,
)
_ASKS_AS_I = re.compile(r"\b(?:how|what|where|when|why|who) (?:do|can|should) i\b", re.IGNORECASE)  # "and how do i pay my ticket"
_POINTERS = frozenset(
    """it that this there them they these those one its
    ça ca cela celui celle ceux celles là y en ce cet""".split()
)
_ARTICLES = frozenset("a an the le la les un une des du de".split())
_THERE_IS = re.compile(
    r"\b(?:is|are|was|were|be)\s+there\b|\bthere(?:['’]?s|\s+(?:is|are|was|were))\b|\by[ -](?:en )?a\b", re.IGNORECASE
)  # points at nothing
_QUESTION = re.compile(
    r"\W*(?:what|when|where|who|why|how|which|is|are|was|were|can|will|would|do|does|did|has|until|quand|où|ou|qui|pourquoi|comment|combien|quel\w*|c'est|est-ce|jusqu'à)\b",
    re.IGNORECASE,
)
# "c'est où", "ça coûte combien", "elle ouvre quand?": what is asked about is only pointed at, unless it is named too.
_POINTS = re.compile(
    r"\W*(?:est-ce qu(?:e\s+|['’]))?(?:c['’](?:est|était)|[çc]a(?!\s+va(?:\s+(?:bien|mal|toi|vous)\b|\W*$))"
    r"|ils?(?!\s+(?:y a|faut|fait|neige|pleut|va (?:neiger|pleuvoir|faire))\b)|elles?)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\?|\best-ce\b|\b(?:où|ou(?=\W*$)|quand|combien|comment|pourquoi|quoi|qui|quel(?:le)?s?|jusqu['’]à)\b", re.IGNORECASE)
_TIME = (
    r"\d|(?:lun|mar|mercre|jeu|vendre|same)di\b|dimanche\b|matin|midi|soir|nuit|jour|semaine|week|fin\b|mois\b|année|hiver|été\b|temps\b"
)
_NAMED = re.compile(
    r"(?<!\bpour )(?<!\bavec )(?<!\bdans )(?<!\bchez )(?<!\bsur )(?<!\ben )(?<!\bà )(?<!\bde )(?<![-'’])"
    rf"\b(?:(?:les?|la|une?|des|du|[mts](?:on|a|es)|ce|cet|cette|ces|[nv]o(?:tre|s)|leurs?)\s+|l['’])(?!{_TIME})\w"
    r"|\bquoi\s+(?![çc]a\b)\w"  # "c'est quoi passagepass"
    r"|\bd(?:e\s+|['’])(?:\w+\s+)?\w+(?:er|ir|re)\b",  # "c'est permis de stationner"
    re.IGNORECASE,
)
_LEAST = 0.01  # the probability of a label that one of the two readings does not rank: unlikely, not impossible


def leans_back(text: str) -> bool:
    """Whether a message continues the one before, by its form or because it says nothing by itself: "how much?", an address alone.

    What is a value of one need's question ("ward 7?") counts too: whether it is of the need before is for the reading with it.
    """
    return points_back(text) or says_nothing(text)


def says_nothing(text: str) -> bool:
    """Whether a message names no subject at all: "how much?", "and on sunday", a part of a question or a value of one."""
    return is_part(text) or fragment(text) is not None or is_value(text)


def points_back(text: str) -> bool:
    """Whether a message is short and begins or points as only a continuation does, or is but a part of a question."""
    located = locate(text)
    words = _WORD.findall((located.rest if located else text).casefold())
    if not 0 < len(words) <= MOST_WORDS:
        return False
    if (opened(text) and not _ASKS_AS_I.search(text)) or is_part(text):
        return True
    if _QUESTION.match(text) and _points(text):
        return True
    return bool(_POINTS.match(text) and _ASKS.search(text) and not _NAMED.search(text))


def says_itself(text: str) -> bool:
    """Whether a message that begins as a continuation has words enough for a question of its own, and points at nothing."""
    return is_long(text) and not _points(text)


def is_long(text: str) -> bool:
    """Whether a message has words enough to say what it is about: of "is it free to park on sunday", "it" is the least."""
    return sum(word not in _ARTICLES for word in _WORD.findall(text.casefold())) >= LEAST_WORDS


def is_part(text: str) -> bool:
    """Whether a message is but a part of a question about numbers, whose words say nothing of what is asked: "and in 2022?", "by ward"."""
    return bool(_PART.match(behind_openers(text)))


def _points(text: str) -> bool:
    """Whether a word points at something said before. "There is" does not, nor the "it" of "will it snow"."""
    pointers = _POINTERS.intersection(_WORD.findall(_THERE_IS.sub(" ", text.casefold())))
    return bool(pointers - {"it"} if is_about_weather(text) else pointers)


def joined(previous: str, text: str) -> str:
    """The two messages as one, for a reading in which the first says what the second is about."""
    return f"{previous.rstrip(' ?!.')} {text}"


def combined(alone: Ranking, together: Ranking) -> List[Tuple[str, float]]:
    """One ranking from the message alone and the two together: what both readings allow, likeliest first.

    "and the recycling?" alone is about recycling, together with "my garbage was missed" about something missed.
    The sum of the probabilities is that of the reading that is surer to be about something known.
    """
    by_label: Dict[str, List[float]] = {label: [0.0, 0.0] for label, _ in (*alone, *together)}
    for place, ranking in enumerate((alone, together)):
        for label, probability in ranking:
            by_label[label][place] = probability
    likely = {label: both for label, both in by_label.items() if max(both) >= _LEAST}  # hundreds of others, however unlikely, add up
    scores = {label: (max(first, _LEAST) * max(second, _LEAST)) ** 0.5 for label, (first, second) in likely.items()}
    known = max((sum(probability for _, probability in ranking) for ranking in (alone, together)), default=0.0)
    total = sum(scores.values())
    return sorted(((label, known * score / total) for label, score in scores.items()), key=lambda row: -row[1])
