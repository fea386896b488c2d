"""What each phrase can mean for one layer, and the words of a message that hold a slip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import AbstractSet, Dict, FrozenSet, Iterator, List, Optional, Sequence, Tuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.found import Reading
from bot.open_data.layers import CATEGORY, TEXT, Catalogue, Field, FieldValue, Layer, Names
from bot.open_data.words import FILLER, Phrase, Token, grammar, phrase, singular, tokens_of

# Roles of phrases; those of `open_data_words.yml` are named there.
LAYER, BESIDE, FIELD, VALUE, TOTAL, MOST_OF, LEAST_OF, HAPPENED, PERSONAL = (
    "layer", "beside", "field", "value", "total", "most_of", "least_of", "happened", "personal",
)  # fmt: skip
ORDER = (VALUE, TOTAL, FIELD, MOST_OF, LEAST_OF, LAYER, PERSONAL, HAPPENED, BESIDE)  # of meanings of one phrase

LEAST_LETTERS = 6  # of a word in which a slip is put right; 5 when two letters changed places or one is doubled
TWO_SLIPS = 9  # letters from which on two slips are


@dataclass(frozen=True)
class Meaning:
    """What a phrase means: its role, and the field and value it names."""

    role: str
    field: Optional[Field] = None
    value: Optional[FieldValue] = None
    alone: bool = False  # it says which layer is meant


class Lexicon:
    """The phrases of one layer and of the language's grammar, with their meanings."""

    def __init__(self, layer: Layer, language: str, weak: AbstractSet[Phrase] = frozenset()) -> None:
        """`weak`: names of a layer that are also fields of others, "ward": they say which layer is meant only when nothing else does."""
        self.layer = layer
        self._phrases: Dict[Phrase, List[Meaning]] = {}
        for key, role in grammar().get(language, {}).items():
            self._phrases[key] = [Meaning(role)]
        for key, meaning in _of_layer(layer, language, weak):
            meanings = self._phrases.setdefault(key, [])
            if meanings and meanings[0].role == FILLER:
                meanings.clear()
            if meaning not in meanings:
                meanings.append(meaning)
        self.longest = max(map(len, self._phrases))

    def at(self, tokens: Sequence[Token], start: int) -> Tuple[Tuple[Meaning, ...], int]:
        """The meanings of the longest phrase that begins at a token, and the index behind it; no meanings when none does."""
        for end in range(min(len(tokens), start + self.longest), start, -1):
            meanings = self._phrases.get(tuple(token.key for token in tokens[start:end]))
            if meanings:
                return tuple(meanings), end
        return (), start + 1


def _of_layer(layer: Layer, language: str, weak: AbstractSet[Phrase]) -> Iterator[Tuple[Phrase, Meaning]]:
    """Names of things in every language, those of the message's own first; other words in its own alone."""
    languages = sorted(layer.title, key=lambda one: one != language)
    named = {phrase(text) for one in languages for text in (layer.title[one], *layer.row[one], *layer.synonyms.get(one, ()))}
    for key in named:
        yield key, Meaning(LAYER, alone=key not in weak)
    for key in {phrase(text) for one in languages for text in layer.short.get(one, ())} - named:
        yield key, Meaning(BESIDE)
    for field in layer.fields:
        for one in languages:
            for role, value, alone, texts in _of_field(field, one):
                for key in map(phrase, texts):
                    yield key, Meaning(role, field, value, alone or any(_within(name, key) for name in named - weak))
        for role, names in ((MOST_OF, field.most), (LEAST_OF, field.least), (HAPPENED, field.happened)):
            yield from ((phrase(text), Meaning(role, field)) for text in names.get(language, ()))
    for text in layer.personal.get(language, ()):
        yield phrase(text), Meaning(PERSONAL)


def _of_field(field: Field, language: str) -> Iterator[Tuple[str, Optional[FieldValue], bool, Sequence[str]]]:
    """Role, value, whether it says which layer is meant, and the texts."""
    yield FIELD, None, False, (field.title[language], *field.synonyms.get(language, ()))
    yield TOTAL, None, field.alone, field.total.get(language, ())
    for value in () if field.numbered else field.values:
        yield VALUE, value, value.alone, (value.title[language], *value.synonyms.get(language, ()))


def _within(part: Phrase, whole: Phrase) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


class Spelling:
    """Puts right slips in words that no layer and no list knows, towards words of layers. Hardly any slip is in the first letter."""

    def __init__(self, catalogue: Catalogue) -> None:
        targets = {word for layer in catalogue.layers for text in _names(layer) for word in _plain_words(text)}
        listed = {word for words in grammar().values() for key in words for word in key}
        self.known: FrozenSet[str] = frozenset({singular(word) for word in targets} | listed)
        self._by_letter: Dict[str, List[str]] = {}
        for word in sorted(word for word in targets if len(word) >= LEAST_LETTERS - 1):
            self._by_letter.setdefault(word[0], []).append(word)

    def corrected(self, token: Token) -> Token:
        word = token.text
        if token.key in self.known or not word.isalpha() or len(word) < LEAST_LETTERS - 1:
            return token
        slips = 2 if len(word) >= TWO_SLIPS else 1
        for found, _, _ in process.extract(word, self._by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips, limit=3):
            if len(word) >= LEAST_LETTERS or _same_letters(word, found):
                return Token(found, singular(found), token.start, token.end)
        return token


def _same_letters(word: str, other: str) -> bool:
    return sorted(word) == sorted(other) or (len(word) != len(other) and set(word) == set(other))


def _plain_words(text: str) -> Iterator[str]:
    """The words of a text as written, and in the plural."""
    for token in tokens_of(Reading.of(text)):
        if token.text.isalpha():
            yield token.text
            yield f"{token.key}s"


def _names(layer: Layer) -> Iterator[str]:
    values = [value for field in layer.fields for value in field.values]
    for title in (layer.title, *(field.title for field in layer.fields), *(value.title for value in values)):
        yield from title.values()
    for pair in layer.row.values():
        yield from pair
    names: List[Names] = [layer.synonyms, layer.short, layer.personal]
    for field in layer.fields:
        names += [field.synonyms, field.total, field.most, field.least, field.happened, *(value.synonyms for value in field.values)]
    for one in names:
        for texts in one.values():
            yield from texts


def field_names(layer: Layer) -> Iterator[str]:
    """What the fields of a layer that rows can be grouped by are called."""
    for field in layer.fields:
        if field.kind in (CATEGORY, TEXT):
            yield from field.title.values()
            for texts in field.synonyms.values():
                yield from texts
