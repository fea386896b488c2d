"""What is said in languages the assistant does not speak: `data/other_languages.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Mapping, Tuple

from bot.settings import settings
from bot.yaml_files import safe_load


@dataclass(frozen=True)
class OtherLanguage:
    """`name` in the language itself; `text`: the sentence, with `{phone}` in it; `scripts`: those that tell the language alone."""

    name: str
    text: str
    scripts: Tuple[str, ...] = ()


@lru_cache(maxsize=1)
def other_languages() -> Mapping[str, OtherLanguage]:
    """By ISO 639-1 code."""
    with (settings().data_folder / "other_languages.yml").open(encoding="utf-8") as file:
        return {code: OtherLanguage(row["name"], row["text"], tuple(row.get("scripts", ()))) for code, row in safe_load(file).items()}
