"""Says what the data say: the number or the list, where it comes from and how old it is, and a chart where one can be shown."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Any, Dict, List, Optional, Sequence

from actions.base import Turn
from actions.chart import bar_line, chart
from actions.open_data.running import Result
from actions.open_data.telling import Bar, Telling
from actions.words import below, line, spoken_date, word
from bot.city import city
from bot.open_data.query import COUNT, GROUPS, RECORD, YEAR
from bot.settings import settings

MOST_LINES, MOST_CHARS_IN_TEXT = 20, 160  # of a list in a chat; of one in a text message


async def tell(turn: Turn, telling: Telling, result: Result) -> None:
    """Says the answer."""
    query = telling.query
    parts: Dict[str, Any] = {"source": source(telling, result)}
    if turn.channel != "sms":  # its address is longer than the text
        parts["link"] = {"title": word("open_data", "same_question", turn.language), "url": result.link}
    if result.without:
        turn.say(
            "utter_open_data_without",
            value=telling.value(result.without),
            rows=telling.rows(result.without),
            scope=telling.scope,
            field=telling.wanted,
            parts=parts,
        )
    elif not result.count:
        turn.say("utter_open_data_nothing", rows=telling.rows(0), scope=telling.scope, parts=parts)
    elif query.want == GROUPS:
        await _tell_groups(turn, telling, result, parts)
    elif query.want == RECORD:
        lines = telling.record(result)
        told: Dict[str, Any] = {"title": telling.title, "scope": telling.scope, "which": telling.superlative}
        turn.say("utter_open_data_record", lines=below(lines), parts=parts, **told)
    elif query.measure.statistic == COUNT:
        value = telling.value(result.count)
        turn.say("utter_open_data_count", value=value, rows=telling.rows(result.count), scope=telling.scope, parts=parts)
    else:
        told = {"value": telling.measured_value(result.value), "count": telling.value(result.count), "rows": telling.rows(result.count)}
        turn.say("utter_open_data_statistic", measure=telling.measure, scope=telling.scope, parts=parts, **told)


async def _tell_groups(turn: Turn, telling: Telling, result: Result, parts: Dict[str, Any]) -> None:
    query, bars = telling.query, telling.bars(result)
    last = query.by == YEAR and query.order is None  # in an order the greatest or least is on top
    shown = chosen(bars, query.top, MOST_LINES, last=last)
    if turn.channel == "sms":
        shown = fitting(shown, MOST_CHARS_IN_TEXT, turn.language, last=last)
    lines = [bar_line(bar, turn.language) for bar in shown]
    left = min(query.top or len(bars), len(bars)) - len(shown)
    if left:
        lines.append(line("open_data_earlier" if last else "more", turn.language, count=left))
    picture = await chart(turn, telling.heading, shown, _origin(parts["source"], turn.language))
    if picture:
        parts = {**parts, "picture": picture}
    turn.say("utter_open_data_groups", measure=telling.measure, by=telling.by, scope=telling.scope, lines=below(lines), parts=parts)


def chosen(bars: Sequence[Bar], top: Optional[int], most: int, *, last: bool) -> List[Bar]:
    """The groups to be told: so many from the top; of years without an order the last ones."""
    count = min(top or most, most)
    return list(bars[-count:] if last and top is None else bars[:count])


def fitting(bars: Sequence[Bar], most_chars: int, language: str, *, last: bool) -> List[Bar]:
    """As many groups as so many characters hold, from the top or the end; one at least."""
    lengths = [len(bar_line(bar, language)) + 1 for bar in (reversed(bars) if last else bars)]
    count = max(1, sum(total <= most_chars for total in accumulate(lengths)))
    return list(bars[-count:] if last else bars[:count])


def source(telling: Telling, result: Result) -> Dict[str, Any]:
    """The data set, its page, and the day it changed last. The sandbox's numbers are not those of the city's page."""
    if settings().profile == "sandbox":
        name, url = line("open_data_sample", telling.language, data_set=telling.title), result.link
        url = url.partition("/query?")[0]
    else:
        name = line("open_data_source", telling.language, data_set=telling.title, city=city().name[telling.language])
        url = telling.layer.page
    return {"name": name, "url": url, **({"as_of": result.updated.isoformat()} if result.updated else {})}


def _origin(named: Dict[str, Any], language: str) -> str:
    if "as_of" not in named:
        return line("open_data_chart_source", language, data_set=named["name"])
    day = spoken_date(date.fromisoformat(named["as_of"]), language, year=True, weekday=False)
    return line("open_data_chart_source_of", language, data_set=named["name"], day=day)
