"""Photos as channels hand them in, and how the worker gets those that are still at their provider. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

MOST_BYTES = 10_000_000  # of one photo as it comes: Telegram's own limit; Twilio's is 5 MB for a whole message


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
