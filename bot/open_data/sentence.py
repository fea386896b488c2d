"""A message as one layer sees it: a row of phrases with their meanings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional, Sequence, Tuple

from bot.language.found import Reading
from bot.open_data.dates import When
from bot.open_data.layers import CATEGORY, MEASURED, TEXT, Field, Layer
from bot.open_data.lexicon import FIELD, LAYER, PERSONAL, TOTAL, Meaning
from bot.open_data.near import Around
from bot.open_data.query import MONTH, YEAR, Value
from bot.open_data.street import OnStreet
from bot.open_data.words import FILLER, Token

NUMBER, UNKNOWN = "a number", "unknown"
GROUPABLE = (CATEGORY, TEXT)
_PERIODS = {"year": YEAR, "month": MONTH, "yearly": YEAR, "monthly": MONTH}
_COUNTED = {
    word: number
    for number, words in enumerate(
        "one un une|two deux|three trois|four quatre|five cinq|six|seven sept|eight huit|nine neuf|ten dix".split("|"), start=1
    )
    for word in words.split()
}


def counted(key: str) -> Optional[int]:
    """The number of a word, "five"; None when it is none."""
    return int(key) if key.isdigit() else _COUNTED.get(key)


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
        return counted(self.tokens[0].key) or 0

    @property
    def plural(self) -> bool:
        return any(token.plural for token in self.tokens)

    @property
    def group(self) -> Optional[str]:
        """What rows can be grouped by that it names: a field, the year or the month."""
        named = self.field(FIELD)
        return _PERIODS.get(self.role) or (named.id if named and named.kind in GROUPABLE else None)

    @property
    def measured(self) -> Optional[Field]:
        """The field it names that statistics can be worked out of."""
        named = self.field(TOTAL, FIELD)
        return named if named and named.kind in MEASURED else None

    def means(self, role: str) -> Optional[Meaning]:
        return next((meaning for meaning in self.meanings if meaning.role == role), None)

    def field(self, *roles: str) -> Optional[Field]:
        """The field it names in one of the roles."""
        return next((meaning.field for meaning in self.meanings if meaning.role in roles and meaning.field), None)


@dataclass
class Sentence:
    """All phrases of a message for one layer; `when`, `around` and `street` as far as they are said."""

    layer: Layer
    reading: Reading
    items: List[Item]
    when: List[When] = field(default_factory=list)
    around: Optional[Around] = None
    street: Optional[OnStreet] = None

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

    def all(self, *roles: str) -> List[Item]:
        """Items that have done nothing yet, of one of the roles."""
        return [item for item in self.items if item.role in roles and not item.used]

    def has(self, *roles: str) -> bool:
        return any(item.role in roles for item in self.items)

    def take(self, *roles: str) -> bool:
        """Marks items of the roles as used; whether there were any."""
        found = self.all(*roles)
        for item in found:
            item.used = True
        return bool(found)

    def behind(self, item: Item, but: Sequence[str] = (FILLER,)) -> Optional[Item]:
        """The item behind one, but for those of the roles `but`."""
        return next((one for one in self.items[self.index(item) + 1 :] if one.role not in but), None)

    def index(self, item: Item) -> int:
        return next(at for at, one in enumerate(self.items) if one is item)
