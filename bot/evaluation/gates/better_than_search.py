"""Better than search: the same questions to a plain search over the same articles, and to the assistant, which must win.

The search is what a site has: the words of the question, the best article by BM25 (SQLite's FTS5). It looks through all that the assistant
has, the ways of asking too. Only questions that an article answers count: a search files no report.
"""

from __future__ import annotations

import sqlite3
from typing import Dict, List, Sequence

from scipy.stats import binomtest

from bot.evaluation.gates.accuracy import difference
from bot.evaluation.gates.gate import Gate, Table, interval
from bot.evaluation.measures import Answer, Share, groups, need
from bot.knowledge.schema import Article
from bot.knowledge.wording import comparable

CHANCE = 0.05


class PlainSearch:
    """The best article for a question by its words alone, in one language."""

    def __init__(self, articles: Sequence[Article], language: str) -> None:
        self._labels = [article.label for article in articles]
        self._index = sqlite3.connect(":memory:")
        self._index.execute("CREATE VIRTUAL TABLE articles USING fts5(words, tokenize='unicode61 remove_diacritics 2')")
        rows = [(number, _words(article, language)) for number, article in enumerate(articles)]
        self._index.executemany("INSERT INTO articles(rowid, words) VALUES (?, ?)", rows)

    def first(self, text: str) -> str:
        """The label of the best article; empty when none has a word of it."""
        words = dict.fromkeys(comparable(text).split())
        query = " OR ".join(f'"{word}"' for word in words)
        if not query:
            return ""
        found = self._index.execute("SELECT rowid FROM articles WHERE articles MATCH ? ORDER BY bm25(articles) LIMIT 1", [query]).fetchone()
        return self._labels[found[0]] if found else ""


def better_than_search(candidate: Sequence[Answer], articles: Sequence[Article]) -> Gate:
    """`candidate`: its answers to held-out questions; `articles`: the candidate's."""
    by_label = {need(article.label) for article in articles}
    asked = [answer for answer in candidate if need(answer.example.label) in by_label]
    searches: Dict[str, PlainSearch] = {language: PlainSearch(articles, language) for language in {a.example.language for a in asked}}
    found = {id(a): need(searches[a.example.language].first(a.example.text)) == need(a.example.label) for a in asked}
    rows: List[List[str]] = []
    for name, answers in {"all": asked, **groups(asked, "language"), **groups(asked, "topic")}.items():
        rows.append([name, str(len(answers)), *_compared(answers, found)])
    only_search = sum(found[id(a)] and not a.right for a in asked)
    only_assistant = sum(a.right and not found[id(a)] for a in asked)
    differing = only_search + only_assistant
    won = bool(differing) and binomtest(only_assistant, differing, alternative="greater").pvalue < CHANCE
    facts = {
        "questions": str(len(asked)),
        "search": str(Share(sum(found.values()), len(asked))).strip(),
        "assistant": str(Share(sum(a.right for a in asked), len(asked))).strip(),
    }
    head = ("group", "questions", "search", "assistant", "only_search", "only_assistant", "difference")
    return Gate("better_than_search", bool(won), facts, [Table("search", head, rows)])


def _compared(answers: Sequence[Answer], found: Dict[int, bool]) -> List[str]:
    searched = Share(sum(found[id(a)] for a in answers), len(answers))
    assisted = Share(sum(a.right for a in answers), len(answers))
    only_search = sum(found[id(a)] and not a.right for a in answers)
    only_assistant = sum(a.right and not found[id(a)] for a in answers)
    low, high = difference(only_search, only_assistant, len(answers))
    return [str(searched).strip(), str(assisted).strip(), str(only_search), str(only_assistant), interval(low, high)]


def _words(article: Article, language: str) -> str:
    texts = (article.title[language], article.answer[language], article.sms[language], article.source.name[language])
    return "\n".join((*texts, *article.questions.get(language, ())))
