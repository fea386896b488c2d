"""How the city may reach the resident about a report, if they say so: used once, for that report."""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional, Tuple

from actions.base import Turn
from actions.report_words import is_around_contact, refuses_contact, says_skip
from bot.city import city
from bot.language.contacts import emails, phones
from bot.language.found import Reading

SKIP = "skip"  # what the choice to leave a question out sends


def skips(turn: Turn) -> bool:
    """Whether a message leaves a question out that may be left out."""
    return turn.entity("answer") == SKIP or turn.intent == "deny" or says_skip(turn.text)


def contact_in(turn: Turn) -> Optional[Dict[str, str]]:
    """The e-mail address and the telephone number a message holds; empty for one that gives none, None for one that is no answer."""
    _, found = without_contact(turn.text)
    if found:
        return found
    return {} if skips(turn) or refuses_contact(turn.text) else None


def take_contact(turn: Turn, text: str) -> str:
    """Keeps how to reach the resident with the report, where it belongs, and returns the text without it."""
    rest, found = without_contact(text)
    if found:
        turn.set(report_contact={**(turn.slot("report_contact") or {}), **found})
    return rest


def without_contact(text: str) -> Tuple[str, Dict[str, str]]:
    """A text without telephone numbers and e-mail addresses, and the words around them; the first of each, by kind."""
    reading = Reading.of(text)
    mails = emails(reading)
    numbers = phones(reading.without(mails), city().country)
    if not (mails or numbers):
        return text, {}
    parts, begin = [], 0
    for one in sorted([*mails, *numbers], key=lambda found: found.start):
        parts.append(reading.text[begin : one.start])
        begin = one.end
    parts.append(reading.text[begin:])
    kept = [_cut(part, before=place > 0, behind=place < len(parts) - 1) for place, part in enumerate(parts)]
    return " ".join(filter(None, kept)), {one.kind: one.value for one in [*mails[:1], *numbers[:1]]}


def _cut(part: str, *, before: bool, behind: bool) -> str:
    """A part of a text without the words of a contact that stood before it or behind it."""
    words = part.split()
    while before and words and is_around_contact(words[0]):
        del words[0]
    while behind and words and is_around_contact(words[-1]):
        del words[-1]
    return " ".join(words).strip(" ,;:-")


def shown(contact: Mapping[str, str]) -> List[str]:
    """What the resident gave, to be read back."""
    return list(contact.values())
