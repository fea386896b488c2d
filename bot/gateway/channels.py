"""The channels the sender writes to, and how the worker fetches their photos. REST is not among them: its callers wait for their replies
and fetch them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Mapping, Sequence

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.conversations.photos import Fetch
    from bot.conversations.sender import Deliver


def written_to(config: Settings) -> Mapping[str, Deliver]:
    """How to deliver, by channel: those that are set up."""
    if not config.takes_texts:
        return {}
    from bot.gateway.sms_sending import TwilioSms
    from bot.gateway.twilio_api import TwilioApi

    return {"sms": TwilioSms(TwilioApi(config))}


def looked_after(config: Settings) -> Sequence[Callable[[], None]]:
    """What one process does every few minutes for the channels that are set up."""
    if not config.takes_texts:
        return []
    from bot.gateway.sms_looking_after import TwilioLookedAfter
    from bot.gateway.twilio_api import TwilioApi

    twilio = TwilioLookedAfter(TwilioApi(config))
    return [twilio.take_missed_texts, twilio.ask_what_became, twilio.delete_old]


def photos_of(config: Settings) -> Mapping[str, Fetch]:
    """How to fetch the photos that a channel hands in by reference, by channel."""
    if not config.takes_texts:
        return {}
    from bot.gateway.sms_media import TwilioMedia

    return {"sms": TwilioMedia(config)}
