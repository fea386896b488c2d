"""What a message says of a bill: what it is for, the number on it, the code that was sent. Words are in `data/bill_words.yml`."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, List, Mapping, NamedTuple, Optional, Sequence, Tuple, cast

from bot.city import city
from bot.language.contacts import find_postal_code
from bot.language.found import Reading
from bot.language.identifiers import identifiers
from bot.language.street_words import folded
from bot.settings import settings
from bot.yaml_files import safe_load

KINDS = ("utility", "property_tax")
_SIDES = ("online", "paper")
_BEGINS = ("begin", "back", "join")
_ENDS = ("end", "quit", "instead")
_TURNED = {"begin": "end", "join": "end", "end": "begin", "quit": "begin"}  # by a "not" before them
_OF_EBILLING = {"enrol": "join", "leave": "quit"}  # verbs that mean it without a word for it: "sign me up"
_PART_OF_TEXT = re.compile(r"[.,;:!?\n]+")
_DIGITS = re.compile(r"(?<!\w)[0-9](?:[ .-]?[0-9])*(?!\w)")


class _Wish(NamedTuple):
    """To enrol or to leave; `back`: to what there was before."""

    name: str
    back: bool = False


@lru_cache(maxsize=1)
def bill_words() -> Mapping[str, Any]:
    """`data/bill_words.yml`."""
    with (settings().data_folder / "bill_words.yml").open(encoding="utf-8") as file:
        return cast(Mapping[str, Any], safe_load(file))


def _says(text: str, words: Sequence[str]) -> bool:
    return bool(_pattern(tuple(words)).search(folded(text)))


@cache
def _pattern(words: Tuple[str, ...]) -> re.Pattern[str]:
    written = sorted((re.escape(folded(word)).replace(r"\*", r"\w*") for word in words), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(written)})(?!\w)")


def kind_named(text: str) -> Optional[str]:
    """The kind of bill that a text names; None when it names none, or more than one."""
    named = [kind for kind in KINDS if _says(text, bill_words()["kinds"][kind])]
    return named[0] if len(named) == 1 else None


def service_named(text: str) -> Optional[str]:
    """The one service of a utility bill that a text names, "water"; None when it names none, or more than one."""
    services = bill_words()["services"]
    said = [match.group() for match in _pattern(tuple(sum(services.values(), []))).finditer(folded(text))]  # "water heater" is no water
    named = {service for service, words in services.items() if any(_pattern(tuple(words)).fullmatch(one) for one in said)}
    return named.pop() if len(named) == 1 else None


def ebilling_wish(text: str) -> Optional[str]:
    """What is wanted of e-billing: "leave", "enrol", or None: nothing is wished for, or both.

    A wish is a verb and the side it is said of: to stop the paper is to enrol, as to start the e-mail is. To ask how it stands is none.
    """
    words = bill_words()["ebilling"]
    parts = [part for part in _PART_OF_TEXT.split(Reading.of(text).plain) if not _says(part, words["asks"])]
    wishes = [wish for part in parts for wish in _wishes(part)]
    if not any(_says(part, words[side]) for part in parts for side in _SIDES):
        wishes = [_Wish(wish) for wish, verbs in _OF_EBILLING.items() if any(_says(part, words[verbs]) for part in parts)]
    meant = {one.name for one in wishes if one.back} or {one.name for one in wishes}  # "again" is said of what counts
    return meant.pop() if len(meant) == 1 else None


def _wishes(part: str) -> List[_Wish]:
    """The wishes in a part of a text. A verb stands before its sides ("from paper to e-bills"), or else behind them all ("paper again")."""
    wishes: List[_Wish] = []
    sides: List[str] = []
    verb, used = "", False
    for kind in _marks(part):
        if kind in _SIDES:
            if verb == "instead" and used and sides and kind != sides[-1]:  # "from paper to e-bills"
                verb = "begin"
            if verb:
                used = True
                wishes.append(_wish(verb, kind))
            sides.append(kind)
        elif kind == "and":
            used = True
        elif verb not in _ENDS or kind not in _BEGINS or used:  # "stop sending" is to stop
            verb, used = kind, False
    return wishes or [_wish(verb, side) for side in sides if verb]


def _wish(verb: str, side: str) -> _Wish:
    return _Wish("enrol" if (verb in _BEGINS) is (side == "online") else "leave", verb == "back")


def _marks(part: str) -> List[str]:
    """Verbs and sides in their order; "email me" is both, "paperless" is no paper."""
    words = bill_words()["ebilling"]
    found: List[Tuple[int, bool, str]] = []
    for kinds in ((*_BEGINS, *_ENDS, "and"), _SIDES):
        matches = ((match, kind) for kind in kinds for match in _pattern(tuple(words[kind])).finditer(part))
        behind = -1
        for match, kind in sorted(matches, key=lambda one: (one[0].start(), -one[0].end())):
            if match.start() >= behind:
                behind = match.end()
                turned = kind in _TURNED and f" {part[: match.start()]}".rstrip().endswith(tuple(f" {word}" for word in words["not"]))
                found.append((match.start(), kind in _SIDES, _TURNED[kind] if turned else kind))
    return [kind for _, _, kind in sorted(found)]


def wants_new_code(text: str) -> bool:
    return _says(text, bill_words()["resend"])


def account_in(text: str, kind: str) -> Optional[str]:
    """The account's number in an answer, digits only; spaces and hyphens between them do not count. A short roll number gets its zeros."""
    form = re.compile(city().identifiers[bill_words()["accounts"][kind]].form or "")
    found = next((match.group() for match in form.finditer(_without_postal_code(text)) if _stands_alone(match, text)), None)
    if found is None:
        return None
    digits = re.sub("[^0-9]", "", found)
    return digits + "0000" if kind == "property_tax" and len(digits) == 15 else digits


def kind_of_number(text: str, kinds: Sequence[str]) -> Optional[str]:
    """The kind of bill whose account number a text holds, by the number's form alone."""
    return next((kind for kind in kinds if account_in(text, kind)), None)


def _stands_alone(match: re.Match[str], text: str) -> bool:
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return not (before.isalnum() or after.isalnum())


def _without_postal_code(text: str) -> str:
    """The text with a blank where the postal code is: its digits belong to no other number."""
    found = find_postal_code(text)
    return text if found is None else text[: found.start] + "\n" * (found.end - found.start) + text[found.end :]


def postal_code_in(text: str) -> Optional[str]:
    """The postal code without its space, "N2G4G7"."""
    found = find_postal_code(text)
    return found.code.replace(" ", "") if found else None


def code_in(text: str, digits: int) -> Optional[str]:
    """A code of so many digits, however it is spaced."""
    return next((number for number in digits_in(text) if len(number) == digits), None)


def digits_in(text: str) -> List[str]:
    """Every number in a text, digits only, however it is spaced."""
    return [re.sub("[^0-9]", "", match.group()) for match in _DIGITS.finditer(text)]


def ticket_in(text: str) -> Optional[str]:
    """A ticket's number, letters in capitals; a number that is called an account's is none."""
    return next(iter(_written(_without_account(text), "ticket_number")), None)


def _without_account(text: str) -> str:
    """The text without a number right behind a word for an account: "compte no 1234567". A bill may be a ticket's."""
    words = "|".join(bill_words()["not_a_ticket"])
    return re.sub(
        rf"\b(?:{words})\b(?:[^\w\d]+(?:{'|'.join(bill_words()['ordinary'])}|numeros?|numbers?))*[^\w\d]*[0-9][0-9 -]*", " ", folded(text)
    )


def plate_in(text: str) -> Optional[str]:
    """A licence plate without spaces, letters in capitals: the one that is called so, else the first that looks like one."""
    called = (one.value for one in identifiers(Reading.of(text)) if one.kind == "licence_plate")
    return next(called, None) or next((plate for plate in _written(text, "licence_plate") if re.search("[A-Z]", plate)), None)


def _written(text: str, identifier: str) -> List[str]:
    """What has the form of a number; of "is 7001234" and "was 123" only the digits, as the word before them belongs to the sentence."""
    form = re.compile(rf"(?<![\w-])(?<!\w['’])(?:{city().identifiers[identifier].form})(?![\w-])")
    ordinary = re.compile(rf"^(?:{'|'.join(bill_words()['ordinary'])}) ")
    found = (ordinary.sub("", match.group(), count=1) for match in form.finditer(folded(text)))
    return [re.sub("[^0-9A-Z]", "", one.upper()) for one in found]
