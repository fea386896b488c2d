"""Danger in a resident's message, by what people say when they are in it. English and French.

What is said is written in `data/emergencies.yml`, in a form this module reads; nothing here knows any wording.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import Any, Dict, FrozenSet, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.street_words import folded
from bot.language.text import legible

MOST_APART = 25  # words from one group of a pattern to another: about two sentences
MOST_BETWEEN = 3  # words that ".." stands for
MOST_WORDS = 300  # of a message: bounds the time

_LEAST_LENGTH = 5  # of a word that a misspelt one is read as; shorter words have too many neighbours
_LONG = 10  # from this length on two slips are allowed, below it one
_GAP = ".."
_STRUCK = ""  # stands where harmless words were
_WORD = re.compile(r"[^\W_]+")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")  # "heeelp"
_SPELT_OUT = re.compile(r"(?<=\b\d)[-. ](?=\d\b)")  # "9-1-1"
_ELIDED = re.compile(r"\b(qu|[cdjlmnsty])'(?=\w)")  # "l'alarme"
_CONTRACTED = {"'s ": " is ", "'re ": " are ", "'ve ": " have ", "'ll ": " will ", "'m ": " am ", "'d ": " would "}
_PICTURED = {re.compile("(?:🆘\\s*)+"): " sos ", re.compile("(?:🔥\\s*)+"): " fire "}
_NAMED = re.compile(r"<(\w+)>")

Place = Tuple[int, int]  # the first word, and the one behind the last
Phrase = Tuple[str, ...]  # words in their order; one that ends in * is the beginning of a word, ".." up to MOST_BETWEEN words


class PatternError(ValueError):
    """A pattern cannot be read; the message says which."""


@dataclass(frozen=True)
class _Pattern:
    """One phrase of each group must be there, and none of `unless`. `alone`: nothing else may be said. Groups are numbers.

    `certain`: it is danger whatever else the message may be about.
    """

    kind: str
    groups: FrozenSet[int]
    unless: Optional[int]
    alone: bool = False
    certain: bool = False


class DangerPatterns:
    """The patterns of `data/emergencies.yml`, ready to be looked for. Raises PatternError. Safe to share between threads.

    Args:
        shape: the file's content: `spellings`, `words`, `harmless`, `only_asking`, `informing`, `supposing`, `taking_back`,
            `harmless_cause`, `left_alone` and `kinds`.
    """

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self._spellings = {folded(said): str(meant).split() for said, meant in shape["spellings"].items()}
        self._named: Dict[str, List[str]] = {}
        for name, listed in shape["words"].items():
            self._named[name] = [word for part in str(listed).split(" / ") for word in self._alternatives(part)]
        self._groups: Dict[str, int] = {}
        self._of_phrase: Dict[Phrase, Set[int]] = {}  # the groups it is in
        self._by_start: Dict[str, List[Phrase]] = {}  # see _start
        self._patterns: List[_Pattern] = []
        self._beginnings: Set[int] = set()  # their lengths
        self._words: Set[str] = set()
        self._reading: Dict[str, List[str]] = {}  # words of the file, read once: most stand in many phrases
        self._harmless = self._group(" / ".join(shape["harmless"]))
        self._asking = [self._pattern("", line) for line in shape["only_asking"]]
        self._informing = [self._pattern("", line) for line in shape["informing"]]
        self._supposing = [self._pattern("", line) for line in shape["supposing"]]
        self._taking_back = [self._pattern("", line) for line in shape["taking_back"]]
        self._harmless_cause = [self._pattern("", line) for line in shape["harmless_cause"]]
        self._standing = {kind for kind, row in shape["kinds"].items() if not row.get("taken_back", True)}
        for kind, row in shape["kinds"].items():
            self._patterns += [self._pattern(kind, line) for line in _lines(row)]
        self._by_group: Dict[int, List[int]] = {}  # numbers of patterns, each under one of its groups
        for number, pattern in enumerate(self._patterns):
            self._by_group.setdefault(max(pattern.groups), []).append(number)
        self._by_letter: Dict[str, List[str]] = {}
        for word in sorted(self._telling()):
            self._by_letter.setdefault(word[0], []).append(word)
        self._known = self._words | {folded(word) for word in shape["left_alone"].split()}

    def find(self, text: str) -> Optional[str]:
        """The kind of danger in a text, the first one in the order of the file; None when there is none."""
        return next((pattern.kind for pattern in self._fitting(text)), None)

    def is_certain(self, text: str) -> bool:
        """Whether a pattern fits that counts whatever else the message may be about."""
        return any(pattern.certain for pattern in self._fitting(text))

    def only_asks(self, text: str) -> bool:
        """Whether a text is worded as only a question about a danger is, not as one who is in it would write."""
        return self._holds(text, self._asking)

    def supposes(self, text: str) -> bool:
        """Whether a text tells of harm that might come or that nearly came, not of harm that is there."""
        return self._holds(text, self._supposing)

    def takes_back(self, text: str) -> bool:
        """Whether a text takes a cry for help back; `find` then meets only what is certain and the kinds that nobody can take back."""
        words = self._read(text)
        return self._taken_back(words, _Said(self, words))

    def without_harmless(self, text: str) -> Optional[str]:
        """The words of a text but those that only sound like danger; None when it has none of these."""
        words = self._read(text)
        places = _Said(self, words).places(self._harmless)
        struck = {at for first, behind in places for at in range(first, behind)}
        return " ".join(word for at, word in enumerate(words) if at not in struck) if struck else None

    def informs(self, text: str) -> bool:
        """Whether a text holds a word of a question about a danger; who is in it may use one too."""
        return self._holds(text, self._informing)

    def _holds(self, text: str, patterns: Sequence[_Pattern]) -> bool:
        said = _Said(self, self._read(text))
        return any(said.fits(pattern) for pattern in patterns)

    def _pattern(self, kind: str, line: str) -> _Pattern:
        wanted, _, unless = line.removeprefix("! ").partition(" but not ")
        alone, certain = wanted.startswith("= "), line.startswith("! ")
        groups = frozenset(self._group(group) for group in wanted.removeprefix("= ").split(" + "))
        if alone and len(groups) > 1:
            raise PatternError(f"a message that says nothing else has one group: {line}")
        return _Pattern(kind, groups, self._group(unless) if unless else None, alone, certain)

    def _group(self, group: str) -> int:
        """The number of a group, counted from 1."""
        number = self._groups.get(group)
        if number is None:
            number = self._groups[group] = len(self._groups) + 1
            for phrase in self._phrases(group):
                if phrase not in self._of_phrase:
                    self._of_phrase[phrase] = set()
                    self._by_start.setdefault(_start(phrase), []).append(phrase)
                    self._beginnings.update([len(phrase[0]) - 1] if phrase[0].endswith("*") else [])
                    self._words.update(word for word in phrase if word != _GAP and not word.endswith("*"))
                self._of_phrase[phrase].add(number)
        return number

    def _telling(self) -> Set[str]:
        """The words that tell of danger, without those that call it off: misspelt words are read as these."""
        groups = set().union(*(pattern.groups for pattern in self._patterns))
        phrases = (phrase for phrase, of in self._of_phrase.items() if of & groups)
        return {word for phrase in phrases for word in phrase if len(word) >= _LEAST_LENGTH and not word.endswith("*")}

    def _phrases(self, group: str) -> Iterator[Phrase]:
        for alternative in group.split(" / "):
            for written in self._alternatives(alternative):
                words = self._in_file(written)
                if not words or words[0] in (_GAP, "*") or words[-1] == _GAP:
                    raise PatternError(f"a phrase begins and ends with a word, '{written}' does not: {group}")
                yield tuple(words)

    def _alternatives(self, written: str) -> List[str]:
        """What is written with every word of the lists it names: "<partner> left" is many phrases."""
        parts = _NAMED.split(written)
        try:
            choices = [self._named[part] if place % 2 else [part] for place, part in enumerate(parts)]
        except KeyError as err:
            raise PatternError(f"no words are named {err} in: {written}") from None
        return ["".join(chosen) for chosen in product(*choices)]

    def _in_file(self, phrase: str) -> List[str]:
        words: List[str] = []
        for part in phrase.split():
            if part == _GAP:
                words.append(part)
            elif part.endswith("*"):
                words.append(folded(part.replace("œ", "oe")))
            else:
                words += self._reading.get(part) or self._reading.setdefault(part, self._read(part))
        return words

    def _read(self, text: str) -> List[str]:
        """The words of a text as they are compared."""
        for picture, word in _PICTURED.items():
            text = picture.sub(word, text)
        plain = folded(legible(text).replace("’", "'").replace("œ", "oe").replace("Œ", "oe")) + " "
        plain = _ELIDED.sub(r"\1 ", _SPELT_OUT.sub("", _DRAWN_OUT.sub(r"\1", plain)))
        for ending, meant in _CONTRACTED.items():
            plain = plain.replace(ending, meant)
        plain = plain.replace("'", "")
        words: List[str] = []
        for word in _WORD.findall(plain)[:MOST_WORDS]:
            words += self._spellings.get(word) or [word]
        return words

    def _fitting(self, text: str) -> Iterator[_Pattern]:
        """The patterns that fit a text in the order of the file, first as it is written, then with its slips put right."""
        said = self._read(text)
        yield from self._fitting_words(said)
        yield from self._fitting_words(self._corrected(said))

    def _fitting_words(self, words: Sequence[str]) -> Iterator[_Pattern]:
        said = _Said(self, words)
        if not words or any(said.fits(pattern) for pattern in self._asking):
            return
        taken_back = self._taken_back(words, said)
        yield from (pattern for pattern in self._meant(words, said) if not taken_back or pattern.certain or pattern.kind in self._standing)

    def _meant(self, words: Sequence[str], said: _Said) -> Iterator[_Pattern]:
        """The patterns that fit words of which what only sounds like danger is taken out."""
        kept = list(words)
        for first, behind in said.places(self._harmless):
            kept[first:behind] = [_STRUCK] * (behind - first)
        if kept != list(words):
            said = _Said(self, kept)
        possible = sorted(number for group in said.groups for number in self._by_group.get(group, ()))
        yield from (self._patterns[number] for number in possible if said.fits(self._patterns[number]))

    def _taken_back(self, words: Sequence[str], said: _Said) -> bool:
        """Whether a cry for help is taken back: by its harmless cause, or by words that no danger follows."""
        if any(said.fits(pattern) for pattern in self._harmless_cause):
            return True
        taking_back = [pattern for pattern in self._taking_back if said.fits(pattern)]
        behind = max((behind for pattern in taking_back for group in pattern.groups for _, behind in said.places(group)), default=0)
        rest = words[behind:]
        return bool(taking_back) and next(self._meant(rest, _Said(self, rest)), None) is None

    def found(self, words: Sequence[str]) -> Dict[Phrase, List[Place]]:
        """Where each phrase stands among words that were read."""
        found: Dict[Phrase, List[Place]] = {}
        for place, (word, following) in enumerate(zip(words, [*words[1:], _STRUCK], strict=False)):
            for start in (word, f"{word} {following}", *(f"{word[:length]}*" for length in self._beginnings if length <= len(word))):
                for phrase in self._by_start.get(start, ()):
                    whole = len(phrase) <= 1 + start.count(" ")
                    behind = place + len(phrase) if whole else _behind(phrase, words, place)
                    if behind:
                        found.setdefault(phrase, []).append((place, behind))
        return found

    def groups(self, phrase: Phrase) -> Set[int]:
        """The groups a phrase is in."""
        return self._of_phrase[phrase]

    def _corrected(self, words: Sequence[str]) -> List[str]:
        """The words with those nobody knows read as their likeliest neighbours; [] when that changes nothing."""
        better = [self._better(word) for word in words]
        return better if better != list(words) else []

    def _better(self, word: str) -> str:
        if len(word) < _LEAST_LENGTH - 1 or word in self._known:
            return word
        slips = 2 if len(word) >= _LONG else 1
        found = process.extractOne(word, self._by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
        return found[0] if found else word


class _Said:
    """What the patterns find in one message."""

    def __init__(self, patterns: DangerPatterns, words: Sequence[str]) -> None:
        self._patterns = patterns
        self._length = len(words)
        self._phrases = patterns.found(words)
        self.groups: Set[int] = set().union(*map(patterns.groups, self._phrases))

    def places(self, group: int) -> List[Place]:
        return [place for phrase, places in self._phrases.items() if group in self._patterns.groups(phrase) for place in places]

    def fits(self, pattern: _Pattern) -> bool:
        if not pattern.groups <= self.groups or pattern.unless in self.groups:
            return False
        one, *others = map(self.places, pattern.groups)
        if pattern.alone:
            return (0, self._length) in one
        return any(all(any(abs(at - place) <= MOST_APART for at, _ in other) for other in others) for place, _ in one)


def find_danger(text: str, patterns: DangerPatterns) -> Optional[str]:
    """The kind of danger a text tells of; None when it tells of none."""
    return patterns.find(text)


def _lines(row: Mapping[str, Any]) -> Iterable[str]:
    return (line for language, lines in row.items() if isinstance(lines, list) for line in lines)


def _start(phrase: Phrase) -> str:
    """What a phrase is looked up by: its first two words, or the first one alone when the second may be one of several."""
    many = phrase[0].endswith("*") or (len(phrase) > 1 and (phrase[1] == _GAP or phrase[1].endswith("*")))
    return " ".join(phrase[:1] if many else phrase[:2])


def _behind(phrase: Phrase, words: Sequence[str], place: int) -> int:
    """The index behind a phrase that stands at `place`; 0 when it does not stand there."""
    at = place
    gap = False
    for part in phrase:
        if part == _GAP:
            gap = True
            continue
        reach = range(at, min(at + (MOST_BETWEEN if gap else 0) + 1, len(words)))
        at = next((index + 1 for index in reach if _is(part, words[index])), 0)
        if not at:
            return 0
        gap = False
    return at


def _is(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
