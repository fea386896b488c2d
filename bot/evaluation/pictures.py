"""Pictures of how well the assistant understands. Needs matplotlib, which comes with Rasa."""

from __future__ import annotations

from pathlib import Path
from typing import List, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from bot.evaluation.measures import Answer, calibration, groups

_BLUE = "#1f5fa8"
_RESOLUTION = 144  # dots per inch of a PNG

matplotlib.use("svg")  # no screen is needed


def draw(answers: Sequence[Answer], folder: Path) -> List[Path]:
    """Writes `calibration` and `confusion` as .svg and .png into the folder, and returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, figure in (("calibration", _calibration(answers)), ("confusion", _confusion(answers))):
        for ending in ("svg", "png"):
            path = folder / f"{name}.{ending}"
            figure.savefig(path, dpi=_RESOLUTION, bbox_inches="tight")
            written.append(path)
    return written


def _calibration(answers: Sequence[Answer]) -> Figure:
    bins = calibration(answers)
    figure = Figure(figsize=(5, 5))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="#999999", linestyle="--", label="as sure as right")
    confidences, shares = [step.confidence for step in bins], [step.right.value for step in bins]
    errors = [[step.right.value - step.right.interval[0] for step in bins], [step.right.interval[1] - step.right.value for step in bins]]
    axes.errorbar(confidences, shares, yerr=errors, color=_BLUE, marker="o", capsize=3, label="this model, 95 % interval")
    for step in bins:
        axes.annotate(str(step.right.total), (step.confidence, step.right.value), textcoords="offset points", xytext=(6, -12), fontsize=8)
    axes.set(xlabel="confidence", ylabel="share that was right", xlim=(0, 1), ylim=(0, 1.02), title="Is it right as often as it is sure?")
    axes.legend(loc="upper left")
    return figure


def _confusion(answers: Sequence[Answer]) -> Figure:
    """Topics, not labels: two hundred labels cannot be read. A topic's row adds up to 100."""
    topic_of = {answer.example.label: answer.example.topic for answer in answers}
    topics = list(groups(answers, "topic"))
    counts = np.zeros((len(topics), len(topics)))
    for answer in answers:
        given = topic_of.get(answer.label)
        if given is not None:
            counts[topics.index(answer.example.topic), topics.index(given)] += 1
    totals = np.array([len(rows) for rows in groups(answers, "topic").values()])
    shares = 100 * counts / totals[:, None]
    figure = Figure(figsize=(0.55 * len(topics) + 2, 0.5 * len(topics) + 2))
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    for row, column in zip(*np.nonzero(shares >= 0.5), strict=True):
        color = "white" if shares[row, column] > 50 else "black"
        axes.text(column, row, f"{shares[row, column]:.0f}", ha="center", va="center", fontsize=8, color=color)
    axes.set_xticks(range(len(topics)))
    axes.set_xticklabels(topics, rotation=60, ha="right")
    axes.set_yticks(range(len(topics)))
    axes.set_yticklabels(topics)
    axes.set(xlabel="topic understood", ylabel="topic asked about", title="Of 100 questions about a topic")
    return figure
