"""A chart beside an answer, on the channels that show pictures: drawn, kept for the conversation, and described in words."""

from __future__ import annotations

import asyncio
import logging
from typing import Dict, Optional, Sequence

from actions.base import Turn
from actions.clients.ledger import seconds_left
from actions.open_data.drawing import draw
from actions.open_data.telling import Bar
from actions.words import line
from bot.settings import settings

CHANNELS = ("webchat", "telegram")
LEAST_BARS = 2  # one bar says nothing that its number does not
CHART_S, RESERVE_S = 4.0, 1.0  # a chart that is not drawn by then is left out

_log = logging.getLogger(__name__)


async def chart(turn: Turn, title: str, bars: Sequence[Bar], origin: str) -> Optional[Dict[str, str]]:
    """The message part with the chart; None where it cannot be shown or drawn: the numbers are in the text as well.

    Args:
        origin: where the numbers come from, written below the bars.
    """
    if turn.channel not in CHANNELS or len(bars) < LEAST_BARS:
        return None
    values = "; ".join(bar_line(bar, turn.language) for bar in bars)
    try:
        drawing = asyncio.to_thread(_drawn, title, bars, origin, turn.tracker.sender_id)
        chart_id = await asyncio.wait_for(drawing, min(CHART_S, seconds_left() - RESERVE_S))
    except Exception as err:
        _log.warning("no chart: %s", type(err).__name__)
        return None
    if chart_id is None:
        return None
    alt = line("chart_alt", turn.language, title=title, values=values)
    return {"url": f"{settings().residents_url}/media/{chart_id}", "alt": alt}


def bar_line(bar: Bar, language: str) -> str:
    """A bar in words."""
    return line("bar", language, key=bar.label, value=bar.shown)


def _drawn(title: str, bars: Sequence[Bar], origin: str, conversation: str) -> Optional[str]:
    """Draws and keeps a chart; its id, None where nobody could see it."""
    from bot.conversations import charts  # needs Django, which the action server sets up late

    return charts.keep(draw(title, bars, origin), conversation)
