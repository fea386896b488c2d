"""Reads what residents answer while they report a problem: where it is, what it is, and the city's own questions."""

from __future__ import annotations

import re
from typing import List, Optional, Sequence, Set

from actions.base import Turn
from actions.clients.open311_shapes import Attribute, Service
from actions.forms import asks
from actions.plurals import forms_of
from actions.report_contact import skips
from actions.report_moments import moment_in
from actions.report_words import (
    is_around_a_problem,
    is_general,
    is_unsure_answer,
    list_places,
    may_describe,
    means_answer,
    never_describes,
    number_in,
    says_not_there,
)
from actions.words import today
from bot.choosing import chosen
from bot.city import city
from bot.knowledge.wording import comparable
from bot.language.addresses import find_address, locate
from bot.language.corners import find_corner
from bot.language.other_towns import other_town
from bot.language.street_words import CORNER_WORDS, FRENCH_TYPES, TYPES, folded
from bot.language.streets import find_street

LONGEST_ANSWER = 500
LONGEST_PLACE = 200
LEAST_LETTERS = 4  # of a word of a title that stands for it
MOST_WORDS_REPEATED = 3  # of a question, as an answer to it
ENOUGH_WORDS = 3  # of a first message that say what is wrong, so that it is the description

_ONLY_NUMBER = re.compile(r"\W*(?:at|near|by|number|no|au|le|numero|pres du)?\W*([1-9]\d{0,4}[a-z]?)\W*")
_WORD = re.compile(r"[^\W_]+")
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n")
_YES, _NO = {"yes", "y", "true", "1", "oui"}, {"no", "n", "false", "0", "non"}


def place_in(text: str) -> Optional[str]:
    """The address or corner a text names, in the city's spelling; None for one in another town."""
    if other_town(text):
        return None
    address = find_address(text, town=city().short_name)
    return address.line if address else find_corner(text, town=city().short_name)


def number_on(street: str, text: str) -> Optional[str]:
    """The address a bare number completes: "200", on the street named before."""
    number = _ONLY_NUMBER.fullmatch(folded(text))
    address = find_address(f"{number[1]} {street}", town=city().short_name) if number else None
    return address.line if address else None


def is_description(text: str, service: Optional[Service]) -> bool:
    """Whether a first message says enough about what is wrong."""
    located = locate(text, town=city().short_name)
    street = find_street(text, town=city().short_name) or ""
    corner = find_corner(text, town=city().short_name) or ""
    named = set(re.findall(r"[^\W_]+", folded(f"{street} {corner} {service.service_name if service else ''}")))
    named |= {*CORNER_WORDS, *TYPES, *FRENCH_TYPES} if corner else set()
    words = re.findall(r"[^\W\d_]+(?:['\-][^\W\d_]+)*", folded(located.rest if located else text))
    return len([word for word in words if not is_around_a_problem(word) and word not in named]) >= ENOUGH_WORDS


def only_asks(text: str, service: Optional[Service], *, reports: bool) -> bool:
    """Whether a text is a question that describes no problem. `reports`: it was understood as a report, as "can you fix the hole?" is."""
    if not asks(text) or (not never_describes(text) and (reports or ("?" not in text and may_describe(text)))):
        return False
    return not any(is_description(part, service) and not asks(part) for part in _SENTENCES.split(text))


def leaves_unanswered(attribute: Attribute, turn: Turn) -> bool:
    """Whether a message leaves a question of the city out that may be left out: "skip", "I don't see one"."""
    unknown = attribute.datatype != "text" and says_not_there(turn.text)
    return not attribute.required and (skips(turn) or unknown)


def service_meant(turn: Turn, services: Sequence[Service]) -> Optional[Service]:
    """The service a message names: as understood, by its place in the list, by its name or by one of its keywords."""
    understood = turn.entity("service_code")
    for service in services:
        if service.service_code == understood:
            return service
    index = chosen(turn.text, [service.service_name for service in services], expected=True)
    if index is not None:
        return services[index]
    said = folded(turn.text)
    matching = [one for one in services if any(re.search(rf"\b{re.escape(word)}\b", said) for word in _telling(one.keywords))]
    return matching[0] if len(matching) == 1 else None


def _telling(keywords: Sequence[str]) -> List[str]:
    """The keywords that no other kind of problem may hold: nearly everything is on a road. All of them where there is no such."""
    words = [folded(word) for word in keywords]
    return [word for word in words if not is_general(word)] or words


def read_group(turn: Turn, services: Sequence[Service]) -> bool:
    """Takes a group of services to choose from, or goes back to all groups."""
    groups = list(dict.fromkeys(service.group for service in services if service.group))
    tapped = turn.entity("answer")
    index = groups.index(tapped) if tapped in groups else chosen(turn.text, groups, expected=True)
    if index is None and not (turn.intent == "something_else" and turn.slot("report_group")):
        return False
    turn.set(report_group=None if index is None else groups[index])
    return True


def answer_to(attribute: Attribute, turn: Turn, written: Optional[str] = None) -> List[str]:
    """The answer as the city wants it; empty when the message is none. `written`: what of it is kept as an answer in words."""
    if attribute.datatype == "singlevaluelist":
        return _one_of(attribute, turn)[:1]
    if attribute.datatype == "multivaluelist":
        return _some_of(attribute, turn)
    if attribute.datatype == "number":
        number = number_in(turn.text)
        return [number] if number else []
    if attribute.datatype == "datetime":
        moment = moment_in(turn.text, attribute.description, today())
        return [moment] if moment else []
    said = turn.text if written is None else written
    text = said.strip() if attribute.datatype == "text" else " ".join(said.split())
    return [text[:LONGEST_ANSWER]] if any(letter.isalnum() for letter in text) else []


def told_in(attribute: Attribute, text: str, *, asked: bool) -> List[str]:
    """The answers of a list that a text says in a resident's own words: "its dark", where it was `asked`, says that the light is out."""
    return [key for key, name in attribute.values if means_answer(text, [key, name], asked=asked)]


def repeats_question(attribute: Attribute, text: str) -> bool:
    """Whether the question itself gives a short text as an answer: "a stop sign" to "Which sign is it, for example a stop sign?"."""
    asked, said = comparable(attribute.description), comparable(text)
    return bool(said) and len(said.split()) <= MOST_WORDS_REPEATED and f" {said} " in f" {asked} "


def _one_of(attribute: Attribute, turn: Turn) -> List[str]:
    keys, names = [key for key, _ in attribute.values], [name for _, name in attribute.values]
    if turn.entity("answer") in keys:
        return [str(turn.entity("answer"))]
    index = chosen(turn.text, names, expected=True)
    if index is not None:
        return [keys[index]]
    told = told_in(attribute, turn.text, asked=True) or [
        key for key, name in attribute.values if is_unsure_answer(name) and says_not_there(turn.text)
    ]
    if len(told) == 1:
        return told
    meant = {"affirm": _YES, "deny": _NO}.get(turn.intent, set())
    return [key for key, name in attribute.values if folded(key) in meant or folded(name) in meant]


def _some_of(attribute: Attribute, turn: Turn) -> List[str]:
    """The values named by their places in the list, or by words of theirs, in the singular or plural: "2 tires" is no place."""
    keys = [key for key, _ in attribute.values]
    places = list_places(turn.text)
    if len(places) > 1 and all(1 <= place <= len(keys) for place in places):
        return [keys[place - 1] for place in dict.fromkeys(places)]
    said = _forms(turn.text)
    told = told_in(attribute, turn.text, asked=True)
    named = [key for key, name in attribute.values if key in told or not said.isdisjoint(_forms(name, least=LEAST_LETTERS))]
    return named if len(named) > 1 else _one_of(attribute, turn)[:1] or named


def _forms(text: str, *, least: int = 1) -> Set[str]:
    """The words of a text with what they may be the plural of."""
    return {form for word in _WORD.findall(folded(text)) if len(word) >= least for form in forms_of(word)}
