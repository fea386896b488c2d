"""The web chat channel: who may write, what they send, how a conversation is shown. Pure functions; the views are in `webchat_views`."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Dict, Optional
from urllib.parse import urlsplit

from django.core import signing

from bot.conversations.choices import looks_like_token
from bot.conversations.timeline import Line, Position, Timeline
from bot.gateway.rest import NotAllowedError
from bot.gateway.strict_json import BadRequestError, read_object
from bot.messages import Place
from bot.sealing import lookup_digest
from bot.settings import Settings

CHANNEL = "webchat"
MAX_BYTES = 32 * 1024  # two thousand characters, every one of them escaped in JSON, with room to spare
MAX_PHOTO_BYTES = 5 * 1024 * 1024  # the widget makes photos smaller before it sends them
PHOTO_PATH = "/webhooks/webchat/photos"
VALID_FOR = timedelta(hours=24)  # after the last message; the widget sends again in a new session what comes later
_SALT = "webchat session"
_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_POSITION = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True)
class Session:
    """A browser we know. `address` is random and ours to give; `origin` the site it was given on."""

    address: str
    origin: str


@dataclass(frozen=True)
class Incoming:
    """One message. `text` is a choice's token when one was tapped, and empty with a place or a photo."""

    text: str
    provider_id: str
    language: Optional[str]
    location: Optional[Place] = None
    photo: Optional[bytes] = None


def allowed_origin(origin: Optional[str], host: str, config: Settings) -> str:
    """The site a request comes from, for a request that names one. Raises NotAllowedError unless it is ours or in WEBCHAT_ORIGINS.

    Args:
        host: the name we were called by.
    """
    if origin and (origin in config.webchat_origins or _netloc(origin) in (host, urlsplit(config.residents_url).netloc)):
        return origin
    raise NotAllowedError("this site may not hold the widget: see WEBCHAT_ORIGINS")


def _netloc(origin: str) -> Optional[str]:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # "http://["
        return None


def new_session(origin: str) -> Session:
    return Session(secrets.token_urlsafe(16), origin)


def token_of(session: Session) -> str:
    """What a browser shows to be let into its conversation; counts for VALID_FOR from now."""
    return signing.dumps([session.address, session.origin], salt=_SALT)


def verified(authorization: str, origin: Optional[str], valid_for: Optional[timedelta] = VALID_FOR) -> Session:
    """The session of a request's header `Authorization: Bearer …`. Raises NotAllowedError: not ours, too old, or of another site.

    Args:
        valid_for: None: however old it is.
    """
    token = authorization.partition("Bearer ")[2]
    try:
        address, site = signing.loads(token, salt=_SALT, max_age=valid_for)
    except (signing.BadSignature, ValueError):
        raise NotAllowedError("the session is not ours or is over: begin a new one") from None
    if origin not in (None, site):
        raise NotAllowedError("the session is of another site")
    return Session(address, site)


def lets_in(authorization: str) -> bool:
    """Whether it shows a session of ours, of whichever site."""
    try:
        verified(authorization, None)
    except NotAllowedError:
        return False
    return True


def parse(body: bytes, session: Session) -> Incoming:
    """A message: `{"id", "text" or "choice" or "location"}`, optionally `language` (a hint). Other keys are ignored.

    A location is `{"latitude", "longitude"}`, WGS 84, and optionally a `label`.

    The same `id` again is the same message.

    Raises:
        BadRequestError: not that shape.
    """
    shape = read_object(body)
    text, choice, location, language = (shape.get(key) for key in ("text", "choice", "location", "language"))
    if (text, choice, location).count(None) != 2:
        raise BadRequestError("a message has a text, a choice or a location")
    said = "" if location is not None else text if choice is None else choice
    if not isinstance(said, str):
        raise BadRequestError("text and choice must be strings")
    if choice is not None and not looks_like_token(said):
        raise BadRequestError("choice must be one that was offered")
    return Incoming(
        text=said,
        provider_id=_provider_id(session, shape.get("id")),
        language=language if isinstance(language, str) else None,
        location=None if location is None else _place(location),
    )


def parse_photo(body: bytes, message_id: str, language: Optional[str], session: Session) -> Incoming:
    """A photo: the body is its bytes as they came. Raises BadRequestError."""
    if not body:
        raise BadRequestError("the body must be a photo")
    return Incoming("", _provider_id(session, message_id), language, photo=body)


def _provider_id(session: Session, message_id: Any) -> str:
    if not isinstance(message_id, str) or not _ID.fullmatch(message_id):
        raise BadRequestError("id must be 8 to 64 letters, digits or hyphens")
    return f"{_namespace(session.address)}:{message_id}"


def _place(shape: Any) -> Place:
    try:
        return Place.from_dict(shape)
    except (AttributeError, TypeError, KeyError, ValueError):
        raise BadRequestError("location must be a latitude and a longitude on Earth") from None


def _namespace(address: str) -> str:
    """Keeps one browser's message ids from another's."""
    return lookup_digest(CHANNEL, address)[:32]


def read_position(text: str) -> Position:
    """A position as `written` gave it; the beginning when it is none of ours."""
    found = _POSITION.fullmatch(text)
    return Position(int(found[1]), int(found[2])) if found else Position(0, 0)


def written(position: Position) -> str:
    return f"{position.theirs}.{position.ours}"


def render(timeline: Timeline) -> Dict[str, Any]:
    """`{"lines", "position", "more", "waiting"}`.

    A line is a message as in `bot.messages` with `from` (`you` or `assistant`), `number` (of its side, from 1), `at`, and either the `id`
    its sender gave it, with the number of its `photos`, or its `language`.
    """
    return {
        "lines": [_render(line) for line in timeline.lines],
        "position": written(timeline.position),
        "more": timeline.more,
        "waiting": timeline.waiting,
    }


def _render(line: Line) -> Dict[str, Any]:
    shape = line.message.to_dict()
    shape.update({"from": "assistant" if line.provider_id is None else "you", "number": line.number, "at": line.at.isoformat()})
    if line.provider_id is not None:
        shape["id"] = line.provider_id.partition(":")[2]
    if line.language:
        shape["language"] = line.language
    if line.photos:
        shape["photos"] = line.photos
    return shape
