"""Draws the groups of an answer as bars that can be read on a phone. Call it off the event loop."""

from __future__ import annotations

import io
import textwrap
import threading
from typing import Sequence

from actions.open_data.telling import Bar

_WIDTH_IN, _BAR_IN, _RESOLUTION = 4.5, 0.34, 160  # 720 pixels wide: sharp on a phone that shows it half as wide
_TITLE_LETTERS, _LABEL_LETTERS, _SOURCE_LETTERS = 40, 22, 62  # of a line
_LETTER_IN, _EDGE_IN = 0.088, 0.09  # of the labels and values
_BLUE, _INK, _GREY = "#1f5fa8", "#1a1a1a", "#595959"  # on white 6.5, 17 and 7 to 1

_drawing = threading.Lock()  # matplotlib's fonts are not made for threads


def draw(title: str, bars: Sequence[Bar], source: str) -> bytes:
    """A PNG: the title, a bar with its value for each group from top to bottom, and where the numbers come from."""
    with _drawing:
        from matplotlib.figure import Figure  # takes long to load: nothing else in a process needs it

        return _drawn(Figure, title, bars, source)


def warm_up() -> None:
    """Loads what drawing needs, and lets matplotlib list the fonts, which may take seconds on a new machine."""
    draw("", [Bar("", 1.0, "")], "")


def _drawn(figure_class: type, title: str, bars: Sequence[Bar], source: str) -> bytes:
    heading, origin = textwrap.wrap(title, _TITLE_LETTERS), textwrap.wrap(source, _SOURCE_LETTERS)
    labels = [textwrap.shorten(bar.label, _LABEL_LETTERS, placeholder="…") for bar in bars]
    values = [bar.value for bar in bars]
    top, bottom = 0.25 + 0.24 * len(heading), 0.15 + 0.17 * len(origin)
    height = top + _BAR_IN * len(bars) + bottom
    figure = figure_class(figsize=(_WIDTH_IN, height), facecolor="white")
    left = _EDGE_IN + 0.08 + _LETTER_IN * max(len(label) for label in labels)
    wide = _WIDTH_IN - left - _EDGE_IN
    axes = figure.add_axes((left / _WIDTH_IN, bottom / height, wide / _WIDTH_IN, _BAR_IN * len(bars) / height))
    places = range(len(bars))
    axes.barh(places, values, color=_BLUE, height=0.68)
    axes.set_yticks(places, labels, fontsize=10, color=_INK)
    axes.invert_yaxis()
    axes.set_ylim(len(bars) - 0.5, -0.5)
    lowest, highest = min(0.0, *values), max(0.0, *values)
    room = _LETTER_IN * max(len(bar.shown) for bar in bars)  # for the values behind the bars
    axes.set_xlim(lowest, lowest + (highest - lowest or 1.0) * wide / max(wide - room, 0.2 * wide))
    for place, bar in enumerate(bars):
        end = (max(bar.value, 0.0), place)
        axes.annotate(bar.shown, end, xytext=(4, 0), textcoords="offset points", va="center", fontsize=10, color=_INK)
    axes.tick_params(bottom=False, left=False, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    figure.text(0.02, 1 - 0.12 / height, "\n".join(heading), fontsize=12, fontweight="bold", va="top", color=_INK)
    figure.text(0.02, 0.06 / height, "\n".join(origin), fontsize=8, va="bottom", color=_GREY)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=_RESOLUTION)
    return content.getvalue()
