"""Where one message may hold two needs: "my recycling got missed and when is the tax bill due". English and French.

Only places are found here; whether both sides are needs is for who understands them (`bot.assistant.needs`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import FrozenSet, Iterator, List

from bot.city import city
from bot.knowledge.wording import comparable
from bot.language.addresses import locate
from bot.language.contacts import emails, find_postal_code, phones
from bot.language.dates import moments
from bot.language.entities import city_today
from bot.language.found import Found, Reading
from bot.language.identifiers import identifiers
from bot.language.text import MAX_CHARACTERS
from bot.settings import settings
from bot.yaml_files import safe_load

MOST_PLACES = 4  # that are tried: bounds the time
MOST_PARTS = 6  # likewise
_LEAST_WORDS = 2  # of a need
_LEAST_WORDS_OF_PART = 4

# Words a new need begins with; the joiner before them belongs to neither need. "and is blocking the road" goes on, "and is it open" asks.
_ASKING = (
    r"(?:what|when|where|who|why|how|which|i (?:also )?(?:want|need)|"
    r"(?:can|could|do|does|is|are) (?:i|we|you|it|there|they|he|she|the|my|our|your|this|that|these|those|some|any)|"
    r"quoi|quand|où|ou est|qui|pourquoi|comment|quel\w*|combien|est-ce|puis-je|je (?:veux|voudrais))"
)
_BETWEEN = (
    r"(?:and also|and|also|plus|oh and|by the way|btw|another thing|"
    r"et aussi|et|aussi|pis|puis|de plus|en plus|ah et|autre chose)"
)
_SENTENCE_END = re.compile(rf"[.?!;\n]+\s+(?:{_BETWEEN}\b\W*)?", re.IGNORECASE)
_NEW_QUESTION = re.compile(rf"(?:,\s*|\s+){_BETWEEN}\W+(?={_ASKING}\b)|,\s*(?={_ASKING}\b)", re.IGNORECASE)
_JOINER = re.compile(rf"(?:,\s*|\s+){_BETWEEN}\W+", re.IGNORECASE)
_COMMA = re.compile(r",\s+")
_PART_END = re.compile(rf"[.?!;\n]+\s+|(?:,\s*|\s+)(?:{_BETWEEN}|but|mais)\W+", re.IGNORECASE)


@dataclass(frozen=True)
class Split:
    """A message cut in two. `plain`: the cut is where a new sentence or question begins, not only at an "and" or a comma."""

    first: str
    second: str
    plain: bool


def splits(text: str) -> List[Split]:
    """The ways to cut a message in two, the plainest first; [] for most messages."""
    found: List[Split] = []
    for split in _cuts(text[:MAX_CHARACTERS]):
        if len(found) == MOST_PLACES:
            break
        if not any(split.second == other.second for other in found):
            found.append(split)
    return found


def _cuts(text: str) -> Iterator[Split]:
    for pattern, plain in ((_SENTENCE_END, True), (_NEW_QUESTION, True), (_JOINER, False), (_COMMA, False)):
        for place in pattern.finditer(text):
            first, second = text[: place.start()], text[place.end() :]
            if pattern is _SENTENCE_END:
                first += place.group()[0].strip()  # "Where?" asks, "Where" may not
            if min(len(first.split()), len(second.split())) >= _LEAST_WORDS:
                yield Split(first.strip(), second.strip(), plain)


def parts(text: str) -> List[str]:
    """The sentences and clauses of a message, each read by itself where something grave may be said beside something ordinary.

    [] for a message that is one; short ones stay with what is before them, and of too many the last ones stay together.
    """
    text = text[:MAX_CHARACTERS]
    found: List[str] = []
    begin = 0
    for place in _PART_END.finditer(text):
        enough = min(len(text[begin : place.start()].split()), len(text[place.end() :].split())) >= _LEAST_WORDS_OF_PART
        if enough and len(found) < MOST_PARTS - 1:
            found.append(text[begin : place.start()].strip())
            begin = place.end()
    return [*found, text[begin:].strip()] if found else []


def is_only_values(text: str) -> bool:
    """Whether a text holds nothing but a value or two: "and ward 7", "in 2023", "45 queen st n", "my account is 2100". No need does."""
    reading = Reading.of(text)
    for finder in (emails, identifiers, lambda rest: phones(rest, city().country), _postal_codes, lambda rest: moments(rest, city_today())):
        reading = reading.without(finder(reading))
    located = locate(reading.text, town=city().short_name)
    rest = located.rest if located else reading.text
    words = [word for word in comparable(rest).split() if not any(map(str.isdigit, word))]
    holds_one = words != comparable(text).split()
    return holds_one and _beside_a_value().issuperset(words)


def _postal_codes(reading: Reading) -> List[Found]:
    code = find_postal_code(reading.text)
    return [Found("postal_code", code.code, code.start, code.end)] if code else []


@lru_cache(maxsize=1)
def _beside_a_value() -> FrozenSet[str]:
    with (settings().data_folder / "need_words.yml").open(encoding="utf-8") as file:
        return frozenset(word for phrase in safe_load(file)["beside_a_value"] for word in phrase.split())
