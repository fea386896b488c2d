"""The answer that a proposal asks for: written by an editor in the console, checked as the articles are, decided on by another."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Tuple

from django.db import transaction

from bot.city import city
from bot.evaluation.gates.articles import blocking
from bot.knowledge.schema import Article
from bot.language.text import legible
from bot.review import audit, sources
from bot.review.apply import CORRECTIONS, Planner
from bot.review.drafts import draft_id
from bot.review.judging import ConflictError, proposal_mark
from bot.review.labels import article_of
from bot.review.models import Proposal
from bot.settings import settings

Fields = Dict[str, str]
"""By the name of the field, `answer.en`, what was typed into it."""

_BOTH = ("title", "answer", "sms", "source.name")  # a text per language
_OF_ALL = ("source.url", "as_of", "review_by")
_NEW = ("topic", "owner", "risk")  # of an article that is not there yet; its questions besides, one a line
MOST = 2_000  # characters of a field


class UnfitAnswerError(ValueError):
    """It cannot be used so; `problems` says why, a line each."""

    def __init__(self, problems: List[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def writable(proposal: Proposal) -> bool:
    """Whether an editor may write its answer now: it is about one, and nobody has approved what it says."""
    about = proposal.kind != Proposal.Kind.INTENT
    return about and (proposal.state == Proposal.State.OPEN or proposal.state == Proposal.State.APPROVED and proposal.article is None)


def is_new(proposal: Proposal) -> bool:
    """Whether the article is still to be made."""
    return proposal.kind == Proposal.Kind.NEW_TOPIC


def names(proposal: Proposal) -> List[str]:
    """The fields of its form."""
    languages = city().languages
    found = [f"{name}.{language}" for name in _BOTH for language in languages] + list(_OF_ALL)
    return [*_NEW, *(f"questions.{language}" for language in languages), *found] if is_new(proposal) else found


def fields(proposal: Proposal) -> Fields:
    """What the form begins with: what was written already, else what the article says now, else what the proposal brings."""
    found = dict.fromkeys(names(proposal), "")
    article = article_of(proposal.label)
    if article and not is_new(proposal):
        written: Mapping[str, Any] = _shape(article)
    elif proposal.article is not None:
        written = {}
    else:
        lines = proposal.words.splitlines()
        asked = [proposal.text, *(line.removeprefix("- ") for line in lines if line.startswith("- "))]
        title = {proposal.language: lines[0] if lines else proposal.text}
        written = {"title": title, "questions": {proposal.language: [text for text in dict.fromkeys(asked) if text]}}
    for texts in (written, proposal.article or {}):
        found.update({name: text for name, text in _flat(texts) if name in found})
    return found


def write(proposal: Proposal, typed: Mapping[str, str], seen: str, by: str) -> None:
    """Saves the answer. It is its writer's proposal from now on, and open: another editor decides.

    The same answer sent again by its writer changes nothing. Raises ConflictError where it was decided or written by somebody else
    meanwhile, or UnfitAnswerError.
    """
    article = _nested({name: typed.get(name, "")[:MOST] for name in names(proposal)})
    if is_new(proposal):
        article["id"] = draft_id(article["title"][city().languages[0]] or "topic")
        article["questions"] = {language: _lines(text) for language, text in article["questions"].items()}
    if _written(proposal, article, by):
        return
    _unchanged(proposal, seen)
    proposal.article, proposal.by, proposal.state = article, by, Proposal.State.OPEN
    check(proposal)
    with transaction.atomic():
        now = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if _written(now, article, by):
            return
        _unchanged(now, seen)
        proposal.source_digest = sources.digest_of(article["source"]["url"])
        proposal.save(update_fields=["article", "by", "state", "source_digest"])
        audit.note(by, "write_answer", f"proposal:{proposal.pk}")


def _written(proposal: Proposal, article: Mapping[str, Any], by: str) -> bool:
    return (proposal.article, proposal.by, proposal.state) == (article, by, Proposal.State.OPEN)


def _unchanged(proposal: Proposal, seen: str) -> None:
    if not writable(proposal) or proposal_mark(proposal) != seen:
        raise ConflictError


def check(proposal: Proposal) -> None:
    """Raises UnfitAnswerError where a version with it would not pass the gate of articles. Takes seconds: never inside a transaction."""
    problems = _problems(proposal)
    if problems:
        raise UnfitAnswerError(problems)


def _problems(proposal: Proposal) -> List[str]:
    folder = settings().release_data / "knowledge"
    topic = (proposal.article or {}).get("topic")
    if is_new(proposal) and topic not in [path.stem for path in folder.glob("*.yml")]:
        return [f"topic: '{topic}' is none of the files of articles"]
    with tempfile.TemporaryDirectory() as scratch:
        data, tests = Path(scratch) / "data", Path(scratch) / "tests"
        for name in ("knowledge", "nlu", "calibration"):
            shutil.copytree(settings().release_data / name, data / name)
        (tests / CORRECTIONS).parent.mkdir(parents=True)
        plan = Planner(data, tests).plan([proposal])
        plan.write()
        return [why for _, why in plan.refused] or [
            f"{problem.field}: {problem.message}" for problem in blocking(folder, data / "knowledge")
        ]


def _shape(article: Article) -> Dict[str, Any]:
    texts = {"title": article.title, "answer": article.answer, "sms": article.sms}
    source = {"name": article.source.name, "url": article.source.url}
    return {**texts, "source": source, "as_of": article.as_of, "review_by": article.review_by}


def _flat(shape: Mapping[str, Any], above: str = "") -> Iterator[Tuple[str, str]]:
    for name, value in shape.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", "\n".join(value) if isinstance(value, (list, tuple)) else str(value)


def _lines(text: str) -> List[str]:
    return [line for line in (" ".join(legible(line).split()) for line in text.splitlines()) if line]


def _nested(flat: Mapping[str, str]) -> Dict[str, Any]:
    shape: Dict[str, Any] = {}
    for name, text in flat.items():
        place: Dict[str, Any] = shape
        *above, last = name.split(".")
        for part in above:
            place = place.setdefault(part, {})
        place[last] = text if name.startswith("questions.") else " ".join(legible(text).split())
    return shape


def answer_texts(proposal: Proposal) -> List[Tuple[str, str, str]]:
    """What was written, for who decides on it, in the form's order: each field's word and language, as in `named`, and its text.

    Empty when nothing was.
    """
    written = dict(_flat(proposal.article or {}))  # in an order of the database's own
    return [(*named(name), written[name]) for name in names(proposal) if name in written]


def named(name: str) -> Tuple[str, str]:
    """The word for a field, and the language it is in, if in one: `source.name.en` is a source_name in English."""
    *parts, last = name.split(".")
    return ("_".join(parts), last) if last in city().languages else ("_".join([*parts, last]), "")
