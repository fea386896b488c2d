"""What the worker does for the channels that are set up. REST is none of them: its callers wait for their replies and fetch them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, List, Mapping, Optional, Sequence

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.conversations.photos import Fetch
    from bot.conversations.sender import Deliver
    from bot.conversations.typing import ShowTyping
    from bot.gateway.telegram_receiving import Reception


class Channels:
    """By channel: how to deliver, how to fetch the photos it hands in by reference, how to show that an answer is being written.

    reception: takes in what a provider does not hand over by itself.
    looked_after: what one process does every few minutes.
    """

    def __init__(self, config: Settings, owner: str) -> None:
        deliver: Dict[str, Deliver] = {}
        photos: Dict[str, Fetch] = {}
        typing: Dict[str, ShowTyping] = {}
        looked_after: List[Callable[[], None]] = []
        self.reception: Optional[Reception] = None
        if config.takes_texts:
            from bot.gateway.sms_looking_after import TwilioLookedAfter
            from bot.gateway.sms_media import TwilioMedia
            from bot.gateway.sms_sending import TwilioSms
            from bot.gateway.twilio_api import TwilioApi

            twilio = TwilioApi(config)
            deliver["sms"], photos["sms"] = TwilioSms(twilio), TwilioMedia(config)
            after = TwilioLookedAfter(twilio)
            looked_after += [after.take_missed_texts, after.ask_what_became, after.delete_old]
        if config.telegram_bot_token:
            from bot.gateway.telegram_api import TelegramApi
            from bot.gateway.telegram_receiving import Reception
            from bot.gateway.telegram_sending import TelegramChats

            api = TelegramApi(config)
            chats = TelegramChats(api)
            deliver["telegram"], photos["telegram"], typing["telegram"] = chats, chats.photo, chats.typing
            self.reception = Reception(owner, config, api)
        self.deliver: Mapping[str, Deliver] = deliver
        self.photos: Mapping[str, Fetch] = photos
        self.typing: Mapping[str, ShowTyping] = typing
        self.looked_after: Sequence[Callable[[], None]] = looked_after
