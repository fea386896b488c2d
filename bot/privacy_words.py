"""Whether words agree to have everything deleted: `data/privacy_words.yml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Mapping

from bot.choosing import negated
from bot.knowledge.wording import comparable
from bot.settings import settings
from bot.yaml_files import safe_load


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Any]:
    with (settings().data_folder / "privacy_words.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Any] = safe_load(file)
    return shape


def agrees(text: str) -> bool:
    """Whether a text has words that agree, side by side, and none that deny. Case, accents and punctuation do not count."""
    said = f" {comparable(text)} "
    return not negated(text) and any(f" {words} " in said for words in _rows()["agrees"])
