"""What keeps the system from running here."""

from __future__ import annotations


class StartError(RuntimeError):
    """It cannot be started; the message is one sentence for the person who wants to, perhaps with the last lines of a log."""
