"""Places that residents describe ("behind the library on queen") or call by a name ("in victoria park"): the words that say so."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import FrozenSet, Iterable, List, Mapping, Set, Tuple

from actions.report_words import place_rows, says_unknown
from bot.city import city
from bot.knowledge.wording import comparable
from bot.language.contacts import emails, phones
from bot.language.found import Reading
from bot.language.street_words import NOT_NAMES, folded
from bot.language.streets import Token, clean, find_street, tokens_of

MOST_NAME_WORDS = 3
WORDS_BEHIND_A_CUE = 5
_CLAUSES = re.compile(r"[,.;:!?\n]|\b(?:but|mais)\b", re.IGNORECASE)
_OF = frozenset("de du des d' d la le les l'".split())


def describes_place(text: str) -> bool:
    """Whether words in which no address was found say where something is, so that a crew can find it."""
    if says_unknown(text) or _holds(f" {comparable(text)} ", "own_name") or wishes(text) or _has_contact(text):
        return False
    street = find_street(text, town=city().short_name) or ""
    clauses = [said for said in (f" {comparable(one)} " for one in _CLAUSES.split(text)) if not _holds(said, "not_found")]
    telling = {word for said in clauses for word in _telling(said, street)}
    nouns = telling & _noun_words()
    if any(_holds(said, "place_cues") for said in clauses) and nouns:
        return True
    return any(_tells_behind_cue(said, street) for said in clauses) or bool(nouns) and len(telling) > 1


def _tells_behind_cue(said: str, street: str) -> bool:
    """Whether a cue has something behind it that says where: "by the old oak", not "my neighbour will come by"."""
    behind = [said[found.end() - 1 :] for words in place_rows("place_cues") for found in re.finditer(f" {words} ", said)]
    return any(_telling(" ".join(rest.split()[:WORDS_BEHIND_A_CUE]), street) for rest in behind)


def wishes(text: str) -> bool:
    """Whether a message begins with a wish: "i want to pay my bill"."""
    return any(f"{comparable(text)} ".startswith(f"{words} ") for words in place_rows("wishes"))


def names_in(text: str) -> List[Tuple[str, bool]]:
    """The names of places that a text may hold, the longest first, in the order of English: "parc victoria" is "victoria park".

    Each with whether it can be nothing else: what begins the text, or stands behind "in" or "at" without an article.
    """
    tokens = tokens_of(clean(text))
    found: List[Tuple[str, bool]] = []
    for at, token in enumerate(tokens):
        noun = _nouns().get(token.key)
        if noun is None:
            continue
        before = _names_before(tokens, at)
        for start in range(before, at):
            sure = start == before and (
                start == 0 or tokens[start - 1].key in place_rows("weak_place_cues") or tokens[start - 1].text == ","
            )
            found.append((" ".join([*(one.text for one in tokens[start:at]), token.text]), sure))
        behind = _names_behind(tokens, at)
        if behind and folded(noun) != token.key:
            sure = at > 0 and tokens[at - 1].key in {*place_rows("weak_place_cues"), "le", "la"}
            found += [
                (" ".join([*(one.text for one in behind[:count]), noun]), sure and count == len(behind))
                for count in range(len(behind), 0, -1)
            ]
    return sorted(dict(found).items(), key=lambda one: -len(one[0].split()))


def _names_before(tokens: List[Token], at: int) -> int:
    first = at
    while first > 0 and at - first < MOST_NAME_WORDS and _may_name(tokens[first - 1]):
        first -= 1
    return first


def _names_behind(tokens: List[Token], at: int) -> List[Token]:
    at += 1
    while at < len(tokens) and tokens[at].key in _OF:
        at += 1
    behind = at
    while behind < len(tokens) and behind - at < MOST_NAME_WORDS and _may_name(tokens[behind]):
        behind += 1
    return tokens[at:behind]


def _may_name(token: Token) -> bool:
    no_name = token.key in NOT_NAMES or token.key in place_rows("before_a_place") or token.key in place_rows("nowhere")
    return token.text[0].isalpha() and not no_name


def _telling(said: str, street: str) -> Set[str]:
    """The words of a text that say something of a place, without those of a street named in it."""
    empty: Set[str] = {*place_rows("before_a_place"), *place_rows("nowhere"), *place_rows("place_cues"), *place_rows("weak_place_cues")}
    return {word for word in said.split() if word.isalpha() and word not in empty and word not in folded(street).split() and len(word) > 1}


def _holds(said: str, rows: str) -> bool:
    return any(f" {words} " in said for words in place_rows(rows))


def _has_contact(text: str) -> bool:
    reading = Reading.of(text)
    return bool(emails(reading) or phones(reading, city().country))


@lru_cache(maxsize=1)
def _nouns() -> Mapping[str, str]:
    """Each word for a kind of place, with the English one."""
    rows: Iterable[List[str]] = place_rows("place_nouns")
    return {folded(word): row[0] for row in rows for word in row}


@lru_cache(maxsize=1)
def _noun_words() -> FrozenSet[str]:
    return frozenset(re.findall(r"[^\W_]+", " ".join(_nouns())))
