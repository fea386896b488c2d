"""The words of the interface, from `data/console.yml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Mapping

import yaml
from django.http import HttpRequest
from django.utils.translation import get_language

from bot.city import city
from bot.settings import settings


@lru_cache(maxsize=1)
def console_words() -> Mapping[str, Mapping[str, Any]]:
    """Every word by language and then by name; all texts, except the groups `outcomes`, `languages`, `channels`, `votes` and `problems`."""
    with (settings().data_folder / "console.yml").open(encoding="utf-8") as file:
        words: Mapping[str, Mapping[str, Any]] = yaml.safe_load(file)
    return words


def words(request: HttpRequest) -> Dict[str, Any]:
    """Template context: `say`, the words in the reader's language, and which city and profile this is."""
    every = console_words()
    language = (get_language() or "en").split("-")[0]
    language = language if language in every else "en"
    return {
        "say": every[language],
        "interface_language": language,
        "interface_languages": {code: group["language"] for code, group in every.items()},
        "city_name": city().name[language],
        "sample": settings().profile == "sandbox",
    }
