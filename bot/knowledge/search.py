"""Search over the articles, for messages the classifier does not understand: by words (SQLite's FTS5) and by meaning.

A hit's score says how much of the message an article covers: the words it holds, rare ones counting more, and the likeness
of meaning. So a message about nothing the city does finds nothing, instead of the least bad article; and one that shares a single
word with an article finds it only where that is what the article is asked about.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from bot.choosing import content_words
from bot.knowledge.schema import Article
from bot.language.meaning import unit

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, (texts, width)."""

MOST_WORDS = 24  # of a message that are looked up
LEAST_SCORE = 0.5  # of a hit worth offering; 1 is everything
_EVERYWHERE = 0.25  # a word in more than this share of the articles says nothing
_RARE = 1  # articles that may hold a word which alone says enough, in their questions; a word of the title may be commoner
_SHORTEST_STEM, _ENDING = 4, 2  # words are compared without their last letters: a plural finds its singular
_MEANING_WEIGHT = 0.5  # of the likeness of meaning, where an encoder is given; the words have the rest


@dataclass(frozen=True)
class Hit:
    """An article and how much of the message it covers, 0 to 1."""

    article: Article
    score: float


class Search:
    """An index of the articles in one language, made in memory. Safe to share between threads."""

    def __init__(self, articles: Sequence[Article], language: str, encode: Optional[Encode] = None) -> None:
        """
        Args:
            encode: by which meaning is compared; None compares words only.
        """
        self._articles = list(articles)
        self._lock = threading.Lock()
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        self._index.execute("CREATE VIRTUAL TABLE articles USING fts5(title, asked, told, tokenize='unicode61 remove_diacritics 2')")
        rows = [(number, *_texts(article, language)) for number, article in enumerate(self._articles)]
        self._index.executemany("INSERT INTO articles(rowid, title, asked, told) VALUES (?, ?, ?, ?)", rows)
        told = [f"{article.title[language]}. {article.answer[language]}" for article in self._articles]
        self._likeness = _likeness(told, encode) if encode and told else None

    def find(self, text: str, most: int = 3) -> List[Hit]:
        """The articles that cover enough of a message, best first; [] when none does."""
        words = content_words(text)[:MOST_WORDS]
        if not words:
            return []
        scores = self._covered(words)
        if self._likeness:
            scores = np.round((1 - _MEANING_WEIGHT) * scores + _MEANING_WEIGHT * self._likeness(text), 4)
        best = np.argsort(-scores, kind="stable")[:most]
        return [Hit(self._articles[index], float(scores[index])) for index in best if scores[index] >= LEAST_SCORE]

    def _covered(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Of each article, (articles,): the share of the words it holds, each weighed by how rare it is."""
        count = len(self._articles)
        covered, total = np.zeros(count), 0.0
        held, enough = np.zeros(count), np.zeros(count, dtype=bool)
        for word in dict.fromkeys(words):
            holding = self._holding(word)
            if len(holding) > _EVERYWHERE * count:
                continue
            weight = math.log((count + 1) / (len(holding) + 0.5))
            total += weight
            covered[holding] += weight
            held[holding] += 1
            enough[self._holding(word, "title")] = True
            if len(holding) <= _RARE:
                enough[self._holding(word, "asked")] = True
        covered[(held < 2) & ~enough] = 0.0
        shares: NDArray[np.float64] = covered / total if total else covered
        return shares

    def _holding(self, word: str, column: str = "") -> List[int]:
        stem = word[: max(_SHORTEST_STEM, len(word) - _ENDING)]
        query = f'"{stem}"*' if len(stem) >= _SHORTEST_STEM else f'"{stem}"'
        query = f"{column}: {query}" if column else query
        with self._lock:
            return [number for (number,) in self._index.execute("SELECT rowid FROM articles WHERE articles MATCH ?", [query])]


def _likeness(told: Sequence[str], encode: Encode) -> Callable[[str], NDArray[np.float32]]:
    """What gives a text's likeness in meaning to each of `told`, (told,), 0 to 1."""
    meaning = encode(told)
    centre = meaning.mean(axis=0)  # some encoders find all texts much alike
    directions = unit(meaning - centre)
    return lambda text: np.clip(directions @ unit(encode([text])[0] - centre), 0.0, 1.0)


def searches(articles: Sequence[Article], languages: Sequence[str], encode: Optional[Encode] = None) -> Dict[str, Search]:
    """One index per language."""
    return {language: Search(articles, language, encode) for language in languages}


def _texts(article: Article, language: str) -> Tuple[str, str, str]:
    """Its title, what is asked about it, and what it tells."""
    told = (article.answer[language], article.sms[language], article.source.name[language])
    return article.title[language], "\n".join(article.questions[language]), "\n".join(told)
