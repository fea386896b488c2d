"""Turns about a resident's own bills: masked strictly, and gone when they say "forget this".

An action's report makes a turn private. While its form is open, so is the next message, at the door; and so is every message that holds
an account, roll or ticket number, whatever it is taken for. Every function runs inside the caller's transaction, which holds the
conversation's row.
"""

from __future__ import annotations

import json

from django.db.models import QuerySet

from bot.conversations import log_search
from bot.conversations.assistant_client import Answer
from bot.conversations.masking import mask_strictly
from bot.conversations.models import Chart, Choice, Conversation, InboundMessage, Media, OutboundMessage, TurnDetails, TurnSummary

FORGOTTEN = "[forgotten]"
Inbound, Outbound = InboundMessage.State, OutboundMessage.State


def note(conversation: Conversation, inbound: InboundMessage, given: Answer) -> None:
    """Marks and masks a turn, as its answer says, and the messages that wait behind it. `inbound` is not saved yet."""
    inbound.private = inbound.private or given.private or given.forget
    expects = given.form is not None and (given.private or conversation.expects_private) and not given.forget
    if inbound.private:
        inbound.text_masked = mask_strictly(inbound.text_masked)
    if expects:
        _mask_waiting(conversation, inbound)
    if expects != conversation.expects_private:
        conversation.expects_private = expects
        conversation.save(update_fields=["expects_private"])


def _mask_waiting(conversation: Conversation, inbound: InboundMessage) -> None:
    """A code that was sent before the question came to an end is one all the same."""
    for row in conversation.inbound.filter(state=Inbound.PENDING, private=False, id__gt=inbound.pk):
        row.private = True
        row.text_masked = mask_strictly(row.text_masked)
        row.save(update_fields=["private", "text_masked"])


def forget(conversation: Conversation, inbound: InboundMessage) -> None:
    """Wipes what was private before this turn, and the words that asked for it. `inbound` is not saved yet."""
    wipe(conversation)
    inbound.text_sealed, inbound.text_masked, inbound.location_sealed = conversation.seal("", "inbound"), FORGOTTEN, None
    Media.objects.filter(inbound=inbound).delete()


def wipe(conversation: Conversation) -> None:
    """Empties the private turns that are over: words, answers, choices, pictures, what was understood. What was not sent yet, is not."""
    turns = conversation.inbound.filter(private=True, state=Inbound.DONE)
    replies = OutboundMessage.objects.filter(inbound__in=_keys(turns))
    replies.filter(state__in=[Outbound.PENDING, Outbound.HELD]).update(state=Outbound.FAILED)
    replies.update(body_sealed=conversation.seal(json.dumps({}), "outbound"), text_masked=FORGOTTEN, parts_masked={})
    Choice.objects.filter(inbound__in=_keys(turns)).delete()
    Media.objects.filter(inbound__in=_keys(turns)).delete()
    Chart.objects.filter(conversation=conversation).delete()  # which turn showed one is not known; they last a day
    TurnDetails.objects.filter(inbound__in=_keys(turns)).update(understood=[], slots_changed=[])
    TurnSummary.objects.filter(inbound__in=_keys(turns)).update(label="", topic="", confidence=None, certainty="", weight=0)
    turns.update(text_sealed=conversation.seal("", "inbound"), text_masked=FORGOTTEN, location_sealed=None, choice=None)
    log_search.write_over()


def _keys(turns: QuerySet[InboundMessage]) -> QuerySet[InboundMessage, int]:
    return turns.values_list("pk", flat=True)
