"""Deleted from within the chat, at its resident's wish: what was said goes at once, the sentence that says so still reaches them, then
the conversation itself goes.

In between, its rows are there without what they held, so that a page that shows the chat can still follow it.
"""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from bot.conversations import retention
from bot.conversations.models import (
    BillSession,
    BillVerification,
    Chart,
    Choice,
    Conversation,
    Disposal,
    Feedback,
    InboundMessage,
    Media,
    OutboundMessage,
    Submission,
    TurnDetails,
    Visit,
)
from bot.conversations.private_turns import FORGOTTEN
from bot.conversations.retention import ENDED
from bot.review.models import ChangedAnswer, Proposal, SampledTurn, TurnReview, UnansweredMessage

READING = timedelta(minutes=1)  # a page clears the chat when the conversation goes
AT_MOST = timedelta(days=1)  # however long the last sentence waits to be fetched
Outbound = OutboundMessage.State


def end(conversation: Conversation, inbound: InboundMessage) -> None:
    """Disposes of what a conversation holds. Inside the caller's transaction, which holds its row; `inbound` is the turn that asked for it.

    What was written behind that turn is answered, and goes on as a conversation with nothing before it. The turn's own words are the
    caller's to wipe.
    """
    over = conversation.inbound.filter(Q(state=InboundMessage.State.DONE) | Q(pk=inbound.pk))
    turns = over.exclude(pk=inbound.pk)
    replies = OutboundMessage.objects.filter(conversation=conversation).exclude(inbound=inbound)
    replies.filter(state__in=[Outbound.PENDING, Outbound.HELD]).update(state=Outbound.FAILED)
    replies.update(body_sealed=conversation.seal(json.dumps({}), "outbound"), text_masked=FORGOTTEN, parts_masked={})
    turns.update(text_sealed=conversation.seal("", "inbound"), text_masked=FORGOTTEN, location_sealed=None, choice=None, notices=[])
    Media.objects.filter(inbound__in=over.values("pk")).delete()
    for model in (Chart, Choice, BillSession, BillVerification, Visit):
        model.objects.filter(conversation=conversation).delete()
    for said_of in (TurnReview, SampledTurn, UnansweredMessage, ChangedAnswer):
        said_of.objects.filter(inbound__in=over.values("pk")).delete()
    Proposal.objects.filter(inbound__in=over.values("pk")).update(inbound=None)
    TurnDetails.objects.filter(inbound__in=turns.values("pk")).delete()
    Feedback.objects.filter(inbound__conversation=conversation).delete()
    Submission.objects.filter(conversation=conversation.pk).delete()
    Disposal.objects.create(conversations=1, messages=over.count(), reason=Disposal.Reason.RESIDENT)
    conversation.expects_private = False
    if not conversation.inbound.filter(state=InboundMessage.State.PENDING).exclude(pk=inbound.pk).exists():
        conversation.dispose_after = ENDED
    conversation.save(update_fields=["expects_private", "dispose_after"])
    transaction.on_commit(retention.write_over)


def remove_ended() -> int:
    """Removes the conversations whose last sentence has been read, by now. Returns how many."""
    now = timezone.now()
    waiting = [
        Exists(InboundMessage.objects.filter(conversation=OuterRef("pk"), state=InboundMessage.State.PENDING)),
        Exists(OutboundMessage.objects.filter(conversation=OuterRef("pk"), state=Outbound.PENDING)),
        Exists(OutboundMessage.objects.filter(conversation=OuterRef("pk"), sent_at__gt=now - READING)),
    ]
    read = ~Q(waiting[0]) & ~Q(waiting[1]) & ~Q(waiting[2]) & Q(last_message_at__lt=now - READING)
    rows = Conversation.objects.filter(read | Q(last_message_at__lt=now - AT_MOST), dispose_after=ENDED)
    if not rows.exists():  # a plain read: an idle worker takes no write lock
        return 0
    with transaction.atomic():
        keys = [row.key for row in rows.select_for_update(skip_locked=True, of=("self",)).only("key")]
        retention.remove(keys)
    retention.write_over()
    return len(keys)
