"""The widget's button for another language: it writes a sentence of `data/widget.yml`, which is the choice of that language.

So it is where words would be something else, such as the description in a report. Who types the sentence means the same by it.
"""

from __future__ import annotations

from typing import Optional

from bot.conversations.cleaning import tidy
from bot.gateway.page_words import page_words
from bot.telegram.words import switch_language


def payload_of_button(text: str) -> Optional[str]:
    """What the sentence chooses; None when the text, which is tidy, is any other."""
    sentences = {tidy(words["continue"]): language for language, words in page_words("widget").items()}
    return switch_language(sentences[text]) if text in sentences else None
