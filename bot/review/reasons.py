"""Why staff see or delete what is otherwise hidden: in their own words, for the audit log."""

from __future__ import annotations

from bot.conversations.masking import mask

LEAST_CHARACTERS, MOST_CHARACTERS = 10, 500


class ReasonError(ValueError):
    """Not a reason: too short to say anything, or too long for the log."""


def reason_of(text: str) -> str:
    """A reason as the audit log takes it: in one line, and without a resident's details. Raises ReasonError."""
    reason = mask(" ".join(text.split()))
    if not LEAST_CHARACTERS <= len(reason) <= MOST_CHARACTERS:
        raise ReasonError
    return reason
