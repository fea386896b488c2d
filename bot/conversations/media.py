"""Photos of residents: taken in with their message, made clean by the worker before its turn, shown at an address nobody can guess.

They are in the record, sealed with the conversation's key, and not in files: gateway, worker and actions may run on different machines, a
photo is on disk with its message in one transaction, and disposing of the conversation disposes of it in backups too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Callable, List, Optional, Sequence, Tuple

from django.db.models import QuerySet
from django.utils import timezone

from bot import sealing
from bot.conversations.models import Conversation, InboundMessage, Media

CONTENT_TYPE = "image/jpeg"  # of every photo that is ready
MOST_BYTES = 10_000_000  # of one photo as it comes: Telegram's own limit; Twilio's is 5 MB for a whole message
MOST_PER_MESSAGE = 10  # Twilio's limit
MOST_PER_CONVERSATION = 30  # kept at the same time
IN_TOTAL, TOTAL_WINDOW = 1_000, timedelta(hours=1)  # far beyond a city's residents; a flood is turned away before it fills the disk
KEPT_UNUSED = timedelta(days=1)  # a report is sent within the hour, or not at all
KEPT_FILED = timedelta(days=90)  # as long as Open311 lists a request unless asked for it by its number


@dataclass(frozen=True)
class Photo:
    """A photo as a channel hands it in: its bytes as they came, or the reference that the channel's `Fetch` finds it by.

    `declined`: a sentence of `data/responses.yml` for what came along and is no photo (a video, a contact): it is not looked at.
    """

    content: Optional[bytes] = None
    reference: str = ""
    declined: str = ""


class FetchError(Exception):
    """A photo could not be fetched. `sentence` of `data/responses.yml` tells the resident so."""

    def __init__(self, detail: str, sentence: str = "photo_lost") -> None:
        super().__init__(detail)
        self.sentence = sentence


Fetch = Callable[[str, float], bytes]  # the bytes behind a reference, by a time of `time.monotonic`; raises FetchError. One per channel


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
        row = Media(conversation=inbound.conversation, inbound=inbound, position=position, expires_at=timezone.now() + KEPT_UNUSED)
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
    """A photo that can be shown: a JPEG, until when."""

    content: bytes
    expires_at: datetime


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


def _sealed(conversation: Conversation, media_id: str, content: bytes) -> bytes:
    return conversation.seal_bytes(content, f"photo {media_id}")
