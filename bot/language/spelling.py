"""Misspelt words put right, towards words that the examples use: "garbge" is garbage, also for a sentence encoder.

Only words that nobody knows are touched: neither the examples nor the encoder's own vocabulary hold them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import AbstractSet, Dict, List, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W\d_]+")
_LEAST_LENGTH = 4  # shorter words have too many neighbours
_LONG = 8  # from this length on two slips are put right, below it one
_LEAST_USES = 2  # a word used once may itself be a slip
_MOST_CORRECTIONS = 8  # per text: bounds the time


class Spelling:
    """Corrects towards the `frequent` words, most frequent first, and leaves the `known` ones alone, all in lower case."""

    def __init__(self, known: AbstractSet[str], frequent: Sequence[str]) -> None:
        self.known = known
        self.frequent = frequent
        self._by_letter: Dict[str, List[str]] = defaultdict(list)  # hardly any slip changes the first letter
        for word in frequent:
            self._by_letter[word[0]].append(word)

    @classmethod
    def learn(cls, texts: Sequence[str], vocabulary: AbstractSet[str]) -> Spelling:
        """From examples, and from words that are right though no example uses them."""
        uses = Counter(word for text in texts for word in _WORD.findall(text.lower()))
        frequent = [word for word, count in uses.most_common() if count >= _LEAST_USES and len(word) >= _LEAST_LENGTH]
        return cls(uses.keys() | {word.lower() for word in vocabulary}, frequent)

    def corrected(self, text: str) -> str:
        """The text with its unknown words replaced by their likeliest neighbours, where they have any."""
        left = _MOST_CORRECTIONS

        def better(match: re.Match[str]) -> str:
            nonlocal left
            word = match.group().lower()
            if left == 0 or len(word) < _LEAST_LENGTH or word in self.known:
                return match.group()
            left -= 1
            slips = 2 if len(word) >= _LONG else 1
            found = process.extractOne(word, self._by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
            return found[0] if found else match.group()

        return _WORD.sub(better, text)
