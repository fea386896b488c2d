"""Whether a resident's words, or a thumb, say that an answer helped: `data/feedback_words.yml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Mapping, Optional

from bot.knowledge.wording import comparable
from bot.settings import settings
from bot.yaml_files import safe_load

_MEANINGS = {"helped": True, "not_helped": False}


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Any]:
    with (settings().data_folder / "feedback_words.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Any] = safe_load(file)
    return shape


def helped(text: str) -> Optional[bool]:
    """What a text says that is nothing but a yes, a no or a thumb; None for any other. Case, accents and punctuation do not count."""
    said = comparable(text)
    meant = [_MEANINGS[name] for name, row in _rows().items() if (said in row["words"] if said else any(map(text.count, row["signs"])))]
    return meant[0] if len(meant) == 1 else None
