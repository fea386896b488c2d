"""Residents who texted, and all that the record may have about one of them."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

from django.utils import timezone

from bot.assistant.rows import NewEvent, Rows, Stored
from bot.conversations import charts, submissions
from bot.conversations.inbox import accept
from bot.conversations.masking import mask
from bot.conversations.models import Feedback, InboundMessage, Media, OutboundMessage, TurnDetails, TurnSummary, Visit
from bot.review.models import Note, SampledTurn, Tag, TurnReview

PHONE = "+15195550123"
CANARY = "canary heron"
_numbers = itertools.count(1)


def texted(text: str, *answers: str, phone: str = PHONE) -> InboundMessage:
    """A turn that is over."""
    row = InboundMessage.objects.get(turn_id=accept("sms", phone, text, f"SM{next(_numbers)}").turn_id)
    for position, answer in enumerate(answers):
        body = row.conversation.seal(json.dumps({"text": answer}), "outbound")
        OutboundMessage.objects.create(
            conversation=row.conversation, inbound=row, position=position, body_sealed=body, text_masked=mask(answer), state="sent"
        )
    row.state, row.outcome, row.language = "done", "answered", "en"
    row.save()
    return row


def with_everything(rows: Rows) -> InboundMessage:
    """A turn whose words are in every place they may get to, the assistant's tables (`rows`) too."""
    row = texted(f"{CANARY} question", f"{CANARY} answer")
    now = timezone.now()
    understood = [{"intent": {"name": "article"}, "entities": [{"entity": "article", "value": CANARY}]}]
    TurnDetails.objects.create(inbound=row, understood=understood, actions=[{"name": CANARY}], slots_changed=[CANARY], ms=5)
    Feedback.objects.create(inbound=row, subject=CANARY, asked_at=now)
    visit = Visit.objects.create(conversation=row.conversation, channel="sms", started_at=now, last_at=now)
    TurnSummary.objects.create(inbound=row, visit=visit, at=now, channel="sms", label=CANARY, outcome="answered")
    Note.objects.create(visit=visit, text=CANARY, by="clerk")
    Tag.objects.create(visit=visit, name=CANARY, by="clerk")
    TurnReview.objects.create(inbound=row, verdict="right", by="clerk")
    SampledTurn.objects.create(inbound=row, week=now.date(), place=1)
    content = row.conversation.seal_bytes(CANARY.encode(), "photo x")
    Media.objects.create(conversation=row.conversation, inbound=row, position=0, content_sealed=content, expires_at=now + timedelta(days=1))
    charts.keep(CANARY.encode(), row.conversation_id)
    submissions.begin(f"{CANARY} key", conversation=row.conversation_id, kind=CANARY)
    rows.store_turn(row.conversation_id, "t1", [NewEvent("user", 1.0, CANARY, True)], f'"{CANARY}"', Stored())
    return row
