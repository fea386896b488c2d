"""The sandbox city's sample data: `data/sandbox/*.yml`, read once."""

from __future__ import annotations

from functools import cache
from typing import Any

from bot.city import city
from bot.settings import settings
from bot.yaml_files import safe_load


@cache
def seed(name: str) -> Any:
    """The contents of `data/sandbox/<name>.yml`."""
    with (settings().data_folder / "sandbox" / f"{name}.yml").open(encoding="utf-8") as file:
        return safe_load(file)


def language_of(locale: str) -> str:
    """The language to answer a `locale` in (`fr`, `fr-CA`, `en-US`): one of the city's, its first when in doubt."""
    language = locale[:2].lower()
    return language if language in city().languages else city().languages[0]
