"""The console's page *Versions over time* as lines for a terminal."""

from __future__ import annotations

from typing import Any, Iterator, List, Mapping

from django.utils.timezone import localtime

from bot.console.templatetags.numbers import NOTHING, percent, whole
from bot.console.versions_over_time import MOST, WEEKS, lately, name_now
from bot.console.words import console_words
from bot.conversations.outcomes import Share
from bot.review.by_version import Answered
from bot.running.terminal import table
from bot.settings import RELEASE

LANGUAGE = "en"


def lines() -> Iterator[str]:
    """Each version with its measures beside those of the version before, the one that began last first."""
    every, live, words = lately(), name_now(), console_words()[LANGUAGE]
    said = words["versions"]
    yield f"{said['about']} {WEEKS}."
    if all(row.name != live for row in every):
        yield f"{_name(live, words)} {said['silent']}"
    for row in every[:MOST]:
        yield ""
        yield from _version(row, live, words)
    if every[MOST:]:
        yield ""
        yield f"{said['left_out']} {len(every[MOST:])}."


def _version(row: Answered, live: str, words: Mapping[str, Any]) -> Iterator[str]:
    said, figures, now = words["versions"], words["numbers"]["figures"], row.name == live
    last = said["now"] if now else f"{localtime(row.last):%Y-%m-%d %H:%M}"
    counts = f"{figures['conversations']}: {whole(row.visits, LANGUAGE)}. {figures['messages']}: {whole(row.turns, LANGUAGE)}."
    yield f"{_name(row.name, words)}{', ' + said['live'] if now else ''}: {localtime(row.first):%Y-%m-%d %H:%M} – {last}. {counts}"
    if row.worse:
        yield f"{said['worse']} {', '.join(figures[measure] for measure in row.worse)}."
    before = _name(row.before, words) if row.before else said["before"]
    yield from table([[words["numbers"]["measure"], _name(row.name, words), before, said["compared"]], *_measures(row, words)])


def _measures(row: Answered, words: Mapping[str, Any]) -> List[List[str]]:
    figures, says = words["numbers"]["figures"], words["versions"]["says"]
    return [
        [
            figures[measure.name],
            _share(measure.now, words),
            _share(measure.before, words) if measure.before else NOTHING,
            says.get(measure.says, ""),
        ]
        for measure in row.measures
    ]


def _share(share: Share, words: Mapping[str, Any]) -> str:
    interval = " – ".join(percent(edge, LANGUAGE) for edge in share.interval or ())
    return f"{percent(share.value, LANGUAGE)} {f'[{interval}] ' if interval else ''}{words['numbers']['of']} {whole(share.total, LANGUAGE)}"


def _name(name: str, words: Mapping[str, Any]) -> str:
    release = f"{RELEASE}-"
    return (
        f"{words['versions']['release']} {name.removeprefix(release)}"
        if name.startswith(release)
        else f"{words['publish']['version']} {name}"
    )
