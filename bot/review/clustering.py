"""Texts that are about the same thing, found by their vectors, and the words that tell such a group from everything else.

Neither the database nor an encoder is used here. The same texts always give the same groups.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Iterator, List, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

Matrix = NDArray[np.float32]

LEAST_MESSAGES = 3  # of a topic
# Mean cosine similarity, of vectors centred on what residents usually ask, between a text and those of its topic. Tried on the questions of
# 30 articles with those of 80 others strewn in: lower joins neighbouring articles, higher tears single ones apart.
ALIKE = 0.2
AT_ONCE = 4_000  # texts that are compared each with each: their distances take 64 MB
MOST_TERMS = 4
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")  # what masking put there
_WORD = re.compile(r"[^\W\d_]{3,}")


def groups(vectors: Matrix, counts: NDArray[np.int64]) -> List[List[int]]:
    """Rows that belong together, by average linkage; those that belong to no group are left out.

    Args:
        vectors: (texts, width), each of length 1.
        counts: (texts,), how many messages have each text; a group has at least LEAST_MESSAGES.
    """
    found: List[List[int]] = []
    for start in range(0, len(vectors), AT_ONCE):
        rows = np.arange(start, min(start + AT_ONCE, len(vectors)))
        places = joining(vectors[rows], middles(vectors, found))
        for row, place in zip(rows.tolist(), places.tolist(), strict=True):
            if place >= 0:
                found[place].append(row)
        linked = _linked(vectors, rows[places < 0])
        found += [group for group in linked if counts[group].sum() >= LEAST_MESSAGES]
    return found


def _linked(vectors: Matrix, rows: NDArray[np.int64]) -> Iterator[List[int]]:
    if len(rows) < 2:
        yield from ([row] for row in rows.tolist())
        return
    distances = np.clip(1 - vectors[rows] @ vectors[rows].T, 0, None)
    np.fill_diagonal(distances, 0)
    numbers = fcluster(linkage(squareform(distances, checks=False), "average"), 1 - ALIKE, "distance")
    for number in range(1, int(numbers.max()) + 1):
        yield rows[numbers == number].tolist()


def middles(vectors: Matrix, found: Sequence[Sequence[int]]) -> Matrix:
    """(groups, width): the mean vector of each, not scaled, so that a product with it is a mean of cosine similarities."""
    return np.array([vectors[list(group)].mean(axis=0) for group in found], dtype=np.float32).reshape(len(found), vectors.shape[1])


def joining(vectors: Matrix, middle: Matrix) -> NDArray[np.int64]:
    """(texts,): the number of the group each text is about as much as the group's own texts are; -1 for none."""
    if not len(middle) or not len(vectors):
        return np.full(len(vectors), -1, dtype=np.int64)
    likeness = vectors @ middle.T
    return np.where(likeness.max(axis=1) >= ALIKE, likeness.argmax(axis=1), -1)


def legible(text: str) -> str:
    """A masked text without the marks of masking; empty when nothing else is in it."""
    bare = " ".join(_PLACEHOLDER.sub(" ", text).split())
    return bare if _WORD.search(bare) else ""


def words_of(text: str) -> List[str]:
    """The words that may name a topic: of three letters and more."""
    return _WORD.findall(_PLACEHOLDER.sub(" ", text).casefold())


def telling(texts: Sequence[str], holding: Mapping[str, int], total: int) -> List[str]:
    """The words that tell a group's texts from others, most telling first. A word that only one text has is none of them.

    A word counts by how many of the group's texts hold it, times its inverse document frequency in all others.

    Args:
        holding: how many of `total` texts, the group's among them, hold each word.
    """
    here = Counter(word for text in texts for word in set(words_of(text)))
    others = total - len(texts)
    scores = {word: count * math.log((others + 2) / (holding[word] - count + 1)) for word, count in here.items() if count > 1}
    return sorted(scores, key=lambda word: (-scores[word], word))[:MOST_TERMS]
