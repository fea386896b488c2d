"""The waste authority's pages on what goes where (ReCollect): find a material, then read its page.

Source: ReCollect's public JSON as deployed clients use it (city-apis reference, 6). The shape of a page is known from such clients only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any, Iterator, List, Mapping, Optional, Tuple
from urllib.parse import quote

from actions.clients.errors import CityError, Failure
from actions.clients.http import Answer, Http, read_json
from actions.clients.kept import Held, Kept
from bot.city import city

KEPT_S = 86_400.0
STALE_S = 7 * 86_400.0
MOST_SUGGESTIONS = 5


class WasteSortingError(CityError):
    """The pages did not do what was asked."""


@dataclass(frozen=True)
class Material:
    """One thing the authority has a page for."""

    page_id: str
    title: str


@dataclass(frozen=True)
class Disposal:
    """Where a material goes, in the authority's words; `notes` is what else it says."""

    where: str
    notes: Tuple[str, ...] = ()


class WasteSorting:
    """One authority's pages. Safe to use from several threads."""

    def __init__(self, base_url: str, *, area: str, service: str) -> None:
        self.http = Http(base_url, WasteSortingError)
        self._path = f"areas/{quote(area, safe='')}/services/{quote(service, safe='')}/pages"
        self._materials: Kept[List[Material]] = Kept(ttl_s=KEPT_S, stale_s=STALE_S, keep=bool)
        self._pages: Kept[Optional[Disposal]] = Kept(ttl_s=KEPT_S, stale_s=STALE_S, keep=bool)

    def materials(self, text: str, language: str) -> List[Material]:
        """The materials a text may mean, likeliest first; empty when there is none. Kept for a while. Raises WasteSortingError."""
        return self._materials.get((text, language), lambda: self._suggest(text, language)).value

    def disposal(self, page_id: str, language: str) -> Held[Optional[Disposal]]:
        """What a page says; None when there is no such page. Kept for a while. Raises WasteSortingError."""
        return self._pages.get((page_id, language), lambda: self._page(page_id, language))

    def _suggest(self, text: str, language: str) -> List[Material]:
        params = {"suggest": text, "type": "material", "set": "default", "include_links": "true", "locale": language, "accept_list": "true"}
        shape = _read(self.http.get(self._path, params, call="GET pages"))
        if not isinstance(shape, list):
            raise WasteSortingError(Failure.MALFORMED, "suggestions are no list")
        rows = [row for row in shape if isinstance(row, Mapping) and row.get("id") and row.get("title")]
        if shape and not rows:
            raise WasteSortingError(Failure.MALFORMED, "no suggestion has a page")
        return [Material(str(row["id"]), _plain(row["title"])) for row in sorted(rows, key=_score)[:MOST_SUGGESTIONS]]

    def _page(self, page_id: str, language: str) -> Optional[Disposal]:
        answer = self.http.get(f"{self._path}/{quote(language, safe='')}/{quote(page_id, safe='')}.json", {}, call="GET pages/{id}")
        if answer.status == 404:
            return None
        shape = _read(answer)
        sections = shape.get("sections") if isinstance(shape, Mapping) else None
        # A section without a title is the picture or the name of the material.
        words = [tuple(_rows(section)) for section in sections or () if isinstance(section, Mapping) and section.get("title")]
        said = [rows for rows in words if rows]
        if not said:
            raise WasteSortingError(Failure.MALFORMED, "a page without words")
        where, *notes = (text for rows in said for text in rows)
        return Disposal(where.rstrip("."), tuple(notes))


def _read(answer: Answer) -> Any:
    shape = read_json(answer, WasteSortingError)
    if answer.status >= 300:
        raise WasteSortingError(Failure.REFUSED, status=answer.status)
    return shape


def _score(row: Mapping[str, Any]) -> float:
    try:
        return -float(row.get("score") or 0)
    except (TypeError, ValueError):
        return 0.0


def _rows(section: Mapping[str, Any]) -> Iterator[str]:
    for row in section.get("rows") or ():
        text = _plain(row.get("value") or row.get("html")) if isinstance(row, Mapping) else ""
        if text:
            yield text


def _plain(value: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", str(value or ""))).split())


@lru_cache(maxsize=1)
def waste_sorting_from_settings() -> Optional[WasteSorting]:
    """The authority's pages, one for all actions; None when the city offers none."""
    backend = city().backends["waste_sorting"]
    return WasteSorting(backend.url, area=backend.options["area"], service=backend.options["service"]) if backend.url else None
