"""The words of the console, of the demo page and of the widget, in both languages."""

from __future__ import annotations

from typing import Any, Set

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


def test_a_word_of_the_console_is_in_one_file_only() -> None:
    names = [name for file in CONSOLE for name in yaml.safe_load((ROOT / "data" / file).read_text(encoding="utf-8"))["en"]]
    assert len(names) > 50
    assert sorted(names) == sorted(set(names))
