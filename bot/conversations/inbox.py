"""Taking a message in: cleaned, limited, masked and committed, and only then acknowledged."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Dict, Optional, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from bot import sealing
from bot.city import city
from bot.conversations import choices, media
from bot.conversations.cleaning import Cleaned, clean
from bot.conversations.logs import about_turn
from bot.conversations.masking import mask, mask_strictly
from bot.conversations.models import Conversation, InboundMessage, Route, random_key
from bot.conversations.never_stored import forget_numbers, never_store
from bot.conversations.news import WAITING, News, tell
from bot.conversations.photos import Photo
from bot.conversations.prepared import Given, Prepared
from bot.language.identifiers import tells_private_number
from bot.messages import Place

log = logging.getLogger(__name__)

RETENTION = timedelta(days=365)  # after its last message: R.R.O. 1990, Reg. 823, s. 5, unless the city's by-law sets a shorter time
PER_CONVERSATION, CONVERSATION_WINDOW = 20, timedelta(minutes=1)  # faster is a machine, or a key that got stuck
IN_TOTAL, TOTAL_WINDOW = 3_000, timedelta(seconds=10)  # far beyond a city's residents; a flood is turned away before it fills the disk
_KNOWN = Prepared(lambda: InboundMessage.objects.filter(channel=Given("channel"), provider_id=Given("provider_id")))
_CONVERSATION = Prepared(
    lambda: Conversation.objects.filter(route__channel=Given("channel"), route__address_lookup=Given("lookup")).select_for_update(
        of=("self",)
    )
)
_WORD = re.compile(r"\w|[^\x00-\x7f]")  # an emoji is something to answer, a lone full stop is not


@dataclass(frozen=True)
class Accepted:
    """A message on disk. `new` False: this provider id was here before, and its turn counts."""

    turn_id: UUID
    new: bool


@dataclass(frozen=True)
class Received:
    """One message as a channel gives it."""

    channel: str
    address: str
    cleaned: Cleaned
    provider_id: str
    language: Optional[str]
    refusal: str
    notices: Sequence[str]
    limited: bool
    photos: Sequence[Photo]
    location: Optional[Place]
    album: str


class TooManyError(Exception):
    """Not taken. `sentence` says why in `data/responses.yml`, `language` is the resident's if known."""

    def __init__(self, sentence: str, retry_after_s: int, language: Optional[str]) -> None:
        super().__init__(sentence)
        self.sentence, self.retry_after_s, self.language = sentence, retry_after_s, language


class ReusedIdError(ValueError):
    """The provider id came with another text before."""


def accept(
    channel: str,
    address: str,
    text: str,
    provider_id: str,
    language: Optional[str] = None,
    *,
    refusal: str = "",
    notices: Sequence[str] = (),
    limited: bool = True,
    photos: Sequence[Photo] = (),
    location: Optional[Place] = None,
    album: str = "",
) -> Accepted:
    """Commits one message of the resident at `address` to the inbox.

    Args:
        provider_id: at most 100 characters, the same each time the provider sends the same message.
        language: what the channel knows of the resident's language, a hint.
        refusal: the sentence of `data/responses.yml` that answers it, if the assistant shall not see it.
        notices: sentences the resident is to get besides the answer.
        limited: False takes it however much this resident writes.
        photos: what came along; the worker fetches and cleans them before the turn. Nothing but photos is a message too.
        location: a place they shared, with or instead of words.
        album: at most 64 characters, the same for photos sent together in several messages.
    Raises:
        TooManyError: this resident, or all together, write more than can be answered; nothing was stored.
        SealError: the master key is wrong; nothing was stored.
        ReusedIdError: the provider id belongs to another text; nothing was stored.
    """
    hint = language if language in city().languages else None
    message = Received(channel, address, clean(text), provider_id, hint, refusal, notices, limited, photos, location, album)
    for attempt in range(3):
        try:
            with transaction.atomic():
                accepted = _accept(message)
            if accepted.new:
                with about_turn(accepted.turn_id.hex):
                    log.info("a message was taken in: %s", channel)
            return accepted
        except IntegrityError:  # two first messages of one resident raced for the route; the loser finds it the next time
            if attempt == 2:
                raise
    raise AssertionError("unreachable")


def _accept(message: Received) -> Accepted:
    conversation = _conversation_of(message.channel, message.address)
    digest = text_digest(conversation, message.cleaned.text)
    known = _KNOWN.first(channel=message.channel, provider_id=message.provider_id)
    if known:
        if known.text_digest != digest:
            raise ReusedIdError
        return Accepted(known.turn_id, new=False)
    now = timezone.now()
    if message.limited:
        _limit(conversation, now, message.language)
    photos, declined = media.sort_out(conversation, message.photos) if message.photos else ([], [])
    row = InboundMessage.objects.create(
        conversation=conversation,
        channel=message.channel,
        provider_id=message.provider_id,
        received_at=now,
        language=message.language,
        text_digest=digest,
        **_contents(conversation, message, photos, declined),
    )
    media.store(row, photos)
    conversation.last_message_at = now
    conversation.dispose_after = _disposed_on(now)
    if conversation.due_at is None:
        conversation.due_at = Now()  # workers look by the database's clock
    conversation.save(update_fields=["last_message_at", "dispose_after", "due_at"])
    tell(News(WAITING, message.channel, row.turn_id.hex))
    return Accepted(row.turn_id, new=True)


def text_digest(conversation: Conversation, cleaned: str) -> str:
    """Tells the same text in the same conversation from another; says nothing about it."""
    return sealing.lookup_digest(f"text of {conversation.key}", forget_numbers(cleaned))


def _conversation_of(channel: str, address: str) -> Conversation:
    """The conversation of an address, its row locked; begun when there is none."""
    lookup = sealing.lookup_digest(channel, address)
    known = _CONVERSATION.first(channel=channel, lookup=lookup)
    if known and not known.key_is_lost():
        return known
    if known:
        log.error("conversation %s cannot be opened: its resident begins anew", known.key)
        known.route.delete()
    return begin_conversation(channel, address, random_key())


def _disposed_on(last: datetime) -> date:
    """The day, where the city is, on which a conversation goes whose last message came then."""
    return (last + RETENTION).astimezone(city().timezone).date()


def begin_conversation(channel: str, address: str, key: str) -> Conversation:
    """A new conversation with an address that has none, inside the caller's transaction."""
    conversation = Conversation.objects.create(
        key=key, channel=channel, data_key_sealed=sealing.new_data_key(key), dispose_after=_disposed_on(timezone.now())
    )
    lookup, address_sealed = sealing.lookup_digest(channel, address), sealing.seal_with_master(address, f"route:{key}")
    Route.objects.create(channel=channel, address_lookup=lookup, address_sealed=address_sealed, conversation=conversation)
    return conversation


def _limit(conversation: Conversation, now: datetime, language: Optional[str]) -> None:
    limits = (
        ("slow_down", _last_in_conversation(PER_CONVERSATION), CONVERSATION_WINDOW),
        ("busy", _last_of_all(IN_TOTAL), TOTAL_WINDOW),
    )
    for sentence, last, window in limits:
        oldest = last.first(conversation=conversation.pk, since=now - window, now=now)
        if oldest is not None:
            wait = oldest.received_at + window - now
            raise TooManyError(sentence, max(1, round(wait.total_seconds())), conversation.language or language)


@cache
def _last_in_conversation(place: int) -> Prepared[InboundMessage]:
    """The message at this place, counted from the last one that came in."""
    return Prepared(lambda: _lately().filter(conversation=Given("conversation"))[place - 1 : place])


@cache
def _last_of_all(place: int) -> Prepared[InboundMessage]:
    return Prepared(lambda: _lately()[place - 1 : place])


def _lately() -> QuerySet[InboundMessage]:
    """What is ahead of now came in before a clock was set back, and does not count."""
    rows = InboundMessage.objects.filter(received_at__gt=Given("since"), received_at__lte=Given("now"))
    return rows.order_by("-received_at").only("received_at")


def _contents(conversation: Conversation, message: Received, photos: Sequence[Photo], declined: Sequence[str]) -> Dict[str, Any]:
    """The columns of the inbox that depend on what was written. `declined`: what to say about photos that are not taken."""
    cleaned = message.cleaned
    private = conversation.expects_private or tells_private_number(cleaned.text)
    masked = mask_strictly if private else mask
    if choices.looks_like_token(cleaned.text):
        choice = None if message.refusal else choices.take(conversation, cleaned.text)
        if choice is None:
            refusal = message.refusal or "choice_over"
            return {"text_masked": "[choice]", "text_sealed": conversation.seal("", "inbound"), "refusal": refusal}
        title = choices.opened(conversation, choice).title
        return {"text_masked": masked(title), "text_sealed": conversation.seal(title, "inbound"), "choice": choice, "private": private}
    stripped, place = never_store(cleaned.text), message.location
    something = photos or place or _WORD.search(stripped.text)
    refusal = message.refusal or ("" if something else next(iter(declined), "empty"))
    notices = [*message.notices, *declined, *(["cut"] if cleaned.cut else []), *sorted(stripped.removed)]
    return {
        "text_masked": masked(stripped.text) or ("[photo]" if photos else "[location]" if place else ""),
        "text_sealed": conversation.seal(stripped.text, "inbound"),
        "location_sealed": conversation.seal(json.dumps(vars(place)), "location") if place else None,
        "notices": [notice for notice in notices if notice != refusal],
        "refusal": refusal,
        "forget_number": stripped.doubtful,
        "album": message.album,
        "private": private,
    }
