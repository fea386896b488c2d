"""Who wants no more messages: remembered by the keyed HMAC of the address (`sealing.lookup_digest`) until they write START."""

from __future__ import annotations

from django.db import transaction

from bot.conversations.models import BillSession, BillVerification, OptOut
from bot.sms.keywords import Command

# What a command is answered with: the keys in `data/responses.yml`. It is all that somebody who opted out may still get.
ANSWERS = {Command.STOP: "sms_stopped", Command.START: "sms_started", Command.HELP: "sms_help"}


def has_opted_out(channel: str, lookup: str) -> bool:
    return OptOut.objects.filter(channel=channel, address_lookup=lookup).exists()


def opt_out(channel: str, lookup: str, source: OptOut.Source) -> None:
    """Nothing but answers to commands is sent there from now on, and no bill is shown. Who opted out before stays as they were."""
    with transaction.atomic():
        OptOut.objects.get_or_create(channel=channel, address_lookup=lookup, defaults={"source": source})
        _end_bill_access(channel, lookup)


def opt_in(channel: str, lookup: str) -> None:
    """They may write again, and have to show again whose bills are theirs."""
    with transaction.atomic():
        _end_bill_access(channel, lookup)
        OptOut.objects.filter(channel=channel, address_lookup=lookup).delete()


def _end_bill_access(channel: str, lookup: str) -> None:
    for model in (BillSession, BillVerification):
        model.objects.filter(conversation__route__channel=channel, conversation__route__address_lookup=lookup).delete()
