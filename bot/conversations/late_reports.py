"""Reports that were filed without their resident's knowledge: a part hung, and they read that something went wrong, or that nobody knows.

`Submission.turn` is the turn that asked for it last; `told_at` is set where words that say it is filed are committed, in their
transaction, which holds the conversation's row. So it is said once, by whichever worker.
"""

from __future__ import annotations

from typing import Optional, Tuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from bot.conversations.assistant_client import Answer
from bot.conversations.models import SYNTHETIC, Conversation, InboundMessage, Submission
from bot.conversations.prepared import Given, Prepared
from bot.conversations.readings import shapes
from bot.conversations.retention import ENDED
from bot.conversations.sentences import say
from bot.conversations.submissions import token_of
from bot.messages import Message

ONLY_ANSWERS = "rest"  # the channel on which nothing can be said until its resident writes again
_SUBMITS = "action_submit_report"


def note(inbound: InboundMessage, given: Answer) -> None:
    """Remembers that an answer says of a report that it was filed."""
    if any(action.get("name") == _SUBMITS and action.get("outcome") == "ok" for action in shapes(given.actions)):
        mark_told(Submission.objects.filter(turn=inbound.turn_id))


def untold() -> QuerySet[Submission]:
    """Reports that are filed, and whose last turn is over and did not say so. Not of a chat that its resident has deleted."""
    over = InboundMessage.objects.filter(turn_id=OuterRef("turn"), conversation=OuterRef("conversation"), state=InboundMessage.State.DONE)
    filed = Submission.objects.filter(turn__isnull=False, told_at=None, state=Submission.State.DONE)
    return filed.filter(Exists(over.exclude(conversation__dispose_after=ENDED))).exclude(conversation__startswith=SYNTHETIC)


def to_write() -> QuerySet[Submission]:
    """Those of residents who need not write first."""
    answers_only = InboundMessage.objects.filter(turn_id=OuterRef("turn"), channel=ONLY_ANSWERS)
    return untold().exclude(Exists(answers_only))


_OF_CONVERSATION = Prepared(lambda: untold().filter(conversation=Given("conversation")).order_by("finished_at"))


def with_answer(conversation: Conversation, language: Optional[str]) -> Tuple[Message, ...]:
    """What the next answer says first, where nothing else can be written; from now on it is told."""
    if conversation.channel != ONLY_ANSWERS:
        return ()
    rows = _OF_CONVERSATION.all(conversation=conversation.pk)
    if rows:
        mark_told(Submission.objects.filter(pk__in=[row.pk for row in rows]))
    return tuple(message(row, language) for row in rows)


def message(row: Submission, language: Optional[str]) -> Message:
    """That it is filed after all, with its number, or the code that stands for one."""
    token = token_of(row.reference)
    if token:
        return Message(say("report_late_code", language, token=token))
    if row.reference:
        return Message(say("report_late", language, number=row.reference))
    return Message(say("report_late_no_number", language))


def mark_told(rows: QuerySet[Submission]) -> None:
    rows.filter(told_at=None).update(told_at=timezone.now())
