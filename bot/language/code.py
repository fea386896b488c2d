"""What no resident says: tags, templates and tokens of code in a message. They are no words of any language."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"<[^<>]{0,500}>|\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|\$\{.{0,200}?\}", re.DOTALL)  # a tag with what it holds, a template
_TOKEN = re.compile(r"\S*[<>{}\\|=]\S*|\S*;\S+|(?:^|(?<=\s))(?:--|/\*|\*/|'|\")(?=\s|$)")  # with signs that no sentence has


def without_code(text: str) -> str:
    """The text without what only a program reads; the words between two tags stay."""
    return _TOKEN.sub(" ", _WHOLE.sub(" ", text))
