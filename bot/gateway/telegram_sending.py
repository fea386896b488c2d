"""Messages handed to Telegram, photos fetched from it, and the sign that somebody is typing."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Dict, Iterator, Optional

import httpx
import requests
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from urllib3.exceptions import HTTPError

from bot.conversations.photos import MOST_BYTES, FetchError
from bot.conversations.sender import Delivery, SendError
from bot.gateway.telegram_api import TelegramApi
from bot.in_words import in_words
from bot.messages import Message
from bot.outgoing import OneStep
from bot.telegram.words import share_location

log = logging.getLogger(__name__)

TYPING_S = 4.5  # Telegram shows it for five seconds
PICTURE_S = 10.0
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_AS_IT_IS = {"Accept-Encoding": "identity"}
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)  # a large picture of the first page would hide the answer


class TelegramChats:
    """Delivers to private chats, from any thread."""

    def __init__(self, api: TelegramApi) -> None:
        self.api = api

    def __call__(self, delivery: Delivery) -> str:
        """Telegram's id for the message. What it will not show as a keyboard, picture or place goes as words. Raises SendError."""
        if delivery.unclear:
            raise SendError("Telegram may have it from an earlier try", retry=False, code="unclear")
        try:
            try:
                return self._send(delivery.address, delivery.message, delivery.language)
            except BadRequest as err:
                titles = (choice.title for choice in delivery.message.choices)  # written back, they choose as well
                words = Message("\n".join([*in_words(delivery.message, delivery.language), *titles]))
                if words == delivery.message:
                    raise
                log.warning("message %s goes as words: Telegram says %s", delivery.number, err.message)
                return self._send(delivery.address, words, delivery.language)
        except TelegramError as err:
            raise _failure(err) from None

    def _send(self, chat: str, message: Message, language: Optional[str]) -> str:
        picture = self._content_of(message.picture.url) if message.picture else None
        what: Dict[str, Any]
        if picture:
            method, what = "sendPhoto", {"photo": InputFile(picture, "picture"), "caption": message.text}
        elif message.place:
            method, what = "sendLocation", {"latitude": message.place.latitude, "longitude": message.place.longitude}
        else:
            text = "\n".join(in_words(message, language)) if message.picture else message.text
            method, what = "sendMessage", {"text": text, "link_preview_options": _NO_PREVIEW}
        call = {"chat_id": int(chat), "reply_markup": _keyboard(message, language), **what}
        # Of the answer only the id is read: whatever else is in it and the library would not read, the message was sent.
        sent = self.api.do(self.api.bot.do_api_request(method, call))
        return str(sent.get("message_id", "")) if isinstance(sent, dict) else ""

    @contextmanager
    def typing(self, chat: str) -> Iterator[None]:
        """Shows that an answer is being written, until left; a `bot.conversations.typing.ShowTyping`."""
        showing = self.api.begin(self._type(int(chat)))
        try:
            yield
        finally:
            showing.cancel()

    async def _type(self, chat: int) -> None:
        with suppress(TelegramError):
            while True:
                await self.api.bot.send_chat_action(chat, ChatAction.TYPING)
                await asyncio.sleep(TYPING_S)

    def photo(self, file_id: str, until: float) -> bytes:
        """The bytes of a photo; a `bot.conversations.photos.Fetch`. Its address holds the bot's token and goes nowhere."""
        try:
            return self.api.do(asyncio.wait_for(self._photo(file_id), max(0.1, until - time.monotonic())))
        except BadRequest as err:  # "file is too big" is one of more than 20 MB
            raise FetchError("Telegram refuses a photo", "photo_too_large" if "too big" in err.message else "photo_lost") from None
        except (TelegramError, httpx.HTTPError, httpx.InvalidURL, asyncio.TimeoutError) as err:
            raise FetchError(f"Telegram gives no photo: {type(err).__name__}") from None

    async def _photo(self, file_id: str) -> bytes:
        file = await self.api.bot.get_file(file_id)
        content = None if (file.file_size or 0) > MOST_BYTES else await self.api.content(file.file_path or "", MOST_BYTES)
        if content is None:
            raise FetchError("a photo is too large", "photo_too_large")
        return content

    def _content_of(self, url: str) -> Optional[bytes]:
        """A picture of our own, which Telegram may not reach. None for any other address, and when it is not to be had."""
        if not url.startswith(f"{self.api.config.residents_url}/media/"):
            return None
        try:
            with OneStep() as session, session.get(url, timeout=PICTURE_S, stream=True, headers=_AS_IT_IS) as response:
                content = response.raw.read(MOST_BYTES + 1) if response.status_code == requests.codes.ok else b""
        except (requests.RequestException, HTTPError) as err:
            log.warning("a picture is not to be had: %s", type(err).__name__)
            return None
        return content if 0 < len(content) <= MOST_BYTES else None


def _keyboard(message: Message, language: Optional[str]) -> Any:
    """Choices and a link below the message; or the button that shares a location; or nothing, also in the place of an earlier button."""
    rows = [[InlineKeyboardButton(choice.title, callback_data=choice.payload)] for choice in message.choices]
    if message.link:
        rows.append([InlineKeyboardButton(message.link.title, url=message.link.url)])
    if rows:
        return InlineKeyboardMarkup(rows)
    if message.asks_location:
        button = KeyboardButton(share_location(language), request_location=True)
        return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove()


def _failure(err: TelegramError) -> SendError:
    """Telegram has no way to find out whether it took a message: one that may have arrived is not sent again."""
    if isinstance(err, RetryAfter):
        wait = err.retry_after
        pause = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
        return SendError("Telegram asks to wait", retry=True, code="429", pause=pause)
    if isinstance(err, Forbidden):
        return SendError("the resident blocked the bot", retry=False, code="403", opted_out=True)
    if isinstance(err, BadRequest):
        return SendError(f"Telegram says {err.message}", retry=False, code="400")
    if isinstance(err, InvalidToken):
        return SendError("Telegram does not know our token", retry=True, code="401")
    if isinstance(err, NetworkError):
        cause = err.__cause__
        if isinstance(cause, httpx.HTTPError) and not isinstance(cause, _NOT_SENT):
            return SendError(f"no answer from Telegram, which may have it: {type(cause).__name__}", retry=False, code="unclear")
        return SendError(f"Telegram is not reached, or not ready: {type(cause or err).__name__}", retry=True)
    return SendError(f"Telegram refuses: {type(err).__name__}", retry=False)
