"""Sample conversations, so that a new user finds a living console: made-up residents write, the running assistant answers.

Sandbox city only. Their visits carry the tag `sample`; the times of all that belongs to them are moved into the past.
"""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta
from typing import Any, Callable, Dict, List, Mapping, Optional

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from bot.conversations.inbox import accept
from bot.conversations.models import Conversation, Feedback, InboundMessage, OutboundMessage, TurnSummary, Visit
from bot.messages import Message
from bot.review.models import Tag
from bot.settings import settings
from bot.yaml_files import safe_load

SAMPLE = "sample"
ANSWER_S = 60.0
_LOOK_S = 0.05


class SamplesError(RuntimeError):
    """The samples cannot be made; the message says why and what to do."""


def fill(show: Callable[[str], None]) -> int:
    """Has every sample answered, oldest first. Returns how many conversations were made. Raises SamplesError."""
    samples: List[Mapping[str, Any]] = safe_load((settings().data_folder / "samples.yml").read_text(encoding="utf-8"))
    for number, sample in enumerate(sorted(samples, key=lambda one: -one["days_ago"]), 1):
        _converse(sample["channel"], sample["lines"], timedelta(days=sample["days_ago"]))
        if number % 10 == 0 or number == len(samples):
            show(f"Sample conversations: {number} of {len(samples)}")
    return len(samples)


def _converse(channel: str, lines: List[Any], ago: timedelta) -> None:
    address = f"{SAMPLE}-{uuid.uuid4().hex}"
    last: Optional[InboundMessage] = None
    for line in lines:
        text = line if isinstance(line, str) else _token(last, line)
        if text is not None:
            last = _answered(channel, address, text)
    if last is not None:
        _move_into_the_past(last.conversation, ago)


def _token(last: Optional[InboundMessage], line: Dict[str, str]) -> Optional[str]:
    """What a tap sends; None where the last answer does not offer that choice, or was not asked about."""
    offered: Dict[str, str] = {}
    for reply in last.replies.order_by("position") if last else []:
        message = Message.from_dict(json.loads(reply.conversation.unseal(reply.body_sealed, "outbound")))
        offered.update((choice.title, choice.payload) for choice in message.choices)
        if message.feedback:
            offered.update({"vote yes": message.feedback.yes.payload, "vote no": message.feedback.no.payload})
    return offered.get(line["choose"] if "choose" in line else f"vote {line['vote']}")


def _answered(channel: str, address: str, text: str) -> InboundMessage:
    turn = accept(channel, address, text, uuid.uuid4().hex, limited=False).turn_id
    until = time.monotonic() + ANSWER_S
    while time.monotonic() < until:
        row = InboundMessage.objects.select_related("conversation").get(turn_id=turn)
        if row.state == InboundMessage.State.DONE:
            return row
        time.sleep(_LOOK_S)
    raise SamplesError(f"No answer within {ANSWER_S:g} s: is everything running? `resident doctor` says more")


def _move_into_the_past(conversation: Conversation, ago: timedelta) -> None:
    of = {"conversation": conversation}
    moved: Dict[QuerySet[Any, Any], List[str]] = {
        Conversation.objects.filter(pk=conversation.pk): ["started_at", "last_message_at"],
        InboundMessage.objects.filter(**of): ["received_at", "finished_at"],
        OutboundMessage.objects.filter(**of): ["created_at", "sent_at"],
        Feedback.objects.filter(inbound__conversation=conversation): ["asked_at", "voted_at"],
        Visit.objects.filter(**of): ["started_at", "last_at"],
        TurnSummary.objects.filter(visit__conversation=conversation): ["at"],
    }
    with transaction.atomic():
        read = OutboundMessage.objects.filter(state=OutboundMessage.State.PENDING, **of)  # a resident would have seen it
        read.update(state=OutboundMessage.State.SENT, sent_at=F("created_at"))
        for rows, fields in moved.items():
            rows.update(**{field: F(field) - ago for field in fields})
        Tag.objects.bulk_create(Tag(visit=visit, name=SAMPLE, by=SAMPLE, at=timezone.now()) for visit in conversation.visits.all())
