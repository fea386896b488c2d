"""What a resident says when the report is shown, besides yes and no: what is wrong with it, what to leave out, and what to add."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from actions.base import Turn
from actions.clients.open311_shapes import Service
from actions.forms import SMALL_TALK, is_question, needs_else
from actions.report_answers import is_description
from actions.report_contact import take_contact, without_contact
from actions.report_ending import CHANGES
from actions.report_words import change_named, is_about_sending, is_wrong, leaves_out, puts_right, says_where, without_add_that
from bot.labels import REPORT

# Keys of `changes`, and the slots of a report without them.
LEFT_OUT: Mapping[str, Mapping[str, Any]] = {"contact": {"report_contact": {}}, "photos": {"report_photos": None}}


def takes_correction(turn: Turn, *, asked_for: bool) -> bool:
    """Takes what a message says is wrong or to be left out: then it is asked for again, or gone.

    Args:
        asked_for: the resident was asked what to change, so that the name of a part is enough.
    """
    rest, contact = without_contact(turn.text)
    if contact:
        take_contact(turn, turn.text)
        turn.set(report_confirmed=None)
        return not is_description(rest, None)
    named = change_named(turn.text)
    if named is None:
        return False
    if is_to_be_left_out(turn.text):
        turn.set(**{"report_confirmed": None, **LEFT_OUT[named]})
        return True
    if not (asked_for or is_wrong(turn.text) or (turn.intent != "affirm" and puts_right(turn.text))):
        return False
    turn.set(report_confirmed=None, **dict.fromkeys(CHANGES[named]))
    return True


def is_to_be_left_out(text: str) -> bool:
    """Whether a text asks that what is told of a resident, or their photos, be left out of the report: "don't send my number"."""
    return change_named(text) in LEFT_OUT and leaves_out(text) and not is_wrong(text)


def is_remark(text: str) -> bool:
    """Whether a text that could mean the whole report is about a part of it."""
    return is_to_be_left_out(text) or (change_named(text) is not None and is_wrong(text))


def takes_addition(turn: Turn, own: Optional[Service]) -> bool:
    """Adds a statement to the description, and shows it; a question, or words about sending the report, are none."""
    text, told = without_add_that(turn.text)
    if turn.intent in SMALL_TALK | {"affirm"} or is_question(turn) or is_about_sending(text):
        return False
    if not told and (needs_else(turn, REPORT) or not (says_where(text) or is_description(text, own))):
        return False
    if not told and turn.intent == "deny" and not says_where(text):
        return False
    added = take_contact(turn, text.strip())
    if added:
        before = str(turn.slot("report_description") or "").rstrip(" .")
        turn.set(report_description=f"{before}. {added}", report_confirmed=None)
        turn.say("utter_report_added", words=added)
    return True
