"""What a resident says when the report is shown, besides yes and no: what is wrong with it, what to leave out, and what to add."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from actions.base import Turn
from actions.clients.open311_shapes import Service
from actions.forms import SMALL_TALK, asks, is_question, needs_else
from actions.report_answers import is_description
from actions.report_contact import take_contact, without_contact
from actions.report_ending import CHANGES
from actions.report_words import (
    asks_politely,
    change_named,
    is_about_sending,
    part_left_out,
    part_wrong,
    reaches_themselves,
    says_where,
    without_add_that,
)
from bot.labels import NEEDS, REPORT

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
    if is_question(turn) and not asks_politely(turn.text):
        return False
    left_out, _ = part_left_out(turn.text)
    if left_out and left_out in LEFT_OUT:
        turn.set(**{"report_confirmed": None, **LEFT_OUT[left_out]})
        return True
    wrong = None if says_where(turn.text) else part_wrong(turn.text) or (change_named(turn.text) if asked_for else None)
    if wrong:
        turn.set(report_confirmed=None, **dict.fromkeys(CHANGES[wrong]))
    return wrong is not None


def is_remark(text: str) -> bool:
    """Whether a text that could mean the whole report is about a part of it, and neither about sending it nor about calling instead."""
    left_out, rest = part_left_out(text)
    return (left_out in LEFT_OUT or part_wrong(text) is not None) and not (is_about_sending(rest) or reaches_themselves(text))


def takes_addition(turn: Turn, own: Optional[Service]) -> bool:
    """Adds a statement to the description, and shows it; a question, or words about sending the report, are none."""
    text, told = without_add_that(turn.text)
    if turn.intent in SMALL_TALK | {"affirm"} or is_question(turn) or asks(text) or is_about_sending(text):
        return False
    if not told and (needs_else(turn, REPORT) or not (says_where(text) or is_description(text, own))):
        return False
    if text != turn.text and not told and turn.intent in NEEDS - {REPORT} and not says_where(text):  # "also i want to pay my bill"
        return False
    if not told and turn.intent == "deny" and not says_where(text):
        return False
    added = take_contact(turn, text.strip())
    if added:
        before = str(turn.slot("report_description") or "").rstrip(" .")
        turn.set(report_description=f"{before}. {added}", report_confirmed=None)
        turn.say("utter_report_added", words=added)
    return True
