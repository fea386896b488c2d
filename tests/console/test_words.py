"""The words of the console, of the demo page and of the widget, in both languages."""

from __future__ import annotations

import re
from typing import Any, List, Set

import pytest
import yaml

from bot.settings import ROOT


def paths(shape: Any, before: str = "") -> Set[str]:
    """The place of every word that is really there."""
    if isinstance(shape, dict):
        return {path for name, part in shape.items() for path in paths(part, f"{before}/{name}")}
    if isinstance(shape, list):
        return {path for number, part in enumerate(shape) for path in paths(part, f"{before}/{number}")}
    return {before} if isinstance(shape, str) and shape.strip() else set()


CONSOLE = [f"console/{path.name}" for path in sorted((ROOT / "data/console").glob("*.yml"))]


@pytest.mark.parametrize("name", ["demo.yml", "widget.yml", *CONSOLE])
def test_every_word_is_there_in_both_languages(name: str) -> None:
    words = yaml.safe_load((ROOT / "data" / name).read_text(encoding="utf-8"))
    assert set(words) == {"en", "fr"}
    assert len(paths(words["en"])) > 3
    assert paths(words["en"]) == paths(words["fr"])


def test_no_name_is_in_two_files_of_the_console() -> None:
    names = [name for path in CONSOLE for name in yaml.safe_load((ROOT / "data" / path).read_text(encoding="utf-8"))["en"]]
    assert len(names) > 50
    assert sorted(names) == sorted(set(names))


def test_pages_use_only_words_that_are_there() -> None:
    words: Any = {}
    for path in CONSOLE:
        words |= yaml.safe_load((ROOT / "data" / path).read_text(encoding="utf-8"))["en"]
    used = {
        (template.name, name)
        for template in (ROOT / "bot/console/templates").rglob("*.html")
        for name in re.findall(r"\bsay((?:\.\w+)+)", template.read_text(encoding="utf-8"))
    }
    assert len(used) > 300
    assert sorted(pair for pair in used if not is_there(words, pair[1].split(".")[1:])) == []


def is_there(words: Any, names: List[str]) -> bool:
    for name in names:
        if name == "items" and isinstance(words, dict):
            return True
        if not isinstance(words, dict) or name not in words:
            return False
        words = words[name]
    return True
