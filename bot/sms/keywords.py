"""The single words that text messages reserve: STOP, START and HELP with their synonyms, and MORE for the rest of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Mapping, Optional

from bot.knowledge.wording import comparable
from bot.settings import settings
from bot.yaml_files import safe_load


class Command(str, Enum):
    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True)
class Keyword:
    """A command and the language it is given in; None when the word is used in all of them."""

    command: Command
    language: Optional[str]


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    with (settings().data_folder / "sms_keywords.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Any] = safe_load(file)
    return shape


def keyword(text: str, opted_out: bool) -> Optional[Keyword]:
    """The command a text is, if it is nothing else; case, accents and punctuation do not count.

    Args:
        opted_out: words that say START only to those who stopped count too; to others YES is an answer.
    """
    said = comparable(text)
    for command in Command:
        for language, words in _words()[command.value].items():
            if said in words:
                return Keyword(command, None if language == "any" else language)
    if opted_out and said in _words()["start_after_stop"]:
        return Keyword(Command.START, None)
    return None


def asks_for_more(text: str) -> bool:
    """Whether a text asks for the rest of a long answer, and nothing else."""
    return comparable(text) in _words()["more"]
