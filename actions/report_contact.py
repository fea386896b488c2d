"""How the city may reach the resident about a report, if they say so: used once, for that report."""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional

from actions.base import Turn
from actions.report_words import says_skip
from bot.city import city
from bot.language.contacts import emails, phones
from bot.language.found import Reading

SKIP = "skip"  # what the choice to leave a question out sends


def skips(turn: Turn) -> bool:
    """Whether a message leaves a question out that may be left out."""
    return turn.entity("answer") == SKIP or turn.intent == "deny" or says_skip(turn.text)


def contact_in(turn: Turn) -> Optional[Dict[str, str]]:
    """The e-mail address and the telephone number a message holds; empty for one that gives none, None for one that is no answer."""
    reading = Reading.of(turn.text)
    mails = emails(reading)
    numbers = phones(reading.without(mails), city().country)
    found = {one.kind: one.value for one in [*mails[:1], *numbers[:1]]}
    if found:
        return found
    return {} if skips(turn) else None


def shown(contact: Mapping[str, str]) -> List[str]:
    """What the resident gave, to be read back."""
    return list(contact.values())
