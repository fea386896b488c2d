"""Updates taken in, however they come: by webhook where residents reach us at a public address, else by asking for them."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any, Optional

from django.db import InterfaceError, OperationalError
from telegram import BotCommand
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.city import city
from bot.conversations import chats_in, leases
from bot.conversations.inbox import ReusedIdError, TooManyError
from bot.gateway.telegram import UPDATES, NotForUsError, read, webhook_secret
from bot.gateway.telegram_api import TelegramApi
from bot.settings import Settings
from bot.telegram.incoming import Incoming
from bot.telegram.words import commands

log = logging.getLogger(__name__)

TASK = "telegram"  # who leads it sets the bot up and asks for updates
LEADS_FOR = timedelta(seconds=20)  # a killed worker's successor waits this long
ASKS_FOR_S = 8  # Telegram answers sooner when there is something
PAUSE_S = 3.0  # after a failure, and for those who do not lead
_FOR_LATER = (OperationalError, InterfaceError, TooManyError)  # it is not the update that keeps it from being taken


def take_update(shape: Any, config: Settings, api: TelegramApi) -> None:
    """Commits an update to the inbox, and lets the resident see that their button was pressed. What we cannot read is dropped.

    Raises whatever else keeps it from being taken (django.db.Error, TooManyError, SealError): Telegram hands it over again for a while
    where it calls us; where we ask, only a database that is away or too many messages make us ask for it again.
    """
    try:
        incoming = read(shape, config)
    except NotForUsError as err:
        log.info("an update is not taken: %s", err)
        return
    except Exception:  # a fault of ours, which would come back for ever
        log.exception("an update cannot be read")
        return
    try:
        chats_in.take(incoming)
    except ReusedIdError:
        log.warning("an update is not taken: its id came with another message before")
        return
    if incoming.tap:
        api.begin(_answer_tap(api, incoming))


async def _answer_tap(api: TelegramApi, incoming: Incoming) -> None:
    """Ends the button's waiting sign and takes its keyboard away: each choice counts once. Nothing hangs on either."""
    tap = incoming.tap
    if tap is None:
        return
    calls = [api.bot.answer_callback_query(tap.query)]
    if tap.message is not None:
        calls.append(api.bot.edit_message_reply_markup(chat_id=int(incoming.chat), message_id=tap.message))  # type: ignore[arg-type]
    for call in calls:
        with suppress(TelegramError):
            await call


class Reception:
    """What one worker at a time does for Telegram: sets the bot up and, without a public address, asks for updates."""

    def __init__(self, owner: str, config: Settings, api: TelegramApi) -> None:
        self.owner, self.config, self.api = owner, config, api
        self._set_up = False
        self._offset: Optional[int] = None

    def work(self) -> None:
        """Once round; call it again and again. Takes some ten seconds at most while Telegram answers."""
        try:
            if leases.lead(TASK, self.owner, LEADS_FOR):
                self._lead()
            else:
                self._set_up, self._offset = False, None
                time.sleep(PAUSE_S)
        except InvalidToken:
            self._failed("Telegram does not know TELEGRAM_BOT_TOKEN")
        except Conflict:
            self._set_up = False
            self._failed("another program asks for this bot's updates, or a webhook was set; trying again")
        except TelegramError as err:  # its words may hold the token
            self._failed(f"Telegram does not answer: {type(err).__name__}")
        except _FOR_LATER as err:
            self._failed(f"updates are left for later: {type(err).__name__}")

    def _failed(self, sentence: str) -> None:
        log.warning("%s", sentence)
        time.sleep(PAUSE_S)

    def _lead(self) -> None:
        if not self._set_up:
            self.api.do(self._connect())
            self._set_up = True
            log.info("Telegram %s", "is to call us" if self.config.public_url else "is asked for updates")
        if self.config.public_url:
            time.sleep(PAUSE_S)
            return
        updates = self.api.do(self._updates())
        for shape in updates:
            try:
                take_update(shape, self.config, self.api)
            except _FOR_LATER:
                raise
            except Exception:  # a fault of ours: it would come back for ever, and keep everybody's next updates from us
                log.exception("an update cannot be taken")
            self._offset = shape["update_id"] + 1  # Telegram forgets those before it at the next question, after they are on disk

    async def _connect(self) -> None:
        """The menu in each language, and how updates are to come."""
        bot = self.api.bot
        for language in (None, *city().languages):
            shown = language or city().languages[0]
            await bot.set_my_commands([BotCommand(name, row.does[shown]) for name, row in commands().items()], language_code=language)
        if self.config.public_url:
            await bot.set_webhook(
                f"{self.config.residents_url}/webhooks/telegram/webhook", secret_token=webhook_secret(self.config), allowed_updates=UPDATES
            )
        else:
            await bot.delete_webhook()

    async def _updates(self) -> Any:
        # As JSON, so that one update that the library cannot read keeps none of the others from being taken.
        asked = {"timeout": ASKS_FOR_S, "allowed_updates": list(UPDATES), **({"offset": self._offset} if self._offset else {})}
        return await self.api.bot.do_api_request("getUpdates", asked)
