"""Takes into a report what residents tell in words: the description, answers to the city's questions, and more than was asked."""

from __future__ import annotations

from typing import Optional, Sequence

from actions.base import Turn
from actions.clients.open311_shapes import LISTS, WORDS, Attribute, Service
from actions.forms import SMALL_TALK, asks_else
from actions.report_answers import answer_to, is_description, leaves_unanswered, only_asks, place_in, told_in
from actions.report_contact import take_contact
from actions.report_draft import Draft, answered
from actions.report_words import says_leave_out, says_nothing
from bot.city import city
from bot.labels import REPORT
from bot.language.streets import find_street

NEEDED = "needed"  # `form_note`: a question was to be left out that the city requires
FEW_WORDS = 2
LEAST_LETTERS = 2  # of a description


def harvest(turn: Turn, text: str, service: Optional[Service], *, describes: bool = True) -> None:
    """Takes what is still missing from words that say more than was asked. `describes`: they may say what is wrong, not only where."""
    describes = describes and turn.intent not in SMALL_TALK and is_description(text, service)  # "i told you, 200 king st w" does not
    described = take_contact(turn, text.strip())
    turn.set(
        report_location=turn.slot("report_location") or place_in(text),
        report_street=turn.slot("report_street") or find_street(text, town=city().short_name),
        report_description=turn.slot("report_description") or (described if describes else None),
    )


def take_told(turn: Turn, draft: Draft, texts: Sequence[str]) -> None:
    """Takes the answers to questions with one answer of a list that were told before they are asked: "the streetlight is out"."""
    lists = [one for one in draft.attributes if one.variable and one.datatype == "singlevaluelist" and one.code not in draft.answers]
    told = {one.code: told_in(one, " ".join(texts), asked=False) for one in lists}
    found = {code: values for code, values in told.items() if len(values) == 1}
    if found:
        turn.set(report_answers={**draft.answers, **found})


def describe(turn: Turn, draft: Draft) -> bool:
    """Takes the description; False for a message that is none: a question, small talk, a bare yes."""
    short = len(turn.text.split()) <= FEW_WORDS and turn.intent in SMALL_TALK | {"affirm", "deny"}
    chats = short or says_nothing(turn.text) or (turn.intent in SMALL_TALK and not is_description(turn.text, draft.service))
    if turn.tapped or chats or asks_else(turn, REPORT) or only_asks(turn.text, draft.service, reports=turn.intent == REPORT):
        return False
    description = _without_contact(turn)
    if sum(letter.isalpha() for letter in description) < LEAST_LETTERS:
        return description != turn.text.strip()  # then it was how to reach them, and the rest is still asked for
    turn.set(report_description=description)
    take_told(turn, draft, [description])
    return True


def answer_question(turn: Turn, draft: Draft) -> bool:
    """Takes the answer to the city's next question; False for a message that is none."""
    attribute = draft.next_attribute
    if attribute is None:
        return True
    if asks_else(turn, REPORT):
        return False
    if attribute.required and says_leave_out(turn.text):
        turn.set(form_note=NEEDED)
        return True
    left_out = leaves_unanswered(attribute, turn)
    if attribute.datatype in WORDS and not left_out:
        return _answer_in_words(turn, draft, attribute)
    values = [] if left_out and attribute.datatype not in LISTS else answer_to(attribute, turn)
    if not values and not left_out:
        return False
    turn.set(report_answers=answered(draft, attribute, values))
    return True


def _answer_in_words(turn: Turn, draft: Draft, attribute: Attribute) -> bool:
    """Takes an answer as it is written: neither a question nor a bare yes is one, nor how to reach the resident."""
    bare = says_nothing(turn.text) or (turn.intent == "affirm" and len(turn.text.split()) <= FEW_WORDS)
    chats = turn.intent in SMALL_TALK and not any(character.isdigit() for character in turn.text)
    if turn.tapped or bare or chats or only_asks(turn.text, draft.service, reports=turn.intent == REPORT):
        return False
    written = _without_contact(turn)
    values = answer_to(attribute, turn, written)
    if values:
        turn.set(report_answers=answered(draft, attribute, values))
    return bool(values) or written != turn.text.strip()


def _without_contact(turn: Turn) -> str:
    """The message without how to reach the resident, which is kept for the city, and said to be."""
    rest = take_contact(turn, turn.text.strip())
    if rest != turn.text.strip():
        turn.say("utter_report_contact_noted")
    return rest
