"""Shows residents that their message is being answered, on channels that can show it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Callable, Optional

from bot.conversations.models import SYNTHETIC, Route
from bot.sealing import SealError

ShowTyping = Callable[[str], AbstractContextManager[None]]  # shows it at an address until it is left; holds nothing up


def typing(conversation: str, show: Optional[ShowTyping]) -> AbstractContextManager[None]:
    """For as long as a turn of this conversation is with the assistant."""
    if show is None or conversation.startswith(SYNTHETIC):
        return nullcontext()
    try:
        return show(Route.objects.get(conversation=conversation).address())
    except (SealError, Route.DoesNotExist):
        return nullcontext()  # the sender will say so
