"""Tells residents of reports that turned out to be filed, as soon as that is known, see `late_reports`."""

from __future__ import annotations

import logging

from django.db import transaction

from bot.conversations import late_reports, turns
from bot.conversations.logs import about_turn
from bot.conversations.models import Conversation, InboundMessage, Submission

log = logging.getLogger(__name__)


def tell() -> int:
    """Puts what is to be told into the outbox. Returns how many reports. Any number of workers may do it at the same time."""
    told = 0
    for row in late_reports.to_write():  # a plain read: an idle worker takes no write lock
        with transaction.atomic():
            conversation = Conversation.objects.select_for_update(of=("self",)).filter(pk=row.conversation).first()
            still = late_reports.to_write().filter(pk=row.pk).first()  # another worker, or an answer, may have told it meanwhile
            if conversation is None or still is None:
                continue
            late_reports.mark_told(Submission.objects.filter(pk=still.pk))
            told += _write(conversation, still)
    return told


def _write(conversation: Conversation, row: Submission) -> bool:
    asked = conversation.inbound.get(turn_id=str(row.turn))
    with about_turn(asked.turn_id.hex):
        if not conversation.opens:
            log.error("nobody can be told that a report was filed: their conversation cannot be opened")
            return False
        turns.add(conversation, _last(conversation), late_reports.message(row, asked.language), asked.language)
        log.info("its resident is told that the report was filed")
    return True


def _last(conversation: Conversation) -> InboundMessage:
    """The turn it is said behind: the last answered one, so that replies stay in order, and none that "forget this" would empty."""
    done = conversation.inbound.filter(state=InboundMessage.State.DONE, refusal="")
    return done.order_by("private", "-id")[0]
