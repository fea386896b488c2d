"""What a turn means, in the shape Rasa's own parsing gives: for a choice at once, for a text by the model.

A text is only a text: what Rasa reads as a command (`/restart`, `/intent{...}`) never reaches it as one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Dict, List, Optional

from bot.assistant.turn import Choice
from bot.language.detect import detect, wished

LANGUAGE_ENTITY = "language"
_LEADING = re.compile(r"[\s/\\⁄∕⧸⟋╱\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")  # slashes of any width, and what hides them


def plain_text(text: str) -> str:
    """The text as the model may read it: without the slash at its beginning that would make it a command."""
    normal = unicodedata.normalize("NFKC", text).strip()
    return _LEADING.sub("", normal, count=1) if _LEADING.match(normal) else text


def parsed_choice(choice: Choice) -> Dict[str, Any]:
    """The parse data of a choice."""
    intent = {"name": choice.intent, "confidence": 1.0}
    return {
        "intent": intent,
        "intent_ranking": [intent],
        "entities": [{"entity": name, "value": value, "extractor": "choice"} for name, value in choice.entities],
    }


def language_entities(text: str, current: Optional[str], hint: Optional[str]) -> List[Dict[str, Any]]:
    """The `language` entity when the conversation's language is to change or, with no `current` one, to be set."""
    language = wished(text) or detect(text, current) or (None if current else hint)
    if language in (None, current):
        return []
    return [{"entity": LANGUAGE_ENTITY, "value": language, "extractor": "language"}]
