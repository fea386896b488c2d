"""Reads a question about the city's open data: rules over the words of its layers, never a guess.

Each layer reads the message by itself. The one that can explain every word of it is meant; if none can, the question is not
answered as if the word were not there. See docs/decisions/open-data-questions.md.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Dict, List, Sequence, Tuple

from bot.language.found import Reading as Text
from bot.open_data.composing import LAYER, UNKNOWN_LAYER, Question, Reading, Refusal, composed, query_of
from bot.open_data.dates import times
from bot.open_data.layers import Catalogue, catalogue
from bot.open_data.lexicon import BESIDE, FIELD, HAPPENED, TOTAL, VALUE, Lexicon, Spelling, field_names
from bot.open_data.lexicon import LAYER as LAYER_NAME
from bot.open_data.near import around
from bot.open_data.parsing import sentence
from bot.open_data.parts import Parts
from bot.open_data.sentence import UNKNOWN, Sentence
from bot.open_data.street import street_in
from bot.open_data.understanding import parts_of
from bot.open_data.words import grammar, phrase, tokens_of

Heard = List[Tuple[Sentence, Parts]]


class Reader:
    """Reads questions about the layers of a catalogue."""

    def __init__(self, layers: Catalogue) -> None:
        self.layers = layers
        self._spelling = Spelling(layers)
        self._weak = frozenset(phrase(text) for layer in layers.layers for text in field_names(layer))
        self._lexicons: Dict[Tuple[str, str], Lexicon] = {}

    def read(self, text: str, *, language: str, today: date) -> Reading:
        """What a message asks; a message in another language than thought is read in that."""
        first = self._read(self.heard(text, language, today))
        if first.query is None:
            for other in grammar():
                if other != language:
                    second = self._read(self.heard(text, other, today))
                    if second.query is not None or (first.question is None and second.question is not None):
                        return second
        return first

    def heard(self, text: str, language: str, today: date) -> Heard:
        """The message as each layer understands it, in the order of the layers."""
        reading = Text.of(text)
        tokens = [self._spelling.corrected(token) for token in tokens_of(reading)]
        when = times(reading, today)
        place = around(reading, when, self.layers.metres)
        when = [one for one in when if not (place and place.start <= one.start < place.end)]
        street = street_in(reading, [(one.start, one.end) for one in when] + ([(place.start, place.end)] if place else []))
        found: Heard = []
        for layer in self.layers.layers:
            one = sentence(self._lexicon(layer.id, language), reading, tokens, when, (place, street), today)
            found.append((one, parts_of(one, today)))
        return found

    def _lexicon(self, layer_id: str, language: str) -> Lexicon:
        key = (layer_id, language)
        if key not in self._lexicons:
            layer = self.layers.layer(layer_id)
            if layer is None:
                raise KeyError(layer_id)
            self._lexicons[key] = Lexicon(layer, language, self._weak)
        return self._lexicons[key]

    def _read(self, heard: Heard) -> Reading:
        anchored = [(one, parts) for one, parts in heard if one.anchored]
        whole = [(one, parts) for one, parts in anchored if not parts.left]
        if len(whole) == 1:
            return composed(whole[0][1], self.layers.metres)
        if whole:
            return _which_layer([parts for _, parts in whole])
        if anchored:
            return self._partly(anchored)
        whole = [(one, parts) for one, parts in heard if not parts.left and (one.touched or parts.measured)]
        if len(whole) == 1 and _is_sure(*whole[0]):
            return composed(whole[0][1], self.layers.metres)
        if whole:
            return _which_layer([parts for _, parts in whole])
        if all(_empty(one, parts) for one, parts in heard):
            return Reading(question=Question(LAYER))
        known = [(one, parts) for one, parts in heard if parts.measured and any(item.role == FIELD for item in one.items)]
        if len(known) == 1:
            return composed(known[0][1], self.layers.metres)
        return Reading(refusal=Refusal(UNKNOWN_LAYER, _least_left(heard)))

    def _partly(self, anchored: Heard) -> Reading:
        """No layer explains every word. Two that explain each other's are two questions; else the one that explains most is the nearest."""
        personal = next((parts for _, parts in anchored if parts.personal), None)
        if personal:
            return composed(personal, self.layers.metres)
        most = min(anchored, key=lambda pair: sum(len(words.split()) for words in pair[1].left))
        if len(anchored) > 1 and _explained_by_others(most, anchored):
            return _which_layer([parts for _, parts in anchored])
        return composed(most[1], self.layers.metres)


def _which_layer(found: Sequence[Parts]) -> Reading:
    return Reading(question=Question(LAYER, tuple(query_of(parts) for parts in found)))


def _is_sure(one: Sentence, parts: Parts) -> bool:
    """Whether the only layer that explains a message is meant though not named: by a field of its own, or by what happened to what."""
    roles = {item.role for item in one.items}
    measured = bool(parts.measured) and bool(roles & {FIELD, BESIDE})
    happened = HAPPENED in roles and bool(roles & {VALUE, TOTAL})
    return LAYER_NAME in roles or measured or happened or (bool(parts.by) and FIELD in roles)


def _empty(one: Sentence, parts: Parts) -> bool:
    """Whether a message asks for a number and does not say of what."""
    return parts.counted and not any(item.role == UNKNOWN for item in one.items)


def _least_left(heard: Heard) -> Tuple[str, ...]:
    least = min((parts.left for _, parts in heard), key=lambda left: sum(map(len, left)), default=[])
    beside = (one.words_of(item) for one, _ in heard for item in one.items if item.role == BESIDE)
    return tuple(least or dict.fromkeys(beside))


def _explained_by_others(most: Tuple[Sentence, Parts], anchored: Heard) -> bool:
    """Whether each word the likeliest layer cannot explain, another one can."""
    others = [parts.left for one, parts in anchored if one is not most[0]]
    return all(any(words not in left for left in others) for words in most[1].left)


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The reader of this process."""
    return Reader(catalogue())


def read(text: str, *, language: str, today: date) -> Reading:
    """What a message asks of the city's open data.

    Args:
        language: that the resident speaks, en or fr.
        today: local date, which "last year" is counted from.
    """
    return reader().read(text, language=language, today=today)
