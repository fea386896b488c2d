"""What residents throw out and where it goes, as far as the list in `data/sorting.yml` says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, FrozenSet, Mapping, Optional, Tuple

from bot.settings import settings
from bot.yaml_files import safe_load

Words = Mapping[str, str]
"""A text per language."""


@dataclass(frozen=True)
class Page:
    """A page residents can read."""

    name: Words
    url: str


@dataclass(frozen=True)
class Bin:
    """Where things go, one note to it, and the page that says so."""

    name: Words
    note: Words
    source: Page


@dataclass(frozen=True)
class Item:
    """A thing. `words`: how it is called in each language, its name first.

    `bin` None: the list does not say, `look_up` does. `which`: the word can mean any of these items.
    """

    id: str
    words: Mapping[str, Tuple[str, ...]]
    bin: Optional[Bin]
    look_up: Page
    which: Tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """What it is called."""
        return self.words[language][0]


@dataclass(frozen=True)
class SortingList:
    """`items` by id. `containers`: what the bins themselves are called. `question_words`: words that are no thing.

    `anything`: where everything can be looked up.
    """

    items: Mapping[str, Item]
    containers: Tuple[str, ...]
    question_words: FrozenSet[str]
    anything: Page


def read_sorting(shape: Mapping[str, Any]) -> SortingList:
    """The list in its file's shape. Raises KeyError naming what is missing."""
    bins = {key: Bin(row["name"], row["note"], Page(**row["source"])) for key, row in shape["bins"].items()}
    lists = {key: Page(**row) for key, row in shape["lists"].items()}
    items = {
        row["id"]: Item(
            row["id"],
            {language: tuple(row[language]) for language in ("en", "fr")},
            bins[row["bin"]] if "bin" in row else None,
            lists[row.get("list", "region")],
            tuple(row.get("which", ())),
        )
        for row in shape["items"]
    }
    containers = tuple(word for words in shape["containers"].values() for word in words)
    question_words = frozenset(word for words in shape["question_words"].values() for word in words.split())
    return SortingList(items, containers, question_words, lists["region"])


@lru_cache(maxsize=1)
def sorting_list() -> SortingList:
    """The list of this city."""
    with (settings().data_folder / "sorting.yml").open(encoding="utf-8") as file:
        return read_sorting(safe_load(file))
