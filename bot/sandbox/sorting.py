"""The sandbox's pages on what goes where, in the shapes of ReCollect's public API: a search, and a page for each material."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from bot.city import city
from bot.knowledge.wording import comparable
from bot.sandbox.seeds import language_of, seed

MOST_SUGGESTIONS = 10


@require_GET
def suggest(request: HttpRequest, area: str, service: str) -> HttpResponse:
    """GET areas/{area}/services/{service}/pages?suggest=&type=material&locale=: materials with a word that begins so, surest first."""
    if not _is_ours(area, service):
        return _not_found(request)
    language = language_of(request.GET.get("locale", ""))
    words = comparable(request.GET.get("suggest", "")).split()
    scored = [(_score(row, words, language), row) for row in seed("sorting")["materials"]]
    found = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])[:MOST_SUGGESTIONS]
    return JsonResponse([_suggestion(row, score, language) for score, row in found], safe=False)


@require_GET
def page(request: HttpRequest, area: str, service: str, locale: str, page_id: str) -> HttpResponse:
    """GET areas/{area}/services/{service}/pages/{locale}/{id}.json."""
    row = next((row for row in seed("sorting")["materials"] if str(row["id"]) == page_id), None)
    if row is None or not _is_ours(area, service):
        return _not_found(request)
    language, words = language_of(locale), seed("sorting")
    notes = [row["notes"][language]] if "notes" in row else []
    sections = [
        {"title": None, "className": "page-title", "rows": [{"type": "html", "html": row["title"][language]}]},
        _section(words["sections"]["where"][language], [row["where"][language]]),
        _section(words["sections"]["notes"][language], [*notes, f"<p>{words['notice'][language]}</p>"]),
    ]
    return JsonResponse({"id": row["id"], "page_type": "material", "caption": row["title"][language], "sections": sections})


def _is_ours(area: str, service: str) -> bool:
    options = city().backends["waste_sorting"].options
    return area == options["area"] and service in (options["service"], "waste")


def _score(row: Mapping[str, Any], words: List[str], language: str) -> int:
    """How many of the words begin a word of the material; 0 unless all do."""
    names = comparable(" ".join([row["title"][language], *row.get("also", ())])).split()
    hits = [any(name.startswith(word) for name in names) for word in words]
    exact = comparable(row["title"][language]).split() == words
    return sum(hits) + exact if hits and all(hits) else 0


def _suggestion(row: Mapping[str, Any], score: int, language: str) -> Dict[str, Any]:
    return {"id": row["id"], "title": row["title"][language], "score": score, "type": "material"}


def _section(title: str, texts: List[str]) -> Dict[str, Any]:
    return {"title": title, "rows": [{"type": "html", "value": text} for text in texts]}


def _not_found(request: HttpRequest) -> HttpResponse:
    words = seed("waste")["refusals"]["not_found"]
    return JsonResponse({"error": words[language_of(request.GET.get("locale", ""))]}, status=404)
