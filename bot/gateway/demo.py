"""What the demo page says: the words of `data/demo.yml` in the reader's language."""

from __future__ import annotations

from typing import Any, Dict, Optional

from django.utils.translation.trans_real import parse_accept_lang_header

from bot.city import city
from bot.gateway.page_words import page_words
from bot.settings import settings


def demo_context(asked: Optional[str], accept_language: str) -> Dict[str, Any]:
    """The context of `demo.html`.

    Args:
        asked: the language in the address (`?lang=fr`), or None.
        accept_language: the browser's header, which decides when no language we have was asked for.
    """
    words = page_words("demo")
    wished = [asked or "", *(tag.split("-")[0] for tag, _ in parse_accept_lang_header(accept_language))]
    language = next((tag for tag in wished if tag in words), city().languages[0])
    return {
        "language": language,
        "languages": {tag: words[tag]["language"] for tag in words},
        "say": words[language],
        "sample": settings().profile == "sandbox",
        "phone": city().phone,
        "contact_url": city().contact_url,
    }
