"""Words and parts of words of a text as a sparse vector: spelling mistakes keep most of their parts, names stay whole."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain, pairwise
from typing import Iterator, List, Mapping, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.language.text import plain

Row = Tuple[NDArray[np.int64], NDArray[np.float32]]
"""Columns in ascending order, and their values."""

_WORD = re.compile(r"[^\W_]+")
_CHARACTER_RUNS = (2, 3, 4, 5)
_LEAST_TEXTS = 2  # parts of words in one example only say nothing about another
_MOST_TEXTS = 500  # what more examples hold is said little by, and costs most of the time
_WORDS_REMEMBERED = 20_000


def _parts(word: str) -> Iterator[str]:
    bounded = f"_{word}_"  # no word holds an underscore, so a part says where its word begins and ends
    return (bounded[start : start + run] for run in _CHARACTER_RUNS for start in range(len(bounded) - run + 1))


def _whole(words: Sequence[str]) -> Iterator[str]:
    """Words and pairs of words, under a leading space that tells them from parts."""
    return chain((f" {word}" for word in words), (f" {first} {second}" for first, second in pairwise(words)))


class NGrams:
    """TF-IDF over words with their pairs, and over parts of words. Each kind has the same share in a vector of length 1."""

    def __init__(self, vocabulary: Mapping[str, int], idf: NDArray[np.float32], whole: int) -> None:
        """`vocabulary`: gram -> column, its first `whole` columns being words and pairs; `idf`: (grams,)."""
        self.vocabulary = vocabulary
        self.idf = idf
        self.whole = whole
        self._columns_of_parts = lru_cache(_WORDS_REMEMBERED)(self._find_parts)

    @classmethod
    def learn(cls, texts: Sequence[str]) -> NGrams:
        wholes: Counter[str] = Counter()
        parts: Counter[str] = Counter()
        parts_of = lru_cache(_WORDS_REMEMBERED)(lambda word: set(_parts(word)))
        for text in texts:
            words = _WORD.findall(plain(text))
            wholes.update(set(_whole(words)))
            parts.update(set(chain.from_iterable(map(parts_of, words))))
        kept = [gram for gram in sorted(wholes) if wholes[gram] <= _MOST_TEXTS]
        whole = len(kept)
        kept += [gram for gram in sorted(parts) if _LEAST_TEXTS <= parts[gram] <= _MOST_TEXTS]
        counts = np.array([wholes[gram] or parts[gram] for gram in kept], dtype=np.float32)
        idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        return cls({gram: column for column, gram in enumerate(kept)}, idf.astype(np.float32), whole)

    def row(self, text: str) -> Row:
        """The vector of one text; empty when it holds nothing known."""
        columns, counts = np.unique(np.array(self._found(text), dtype=np.int64), return_counts=True)
        return columns, self._weighed(columns, counts, np.zeros(len(columns), dtype=np.int64))

    def matrix(self, texts: Sequence[str]) -> csr_matrix:
        """(texts, grams), each text's row."""
        found = [self._found(text) for text in texts]
        lengths = [len(columns) for columns in found]
        columns = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=sum(lengths))
        grams = csr_matrix((np.ones(len(columns)), columns, np.cumsum([0, *lengths])), shape=(len(texts), len(self.vocabulary)))
        grams.sum_duplicates()
        values = self._weighed(grams.indices, grams.data, np.repeat(np.arange(len(texts)), np.diff(grams.indptr)))
        return csr_matrix((values, grams.indices, grams.indptr), shape=grams.shape)

    def _found(self, text: str) -> List[int]:
        """The columns of a text's grams, as often as it holds each."""
        words = _WORD.findall(plain(text))
        found = [column for column in map(self.vocabulary.get, _whole(words)) if column is not None]
        return list(chain(found, *map(self._columns_of_parts, words)))

    def _weighed(self, columns: NDArray[np.int64], counts: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The values of `columns` that stand in `rows` (one number for each) `counts` times."""
        values = self.idf[columns] * (1 + np.log(counts))
        kinds = 2 * rows + (columns < self.whole)
        weighed: NDArray[np.float32] = (values / np.sqrt(2 * np.bincount(kinds, values**2))[kinds]).astype(np.float32)
        return weighed

    def _find_parts(self, word: str) -> List[int]:
        return [column for column in map(self.vocabulary.get, _parts(word)) if column is not None]
