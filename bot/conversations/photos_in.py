"""The worker's part with photos: fetched and cleaned before their turn; what cannot be taken is told, and the rest is answered."""

from __future__ import annotations

import logging
import time
from typing import Optional, Union

from django.db import transaction

from bot.conversations import media
from bot.conversations.leases import hold
from bot.conversations.models import InboundMessage, Media
from bot.conversations.photos import Fetch, FetchError
from bot.conversations.pictures import CutOffError, PictureError, cleaned
from bot.conversations.turns import Turn
from bot.sealing import SealError

log = logging.getLogger(__name__)


def settle(turn: Turn, fetch: Optional[Fetch], until: float) -> None:
    """Makes the photos of a message ready, or drops them with a sentence for the resident; begin the turn again afterwards.

    Args:
        fetch: how the channel's photos are fetched; None when all it hands in are bytes.
        until: of `time.monotonic`.
    Raises:
        CutOffError: at the first try, when a photo was cut off; nothing was written.
        LeaseLostError: another worker has the conversation; nothing was written.
    """
    waiting = list(Media.objects.filter(inbound=turn.inbound, ready=False).select_related("conversation").order_by("position"))
    made = {row.pk: _made(row, fetch, until, again=turn.attempts == 1) for row in waiting}
    with transaction.atomic():
        hold(turn.claim)
        inbound = InboundMessage.objects.get(pk=turn.inbound)
        for row in waiting:
            _write(inbound, row, made[row.pk])
        if not turn.text.strip() and not inbound.refusal and not inbound.choice and inbound.notices and not inbound.media.exists():
            inbound.refusal = inbound.notices.pop()  # nothing else came: the sentence is the answer
        inbound.save(update_fields=["notices", "refusal"])


def _made(row: Media, fetch: Optional[Fetch], until: float, *, again: bool) -> Union[bytes, str]:
    """The clean JPEG, or the sentence that says why there is none. `again`: one that was cut off may be tried again (CutOffError)."""
    try:
        return cleaned(_came(row, fetch, until), until - time.monotonic())
    except (FetchError, PictureError) as err:
        if again and isinstance(err, CutOffError):
            raise
        log.warning("photo %s is dropped: %s", row.pk, err)
        return err.sentence
    except SealError:
        log.error("photo %s cannot be opened", row.pk)
    except Exception:  # a fault of ours, which must not come back for ever
        log.exception("photo %s is dropped", row.pk)
    return "photo_lost"


def _came(row: Media, fetch: Optional[Fetch], until: float) -> bytes:
    if row.reference_sealed is None:
        return media.content_of(row)
    if fetch is None:
        raise FetchError("no channel is set up to fetch it")
    return fetch(media.reference_of(row), until)


def _write(inbound: InboundMessage, row: Media, made: Union[bytes, str]) -> None:
    if isinstance(made, bytes):
        media.make_ready(row, made)
        return
    row.delete()
    if made not in inbound.notices:
        inbound.notices.append(made)
