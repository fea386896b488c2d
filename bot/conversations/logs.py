"""The log of a process: one line per event on standard error, masked."""

from __future__ import annotations

import logging

from bot.conversations.masking import install_log_masking


def start_log() -> None:
    install_log_masking()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it warns of every retry and every pool; we say it once, with the turn
