"""Every label that a correction can give a message, with its title in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, Iterator, Mapping, Optional, Tuple

from bot.knowledge.problems import KnowledgeError
from bot.knowledge.schema import Article
from bot.knowledge.store import knowledge
from bot.labels import ARTICLE, LOOK_UP
from bot.review.writing import loaded
from bot.settings import settings

_REPORT = "report_problem"


@dataclass(frozen=True)
class Label:
    """`name` as the classifier gives it; `title` by language, empty where nobody wrote one."""

    name: str
    title: Mapping[str, str]


@lru_cache(maxsize=1)
def labels() -> Mapping[str, Label]:
    """By name: those of the articles, then those of `data/nlu/`, as the data folder had them when this process first asked."""
    found = {article.label: Label(article.label, article.title) for article in _articles() if not article.look_up}
    wording, services = _yaml("wording.yml"), _yaml("services.yml")
    report: Dict[str, Mapping[str, str]] = {row["service_code"]: row["service_name"] for row in services["services"]}
    titles: Dict[str, Mapping[str, str]] = {
        **_yaml("label_titles.yml"),
        **wording["tasks"],
        **{f"{LOOK_UP}/{kind}": title for kind, title in wording["look_ups"].items()},
        **{f"{_REPORT}/{code}": title for code, title in {**report, **wording["services"]}.items()},
    }
    for name in _written():
        found.setdefault(name, Label(name, titles.get(name, {})))
    return found


def title(name: str, language: str) -> str:
    """The title of a label, its name when it has none or is no label any more."""
    label = labels().get(name)
    return label.title.get(language, name) if label else name


def chosen(typed: str) -> str:
    """The name of the label that was chosen from the list, or whose title was typed; what was typed when no label is called so."""
    words = typed.strip()
    titled = (label.name for label in labels().values() if words.casefold() in (one.casefold() for one in label.title.values()))
    return words if words in labels() else next(titled, words)


def article_of(name: str) -> Optional[Article]:
    """The article behind a label; None when it is a task's or no article has it any more."""
    kind, _, rest = name.partition("/")
    return next((article for article in _articles() if article.id == rest), None) if kind == ARTICLE else None


def _articles() -> Tuple[Article, ...]:
    """None while there are errors in them: staff read the record all the same."""
    try:
        return knowledge().articles
    except KnowledgeError:
        return ()


def _written() -> Iterator[str]:
    """The labels of the examples in `data/nlu/`, in the order of the files."""
    for path in sorted((settings().data_folder / "nlu").glob("*.yml")):
        for row in loaded(path.read_text(encoding="utf-8")).get("nlu", ()):
            if "intent" in row:
                yield str(row["intent"])


def _yaml(name: str) -> Any:
    return loaded((settings().data_folder / name).read_text(encoding="utf-8"))


def offered(language: str) -> Tuple[Tuple[str, str], ...]:
    """Names and titles to choose from."""
    return tuple((label.name, label.title.get(language, label.name)) for label in labels().values())
