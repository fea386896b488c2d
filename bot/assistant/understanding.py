"""What a turn means, in the shape Rasa's own parsing gives: for a choice at once, for a text by the model.

A text is only a text: what Rasa reads as a command (`/restart`, `/intent{...}`) never reaches it as one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Dict, Iterable, List, Optional

from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.events import ActiveLoop, Event, SessionStarted, UserUttered

from bot.assistant.turn import Choice
from bot.labels import EMERGENCY, INFORM, NEEDS, OUT_OF_SCOPE, TASKS
from bot.language.detect import detect, wished
from bot.language.doubt import Outcome

Parsed = Dict[str, Any]

LANGUAGE_ENTITY = "language"
PREVIOUS = "previous"  # in a message's metadata: the need it may lean on, in the resident's words
LEANT = "leant"  # in what the model makes of a text: whether it was read with that need
NEED = "need"  # in parse data: the text with what it leans on, for the next message to lean on
_SAYS_LITTLE = frozenset({DEFAULT_NLU_FALLBACK_INTENT_NAME, OUT_OF_SCOPE, INFORM})  # beside a photo: it is the photo that is meant
_TAKES_PHOTOS = TASKS | {EMERGENCY}  # forms take the photos of the message that opens them; danger leaves no time for one
_SLASHES = "/\\⁄∕⧸⟋╱"  # of any width
_LEADING = re.compile(rf"[\s{re.escape(_SLASHES)}\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")  # they, and what hides them
# What only Rasa writes: a name with an underscore, or a yes or no that would confirm something. "/help" is a word that residents write.
_COMMAND = re.compile(r"(?:affirm|deny|[^\W_]+_\w+)(?:@[\d.]+)?\s*(?:\{.*\})?", re.DOTALL | re.IGNORECASE)
_FROM_OUTSIDE = re.compile(r"\s*EXTERNAL:\s*", re.IGNORECASE)
_NOTHING = "?"


def plain_text(text: str) -> str:
    """The text as the model may read it: without the slash at its beginning that would make it a command.

    A command that is none of a resident's words says nothing at all.
    """
    normal = unicodedata.normalize("NFKC", text).strip()
    leading = _LEADING.match(normal)
    words = normal[leading.end() :] if leading else text
    outside = _FROM_OUTSIDE.match(words)
    commanded = outside or (leading and not set(_SLASHES).isdisjoint(leading[0]))
    return _NOTHING if commanded and _COMMAND.fullmatch(words, outside.end() if outside else 0) else words


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
    """What the resident last needed in this session, in their words; None when there is nothing to lean on.

    A message that left the assistant torn between needs counts too: the next may say more of it. What was told to a form does not.
    """
    needed: Optional[str] = None
    in_form = False
    for event in events:
        if isinstance(event, SessionStarted):
            needed = None
        elif isinstance(event, ActiveLoop):
            in_form = bool(event.name)
        elif isinstance(event, UserUttered) and (event.intent_name in NEEDS or (_is_torn(event) and not in_form)):
            needed = str((event.parse_data or {}).get(NEED) or event.text or "") or None
    return needed


def _is_torn(event: UserUttered) -> bool:
    return bool((event.intent or {}).get("outcome") == Outcome.TORN.value)


def with_photos(text: str, parts: List[Parsed]) -> List[Parsed]:
    """The parts of a message that came with photos while no form is open: the photos are a part of their own, unless another takes them."""
    intents = {parsed["intent"]["name"] for parsed in parts}
    if intents & _TAKES_PHOTOS:
        return parts
    photos = parsed_choice(Choice(INFORM), text)
    return [photos] if intents <= _SAYS_LITTLE else [*parts, photos]
