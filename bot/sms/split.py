"""An answer cut into text messages, each small enough to be read and paid for."""

from __future__ import annotations

from typing import List

from bot import splitting
from bot.sms.segments import segments

MOST_SEGMENTS = 3  # of one part; Twilio's own limit of 1,600 characters is far away then


def split(text: str, notice: str) -> List[str]:
    """Parts of at most MOST_SEGMENTS segments each, in order; every one but the last ends with the notice on its own line.

    Args:
        notice: how to get the rest ("Reply MORE for the rest.").
    Raises:
        ValueError: the notice leaves no room for text.
    """
    return splitting.split(text, lambda part: segments(part) <= MOST_SEGMENTS, f"\n{notice}")
