"""A turn as text messages: one if it fits, else its first part, with the rest held until the resident asks for more."""

from __future__ import annotations

from datetime import timedelta
from typing import List, Optional, Sequence, Tuple

from django.utils import timezone

from bot.conversations import choices
from bot.conversations.models import Choice, InboundMessage, OutboundMessage
from bot.conversations.sentences import say
from bot.messages import Message
from bot.sms.keywords import asks_for_more
from bot.sms.render import render
from bot.sms.segments import segments
from bot.sms.split import MOST_SEGMENTS, split

REST_FOR = timedelta(hours=1)  # as long as choices count
State = OutboundMessage.State


def in_parts(
    banners: Sequence[Message], notices: Sequence[Message], messages: Sequence[Message], language: Optional[str]
) -> List[Tuple[Message, State]]:
    """What is sent for a turn, in order, each a text and nothing else. Notices go along if there is room, else by themselves.

    The city's banners are texts of their own before it, unless that costs more than one text with an empty line between.
    """
    rows = _in_parts(notices, messages, language)
    if not banners:
        return rows
    first = _together(banners, language)
    together = "\n\n".join([*first, render([*notices, *messages], language)])
    alone = sum(map(segments, first)) + sum(segments(message.text) for message, state in rows if state == State.PENDING)
    if segments(together) < alone and len(first) == 1 and all(state == State.PENDING for _, state in rows):
        return [(Message(together), State.PENDING)]
    return [*((Message(text), State.PENDING) for text in first), *rows]


def _together(banners: Sequence[Message], language: Optional[str]) -> List[str]:
    """As few texts as they fit in: one without end would be refused, and nobody would read any of them."""
    groups: List[List[Message]] = []
    for banner in banners:
        if groups and segments(render([*groups[-1], banner], language)) <= MOST_SEGMENTS:
            groups[-1].append(banner)
        else:
            groups.append([banner])
    return [render(group, language) for group in groups]


def _in_parts(notices: Sequence[Message], messages: Sequence[Message], language: Optional[str]) -> List[Tuple[Message, State]]:
    whole = render([*notices, *messages], language)
    if segments(whole) <= MOST_SEGMENTS:
        return [(Message(whole), State.PENDING)]
    first, *rest = split(render(messages, language), say("sms_more", language))
    now = [render(notices, language), first] if notices else [first]
    return [*((Message(text), State.PENDING) for text in now), *((Message(text), State.HELD) for text in rest)]


def same_price(notices: Sequence[Message], messages: Sequence[Message], more: Sequence[Message], language: Optional[str]) -> bool:
    """Whether `more` fits into one text and costs no segment more than `messages` would."""
    price, price_of_more = (segments(render([*notices, *some], language)) for some in (messages, more))
    return price == price_of_more <= MOST_SEGMENTS


def send_rest(inbound: InboundMessage, text: str) -> bool:
    """Whether the message asked for the rest of the last answer; the next part of it is on its way then.

    What is still held, and the choices the answer ends with, become those of `inbound`: they belong to the last turn.
    """
    before = choices.turn_before(inbound) if inbound.conversation.texted and asks_for_more(text) else None
    if before is None:
        return False
    held = list(before.replies.filter(state=State.HELD, created_at__gt=timezone.now() - REST_FOR).order_by("position"))
    if not held:
        return False
    held[0].state = State.PENDING
    for position, row in enumerate(held):
        row.inbound, row.position = inbound, position
    OutboundMessage.objects.bulk_update(held, ["inbound", "position", "state"])
    Choice.objects.filter(inbound=before).update(inbound=inbound)
    if before.private:
        inbound.private = True
        inbound.save(update_fields=["private"])
    return True
