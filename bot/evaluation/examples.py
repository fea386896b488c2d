"""Texts whose need is known: what the assistant is trained from, and questions it has never seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from bot.knowledge.store import knowledge, load
from bot.language.detect import detect
from bot.settings import ROOT, settings
from bot.yaml_files import safe_load

HELD_OUT_FOLDER = ROOT / "tests" / "nlu"
DANGERS_FILE, UNSEEN_DANGERS_FILE = "emergencies.yml", "emergencies_unseen.yml"  # of the held-out questions: no label of their own,
OUT_OF_SCOPE_FILE = "out_of_scope.yml"  # nor have these
TASKS_TOPIC = "tasks"
CALIBRATION_FOLDER = "calibration"  # in the city's data folder, beside its articles
_MARKUP = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")  # Rasa's way to mark an entity in an example


class ExamplesError(ValueError):
    """A file of held-out questions cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Example:
    """A text, the label it should get (`article/garbage_missed`), its language, and the topic it belongs to."""

    text: str
    label: str
    language: str
    topic: str


def training_examples(data: Optional[Path] = None) -> List[Example]:
    """All examples of a data folder, by default the city's, articles first. Raises `bot.knowledge.problems.KnowledgeError`."""
    articles = (load(data / "knowledge") if data else knowledge()).articles
    asked = [
        Example(text, article.label, language, Path(article.file).stem)
        for article in articles
        for language, texts in article.questions.items()
        for text in texts
    ]
    tasks = task_examples((data or settings().data_folder) / "nlu")
    return [*asked, *(Example(text, label, detect(text) or "", TASKS_TOPIC) for text, label in tasks)]


def calibration_examples(folder: Optional[Path] = None) -> List[Example]:
    """Questions that are not learnt from: how sure the assistant may be is measured with them. By default the city's."""
    folder = folder or settings().data_folder / CALIBRATION_FOLDER
    return read_questions(folder) if folder.is_dir() else []


def held_out(folder: Path) -> List[Example]:
    """The questions of a folder, but not those about danger and those that are nobody's business here. Raises ExamplesError."""
    return read_questions(folder, but=(DANGERS_FILE, UNSEEN_DANGERS_FILE, OUT_OF_SCOPE_FILE))


def read_questions(folder: Path, but: Sequence[str] = ()) -> List[Example]:
    """The questions of `<topic>.yml` files: a label or an article's id, below it a language, below it the texts. Raises ExamplesError."""
    articles = {article.id: article for article in knowledge().articles}
    labels = {article.label for article in articles.values()} | {label for _, label in task_examples(settings().data_folder / "nlu")}
    found: List[Example] = []
    for path in sorted(path for path in folder.glob("*.yml") if path.name not in but):
        for key, languages in (safe_load(path.read_text(encoding="utf-8")) or {}).items():
            article = articles.get(key)
            label = article.label if article else str(key)
            if label not in labels:
                raise ExamplesError(f"{path.name}: '{key}' is neither an article nor a label")
            topic = Path(article.file).stem if article else TASKS_TOPIC
            found += [Example(str(text), label, language, topic) for language, texts in languages.items() for text in texts]
    if not found:
        raise ExamplesError(f"{folder} holds no questions")
    return found


def folds(examples: Sequence[Example], count: int) -> Iterator[Tuple[List[Example], List[Example]]]:
    """`count` pairs (learnt from, asked): every example is asked once, and each label and language is spread evenly."""
    seen: Dict[Tuple[str, str], int] = {}
    places = []
    for example in examples:
        key = (example.label, example.language)
        places.append(seen.get(key, 0) % count)
        seen[key] = seen.get(key, 0) + 1
    for fold in range(count):
        learnt = [example for example, place in zip(examples, places, strict=True) if place != fold]
        asked = [example for example, place in zip(examples, places, strict=True) if place == fold]
        yield learnt, asked


def task_examples(folder: Path) -> Iterator[Tuple[str, str]]:
    """The examples of Rasa's files in a folder, without markup: texts with their labels."""
    for path in sorted(folder.glob("*.yml")):
        for row in safe_load(path.read_text(encoding="utf-8")).get("nlu", ()):
            for line in str(row.get("examples") or "").splitlines():
                text = _MARKUP.sub(r"\1", line.strip().removeprefix("- ").strip())
                if text and "intent" in row:
                    yield text, row["intent"]
