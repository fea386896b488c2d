"""What the demo page says: the words of `data/demo.yml`, filled in with the city's name and phone number."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Mapping, Optional

import yaml
from django.utils.translation.trans_real import parse_accept_lang_header

from bot.city import city
from bot.settings import settings


@lru_cache(maxsize=1)
def demo_words() -> Mapping[str, Mapping[str, Any]]:
    """Every word of the page, by language and then by name: a text, except `questions`, which is a list of texts."""
    with (settings().data_folder / "demo.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Mapping[str, Any]] = yaml.safe_load(file)
    filled = {}
    for language, rows in shape.items():
        facts = {"city": city().name[language], "phone": city().phone, "hours": city().phone_hours[language]}
        filled[language] = {
            "city": facts["city"],
            **{name: row.format(**facts) if isinstance(row, str) else row for name, row in rows.items()},
        }
    return filled


def demo_context(asked: Optional[str], accept_language: str) -> Dict[str, Any]:
    """The context of `demo.html`.

    Args:
        asked: the language in the address (`?lang=fr`), or None.
        accept_language: the browser's header, which decides when no language we have was asked for.
    """
    words = demo_words()
    wished = [asked or "", *(tag.split("-")[0] for tag, _ in parse_accept_lang_header(accept_language))]
    language = next((tag for tag in wished if tag in words), city().languages[0])
    return {
        "language": language,
        "words": words,
        "say": words[language],
        "sample": settings().profile == "sandbox",
        "phone": city().phone,
        "contact_url": city().contact_url,
    }
