"""The draft of an article about a topic that is missing: what an editor fills in."""

from __future__ import annotations

import json

from bot.city import city

_FIELDS = ("title", "answer", "sms")


def draft(number: int, language: str, question: str, words: str) -> str:
    """A file in the form of `data/knowledge/<topic>.yml`, empty but for the one question that was asked."""
    wanted = "".join(f"# {line}\n" for line in words.splitlines())
    lines = [f"{wanted}articles:", f"  - id: new_topic_{number}"]
    for name in _FIELDS:
        lines += [f"    {name}:", *(f'      {code}: ""' for code in city().languages)]
    lines += ["    source:", "      name:", *(f'        {code}: ""' for code in city().languages), '      url: ""']
    lines += [f'    {name}: ""' for name in ("owner", "as_of", "review_by")]
    lines += ["    risk: routine", "    questions:"]
    for code in city().languages:
        lines += [f"      {code}:", f"        - {json.dumps(question if code == language else '', ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"
