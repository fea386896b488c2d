"""Who wants no more messages: remembered by the keyed HMAC of the address (`sealing.lookup_digest`) until they write START."""

from __future__ import annotations

from bot.conversations.models import OptOut
from bot.sms.keywords import Command

# What a command is answered with: the keys in `data/responses.yml`. It is all that somebody who opted out may still get.
ANSWERS = {Command.STOP: "sms_stopped", Command.START: "sms_started", Command.HELP: "sms_help"}


def has_opted_out(channel: str, lookup: str) -> bool:
    return OptOut.objects.filter(channel=channel, address_lookup=lookup).exists()


def opt_out(channel: str, lookup: str, source: OptOut.Source) -> None:
    """Nothing but answers to commands is sent there from now on. Who opted out before stays as they were."""
    OptOut.objects.get_or_create(channel=channel, address_lookup=lookup, defaults={"source": source})


def opt_in(channel: str, lookup: str) -> None:
    OptOut.objects.filter(channel=channel, address_lookup=lookup).delete()
