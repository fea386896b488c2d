"""Finds names from lists, of places and of data sets (`data/names/`), forgiving slips but never taking a common word for a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Tuple

from rapidfuzz import fuzz, process

from bot.language.found import Found, Reading
from bot.settings import settings
from bot.yaml_files import safe_load

CLOSE_ENOUGH = 88  # of 100, for a whole name: "briethaupt pool" 93
WORD_CLOSE_ENOUGH = 70  # and each word must be like its own: "forest heights school" is no pool
CLOSE_WHEN_JOINED = 94  # words written as one, or one as two: "forestheights pool"
# A name of "the" and one word ("the aud") takes no slips at all.
CLEAR_MARGIN = 3  # of a name that is not exact over the next one
MOST_WORDS = 200  # of a message: time stays bounded

_BEGINNING = 3  # letters: at least one word of a name has no slip in them

_WORD = re.compile(r"[a-z0-9]+")


class NamesError(Exception):
    """A list of names cannot be used; says which entry and why."""


@dataclass(frozen=True)
class Name:
    """One spelling of a name, as words in lower case without accents; it counts beside one of `beside`, if there are any."""

    kind: str
    id: str
    words: Tuple[str, ...]
    beside: FrozenSet[str]

    @cached_property
    def beginnings(self) -> FrozenSet[str]:
        """How its words begin; a message without any of them holds no slip of it either."""
        return frozenset(word[:_BEGINNING] for word in self.words)


class _Match(NamedTuple):
    score: float
    name: Name
    first: int
    last: int


def name_words(text: str) -> Tuple[str, ...]:
    """The words of a name as they are compared: lower case without accents and signs."""
    return tuple(_WORD.findall(Reading.of(text).plain.replace("'", " ")))


def read_names(shape: Mapping[str, Any]) -> List[Name]:
    """The names of one file. Raises NamesError when two entries share a name, or a single word stands without `beside`."""
    beside = frozenset(" ".join(name_words(word)) for words in shape.get("beside", {}).values() for word in words)
    found: Dict[Tuple[str, ...], Name] = {}
    for row in shape["names"]:
        for spelling in (row["name"], *(alias for aliases in row["aliases"].values() for alias in aliases)):
            name = Name(shape["kind"], row["id"], name_words(spelling), beside)
            if found.setdefault(name.words, name).id != name.id:
                raise NamesError(f"{spelling} is both {found[name.words].id} and {name.id}")
            if len(name.words) < 2 and not beside:
                raise NamesError(f"{spelling} of {name.id} is a single word")
    return list(found.values())


@lru_cache(maxsize=1)
def known_names() -> Tuple[Name, ...]:
    """Every name of `data/names/`, read once."""
    files = sorted((settings().data_folder / "names").glob("*.yml"))
    return tuple(name for path in files for name in read_names(safe_load(path.read_text(encoding="utf-8"))))


@lru_cache(maxsize=1)
def _written() -> Mapping[Tuple[str, str], str]:
    shapes = (safe_load(path.read_text(encoding="utf-8")) for path in sorted((settings().data_folder / "names").glob("*.yml")))
    return {(shape["kind"], row["id"]): row["name"] for shape in shapes for row in shape["names"]}


def written(kind: str, id: str) -> str:
    """A name as the city writes it. Raises KeyError when there is no such name."""
    return _written()[kind, id]


def names(reading: Reading, known: Iterable[Name]) -> List[Found]:
    """The names a message holds, as their ids, from left to right; where two overlap, the better one."""
    tokens = list(_WORD.finditer(reading.plain.replace("'", " ")))[:MOST_WORDS]
    said = " ".join(token.group() for token in tokens)
    words = said.split()
    matches = sorted(_matches(words, f" {said} ", known), key=lambda match: (-match.score, match.first - match.last))
    taken: List[_Match] = []
    for match in matches:
        over = [other for other in taken if match.first <= other.last and other.first <= match.last]
        if not over and not _doubtful(match, matches):
            taken.append(match)
    taken.sort(key=lambda match: match.first)
    return [Found(one.name.kind, one.name.id, tokens[one.first].start(), tokens[one.last].end()) for one in taken]


def _doubtful(match: _Match, others: Iterable[_Match]) -> bool:
    """Whether the same words are nearly as close to another name, and are neither exactly."""
    return match.score < 100 and any(
        other.name.id != match.name.id
        and other.name.kind == match.name.kind
        and (other.first, other.last) == (match.first, match.last)
        and match.score - other.score < CLEAR_MARGIN
        for other in others
    )


def _matches(words: List[str], said: str, known: Iterable[Name]) -> Iterator[_Match]:
    runs: Dict[int, List[str]] = {}
    begun = {word[:_BEGINNING] for word in words}
    stands: Dict[FrozenSet[str], bool] = {}  # whether one of these words is there; many names share them
    for name in known:
        if begun.isdisjoint(name.beginnings):
            continue
        if name.beside not in stands:
            stands[name.beside] = not name.beside or any(f" {word} " in said for word in name.beside)
        if not stands[name.beside]:
            continue
        for size in {len(name.words), max(2, len(name.words) - 1), len(name.words) + 1}:
            if size not in runs:
                runs[size] = [" ".join(words[at : at + size]) for at in range(len(words) - size + 1)]
            cutoff = 100 if name.words[0] == "the" else CLOSE_ENOUGH if size == len(name.words) else CLOSE_WHEN_JOINED
            for run, score, at in process.extract(" ".join(name.words), runs[size], scorer=fuzz.ratio, score_cutoff=cutoff, limit=3):
                if size != len(name.words) or _each_like(name.words, run.split()):
                    yield _Match(score, name, at, at + size - 1)


def _each_like(name: Iterable[str], said: Iterable[str]) -> bool:
    """Whether every word is like the one in its place; hardly any slip changes the first letter."""
    pairs = list(zip(name, said, strict=True))
    return all(one[0] == other[0] and fuzz.ratio(one, other) >= WORD_CLOSE_ENOUGH for one, other in pairs)
