"""`resident evaluate`: asks, counts, prints, draws."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Protocol

from bot.evaluation.asking import ModelError, Report, answers, classifier_of, cross_validated
from bot.evaluation.examples import HELD_OUT_FOLDER, ExamplesError, held_out, training_examples
from bot.evaluation.measures import Answer, compare, share
from bot.evaluation.report import compared, report


class EvaluationError(ValueError):
    """What was asked for cannot be done; the message says what to do."""


class Wanted(Protocol):
    """The arguments of the command, `resident evaluate --help`."""

    folder: Optional[Path]
    folds: Optional[int]
    model: Optional[Path]
    against: Optional[Path]
    pictures: Optional[Path]
    floor: Optional[float]
    open_data: bool


def evaluate(wanted: Wanted, say: Report) -> bool:
    """Prints the report; False when the floor was missed. Raises EvaluationError."""
    if wanted.open_data:
        return _open_data(wanted, say)
    if wanted.folds is not None and (wanted.folds < 2 or wanted.against or wanted.model or wanted.folder):
        raise EvaluationError("--folds takes 2 or more, and goes without a folder, --model or --against")
    try:
        found = _in_parts(wanted.folds, say) if wanted.folds else _held_out(wanted, say)
    except (ExamplesError, ModelError) as err:
        raise EvaluationError(str(err)) from err
    if wanted.pictures:
        from bot.evaluation.pictures import draw  # matplotlib takes a second to load

        say("Drawn: " + ", ".join(str(path) for path in draw(found, wanted.pictures)))
    return wanted.floor is None or share(found, "right").value >= wanted.floor


def _open_data(wanted: Wanted, say: Report) -> bool:
    from bot.evaluation import open_data

    if wanted.folds or wanted.model or wanted.against or wanted.pictures:
        raise EvaluationError("--open-data goes without --folds, --model, --against or --pictures")
    try:
        answered = open_data.answers(open_data.questions(wanted.folder or open_data.FOLDER))
    except ExamplesError as err:
        raise EvaluationError(str(err)) from err
    for line in open_data.report(answered):
        say(line)
    return wanted.floor is None or open_data.share(answered, "right").value >= wanted.floor


def _held_out(wanted: Wanted, say: Report) -> List[Answer]:
    examples = held_out(wanted.folder or HELD_OUT_FOLDER)
    model = wanted.model or _fitting()
    found = answers(classifier_of(model), examples)
    for line in report(model.name, found):
        say(line)
    if wanted.against:
        second = answers(classifier_of(wanted.against), examples)
        for line in ["", *report(wanted.against.name, second), "", *compared(model.name, wanted.against.name, compare(found, second))]:
            say(line)
    return found


def _fitting() -> Path:
    from bot.assistant.training import model_path

    path = model_path()
    if not path.is_file():
        raise EvaluationError("no model fits the data: run `resident train` first, or name one with --model")
    return path


def _in_parts(count: int, say: Report) -> List[Answer]:
    found = cross_validated(training_examples(), count, say)
    for line in report(f"{count} parts, each asked of a model without it", found):
        say(line)
    return found
