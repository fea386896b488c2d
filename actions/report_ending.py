"""How a report ends: it is the same as another one, it is sent, or something about it is changed first."""

from __future__ import annotations

from typing import List, Optional

from actions import duplicates
from actions.base import Turn
from actions.report_words import says_skip
from actions.words import word, wording
from bot.choosing import chosen

JOINED = "joined"  # `form_note`: the resident's problem is reported already
CONFIRMATIONS = {"send": "affirm", "change": "deny", "cancel": "cancel"}  # choice and what it means
CHANGES = {
    "place": ("report_location", "report_street", "report_point", "report_options"),
    "description": ("report_description",),
    "kind": ("service_code", "report_group", "report_answers", "report_description"),
    "answers": ("report_answers",),
    "photos": ("report_photos",),
    "contact": ("report_contact",),
}


def read_duplicate(turn: Turn) -> bool:
    """Takes whether the problem is one of those shown: then its number is what the resident follows."""
    meant = _duplicate_meant(turn)
    if meant is None:
        return False
    turn.set(report_near={**turn.slot("report_near"), "found": []})
    if meant != duplicates.OWN:
        turn.set(form_note=JOINED, last_request=meant)
    return True


def _duplicate_meant(turn: Turn) -> Optional[str]:
    """The number of the request shown that is meant, `duplicates.OWN` for none of them, None where the message does not say."""
    return duplicates.meant(turn, (turn.slot("report_near") or {}).get("found") or [])


def confirmation(turn: Turn) -> str:
    """What an answer to "Shall I send it?" means, as an intent. In words only the choice alone counts, not "I will send it later"."""
    named = None if turn.tapped else _choice_in(turn, "confirmations", list(CONFIRMATIONS), sure=True)
    return CONFIRMATIONS[named] if named else turn.intent


def read_change(turn: Turn) -> bool:
    """Forgets what is to be changed, so that it is asked for again."""
    keys = list(wording()["changes"])
    what = turn.entity("answer") if turn.entity("answer") in keys else _choice_in(turn, "changes", keys)
    if what is None:
        return False
    turn.set(report_confirmed=None, **dict.fromkeys(CHANGES[what]))
    return True


def changes_nothing(turn: Turn) -> bool:
    """Takes that nothing is to be changed: the report is shown as it is, to be sent or not."""
    if turn.intent not in ("affirm", "deny") and not says_skip(turn.text):
        return False
    turn.set(report_confirmed=None)
    return True


def picks(turn: Turn, asked: str) -> bool:
    """Whether a message picks one of the choices of these questions, and says nothing else: "sorry, 2"."""
    if asked == "report_duplicate":
        return _duplicate_meant(turn) is not None
    sections = {"report_confirmed": "confirmations", "report_change": "changes"}
    return asked in sections and _choice_in(turn, sections[asked], list(wording()[sections[asked]]), sure=True) is not None


def _choice_in(turn: Turn, section: str, keys: List[str], *, sure: bool = False) -> Optional[str]:
    """Which of our own choices a message means; `sure`: and nothing else."""
    index = chosen(turn.text, [word(section, key, turn.language) for key in keys], expected=not sure)
    return None if index is None else keys[index]
