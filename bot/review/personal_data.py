"""What the record has about one person, for them to get a copy: masked, or as it was written when staff may see that."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple

from django.db.models import Prefetch, QuerySet

from bot.city import city
from bot.conversations.media import content_of
from bot.conversations.models import Conversation, InboundMessage, Media, OutboundMessage, Route, Submission
from bot.conversations.private_turns import FORGOTTEN
from bot.sealing import SealError

UNREADABLE = "[cannot be opened]"


def as_json(conversation: Conversation, *, originals: bool) -> str:
    """Everything about a conversation, as JSON text. `originals`: texts, places and the address as they were, not masked."""
    return json.dumps(everything(conversation, originals=originals), ensure_ascii=False, indent=2)


def everything(conversation: Conversation, *, originals: bool) -> Dict[str, Any]:
    """The same as values. Times are the city's, with their offset from UTC."""
    reports = Submission.objects.filter(conversation=conversation.pk).order_by("started_at")
    return {
        "conversation": conversation.pk,
        "channel": conversation.channel,
        "address": _address(conversation) if originals else None,
        "language": conversation.language,
        "started_at": _at(conversation.started_at),
        "last_message_at": _at(conversation.last_message_at),
        "kept_until_at_most": conversation.dispose_after.isoformat(),
        "masked": not originals,
        "turns": [turn_of(conversation, row, originals=originals) for row in _turns(conversation)],
        "asked_of_city_systems": [
            {"kind": row.kind, "at": _at(row.started_at), "state": row.state, "reference": row.reference} for row in reports
        ],
    }


def turn_of(conversation: Conversation, row: InboundMessage, *, originals: bool) -> Dict[str, Any]:
    """One message of the resident and what was answered."""
    details, feedback = getattr(row, "details", None), getattr(row, "feedback", None)
    return {
        "number": row.pk,
        "at": _at(row.received_at),
        "text": _text(conversation, row) if originals else row.text_masked,
        "location": _location(conversation, row) if originals else ("[location]" if row.location_sealed else None),
        "photos": len(row.media.all()),
        "understood": [(part.get("intent") or {}).get("name") for part in details.understood] if details else [],
        "outcome": row.outcome or None,
        "helped": feedback.helped if feedback else None,
        "replies": [
            {"at": _at(reply.created_at), "text": _reply(conversation, reply) if originals else reply.text_masked, "state": reply.state}
            for reply in row.replies.all()
        ],
    }


def revealed(conversation: Conversation, turn: Optional[int] = None) -> List[Dict[str, Any]]:
    """The turns of a conversation as they were written, or the one of this number; empty when it has none like that."""
    rows = _turns(conversation).filter(pk=turn) if turn is not None else _turns(conversation)
    return [turn_of(conversation, row, originals=True) for row in rows]


def photos(conversation: Conversation) -> Iterator[Tuple[str, bytes]]:
    """The photos that are there still: the name of a file, and the JPEG."""
    for number, row in enumerate(conversation.media.filter(ready=True).order_by("received_at", "position").iterator(chunk_size=1), 1):
        try:
            yield f"photo-{number}.jpg", content_of(row)
        except SealError:
            continue


def as_text(data: Dict[str, Any]) -> str:
    """What `everything` gave, to be read by people."""
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Dict[str, Any]) -> Iterable[str]:
    for name in ("conversation", "channel", "address", "language", "started_at", "last_message_at", "kept_until_at_most"):
        if data[name] is not None:
            yield f"{name.replace('_', ' ')}: {data[name]}"
    yield "texts: masked" if data["masked"] else "texts: as they were written"
    for turn in data["turns"]:
        yield ""
        yield f"[{turn['at']}] resident: {turn['text']}"
        if turn["location"]:
            yield f"  place: {turn['location']}"
        if turn["photos"]:
            yield f"  photos: {turn['photos']}"
        yield from (f"[{reply['at']}] assistant: {reply['text']}" for reply in turn["replies"])
    for row in data["asked_of_city_systems"]:
        yield ""
        yield f"[{row['at']}] asked of a city system: {row['kind']} {row['reference']} ({row['state']})"


def _turns(conversation: Conversation) -> QuerySet[InboundMessage]:
    replies = OutboundMessage.objects.exclude(state=OutboundMessage.State.HELD).order_by("position")
    photos_of = Media.objects.only("inbound")
    rows = conversation.inbound.select_related("details", "feedback").order_by("id")
    return rows.prefetch_related(Prefetch("replies", replies), Prefetch("media", photos_of))


def _at(moment: Any) -> str:
    return str(moment.astimezone(city().timezone).isoformat(timespec="seconds"))


def _address(conversation: Conversation) -> str:
    try:
        return conversation.route.address()
    except (SealError, Route.DoesNotExist):
        return UNREADABLE


def _text(conversation: Conversation, row: InboundMessage) -> str:
    if row.text_masked == FORGOTTEN:
        return FORGOTTEN
    try:
        return conversation.unseal(row.text_sealed, "inbound")
    except SealError:
        return UNREADABLE


def _location(conversation: Conversation, row: InboundMessage) -> Optional[str]:
    if not row.location_sealed:
        return None
    try:
        place = json.loads(conversation.unseal(row.location_sealed, "location"))
        return f"{place['latitude']}, {place['longitude']} {place.get('label') or ''}".strip()
    except SealError:
        return UNREADABLE


def _reply(conversation: Conversation, reply: OutboundMessage) -> str:
    if reply.text_masked == FORGOTTEN:
        return FORGOTTEN
    try:
        return str(json.loads(conversation.unseal(reply.body_sealed, "outbound")).get("text") or "")
    except (SealError, ValueError, AttributeError):
        return UNREADABLE
