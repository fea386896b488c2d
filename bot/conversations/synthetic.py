"""Questions that a worker asks itself, as a resident of each channel would: whether answers come, also while nobody writes.

They take the whole way through inbox, assistant, actions and outbox, and stop before anything is sent. Their conversations have keys that
no resident's has, are in no list and in no number of residents, and are removed as soon as the answer is there.
"""

from __future__ import annotations

import secrets
import time
import uuid
from threading import Event
from typing import Iterable, Optional

from django.db import transaction
from prometheus_client import Histogram

from bot.city import city
from bot.conversations import retention
from bot.conversations.inbox import accept, begin_conversation
from bot.conversations.models import SYNTHETIC, Conversation, InboundMessage
from bot.conversations.sentences import say

ADDRESS = "\nsynthetic"  # the address of no resident on any channel: none has a control character
LONGER_THAN_THE_DEADLINE_S = 5.0
LOOK_EVERY_S = 0.1

TOOK = Histogram(
    "chatbot_synthetic_seconds",
    "Questions the worker asked itself, by how they ended.",
    ["channel", "outcome"],
    buckets=(0.25, 0.5, 1, 2, 3, 5, 10, 20, 45, 60),
)


def ask(channels: Iterable[str], deadline_s: float, stopping: Event) -> None:
    """Asks on one channel after the other and counts what came of it. One process at a time does it.

    Args:
        deadline_s: within which the worker answers or apologises; an answer later than that counts as late.
        stopping: once set, no more is asked, and the question under way is taken back and not counted.
    """
    for channel in channels:
        begun = time.monotonic()
        outcome = _asked(channel, deadline_s + LONGER_THAN_THE_DEADLINE_S, stopping)
        if outcome is None:
            return
        TOOK.labels(channel, outcome).observe(time.monotonic() - begun)


def _asked(channel: str, limit_s: float, stopping: Event) -> Optional[str]:
    _remove()  # what a process that was killed left
    key = SYNTHETIC + secrets.token_hex(8)
    language = city().languages[0]
    with transaction.atomic():
        begin_conversation(channel, ADDRESS, key)
    try:
        turn_id = accept(channel, ADDRESS, say("synthetic_question", language), uuid.uuid4().hex, language, limited=False).turn_id
        limit = time.monotonic() + limit_s
        while time.monotonic() < limit:
            row = InboundMessage.objects.only("state", "outcome").get(turn_id=turn_id)
            if row.state == InboundMessage.State.DONE:
                return row.outcome
            if stopping.wait(LOOK_EVERY_S):
                return None
        return "late"
    finally:
        _remove()


def _remove() -> None:
    with transaction.atomic():
        rows = Conversation.objects.filter(key__startswith=SYNTHETIC).select_for_update(of=("self",))
        retention.remove([row.key for row in rows.only("key")])
