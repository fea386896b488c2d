"""Approved proposals become files that somebody commits: examples to learn from, a test of each, and drafts of articles.

Planned first, in memory, from the files as they are; written all together, or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Tuple

from bot.evaluation.examples import CALIBRATION_FOLDER, task_examples
from bot.knowledge.store import load
from bot.knowledge.wording import comparable
from bot.labels import ARTICLE
from bot.review.drafts import draft
from bot.review.models import Proposal
from bot.review.writing import WriteError, loaded, teachable, with_article, with_asked, with_example, with_question, with_texts

EXAM, CORRECTIONS = "nlu", "corrections/questions.yml"  # below the folder of tests
REWRITTEN = ("title", "answer", "sms", "source", "as_of", "review_by")  # fields of an article that an editor may write anew
DRAFTS = "drafts"  # below the data folder; neither the checker of articles nor training reads it


@dataclass
class Plan:
    """What would be written: the new content of files, and a line for each proposal of what becomes of it."""

    files: Dict[Path, str] = field(default_factory=dict)
    done: List[Tuple[Proposal, str]] = field(default_factory=list)
    refused: List[Tuple[Proposal, str]] = field(default_factory=list)
    by_hand: List[Tuple[Proposal, str]] = field(default_factory=list)

    def content(self, path: Path) -> str:
        return self.files[path] if path in self.files else path.read_text(encoding="utf-8")

    def write(self) -> None:
        """Each file as a whole: a reader sees it as it was or as it will be."""
        for path, content in self.files.items():
            path.parent.mkdir(exist_ok=True)
            draft_path = path.with_name(f".{path.name}.new")
            draft_path.write_text(content, encoding="utf-8")
            if path.exists():
                draft_path.chmod(path.stat().st_mode)
            draft_path.replace(path)


class Planner:
    """Plans for one data folder and one folder of tests. Raises `bot.knowledge.problems.KnowledgeError`."""

    def __init__(self, data: Path, tests: Path) -> None:
        self.data, self.tests = data, tests
        self.articles = {article.id: article for article in load(data / "knowledge").articles}
        asked = ((text, article.label) for article in self.articles.values() for texts in article.questions.values() for text in texts)
        self.known = {comparable(text): label for text, label in chain(asked, task_examples(data / "nlu"))}
        self.kept = {**_texts(data / CALIBRATION_FOLDER), **_texts(tests / EXAM)}
        self.tested = _texts((tests / CORRECTIONS).parent)

    def plan(self, proposals: Iterable[Proposal]) -> Plan:
        """What becomes of approved proposals, in their order."""
        plan = Plan()
        for proposal in proposals:
            try:
                if proposal.kind == Proposal.Kind.INTENT:
                    plan.done.append((proposal, self._teach(plan, proposal)))
                elif proposal.article is not None:
                    plan.done.append((proposal, self._answer(plan, proposal.label, proposal.article)))
                elif proposal.kind == Proposal.Kind.NEW_TOPIC:
                    path = self.data / DRAFTS / f"new_topic_{proposal.pk}.yml"
                    plan.files[path] = _draft(proposal)
                    plan.done.append((proposal, self._name(path)))
                else:
                    article = self.articles.get(proposal.label.partition("/")[2])
                    plan.by_hand.append((proposal, f"{article.file}:{article.line}" if article else "domain.yml"))
            except WriteError as err:
                plan.refused.append((proposal, str(err)))
        return plan

    def _answer(self, plan: Plan, label: str, article: Mapping[str, Any]) -> str:
        """An answer as an editor has written it: of an article that there is, or of a new one, with its `topic` and `id`."""
        article_id = str(article.get("id") or self._article_id(label))
        texts = {name: text for name, text in article.items() if name != "topic"}
        there = self.articles.get(article_id)
        if there:
            own = {name: text for name, text in texts.items() if name in REWRITTEN}
            path = self.data / "knowledge" / there.file
            plan.files[path] = with_texts(plan.content(path), article_id, own)
        else:
            path = self.data / "knowledge" / f"{article.get('topic')}.yml"
            if "id" not in article or not path.is_file():
                raise WriteError(f"{label or article_id} is no article any more")
            plan.files[path] = with_article(plan.content(path), texts)
        return f"{self._name(path)}: {article_id}"

    def _teach(self, plan: Plan, proposal: Proposal) -> str:
        text = teachable(proposal.text)
        key = comparable(text)
        if not key:
            raise WriteError("there is no word in it")
        if key in self.kept:
            raise WriteError(f"it is word for word in {self.kept[key]}, which must not be learnt from")
        if key in self.known and self.known[key] != proposal.label:
            raise WriteError(f"it is an example of {self.known[key]} already")
        there = key in self.known
        path, content = (None, "") if there else self._with(plan, proposal, text)
        test = self.tests / CORRECTIONS
        article = self._article_id(proposal.label)
        if key not in self.tested:
            plan.files[test] = with_asked(plan.content(test), article or proposal.label, proposal.language, text)
            self.tested[key] = CORRECTIONS
        if path is None:
            return f"is an example of {proposal.label} already"
        plan.files[path] = content
        self.known[key] = proposal.label
        return f"{self._name(path)}: {proposal.label}"

    def _with(self, plan: Plan, proposal: Proposal, text: str) -> Tuple[Path, str]:
        """The file that teaches a label, with one more example."""
        article_id = self._article_id(proposal.label)
        if article_id:
            path = self.data / "knowledge" / self.articles[article_id].file
            return path, with_question(plan.content(path), article_id, proposal.language, text)
        sizes: Dict[Path, int] = {}
        for path in sorted((self.data / "nlu").glob("*.yml")):
            for row in loaded(plan.content(path)).get("nlu", ()):
                if row.get("intent") == proposal.label:
                    sizes[path] = max(sizes.get(path, 0), len(row["examples"]))
        if not sizes:
            raise WriteError(f"{proposal.label} is no label any more")
        path = max(sizes, key=lambda place: sizes[place])
        return path, with_example(plan.content(path), proposal.label, text)

    def _article_id(self, label: str) -> str:
        """The id of the article whose label it is, empty when it is a task's or a look-up's."""
        kind, _, name = label.partition("/")
        return name if kind == ARTICLE and name in self.articles else ""

    def _name(self, path: Path) -> str:
        return path.relative_to(self.data.parent).as_posix()


def _draft(proposal: Proposal) -> str:
    """The article that is missing: the first line of the proposal's words is its title, lines that begin with a dash are questions."""
    lines = proposal.words.splitlines() or [proposal.text]
    asked = [proposal.text, *(line.removeprefix("- ") for line in lines if line.startswith("- "))]
    questions = list(dict.fromkeys(map(teachable, asked)))
    return draft(lines[0], proposal.language, questions, "\n# ".join(lines))


def _texts(folder: Path) -> Dict[str, str]:
    """The comparable form of every question in the files of a folder, with the file's name."""
    found: Dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        questions = _below(loaded(path.read_text(encoding="utf-8")))
        found.update({comparable(text): f"{folder.name}/{path.name}" for text in questions})
    return found


def _below(shape: object) -> List[str]:
    """Every text at the end of a tree of names and lists."""
    if isinstance(shape, dict):
        shape = list(shape.values())
    if isinstance(shape, list):
        return [text for part in shape for text in _below(part)]
    return [str(shape)]
