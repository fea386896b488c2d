"""The data sets of the sandbox's open data catalogue: its layers, and titles without data behind them (`data/sandbox/hub.yml`)."""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import md5
from typing import List, Optional, Sequence, Tuple

from bot.city import city
from bot.sandbox.feature_layers import Layer, open_layers
from bot.sandbox.seeds import seed

SORTED_BY = ("title", "created", "modified")


@dataclass(frozen=True)
class DataSet:
    """One entry. `layer` None: there is no data behind it."""

    dataset_id: str
    title: str
    description: str
    tags: Tuple[str, ...]
    modified_days_ago: int
    layer: Optional[Layer] = None

    @property
    def modified(self) -> datetime:
        """Midnight of the day of the last change."""
        today = datetime.now(city().timezone).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=self.modified_days_ago)

    @property
    def created(self) -> datetime:
        """Some day long before, the same one whenever it is asked."""
        return datetime(2013, 5, 1, tzinfo=city().timezone) + timedelta(days=zlib.crc32(self.dataset_id.encode()) % 1800)


@cache
def data_sets() -> Sequence[DataSet]:
    """Every entry, in the order of the seeds, layers first."""
    layers = [
        DataSet(_id(layer.title), layer.title, layer.description, layer.tags, layer.modified_days_ago, layer) for layer in open_layers()
    ]
    others = [
        DataSet(_id(row["title"]), row["title"], row["description"], tuple(row["tags"]), row["modified"]) for row in seed("hub")["datasets"]
    ]
    return (*layers, *others)


def data_set(dataset_id: str) -> Optional[DataSet]:
    """The entry with this id, None when there is none."""
    return next((one for one in data_sets() if one.dataset_id == dataset_id), None)


def search(text: str) -> List[DataSet]:
    """The entries in which every word of a text is found, or begins one; those that have them in the title come first."""
    asked = _words(text)
    found = [(sum(_found(word, _words(one.title)) for word in asked), one) for one in data_sets() if _fits(asked, one)]
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def _fits(asked: Sequence[str], one: DataSet) -> bool:
    words = _words(" ".join((one.title, one.description, *one.tags)))
    return all(_found(word, words) for word in asked)


def _found(word: str, words: Sequence[str]) -> int:
    """2 when the word is there, in the singular or plural; 1 when one begins with it."""
    if _stem(word) in map(_stem, words):
        return 2
    return int(any(one.startswith(word) for one in words))


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _words(text: str) -> List[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall("[a-z0-9]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def _id(title: str) -> str:
    """32 hexadecimal digits and the number of the layer, as ArcGIS Hub writes them; the same title always has the same."""
    return f"{md5(title.encode(), usedforsecurity=False).hexdigest()}_0"
