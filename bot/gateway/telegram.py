"""Updates as Telegram hands them over: whether a request is Telegram's, and what a resident did. Pure; the rest is in its siblings."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import Any, Dict, Optional, Tuple

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.conversations.cleaning import clean
from bot.conversations.photos import Photo
from bot.messages import Place
from bot.sealing import lookup_digest
from bot.settings import Settings
from bot.telegram.incoming import Incoming, Tap

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")


class ForgedError(Exception):
    """The request is not Telegram's."""


class NotForUsError(Exception):
    """Telegram's, but nothing to take: the message says why, without an id."""


def webhook_secret(config: Settings) -> str:
    """What Telegram shows us with each update: made from our own keys, so that nobody has to think of one. 64 characters."""
    return lookup_digest("telegram webhook", config.telegram_bot_token or "")


def verify(given: str, config: Settings) -> None:
    """Raises ForgedError unless the request shows the secret that Telegram was told."""
    if not hmac.compare_digest(given.encode(), webhook_secret(config).encode()):
        raise ForgedError


def read(shape: Any, config: Settings) -> Incoming:
    """What a resident did, in an update as JSON.

    Raises:
        NotForUsError: not in a private chat, a message of Telegram's own, or nothing we know.
    Source: https://core.telegram.org/bots/api#update
    """
    try:
        update = Update.de_json(shape, None)
    except (TypeError, KeyError, ValueError, AttributeError):
        raise NotForUsError("an update of a shape we do not know") from None
    chat = update.effective_chat
    if chat is None or chat.type != ChatType.PRIVATE:
        raise NotForUsError("an update of no private chat")
    user, bot_id = update.effective_user, (config.telegram_bot_token or "").partition(":")[0]
    language = (user.language_code or "")[:2].lower() if user else ""
    incoming = Incoming(str(chat.id), f"{bot_id}:{update.update_id}", language or None)
    if update.callback_query:
        return replace(incoming, **_tapped(update.callback_query))
    if update.my_chat_member:
        return replace(incoming, blocked=_blocked(update.my_chat_member))
    if update.edited_message:
        if update.edited_message.location:
            raise NotForUsError("a live location that moved")
        return replace(incoming, answer="telegram_edited")
    if update.message:
        return replace(incoming, **_said(update.message))
    raise NotForUsError("an update of a kind we do not ask for")


def _tapped(query: CallbackQuery) -> Dict[str, Any]:
    if not query.data:
        raise NotForUsError("a button of a game")
    return {"text": query.data, "tap": Tap(query.id, query.message.message_id if query.message else None)}


def _blocked(change: ChatMemberUpdated) -> bool:
    return bool(change.new_chat_member.status == ChatMemberStatus.BANNED)


def _said(message: Message) -> Dict[str, Any]:
    words = message.text or message.caption or ""
    place = _place(message)
    if place:
        return {"location": place}
    photo = _photo(message)
    if photo:
        return {"text": words, "photos": (photo,), "album": message.media_group_id or ""}
    if message.effective_attachment is not None:
        return {"text": words, "notice": "telegram_words_only"} if words else {"answer": "telegram_words_only"}
    if not words:
        raise NotForUsError("a message of Telegram's own")
    return {"text": words}


def _place(message: Message) -> Optional[Place]:
    """A location, or a venue with its name and address."""
    point = message.venue.location if message.venue else message.location
    if point is None:
        return None
    label = ", ".join(filter(None, (message.venue.title, message.venue.address))) if message.venue else ""
    return Place(clean(label).text, point.latitude, point.longitude)


def _photo(message: Message) -> Optional[Photo]:
    """The largest size of a photo, or a picture sent as a file."""
    sizes: Tuple[Any, ...] = tuple(message.photo or ())
    if sizes:
        return Photo(reference=max(sizes, key=lambda size: size.width * size.height).file_id)
    document = message.document
    if document and not message.animation and document.mime_type in PICTURES:
        return Photo(reference=document.file_id)
    return None
