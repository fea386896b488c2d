"""The channels the sender writes to. REST is not among them: its callers wait for their replies and fetch them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping

if TYPE_CHECKING:
    from bot.conversations.sender import Deliver

WRITTEN_TO: Mapping[str, Deliver] = {}
