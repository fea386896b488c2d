"""Reads what residents answer while they report a problem: where it is, what it is, and the city's own questions."""

from __future__ import annotations

import re
from typing import List, Optional, Sequence, Set

from actions.base import Turn
from actions.clients.open311_shapes import Attribute, Service
from actions.plurals import forms_of
from actions.report_moments import moment_in
from actions.report_words import is_general, list_places, number_in
from actions.words import today
from bot.choosing import chosen
from bot.city import city
from bot.language.addresses import find_address, locate
from bot.language.street_words import folded
from bot.language.streets import find_corner, find_street

LONGEST_ANSWER = 500
LONGEST_PLACE = 200
LEAST_LETTERS = 4  # of a word of a title that stands for it
ENOUGH_WORDS = 3  # of a first message that say what is wrong, so that it is the description

_ONLY_NUMBER = re.compile(r"\W*(?:at|near|by|number|no|au|le|numero|pres du)?\W*([1-9]\d{0,4}[a-z]?)\W*")
_WORD = re.compile(r"[^\W_]+")
_YES, _NO = {"yes", "y", "true", "1", "oui"}, {"no", "n", "false", "0", "non"}
# Words a report may hold without saying what is wrong.
_SAYS_NOTHING = frozenset(
    """
    i i'd id i'm im want wanna need to would like can could you please pls hi hello hey there is are was a an the this
    that it its it's on at in near of for my our your me we and report reporting reported problem issue complaint
    something city street road somewhere new about some have has je j'aimerais j'ai veux voudrais vous pouvez svp bonjour
    allo salut il y est un une le la les l des du de d au aux sur pres mon ma notre dans ici pour faire et signaler
    signalement probleme plainte quelque chose ville rue avec c'est ca
    """.split()
)


def place_in(text: str) -> Optional[str]:
    """The address or corner a text names, in the city's spelling."""
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
    named = set(re.findall(r"[^\W_]+", folded(f"{street} {service.service_name if service else ''}")))
    words = re.findall(r"[^\W\d_]+(?:['\-][^\W\d_]+)*", folded(located.rest if located else text))
    return len([word for word in words if word not in _SAYS_NOTHING and word not in named]) >= ENOUGH_WORDS


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


def answer_to(attribute: Attribute, turn: Turn) -> List[str]:
    """The answer as the city wants it; empty when the message is none."""
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
    text = turn.text.strip() if attribute.datatype == "text" else " ".join(turn.text.split())
    return [text[:LONGEST_ANSWER]] if any(letter.isalnum() for letter in text) else []


def _one_of(attribute: Attribute, turn: Turn) -> List[str]:
    keys, names = [key for key, _ in attribute.values], [name for _, name in attribute.values]
    if turn.entity("answer") in keys:
        return [str(turn.entity("answer"))]
    index = chosen(turn.text, names, expected=True)
    if index is not None:
        return [keys[index]]
    meant = {"affirm": _YES, "deny": _NO}.get(turn.intent, set())
    return [key for key, name in attribute.values if folded(key) in meant or folded(name) in meant]


def _some_of(attribute: Attribute, turn: Turn) -> List[str]:
    """The values named by their places in the list, or by words of theirs, in the singular or plural: "2 tires" is no place."""
    keys = [key for key, _ in attribute.values]
    places = list_places(turn.text)
    if len(places) > 1 and all(1 <= place <= len(keys) for place in places):
        return [keys[place - 1] for place in dict.fromkeys(places)]
    said = _forms(turn.text)
    named = [key for key, name in attribute.values if not said.isdisjoint(_forms(name, least=LEAST_LETTERS))]
    return named if len(named) > 1 else _one_of(attribute, turn)[:1] or named


def _forms(text: str, *, least: int = 1) -> Set[str]:
    """The words of a text with what they may be the plural of."""
    return {form for word in _WORD.findall(folded(text)) if len(word) >= least for form in forms_of(word)}
