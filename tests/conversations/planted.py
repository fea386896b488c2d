"""The corpus of `tests/fixtures/masking`: messages with planted personal details, and messages without any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List, Tuple

import yaml

from bot.conversations.cleaning import tidy
from bot.conversations.masking import mask
from bot.conversations.never_stored import never_store

FOLDER = Path(__file__).parent.parent / "fixtures" / "masking"
NEVER_STORED = ("card", "sin", "health_card")
NO_MISSES = ("card", "sin", "account", "phone", "email")
PARTS = ("tuned", "exam")

_SECRET = re.compile(r"\{(\w+):([^{}]*)\}")
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


@dataclass(frozen=True)
class Row:
    """One message of the corpus, and what must not survive in it as (kind, detail); nothing in a harmless one."""

    language: str
    part: str
    text: str
    secrets: Tuple[Tuple[str, str], ...]

    @property
    def tidied(self) -> str:
        return tidy(self.text)

    def shown(self) -> str:
        """What staff read of it: what is never stored goes at the door, the rest is masked."""
        return mask(never_store(self.tidied).text)

    def misses(self) -> List[str]:
        """The kinds of the details that survive."""
        shown = self.shown()
        return [kind for kind, secret in self.secrets if survives(secret, shown)]


def _rows(kind: str) -> Iterator[Row]:
    for path in sorted(FOLDER.glob(f"{kind}_*.yml")):
        shape = yaml.safe_load(path.read_text(encoding="utf-8"))
        for part in PARTS:
            for line in shape[part].splitlines():
                line = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), line).replace("\\n", "\n")
                yield Row(shape["language"], part, _SECRET.sub(r"\2", line), tuple(_SECRET.findall(line)))


def planted() -> List[Row]:
    """Messages with at least one detail each."""
    return list(_rows("secrets"))


def harmless() -> List[Row]:
    return list(_rows("harmless"))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", tidy(text)).casefold()


def survives(secret: str, shown: str) -> bool:
    """Whether half of the letters and digits of a detail, three at least, still stand together in a text."""
    secret, shown = _letters(secret), _letters(shown)
    size = min(len(secret), max(3, -(-len(secret) // 2)))
    return any(secret[at : at + size] in shown for at in range(len(secret) - size + 1))
