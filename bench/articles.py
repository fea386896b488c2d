"""What a thousand articles cost more than thirty: `python bench/articles.py`.

The city's own articles are copied with changed ids and questions until there are enough, written as files and used as in
production: read and checked, answered from by the action, handed to Rasa by the importer. Seconds and the mean are processor
time, so that they mean the same on a busy machine.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import yaml
from rasa.shared.importers.importer import TrainingDataImporter
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_article import ActionAnswerArticle
from bot.knowledge.schema import Article
from bot.knowledge.store import Knowledge, knowledge, load
from bot.settings import ROOT

SIZES = (30, 1000)
PER_FILE = 20
TURNS = 3000
Row = Tuple[str, str]


def copy(article: Article, number: int) -> Dict[str, Any]:
    """The article as YAML holds it, made another one by its number."""
    row = {name: value for name, value in asdict(article).items() if name not in ("file", "line") and value is not None}
    row["id"] = f"{article.id}_{number}"
    row["related"] = [f"{name}_{number}" for name in article.related]
    row["questions"] = {language: [f"{text} {number}" for text in texts] for language, texts in article.questions.items()}
    return row


def write(folder: Path, size: int) -> None:
    # Related articles are in the same round of copies; the last round may miss some, so whole rounds are written and the rest is cut.
    originals = knowledge().articles
    rows = [copy(originals[index % len(originals)], index // len(originals)) for index in range(size)]
    there = {row["id"] for row in rows}
    for row in rows:
        row["related"] = [name for name in row["related"] if name in there]
    for start in range(0, size, PER_FILE):
        text = yaml.dump({"articles": rows[start : start + PER_FILE]}, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        (folder / f"topic{start:04}.yml").write_text(text, encoding="utf-8")


def timed(work: Callable[[], Any]) -> Tuple[float, Any]:
    begun = time.process_time()
    done = work()
    return time.process_time() - begun, done


def turns(articles: Knowledge) -> List[float]:
    """Milliseconds of each run of the action by the clock, over all articles in turn."""
    action = ActionAnswerArticle(articles)

    async def measure() -> List[float]:
        taken = []
        for number in range(TURNS):
            article = articles.articles[number % len(articles.articles)]
            message = {"entities": [{"entity": "article", "value": article.id}], "metadata": {"channel": "webchat"}}
            tracker = Tracker("c", {"language": "fr"}, message, [], False, None, {}, "action_listen")
            begun = time.perf_counter()
            await action.run(CollectingDispatcher(), tracker, {})
            taken.append((time.perf_counter() - begun) * 1000)
        return taken

    return asyncio.run(measure())


def training(folder: Path) -> Tuple[float, int, int]:
    """Seconds until Rasa has the data, how many examples, and the size of its domain in bytes."""
    config = {"importers": [{"name": "bot.assistant.importer.ArticleImporter", "knowledge_folder": str(folder)}]}
    data = [str(ROOT / "data" / name) for name in ("nlu", "rules", "stories")]
    importer = TrainingDataImporter.load_from_dict(config, str(ROOT / "config.yml"), str(ROOT / "domain.yml"), data)
    seconds, examples = timed(lambda: importer.get_nlu_data().intent_examples)
    return seconds, len(examples), len(json.dumps(importer.get_domain().as_dict(), default=str))


def measured(size: int) -> List[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, size)
        reading_s, articles = timed(lambda: load(folder))
        answering_s, taken = timed(lambda: turns(articles))
        training_s, examples, domain_bytes = training(folder)
    return [
        ("articles", f"{len(articles.articles)}"),
        ("read and check all, once per process (s)", f"{reading_s:.2f}"),
        ("answer from one, per turn, median (ms)", f"{statistics.median(taken):.3f}"),
        ("answer from one, per turn, mean with everything around (ms)", f"{answering_s * 1000 / TURNS:.3f}"),
        ("examples for training", f"{examples}"),
        ("hand the examples to Rasa, once per training (s)", f"{training_s:.2f}"),
        ("domain, goes with every conversation (bytes)", f"{domain_bytes}"),
    ]


def main() -> None:
    columns = [measured(size) for size in SIZES]
    for rows in zip(*columns, strict=True):
        print(f"{rows[0][0]:60}" + "".join(f"{value:>12}" for _, value in rows))


if __name__ == "__main__":
    main()
