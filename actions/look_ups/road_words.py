"""What a question about closed roads says besides where: a highway, or the way around. `data/road_words.yml`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Mapping

from actions.words import today
from bot.language.dates import moments
from bot.language.found import Reading
from bot.settings import settings
from bot.yaml_files import safe_load


def names_highway(text: str) -> bool:
    """Whether a message is about a highway, which the list of closures does not hold; "the 8 of december" is a day."""
    reading = Reading.of(text)
    return _says(reading.without(moments(reading, today())).text, "highways")


def asks_detour(text: str) -> bool:
    """Whether a message asks for the way around a closure."""
    return _says(text, "detours")


def _says(text: str, section: str) -> bool:
    plain = " ".join(re.findall(r"\w+", Reading.of(text).plain))
    return any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", plain) for phrases in _words()[section].values() for phrase in phrases)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    with (settings().data_folder / "road_words.yml").open(encoding="utf-8") as file:
        return dict(safe_load(file))
