"""Did an answer help? Asked below it, seldom and where it costs nothing; the vote is counted without the assistant.

What is asked, when and why so: docs/decisions/feedback.md. Every function runs inside the caller's transaction, which holds
the conversation's row.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Optional, Sequence, Tuple

from django.utils import timezone

from bot.city import city
from bot.conversations import text_parts, visits
from bot.conversations.assistant_client import Answer
from bot.conversations.choices import HELPED, NOT_HELPED, VOTES
from bot.conversations.models import Conversation, Feedback, InboundMessage, TurnDetails
from bot.conversations.prepared import Given, Prepared
from bot.conversations.readings import tells_of_danger
from bot.conversations.sentences import say
from bot.messages import Choice, Message
from bot.messages import Feedback as Question

ASK_AGAIN_AFTER = timedelta(days=30)  # a conversation lasts as long as the address: by text message, years
CALM_AFTER_DANGER = timedelta(days=1)
_ASKED = Prepared(
    lambda: Feedback.objects.filter(inbound__conversation=Given("conversation"), asked_at__gt=Given("since")).only("inbound")[:1]
)
_WAITING = Prepared(
    lambda: InboundMessage.objects.filter(conversation=Given("conversation"), state="pending", id__gt=Given("id")).only("id")[:1]
)
_DETAILS = Prepared(
    lambda: TurnDetails.objects.filter(inbound__conversation=Given("conversation"), inbound__received_at__gt=Given("since")).only(
        "understood"
    )
)


def asking(
    conversation: Conversation, inbound: InboundMessage, given: Answer, notices: Sequence[Message], language: Optional[str]
) -> Tuple[Message, ...]:
    """The messages of an answer; the last asks whether it helped, if now is the time, which is noted then.

    By text message it is asked only where the text has room for it: no answer costs a segment more.
    """
    subject = _subject(given)
    if not subject or language not in city().languages or not _is_time(conversation, inbound, given):
        return given.messages
    *before, last = given.messages
    yes, no = Choice(say("feedback_yes", language), HELPED), Choice(say("feedback_no", language), NOT_HELPED)
    messages = (*before, replace(last, feedback=Question(say("feedback", language), yes, no)))
    if conversation.texted and not text_parts.same_price(notices, given.messages, messages, language):
        return given.messages
    Feedback.objects.create(inbound=inbound, subject=subject)
    return messages


def _subject(given: Answer) -> str:
    """The label of the one need the turn answered or finished; empty when there is none, two, or something is asked behind it."""
    answered = [action["answered"] for action in given.actions if action.get("answered")]
    all_well = all(action.get("outcome") == "ok" for action in given.actions)
    if len(answered) != 1 or not all_well or given.form is not None or not given.actions[-1].get("answered"):
        return ""
    return str(answered[0])


def _is_time(conversation: Conversation, inbound: InboundMessage, given: Answer) -> bool:
    """Not asked lately, nothing else on the resident's mind, and no danger."""
    now = timezone.now()
    if _ASKED.all(conversation=conversation.pk, since=now - ASK_AGAIN_AFTER) or _WAITING.all(conversation=conversation.pk, id=inbound.pk):
        return False
    lately = _DETAILS.all(conversation=conversation.pk, since=now - CALM_AFTER_DANGER)
    understood = [given.understood, *(details.understood for details in lately)]
    return not any(tells_of_danger(part) for parts in understood for part in parts)


def count(conversation: Conversation, inbound: InboundMessage, payload: str) -> None:
    """Counts the vote in `inbound` for the answer asked about last; the sentence that answers it is its `refusal` then.

    The same vote again changes nothing, another one takes its place.
    """
    helped = VOTES[payload]
    asked = Feedback.objects.select_related("inbound").filter(inbound__conversation=conversation).latest("asked_at")
    asked.helped, asked.voted_at = helped, inbound.received_at
    asked.save(update_fields=["helped", "voted_at"])
    visits.voted(asked.inbound, helped)
    inbound.refusal = "feedback_thanks" if helped else "feedback_sorry"
    inbound.language = conversation.language
