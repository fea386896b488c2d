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
_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Views:
    """Texts as unit vectors (texts, directions) and as n-grams (texts, grams)."""

    vectors: Matrix
    grams: csr_matrix


def kernel(alike: Matrix, shared: Matrix) -> Matrix:
    """One number per pair from the cosine of the meanings and the product of the n-grams."""
    combined: Matrix = np.exp(_NARROWNESS * (alike - 1)) + _NGRAM_WEIGHT * shared
    return combined


def shared_grams(row: Row, transposed: csr_matrix) -> Matrix:
    """The products (texts,) of one text's n-grams with those of many, from their matrix (grams, texts)."""
    columns, values = row
    starts = transposed.indptr[columns]
    lengths = transposed.indptr[columns + 1] - starts
    before = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(starts - before, lengths)
    products = transposed.data[places] * np.repeat(values, lengths)
    return np.bincount(transposed.indices[places], weights=products, minlength=transposed.shape[1]).astype(np.float32)


def compared(views: Views, label_numbers: NDArray[np.int64]) -> Tuple[Matrix, Matrix, Matrix]:
    """Every example with every other.

    Returns:
        The kernel (examples, examples); for each example the cosine to the nearest other one, and to the nearest of another label.
    """
    count = len(label_numbers)
    combined = np.empty((count, count), dtype=np.float32)
    nearest_other, nearest_foreign = np.empty(count, dtype=np.float32), np.empty(count, dtype=np.float32)
    transposed = views.grams.T.tocsr()
    for start in range(0, count, _ROWS_AT_ONCE):
        rows = np.arange(start, min(start + _ROWS_AT_ONCE, count))
        alike = views.vectors[rows] @ views.vectors.T
        combined[rows] = kernel(alike, (views.grams[rows] @ transposed).toarray())
        alike[np.arange(len(rows)), rows] = -1
        nearest_other[rows] = alike.max(axis=1)
        alike[label_numbers[rows, None] == label_numbers] = -1
        nearest_foreign[rows] = alike.max(axis=1)
    return combined, nearest_other, nearest_foreign


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
