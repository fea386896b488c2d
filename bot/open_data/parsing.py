"""Parts a message into the phrases that one layer knows, and words that it does not."""

from __future__ import annotations

import re
from datetime import date
from typing import List, Optional, Sequence, Tuple

from bot.language.found import Reading
from bot.open_data.dates import When
from bot.open_data.layers import Field
from bot.open_data.lexicon import FIELD, LAYER, ORDER, PERSONAL, VALUE, Lexicon, Meaning
from bot.open_data.near import Around
from bot.open_data.query import Value
from bot.open_data.sentence import NUMBER, UNKNOWN, Item, Sentence, counted
from bot.open_data.street import OnStreet
from bot.open_data.words import FILLER, Token, introductions

_ORDINALS = {
    word: number
    for number, words in enumerate(
        "first premier 1st 1er|second deuxieme 2nd|third troisieme 3rd|fourth quatrieme 4th|fifth cinquieme 5th"
        "|sixth sixieme 6th|seventh septieme 7th|eighth huitieme 8th|ninth neuvieme 9th|tenth dixieme 10th".split("|"),
        1,
    )
    for word in words.split()
}
_TH = frozenset("st nd rd th e er eme".split())
_PARTS = re.compile(r"[,.;:!?]")
_BETWEEN_NUMBERS = frozenset("and or et ou to through thru a au vs versus number no numero".split())
_RANGE = re.compile(r"(?:^| )(?:to|through|thru|a|au)(?: |$)|[-\u2013]")  # wards 3 to 5


def sentence(
    lexicon: Lexicon,
    reading: Reading,
    tokens: Sequence[Token],
    when: Sequence[When],
    places: Tuple[Optional[Around], Optional[OnStreet]],
    today: date,
) -> Sentence:
    """The message in the words of a layer.

    Args:
        tokens: with slips put right.
        when: times of the message; those the layer knows nothing of stay words without meaning.
        places: around which place it asks, and on which street.
    """
    layer = lexicon.layer
    usable = [one for one in when if layer.date and (one.first <= today or layer.until)]
    spans = [(one.start, one.end) for one in usable] + [(one.start, one.end) for one in places if one]
    lost = [(one.start, one.end) for one in when if one not in usable]
    found = Sentence(layer, reading, [], list(usable), *places)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        behind_intro = _behind_introduction(lexicon, reading, tokens, at, (*spans, *lost))
        if behind_intro:
            at = behind_intro
            continue
        if _within(token, spans):
            at += 1
            continue
        gap = next((span for span in lost if span[0] <= token.start < span[1]), None)
        if gap:
            behind = next((place for place in range(at, len(tokens)) if tokens[place].start >= gap[1]), len(tokens))
            found.items.append(Item((Meaning(UNKNOWN),), tokens[at:behind]))
            at = behind
            continue
        stop = next((place for place in range(at, len(tokens)) if _within(tokens[place], (*spans, *lost))), len(tokens))
        item, at = _item(lexicon, reading, tokens[:stop], at)
        found.items.append(item)
    return found


def _within(token: Token, spans: Sequence[Tuple[int, int]]) -> bool:
    return any(start <= token.start < end for start, end in spans)


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
    if end == len(tokens) or any(token.key.isdigit() or _within(token, taken) for token in tokens[at:end]):
        return None
    place = at
    while place < end:
        meanings, place = lexicon.at(tokens[:end], place)
        if any(meaning.field or meaning.role in (LAYER, PERSONAL, "count", "except") for meaning in meanings):
            return None
    return end


def _item(lexicon: Lexicon, reading: Reading, tokens: Sequence[Token], at: int) -> Tuple[Item, int]:
    ordinal = _ordinal_ward(lexicon, tokens, at)
    if ordinal:
        return ordinal
    meanings, behind = lexicon.at(tokens, at)
    if not meanings or meanings[0].role == FILLER:
        key = tokens[at].key
        if key.isdigit() or (counted(key) and not (meanings and key in ("un", "une", "one"))):
            return Item((Meaning(NUMBER),), tokens[at : at + 1]), at + 1
        return Item(meanings or (Meaning(UNKNOWN),), tokens[at:behind]), behind
    item = Item(_ordered(meanings), tokens[at:behind])
    named = next((meaning.field for meaning in item.meanings if meaning.role == FIELD and meaning.field and meaning.field.numbered), None)
    if named:
        values, end = _numbers(named, reading, tokens, behind)
        if values:
            return Item((Meaning(VALUE, named),), tokens[at:end], values=values), end
    return item, behind


def _numbers(named: Field, reading: Reading, tokens: Sequence[Token], at: int) -> Tuple[Tuple[Value, ...], int]:
    """The values behind a numbered field, "3, 4 and 5", and the index behind them."""
    known = {one.value for one in named.values}
    values: List[Value] = []
    end = place = at
    while place < len(tokens):
        key = tokens[place].key
        number = counted(key) if key != "un" else None
        if number in known and number is not None:
            first = values[-1] if values and _RANGE.search(reading.plain[tokens[end - 1].end : tokens[place].start]) else number
            values += [one for one in range(int(first), number)] + [number]
            end = place + 1
        elif key not in _BETWEEN_NUMBERS:
            break
        place += 1
    return tuple(values), end


def _ordinal_ward(lexicon: Lexicon, tokens: Sequence[Token], at: int) -> Optional[Tuple[Item, int]]:
    """ "the third ward", "3e quartier"."""
    number = _ORDINALS.get(tokens[at].key)
    begin = at + 1
    if number is None and tokens[at].key.isdigit() and begin < len(tokens) and tokens[begin].key in _TH:
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
