"""How alike texts are, in meaning and in words, as one kernel; and the examples a classifier compares a text with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.language.ngrams import Row
from bot.language.text import plain

Matrix = NDArray[np.float32]

_NARROWNESS = 2.0  # how fast likeness in meaning fades
_NGRAM_WEIGHT = 0.3
_ROWS_AT_ONCE = 1024


@dataclass(frozen=True)
class Views:
    """Texts as unit vectors (texts, directions) and as n-grams (texts, grams)."""

    vectors: Matrix
    grams: csr_matrix


def kernel(alike: Matrix, shared: Matrix) -> Matrix:
    """One number per pair from the cosine of the meanings and the product of the n-grams."""
    combined: Matrix = np.exp(_faded(alike.copy())) + _NGRAM_WEIGHT * shared
    return combined


def _faded(alike: Matrix) -> Matrix:
    """The logarithm of likeness in meaning, in the place of the cosine."""
    alike -= 1
    alike *= _NARROWNESS
    return alike


def shared_grams(row: Row, transposed: csr_matrix) -> Matrix:
    """The products (texts,) of one text's n-grams with those of many, from their matrix (grams, texts)."""
    columns, values = row
    starts = transposed.indptr[columns]
    lengths = transposed.indptr[columns + 1] - starts
    before = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(starts - before, lengths)
    products = transposed.data[places] * np.repeat(values, lengths)
    return np.bincount(transposed.indices[places], weights=products, minlength=transposed.shape[1]).astype(np.float32)


def compared(views: Views) -> Matrix:
    """The kernel of every example with every other, (examples, examples). It is symmetric: only what is right of its diagonal is filled."""
    count = views.grams.shape[0]
    combined = np.empty((count, count), dtype=np.float32)
    transposed = views.grams.T.tocsr()
    for start in range(0, count, _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        right = combined[rows, start:]
        alike = views.vectors[rows] @ views.vectors[start:].T
        np.exp(_faded(alike), out=right)
        shared = views.grams[rows] @ transposed[:, start:]
        right[np.repeat(np.arange(len(right)), np.diff(shared.indptr)), shared.indices] += np.float32(_NGRAM_WEIGHT) * shared.data
    return combined


def nearest(vectors: Matrix, groups: NDArray[np.int64]) -> Matrix:
    """For each example, (examples,), the cosine to the one that is nearest in meaning outside of its own group, (examples,)."""
    found = np.empty(len(vectors), dtype=np.float32)
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        alike = vectors[rows] @ vectors.T
        alike[groups[rows, None] == groups] = -1
        found[rows] = alike.max(axis=1)
    return found


def chosen(texts: Sequence[str], labels: Sequence[str], most: int) -> Tuple[List[str], List[str]]:
    """The examples to learn from: each text once per label, and of too many the first ones of every label, equally."""
    once: Dict[Tuple[str, str], str] = {}
    for text, label in zip(texts, labels, strict=True):
        once.setdefault((plain(text), label), text)
    seen: Counter[str] = Counter()
    turns = []
    for _, label in once:
        turns.append(seen[label])
        seen[label] += 1
    kept = sorted(np.argsort(turns, kind="stable")[:most])
    rows = [(text, label) for (_, label), text in once.items()]
    return [rows[index][0] for index in kept], [rows[index][1] for index in kept]
