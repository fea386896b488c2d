"""Which stream does a question about collection ask for: `data/stream_words.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, List, Mapping, Optional, Tuple

from bot.knowledge.wording import comparable
from bot.settings import settings
from bot.yaml_files import safe_load

# "what day is recycling", "is it this week or next": no yes answers these.
_OPEN = re.compile(r"\b(?:what|whats|when|whens|which|how|quand|quel\w*|quoi|combien|ou|or)\b")


@dataclass(frozen=True)
class Asked:
    """The one stream that is asked for, by the authority's key. `open`: a yes or no would not answer the question, or mislead."""

    stream: str
    open: bool = False

    def to_slot(self) -> Dict[str, Any]:
        """Its JSON shape."""
        return {"stream": self.stream, "open": self.open}

    @classmethod
    def from_slot(cls, shape: Optional[Mapping[str, Any]]) -> Optional[Asked]:
        return cls(str(shape["stream"]), bool(shape["open"])) if shape else None


def asked_stream(text: str) -> Optional[Asked]:
    """The stream of a question; None when it names none, or several."""
    said, (every, by_stream, changes) = f" {comparable(text)} ", _names()
    changed = any(f" {name} " in said for name in changes)
    for name in every:
        said = said.replace(f" {name} ", " ")
    named: List[str] = []
    for name, stream in by_stream:
        if f" {name} " in said:
            named.append(stream)
            said = said.replace(f" {name} ", "  ")
    return Asked(named[0], changed or bool(_OPEN.search(said))) if len(set(named)) == 1 else None


@lru_cache(maxsize=1)
def _names() -> Tuple[List[str], List[Tuple[str, str]], List[str]]:
    """The names of the collection as such, those of streams with their keys, the longest first, and the words of change."""
    with (settings().data_folder / "stream_words.yml").open(encoding="utf-8") as file:
        shape = safe_load(file)
    named = [(name, stream) for stream, names in shape["streams"].items() for name in names]
    return list(shape["all_streams"]), sorted(named, key=lambda row: -len(row[0])), list(shape["changes"])
