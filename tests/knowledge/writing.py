"""Writes article files for tests, as an editor would."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import yaml

SUBJECTS = """garbage parking noise taxes water trees dogs pools fences snow permits buses
    lights libraries hydrants bridges ponds markets weddings benches""".split()


def article(article_id: str = "lost_cat", **changes: Any) -> Dict[str, Any]:
    """A good article as YAML holds it; a change of None leaves the field out."""
    row: Dict[str, Any] = {
        "id": article_id,
        "title": {"en": "Lost cats", "fr": "Chats perdus"},
        "answer": {"en": "Call 519-745-5615 if you lost a cat.", "fr": "Appelez le 519-745-5615 si votre chat est perdu."},
        "sms": {"en": "Lost cat: 519-745-5615. Source: example.org", "fr": "Chat perdu : 519-745-5615. Source : example.org"},
        "source": {"name": {"en": "Example", "fr": "Exemple"}, "url": "https://example.org/cats"},
        "owner": "city",
        "as_of": "2026-03-05",
        "review_by": "2999-12-31",
        "risk": "routine",
        "related": [],
        "questions": {
            "en": [f"{article_id} and {subject}" for subject in SUBJECTS],
            "fr": [f"{article_id} et {subject}" for subject in SUBJECTS],
        },
    }
    return {name: value for name, value in {**row, **changes}.items() if value is not None}


def write(folder: Path, name: str, *articles: Dict[str, Any]) -> Path:
    """The folder, with one more file of articles in it."""
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({"articles": list(articles)}, allow_unicode=True, sort_keys=False)
    (folder / name).write_text(text, encoding="utf-8")
    return folder
