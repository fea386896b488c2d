"""The words of the interface, from the files of `data/console/`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Mapping

from django.http import HttpRequest
from django.utils.translation import get_language

from bot.city import city
from bot.console.roles import Ability, allowed
from bot.settings import settings
from bot.yaml_files import safe_load


@lru_cache(maxsize=1)
def console_words() -> Mapping[str, Mapping[str, Any]]:
    """Every word by language and then by name: a text, or a group of texts by code. A name is in one file only."""
    words: Dict[str, Dict[str, Any]] = {}
    for path in sorted((settings().data_folder / "console").glob("*.yml")):
        for language, group in safe_load(path.read_text(encoding="utf-8")).items():
            words.setdefault(language, {}).update(group)
    return words


def reader_language() -> str:
    """The language the reader gets the interface in."""
    language = (get_language() or "en").split("-")[0]
    return language if language in console_words() else "en"


def words(request: HttpRequest) -> Dict[str, Any]:
    """Template context: `say`, the words in the reader's language, and which city and profile this is."""
    every = console_words()
    language = reader_language()
    return {
        "say": every[language],
        "interface_language": language,
        "interface_languages": {code: group["language"] for code, group in every.items()},
        "city_name": city().name[language],
        "sample": settings().profile == "sandbox",
        "can": {ability.value: allowed(request.user, ability) for ability in Ability} if hasattr(request, "user") else {},
    }
