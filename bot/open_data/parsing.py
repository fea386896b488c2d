"""A message as one layer sees it: a row of phrases with their meanings, and what nothing explains."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import List, Optional, Sequence, Tuple

from bot.language.found import Reading
from bot.open_data.dates import When
from bot.open_data.layers import Field, Layer
from bot.open_data.lexicon import FIELD, LAYER, ORDER, PERSONAL, VALUE, Lexicon, Meaning
from bot.open_data.near import Around
from bot.open_data.query import Value
from bot.open_data.words import FILLER, Token, introductions

NUMBER, UNKNOWN = "a number", "unknown"
MOST_TOP = 50
_COUNTED = {
    word: number
    for number, words in enumerate("one un une|two deux|three trois|four quatre|five cinq|six|seven sept|eight huit|nine neuf|ten dix".split("|"), 1)
    for word in words.split()
}
_ORDINALS = {
    word: number
    for number, words in enumerate(
        "first premier 1st 1er|second deuxieme 2nd|third troisieme 3rd|fourth quatrieme 4th|fifth cinquieme 5th"
        "|sixth sixieme 6th|seventh septieme 7th|eighth huitieme 8th|ninth neuvieme 9th|tenth dixieme 10th".split("|"),
        1,
    )
    for word in words.split()
}
_PARTS = re.compile(r"[,.;:!?]")
_BETWEEN_NUMBERS = frozenset("and or et ou to vs versus number no numero #".split())


@dataclass
class Item:
    """A phrase: its meanings, likeliest first, and its words. `used`: it has done its part in the question."""

    meanings: Tuple[Meaning, ...]
    tokens: Sequence[Token]
    values: Tuple[Value, ...] = ()  # numbers behind a numbered field: wards 3 and 4
    used: bool = False

    @property
    def role(self) -> str:
        return self.meanings[0].role

    @property
    def number(self) -> int:
        return int(self.tokens[0].key) if self.tokens[0].key.isdigit() else _COUNTED.get(self.tokens[0].key, 0)

    @property
    def plural(self) -> bool:
        return any(token.plural for token in self.tokens)

    def means(self, role: str) -> Optional[Meaning]:
        return next((meaning for meaning in self.meanings if meaning.role == role), None)

    def field(self, *roles: str) -> Optional[Field]:
        """The field it names in one of the roles."""
        return next((meaning.field for meaning in self.meanings if meaning.role in roles and meaning.field), None)


@dataclass
class Sentence:
    """All phrases of a message for one layer; `when` and `around` as far as the layer can answer them."""

    layer: Layer
    reading: Reading
    items: List[Item]
    when: List[When] = field(default_factory=list)
    around: Optional[Around] = None

    @property
    def anchored(self) -> bool:
        """Whether a word says that this layer is meant."""
        return any(meaning.alone for item in self.items for meaning in item.meanings)

    @property
    def touched(self) -> bool:
        """Whether a word belongs to this layer at all."""
        return any(meaning.field or meaning.role == LAYER for item in self.items for meaning in item.meanings)

    @property
    def personal(self) -> bool:
        return any(item.means(PERSONAL) for item in self.items)

    def words_of(self, item: Item) -> str:
        """An item as the resident wrote it."""
        return self.reading.text[item.tokens[0].start : item.tokens[-1].end]


def sentence(
    lexicon: Lexicon, reading: Reading, tokens: Sequence[Token], when: Sequence[When], around: Optional[Around], today: date
) -> Sentence:
    """The message in the words of a layer.

    Args:
        tokens: with slips put right.
        when, around: times and place of the message; those the layer knows nothing of stay words without meaning.
    """
    layer = lexicon.layer
    usable = [one for one in when if layer.date and (one.first <= today or layer.lasts)]
    spans = [(one.start, one.end) for one in usable] + ([(around.start, around.end)] if around else [])
    lost = [(one.start, one.end) for one in when if one not in usable]
    found = Sentence(layer, reading, [], list(usable), around)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        behind_intro = _behind_introduction(lexicon, reading, tokens, at, (*spans, *lost))
        if behind_intro:
            at = behind_intro
            continue
        if any(start <= token.start < end for start, end in spans):
            at += 1
            continue
        gap = next((span for span in lost if span[0] <= token.start < span[1]), None)
        if gap:
            behind = next((place for place in range(at, len(tokens)) if tokens[place].start >= gap[1]), len(tokens))
            found.items.append(Item((Meaning(UNKNOWN),), tokens[at:behind]))
            at = behind
            continue
        stop = next((place for place in range(at, len(tokens)) if any(s <= tokens[place].start < e for s, e in (*spans, *lost))), len(tokens))
        item, at = _item(lexicon, tokens[:stop], at)
        found.items.append(item)
    return found


def _behind_introduction(
    lexicon: Lexicon, reading: Reading, tokens: Sequence[Token], at: int, taken: Sequence[Tuple[int, int]]
) -> Optional[int]:
    """The index behind a part of the message that says who asks or why; None when none begins here, or when it says anything else."""
    if at and not _PARTS.search(reading.plain[tokens[at - 1].end : tokens[at].start]):
        return None
    if not any(tuple(token.key for token in tokens[at : at + len(key)]) == key for key in introductions()):
        return None
    end = at + 1
    while end < len(tokens) and not _PARTS.search(reading.plain[tokens[end - 1].end : tokens[end].start]):
        end += 1
    if end == len(tokens) or any(token.key.isdigit() or any(s <= token.start < e for s, e in taken) for token in tokens[at:end]):
        return None
    place = at
    while place < end:
        meanings, place = lexicon.at(tokens[:end], place)
        if any(meaning.field or meaning.role in (LAYER, PERSONAL, "count", "except") for meaning in meanings):
            return None
    return end


def _item(lexicon: Lexicon, tokens: Sequence[Token], at: int) -> Tuple[Item, int]:
    ordinal = _ordinal_ward(lexicon, tokens, at)
    if ordinal:
        return ordinal
    meanings, behind = lexicon.at(tokens, at)
    if not meanings or meanings[0].role == FILLER:
        key = tokens[at].key
        if key.isdigit() or (key in _COUNTED and not (meanings and key in ("un", "une", "one"))):
            return Item((Meaning(NUMBER),), tokens[at : at + 1]), at + 1
        return Item(meanings or (Meaning(UNKNOWN),), tokens[at:behind]), behind
    item = Item(_ordered(meanings), tokens[at:behind])
    named = next((meaning.field for meaning in item.meanings if meaning.role == FIELD and meaning.field and meaning.field.numbered), None)
    if named:
        values, end = _numbers(named, tokens, behind)
        if values:
            return Item((Meaning(VALUE, named),), tokens[at:end], values=values), end
    return item, behind


def _numbers(named: Field, tokens: Sequence[Token], at: int) -> Tuple[Tuple[Value, ...], int]:
    """The values behind a numbered field, "3, 4 and 5", and the index behind them."""
    known = {one.value for one in named.values}
    values: List[Value] = []
    end = place = at
    while place < len(tokens):
        key = tokens[place].key
        number = int(key) if re.fullmatch(r"\d{1,3}", key) else _COUNTED.get(key) if key != "un" else None
        if number in known and number is not None:
            values.append(number)
            end = place + 1
        elif key not in _BETWEEN_NUMBERS:
            break
        place += 1
    return tuple(values), end


def _ordinal_ward(lexicon: Lexicon, tokens: Sequence[Token], at: int) -> Optional[Tuple[Item, int]]:
    """ "the third ward", "3e quartier"."""
    number = _ORDINALS.get(tokens[at].key)
    begin = at + 1
    if number is None and tokens[at].key.isdigit() and begin < len(tokens) and tokens[begin].key in ("rd", "th", "st", "nd", "e", "er", "eme"):
        number, begin = int(tokens[at].key), begin + 1
    if number is None or begin >= len(tokens):
        return None
    meanings, behind = lexicon.at(tokens, begin)
    named = next((meaning.field for meaning in meanings if meaning.role == FIELD and meaning.field and meaning.field.numbered), None)
    if named is None or named.value(number) is None:
        return None
    return Item((Meaning(VALUE, named),), tokens[at:behind], values=(number,)), behind


def _ordered(meanings: Sequence[Meaning]) -> Tuple[Meaning, ...]:
    """Of a layer's own meanings and those of the grammar the layer's come first, a value before a field."""
    return tuple(sorted(meanings, key=lambda meaning: ORDER.index(meaning.role) if meaning.role in ORDER else len(ORDER)))
