"""The catalogue of the city's open data (ArcGIS Hub): which data sets are about something?

Source: OGC API Records as Hub speaks it, and the DCAT-US 1.1 feed where a city's site has no such search.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Iterator, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import quote

from rapidfuzz import fuzz

from actions.clients.errors import CityError, Failure
from actions.clients.http import Answer, Http, read_json
from actions.clients.hub_shapes import DataSet, ShapeError, read_dataset, read_record
from actions.clients.kept import Kept
from bot.city import city
from bot.language.street_words import folded

MOST_LETTERS = 200  # of a search
FEED_KEPT_S = 86_400.0
ALIKE = 85  # of 100: "tree" and "trees"; "parc" and "park" are not
_TITLE, _KEYWORD, _DESCRIPTION = 3, 2, 1  # what a word found there is worth
_NOT_THERE = {400, 404, 405, 410}
_NOT_IMPLEMENTED = 501


class HubError(CityError):
    """The catalogue did not do what was asked."""


@dataclass(frozen=True)
class Found:
    """The data sets that fit best, best first, and how many fit in all."""

    total: int
    data_sets: Tuple[DataSet, ...]


class Hub:
    """One catalogue. Safe to use from several threads."""

    def __init__(self, base_url: str) -> None:
        self.http = Http(base_url, HubError, accept="application/geo+json, application/json")
        self._feeds: Kept[List[Mapping[str, Any]]] = Kept(ttl_s=FEED_KEPT_S)

    def search(self, words: str, *, most: int = 3) -> Found:
        """The data sets about these words. Raises HubError."""
        wanted = " ".join(words.split())[:MOST_LETTERS]
        params = {"q": wanted, "limit": str(most)}
        try:
            answer = self.http.get("api/search/v1/collections/dataset/items", params, call="GET datasets")
        except HubError as err:
            if err.status != _NOT_IMPLEMENTED:
                raise
            return self._in_feed(wanted, most)
        if answer.status in _NOT_THERE or _is_page(answer):
            return self._in_feed(wanted, most)
        shape = _read(answer)
        rows = shape.get("features")
        if not isinstance(rows, list):
            raise HubError(Failure.MALFORMED, "no list of data sets", status=answer.status)
        try:
            found = [read_record(row, self._page) for row in rows[:most]]
        except ShapeError as err:
            raise HubError(Failure.MALFORMED, str(err), status=answer.status) from err
        total = shape.get("numberMatched")
        return Found(total if type(total) is int else len(found), tuple(found))

    def _in_feed(self, wanted: str, most: int) -> Found:
        words = folded(wanted).split()
        scored = [(_score(words, row), row) for row in self._feeds.get("", self._feed).value]
        fitting = sorted((pair for pair in scored if pair[0]), key=lambda pair: pair[0], reverse=True)
        try:
            return Found(len(fitting), tuple(read_dataset(row, self._page) for _, row in fitting[:most]))
        except ShapeError as err:
            raise HubError(Failure.MALFORMED, str(err)) from err

    def _feed(self) -> List[Mapping[str, Any]]:
        """All data sets, some megabytes of them."""
        answer = self.http.get("api/feed/dcat-us/1.1.json", {}, call="GET feed")
        rows = _read(answer).get("dataset")
        if not isinstance(rows, list):
            raise HubError(Failure.MALFORMED, "no list of data sets", status=answer.status)
        return [row for row in rows if isinstance(row, Mapping)]

    def _page(self, identifier: str) -> str:
        """The catalogue's own page about a data set."""
        return f"{self.http.base_url}datasets/{quote(identifier, safe=':')}"


def _score(words: Sequence[str], row: Mapping[str, Any]) -> int:
    """How well a data set of the feed fits: each word counts where it is worth most."""
    places = [(_TITLE, _words(row.get("title"))), (_KEYWORD, _words(row.get("keyword"))), (_DESCRIPTION, _words(row.get("description")))]
    return sum(max((worth for worth, there in places if any(_is_alike(word, one) for one in there)), default=0) for word in words)


def _words(value: Any) -> List[str]:
    texts: Iterator[Any] = iter(value if isinstance(value, list) else [value])
    return [word.strip(".,;:()") for text in texts if isinstance(text, str) for word in folded(text).split()]


def _is_alike(word: str, other: str) -> bool:
    return word == other or (len(word) > 3 and fuzz.ratio(word, other, score_cutoff=ALIKE) > 0)


def _is_page(answer: Answer) -> bool:
    """A site without the search shows its front page instead."""
    return answer.status == 200 and "html" in answer.content_type.casefold()


def _read(answer: Answer) -> Mapping[str, Any]:
    shape = read_json(answer, HubError)
    if answer.status >= 300:
        raise HubError(Failure.REFUSED, "the catalogue refuses", status=answer.status)
    if not isinstance(shape, Mapping):
        raise HubError(Failure.MALFORMED, "no object", status=answer.status)
    return shape


@lru_cache(maxsize=1)
def hub_from_settings() -> Optional[Hub]:
    """The city's catalogue, one for all actions; None when the city offers none."""
    url = city().backends["hub"].url
    return Hub(url) if url else None
