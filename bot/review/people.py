"""Finding what the record has about one person: by their address on a channel, or by the conversation's key."""

from __future__ import annotations

from typing import Optional

import phonenumbers

from bot.city import city
from bot.conversations.models import Conversation
from bot.sealing import lookup_digest

CHANNELS = ("sms", "telegram", "webchat", "rest")


def conversation_of(channel: str, address: str) -> Optional[Conversation]:
    """The conversation with whoever has this address, looked up by its HMAC; None when there is none."""
    lookup = lookup_digest(channel, as_stored(channel, address))
    return Conversation.objects.filter(route__channel=channel, route__address_lookup=lookup).first()


def as_stored(channel: str, address: str) -> str:
    """An address as the channel knows it: of a phone number written as people write it, +15195550123."""
    address = address.strip()
    if channel != "sms":
        return address
    try:
        number = phonenumbers.parse(address, city().country)
    except phonenumbers.NumberParseException:
        return address
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
