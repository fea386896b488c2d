"""An article that is still to be written, as a file for `data/knowledge/`."""

from __future__ import annotations

import re
from typing import Sequence

import yaml

from bot.city import city
from bot.knowledge.wording import comparable

_MOST_WORDS = 5  # of a title, in an id


def draft(title: str, language: str, questions: Sequence[str], remark: str) -> str:
    """YAML with what is known, and empty where an editor must write: `resident knowledge check` refuses it until all is filled in.

    Args:
        language: of the title and of the questions.
        remark: what the file says about itself in its first line.
    """
    empty = dict.fromkeys(city().languages, "")
    article = {
        "id": draft_id(title),
        "title": {**empty, language: title},
        "answer": dict(empty),
        "sms": dict(empty),
        "source": {"name": dict(empty), "url": ""},
        "owner": "",
        "as_of": "",
        "review_by": "",
        "risk": "",
        "questions": {spoken: list(questions) if spoken == language else [] for spoken in empty},
    }
    return f"# {remark}\n" + yaml.safe_dump({"articles": [article]}, allow_unicode=True, sort_keys=False, width=120)


def draft_id(title: str) -> str:
    """A title as an id: small letters, digits and _, a letter first."""
    words = re.findall(r"[a-z0-9]+", comparable(title))[:_MOST_WORDS]
    name = "_".join(words)
    return name if name[:1].isalpha() else "_".join(["topic", *words])
