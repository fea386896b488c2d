"""Photos of residents: taken in with their message, made clean by the worker before its turn, shown at an address nobody can guess.

They are in the record, sealed with the conversation's key, and not in files: gateway, worker and actions may run on different machines, a
photo is on disk with its message in one transaction, and disposing of the conversation disposes of it in backups too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import List, Optional, Sequence, Tuple

from django.db.models import QuerySet
from django.utils import timezone

from bot import sealing
from bot.conversations.models import Conversation, InboundMessage, Media
from bot.conversations.photos import MOST_BYTES, Photo

CONTENT_TYPE = "image/jpeg"  # of every photo that is ready
MOST_PER_MESSAGE = 10  # Twilio's limit
MOST_PER_CONVERSATION = 30  # kept at the same time
IN_TOTAL, TOTAL_WINDOW = 1_000, timedelta(hours=1)  # far beyond a city's residents; a flood is turned away before it fills the disk
KEPT_FOR = timedelta(days=1)  # a report is sent within the hour, or not at all; what was sent is kept longer, see `handing_over`


def sort_out(conversation: Conversation, photos: Sequence[Photo]) -> Tuple[List[Photo], List[str]]:
    """Those of a message's photos that can be taken, and the sentences to say about the others."""
    photos_left = min(
        MOST_PER_MESSAGE,
        MOST_PER_CONVERSATION - unexpired(conversation).count(),
        IN_TOTAL - Media.objects.filter(received_at__gt=timezone.now() - TOTAL_WINDOW).count(),
    )
    sentences = [_declined(photo) for photo in photos]
    taken = [photo for photo, sentence in zip(photos, sentences, strict=True) if not sentence]
    if len(taken) > max(photos_left, 0):
        sentences.append("photo_too_many")
    return taken[: max(photos_left, 0)], list(dict.fromkeys(filter(None, sentences)))


def _declined(photo: Photo) -> str:
    return photo.declined or ("photo_too_large" if len(photo.content or b"") > MOST_BYTES else "")


def store(inbound: InboundMessage, photos: Sequence[Photo]) -> None:
    """Writes the photos of a message down, within its transaction. They are not `ready` yet."""
    for position, photo in enumerate(photos):
        row = Media(conversation=inbound.conversation, inbound=inbound, position=position, expires_at=timezone.now() + KEPT_FOR)
        if photo.content is None:
            row.reference_sealed = inbound.conversation.seal(photo.reference, f"reference of {row.id}")
        else:
            row.content_sealed = _sealed(inbound.conversation, row.id, photo.content)
        row.save(force_insert=True)


def unexpired(conversation: Conversation) -> QuerySet[Media]:
    """The photos of a conversation, without what they show."""
    return conversation.media.filter(expires_at__gt=timezone.now()).defer("content_sealed")


@dataclass(frozen=True)
class Shown:
    """A picture that can be shown, until when."""

    content: bytes
    expires_at: datetime
    content_type: str = CONTENT_TYPE


def shown(media_id: str) -> Optional[Shown]:
    """The photo at this address; None when there is none, or no longer. Raises `bot.sealing.SealError`."""
    row = Media.objects.select_related("conversation").filter(pk=media_id, ready=True, expires_at__gt=timezone.now()).first()
    return Shown(content_of(row), row.expires_at) if row else None


def content_of(row: Media) -> bytes:
    """What a row holds. Raises `bot.sealing.SealError`."""
    sealed: Optional[sealing.Sealed] = row.content_sealed
    if sealed is None:
        raise sealing.SealError("a photo without content")
    return row.conversation.unseal_bytes(sealed, f"photo {row.pk}")


def reference_of(row: Media) -> str:
    """What its provider finds a photo by that is still there. Raises `bot.sealing.SealError`."""
    return row.conversation.unseal(row.reference_sealed or b"", f"reference of {row.pk}")


def make_ready(row: Media, content: bytes) -> None:
    """Puts the clean JPEG in the place of what came."""
    row.ready, row.reference_sealed, row.content_sealed = True, None, _sealed(row.conversation, row.pk, content)
    row.save(update_fields=["ready", "reference_sealed", "content_sealed"])


def _sealed(conversation: Conversation, media_id: str, content: bytes) -> bytes:
    return conversation.seal_bytes(content, f"photo {media_id}")
