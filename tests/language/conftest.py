"""The sentence encoder, loaded once."""

from __future__ import annotations

import pytest

from bot.language.encoder import SentenceEncoder


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load()
