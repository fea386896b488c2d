"""The REST channel, in the shape of Rasa's: `POST /webhooks/rest/webhook`. Pure functions; the view is in `views`."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from bot.conversations.sentences import source_line
from bot.gateway.strict_json import BadRequestError, read_object
from bot.messages import Message
from bot.settings import Settings

CHANNEL = "rest"
MAX_ID_CHARACTERS = 200


class NotAllowedError(Exception):
    """The caller may not use the channel; the message says what is missing."""


@dataclass(frozen=True)
class Incoming:
    """One message. `provider_id` is the same for the same sender and message_id."""

    sender: str
    text: str
    provider_id: str
    language: Optional[str]


def verify(api_key: Optional[str], config: Settings) -> None:
    """Raises NotAllowedError unless the caller may write to us. Open without a key, but only while no public address is set."""
    if config.rest_api_key:
        if not hmac.compare_digest((api_key or "").encode(), config.rest_api_key.encode()):
            raise NotAllowedError("send the API key in the header X-Api-Key")
    elif config.public_url:
        raise NotAllowedError("REST is closed: set REST_API_KEY to open it")


def parse(body: bytes) -> Incoming:
    """A request's message: `{"sender", "message"}`, optionally `message_id` (send again with the same: the same turn) and
    `language` (a hint). Other keys are ignored.

    Raises:
        BadRequestError: not that shape.
    """
    shape = read_object(body)
    sender = _identifier(shape, "sender")
    text = shape.get("message")
    if not isinstance(text, str):
        raise BadRequestError("message must be a string")
    message_id = _identifier(shape, "message_id") if shape.get("message_id") is not None else secrets.token_hex(16)
    language = shape.get("language")
    return Incoming(
        sender=sender,
        text=text,
        provider_id=hashlib.sha256(f"{sender}\0{message_id}".encode()).hexdigest(),
        language=language if isinstance(language, str) else None,
    )


def _identifier(shape: Mapping[str, Any], key: str) -> str:
    value = shape.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID_CHARACTERS or not value.strip():
        raise BadRequestError(f"{key} must be a string of 1 to {MAX_ID_CHARACTERS} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise BadRequestError(f"{key} must not have control characters")
    return value


def render(messages: Sequence[Message], recipient: str, language: Optional[str]) -> List[Dict[str, Any]]:
    """Rasa's list of messages.

    `text` is complete by itself: link and source are named in it. `custom` has the same in parts (`link`, `place`, `picture`,
    `source` as in `bot.messages`) and the `language`.
    """
    return [_render(message, recipient, language) for message in messages]


def _render(message: Message, recipient: str, language: Optional[str]) -> Dict[str, Any]:
    shape: Dict[str, Any] = {"recipient_id": recipient}
    paragraphs = [message.text] if message.text else []
    if message.link:
        paragraphs.append(f"{message.link.title}: {message.link.url}")
    if message.source:
        paragraphs.append(source_line(message.source, language))
    if paragraphs:
        shape["text"] = "\n\n".join(paragraphs)
    if message.choices:
        shape["buttons"] = [{"title": choice.title, "payload": choice.payload} for choice in message.choices]
    if message.picture:
        shape["image"] = message.picture.url
    parts = {name: part for name, part in message.to_dict().items() if name not in ("text", "choices")}
    if language:
        parts["language"] = language
    if parts:
        shape["custom"] = parts
    return shape
