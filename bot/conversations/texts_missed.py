"""Texts that came while nobody took them: Twilio does not call again for these, so its own list of messages is read.

A late answer says that it is late. What is too old to answer, or was overtaken by what its resident wrote since (a "yes" to another
question), is answered by one sentence. STOP and START are obeyed as long as the list is read back.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Dict, List, Sequence, Set, Tuple

from django.utils import timezone

from bot.conversations import opt_outs
from bot.conversations.inbox import ReusedIdError
from bot.conversations.models import InboundMessage, SetAside
from bot.conversations.once import messages_from
from bot.conversations.photos import Photo
from bot.conversations.texts_in import CHANNEL, lookup, obey_in_silence, say_once, set_aside, take
from bot.sms.keywords import Command, keyword

log = logging.getLogger(__name__)

LEFT_TO_WEBHOOK = timedelta(minutes=1)  # it may still come by itself: Twilio tries twice within half a minute
ANSWERED_FOR = timedelta(hours=2)
TOLD_FOR = timedelta(days=1)
LATE, TOO_LATE = "sms_late", "sms_too_late"
_AT_ONCE = 500  # ids in one question to the database


@dataclass(frozen=True)
class ListedText:
    """A text message as Twilio lists it."""

    phone: str
    text: str
    message_sid: str
    photos: Tuple[Photo, ...]
    sent_at: datetime


def take_missed(texts: Sequence[ListedText]) -> int:
    """Takes in what the record does not know, oldest first. Returns how many.

    Args:
        texts: all that were sent to us in some time up to now, also those that are known: they say which command was the last.
    Raises:
        TooManyError: as `texts_in.take`; what is left may be taken later.
    """
    now = timezone.now()
    known = _known([text.message_sid for text in texts])
    by_phone: Dict[str, List[ListedText]] = defaultdict(list)
    for text in sorted(texts, key=lambda text: text.sent_at):
        by_phone[text.phone].append(text)
    count = 0
    for phone, sent in by_phone.items():
        missed = [text for text in sent if text.message_sid not in known and text.sent_at < now - LEFT_TO_WEBHOOK]
        if missed:
            _take_of(phone, sent, missed, now)
            count += len(missed)
    return count


def _known(sids: Sequence[str]) -> Set[str]:
    found: Set[str] = set()
    for start in range(0, len(sids), _AT_ONCE):
        some = sids[start : start + _AT_ONCE]
        for model in (InboundMessage, SetAside):
            found.update(model.objects.filter(channel=CHANNEL, provider_id__in=some).values_list("provider_id", flat=True))
    return found


def _take_of(phone: str, sent: Sequence[ListedText], missed: Sequence[ListedText], now: datetime) -> None:
    switches = _switches(phone, sent)
    last = next(reversed(switches), None)
    overtaken = {text.message_sid for text in missed if _wrote_since(phone, text.sent_at)}
    for text in missed:
        age = now - text.sent_at
        switch = switches.get(text.message_sid)
        try:
            if switch is not None and text.message_sid != last:
                set_aside(text.message_sid)  # taken back since
            elif switch is not None and age > ANSWERED_FOR:
                obey_in_silence(phone, switch, text.message_sid)
            elif switch is not None:
                take(phone, text.text, text.message_sid)
            elif age <= ANSWERED_FOR and text.message_sid not in overtaken:
                take(phone, text.text, text.message_sid, photos=text.photos, notices=[LATE])
            elif age > TOLD_FOR or opt_outs.has_opted_out(CHANNEL, lookup(phone)):
                set_aside(text.message_sid)
            else:
                say_once(phone, text.text, text.message_sid, TOO_LATE, TOLD_FOR)
        except ReusedIdError:  # it has come by itself meanwhile, in other letters
            log.warning("a text is not taken: its id came with another text before")


def _switches(phone: str, sent: Sequence[ListedText]) -> Dict[str, Command]:
    """The texts that are STOP or START, in order: what each says depends on the one before."""
    opted_out = opt_outs.has_opted_out(CHANNEL, lookup(phone))
    found: Dict[str, Command] = {}
    for text in sent:
        said = keyword(text.text, opted_out)
        if said is not None and said.command is not Command.HELP:
            opted_out = said.command is Command.STOP
            found[text.message_sid] = said.command
    return found


def _wrote_since(phone: str, sent_at: datetime) -> bool:
    """Whether the phone has written after that; what came late itself does not count, its order is kept."""
    later = messages_from(CHANNEL, phone).filter(received_at__gt=sent_at).exclude(refusal=TOO_LATE)
    return any(LATE not in row.notices for row in later)
