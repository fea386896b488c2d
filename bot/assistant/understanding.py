"""What a turn means, in the shape Rasa's own parsing gives: for a choice at once, for a text by the model.

A text is only a text: what Rasa reads as a command (`/restart`, `/intent{...}`) never reaches it as one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Awaitable, Callable, Dict, Iterable, List, Mapping, Optional

from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.events import Event, SessionStarted, UserUttered

from bot.assistant.turn import Choice
from bot.labels import ARTICLE, EMERGENCY, INFORM, NEEDS, OUT_OF_SCOPE, TASKS
from bot.language.detect import detect, wished
from bot.language.needs import splits

Parsed = Dict[str, Any]

LANGUAGE_ENTITY = "language"
PREVIOUS = "previous"  # in a message's metadata: the need it may lean on, in the resident's words
NEED = "need"  # in parse data: the text with what it leans on, for the next message to lean on
_SURE = "sure"
_SAYS_LITTLE = frozenset({DEFAULT_NLU_FALLBACK_INTENT_NAME, OUT_OF_SCOPE, INFORM})  # beside a photo: it is the photo that is meant
_TAKES_PHOTOS = TASKS | {EMERGENCY}  # forms take the photos of the message that opens them; danger leaves no time for one
_LEADING = re.compile(r"[\s/\\⁄∕⧸⟋╱\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")  # slashes of any width, and what hides them


def plain_text(text: str) -> str:
    """The text as the model may read it: without the slash at its beginning that would make it a command."""
    normal = unicodedata.normalize("NFKC", text).strip()
    return _LEADING.sub("", normal, count=1) if _LEADING.match(normal) else text


def parsed_choice(choice: Choice, text: str) -> Parsed:
    """The parse data of a choice that was written on its button as `text`."""
    intent = {"name": choice.intent, "confidence": 1.0}
    return {
        "text": text,
        NEED: text,
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


def previous_need(events: Iterable[Event]) -> Optional[str]:
    """What the resident last needed in this session, in their words; None when there is nothing to lean on."""
    for event in reversed(list(events)):
        if isinstance(event, SessionStarted):
            return None
        if isinstance(event, UserUttered) and event.intent_name in NEEDS:
            return str((event.parse_data or {}).get(NEED) or event.text or "") or None
    return None


async def two_needs(whole: Parsed, understood: Callable[[str], Awaitable[Parsed]]) -> Optional[List[Parsed]]:
    """The two needs a message holds, in the order to answer them; None when it holds one, or none that is sure.

    A task comes behind a question, since it may end in a question of its own; two tasks are not taken from one message.
    """
    sure = _is_sure(whole)
    if whole["intent"]["name"] in NEEDS or not sure:
        for split in splits(whole["text"]):
            if sure and not split.plain:  # "a pothole and it is deep" is one need
                continue
            first, second = await understood(split.first), await understood(split.second)
            if _are_two(first, second):
                return sorted((first, second), key=lambda parsed: parsed["intent"]["name"] != ARTICLE)
    return None


def with_photos(text: str, parts: List[Parsed]) -> List[Parsed]:
    """The parts of a message that came with photos while no form is open: the photos are a part of their own, unless another takes them."""
    intents = {parsed["intent"]["name"] for parsed in parts}
    if intents & _TAKES_PHOTOS:
        return parts
    photos = parsed_choice(Choice(INFORM), text)
    return [photos] if intents <= _SAYS_LITTLE else [*parts, photos]


def _are_two(first: Parsed, second: Parsed) -> bool:
    intents = [parsed["intent"]["name"] for parsed in (first, second)]
    if not (_is_sure(first) and _is_sure(second) and NEEDS.issuperset(intents)) or TASKS.issuperset(intents):
        return False
    return bool(_label(first) != _label(second))


def _is_sure(parsed: Mapping[str, Any]) -> bool:
    return bool(parsed["intent"].get("outcome") == _SURE)


def _label(parsed: Mapping[str, Any]) -> Any:
    return parsed["intent_ranking"][0]["name"]
