"""Finds in a message what somebody wants to throw out: the words of the list, in either language, one letter off, singular or plural."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, FrozenSet, Iterator, List, Sequence, Tuple

from rapidfuzz import fuzz

from actions.plurals import forms_of
from actions.sorting_list import Item, SortingList
from bot.knowledge.wording import comparable

LEAST_LETTERS = 6  # of a word that may be misspelt: shorter ones have others beside them (paint, pain)
CLOSE_ENOUGH = 85  # of 100: "styrofome" 89, "batery" 92
MOST_QUERY_WORDS = 5

_FILLERS = frozenset("a an the of for my our some de d du des la le les l au aux un une mon ma mes".split())
Span = Tuple[int, int]


@dataclass(frozen=True)
class Spotted:
    """An item and which words of the message are it."""

    item: Item
    span: Span
    exact: bool


def spot(text: str, things: SortingList, language: str) -> List[Item]:
    """The items a message names, in its order.

    Longer names go before what they are made of ("coffee cup" is no cup), and the resident's language before the other (a French
    "couche" is no couch).
    """
    taken, _ = _spotted(text, things, language)
    named: Dict[str, Item] = {one.item.id: one.item for one in sorted(taken, key=lambda one: one.span)}
    plain = [item for item in named.values() if not item.which]
    return plain or list(named.values())


def says_only_items(text: str, things: SortingList, language: str) -> bool:
    """Whether a message names items, and besides them only bins and words of a question: "and tea bags?", "grass in the green bin"."""
    taken, words = _spotted(text, things, language)
    named = {place for one in taken for place in range(*one.span)}
    others = [token for place, (token, spellings) in enumerate(zip(_tokens(text), words, strict=True)) if spellings and place not in named]
    return bool(taken) and things.question_words.issuperset(others)


def _spotted(text: str, things: SortingList, language: str) -> Tuple[List[Spotted], List[FrozenSet[str]]]:
    """What a message names, and the spellings of each of its words; those of containers have none."""
    words = [forms_of(token) for token in _tokens(text)]
    for container in things.containers:
        _strike(words, _tokens(container))
    initials = {one[0] for spellings in words for one in spellings}
    found = [
        (Spotted(item, span, exact), spoken == language)
        for item in things.items.values()
        for spoken, names in item.words.items()
        for name in names
        if all(part[0] in initials for part in _tokens(name))
        for span, exact in _places(_tokens(name), words)
    ]
    best_first = sorted(found, key=lambda row: (row[0].span[0] - row[0].span[1], not row[0].exact, not row[1], row[0].span))
    taken: List[Spotted] = []
    for one, _ in best_first:
        if not any(one.span[0] < other.span[1] and other.span[0] < one.span[1] for other in taken):
            taken.append(one)
    return taken, words


def query_of(text: str, things: SortingList) -> str:
    """The words of a question that may be a thing: what to search for when no item of the list is named; empty when none is left."""
    tokens = _tokens(text)
    words = [forms_of(token) for token in tokens]
    for container in things.containers:
        _strike(words, _tokens(container))
    left = [token for token, spellings in zip(tokens, words, strict=True) if spellings and token not in things.question_words]
    return " ".join(left) if len(left) <= MOST_QUERY_WORDS else ""


@lru_cache(maxsize=4096)
def _tokens(text: str) -> Tuple[str, ...]:
    return tuple(token for token in comparable(text.replace("œ", "oe")).split() if token not in _FILLERS)


def _strike(words: List[FrozenSet[str]], container: Sequence[str]) -> None:
    """Makes the name of a container unreadable."""
    for span, exact in _places(container, words):
        if exact:
            words[slice(*span)] = [frozenset() for _ in container]


def _places(name: Sequence[str], words: Sequence[FrozenSet[str]]) -> Iterator[Tuple[Span, bool]]:
    """Where a name stands in the message, and whether letter for letter."""
    for start in range(len(words) - len(name) + 1):
        pairs = list(zip(name, words[start:], strict=False))
        exact = all(part in spellings for part, spellings in pairs)
        if exact or all(part in spellings or _alike(part, spellings) for part, spellings in pairs):
            yield (start, start + len(name)), exact


def _alike(part: str, spellings: FrozenSet[str]) -> bool:
    if len(part) < LEAST_LETTERS:
        return False
    return any(one[0] == part[0] and abs(len(one) - len(part)) < 3 and fuzz.ratio(part, one) >= CLOSE_ENOUGH for one in spellings)
