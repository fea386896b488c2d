"""The words of a page or of the widget, from `data/`, filled in with the city's name, phone number and addresses."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Mapping

from bot.city import city
from bot.settings import settings
from bot.yaml_files import safe_load


@lru_cache(maxsize=4)
def page_words(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Every word of `data/<name>.yml`, by language and then by name: texts, and lists and maps of texts, which are left as they are."""
    with (settings().data_folder / f"{name}.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Mapping[str, Any]] = safe_load(file)
    filled = {}
    for language, rows in shape.items():
        facts = {
            "city": city().name[language],
            "phone": city().phone,
            "hours": city().phone_hours[language],
            "contact_url": city().contact_url,
        }
        filled[language] = {name: row.format(**facts) if isinstance(row, str) else row for name, row in rows.items()}
    return filled
