"""`python -m bot.publishing.measuring REQUEST ANSWER`: the gates of a candidate, in a process that runs the candidate's version.

REQUEST and ANSWER are JSON files; ANSWER says what is answered otherwise. Each line of its output is a gate that is done, as JSON, or the
name of what is looked at next. Knows no database: the messages to ask again come in the request, and only their numbers go back.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable, Dict, List

from bot.assistant.process import prepare
from bot.assistant.without_tensorflow import leave_out_tensorflow

prepare()  # before anything imports numpy, which reads it then
leave_out_tensorflow()

from bot.assistant.training import model_path  # noqa: E402
from bot.evaluation.asking import answers, classifier_of  # noqa: E402
from bot.evaluation.examples import HELD_OUT_FOLDER, held_out, read_questions, training_examples  # noqa: E402
from bot.evaluation.gates.accuracy import accuracy  # noqa: E402
from bot.evaluation.gates.articles import articles  # noqa: E402
from bot.evaluation.gates.better_than_search import better_than_search  # noqa: E402
from bot.evaluation.gates.contradictions import contradictions  # noqa: E402
from bot.evaluation.gates.conversations import conversations  # noqa: E402
from bot.evaluation.gates.corrected import corrected  # noqa: E402
from bot.evaluation.gates.dangers import dangers  # noqa: E402
from bot.evaluation.gates.gate import Gate  # noqa: E402
from bot.evaluation.gates.replay import Change, Message, Speaker, changes  # noqa: E402
from bot.evaluation.gates.size_and_speed import size_and_speed  # noqa: E402
from bot.knowledge.offering import read_titles  # noqa: E402
from bot.knowledge.store import knowledge, load  # noqa: E402
from bot.publishing.children import behind  # noqa: E402
from bot.settings import ROOT, settings  # noqa: E402

STORIES = ROOT / "tests" / "stories"


def measure(request: Dict[str, Any], done: Callable[[Gate], None], step: Callable[[str], None]) -> List[Change]:
    """What is answered otherwise.

    Args:
        done: is given each gate as soon as it is measured.
        step: is told what is looked at next.
        request: `live_data` and `live_model`, paths; `corrected`, the folder of the candidate's corrected questions; `messages`, each a
            `bot.evaluation.gates.replay.Message`.
    """
    live_data, files = Path(request["live_data"]), {"live": Path(request["live_model"]), "candidate": model_path()}
    candidate = classifier_of(files["candidate"])
    live = candidate if files["live"] == files["candidate"] else classifier_of(files["live"])  # a version may change answers only
    before = Speaker(live, load(live_data / "knowledge"), read_titles(live_data))
    after = Speaker(candidate, knowledge(), read_titles(settings().data_folder))
    questions = held_out(HELD_OUT_FOLDER)
    step("accuracy")
    answered = answers(candidate, questions)
    put_right = answers(candidate, read_questions(Path(request["corrected"])))
    done(accuracy(answered if live is candidate else answers(live, questions), answered))
    done(corrected(put_right))
    learnt = set(training_examples(live_data))
    done(contradictions(answers(live, [example for example in training_examples() if example not in learnt])))
    step("dangers")
    done(dangers(candidate, HELD_OUT_FOLDER))
    step("articles")
    done(articles(live_data / "knowledge", settings().data_folder / "knowledge"))
    step("better_than_search")
    done(better_than_search(answered, knowledge().articles))
    step("replay")
    changed = changes([Message(**row) for row in request["messages"]], before, after)
    step("size_and_speed")
    done(size_and_speed(live, candidate, files, [question.text for question in questions]))
    step("conversations")
    done(conversations(files["candidate"], STORIES))
    return changed


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    behind()
    asked, answer = map(Path, sys.argv[1:])
    found = measure(json.loads(asked.read_text(encoding="utf-8")), lambda gate: _tell(json.dumps(gate.as_dict())), _tell)
    answer.write_text(json.dumps([asdict(change) for change in found]), encoding="utf-8")
