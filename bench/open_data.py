"""What a question about open data costs: the action beside a bare request for the same number, and what a count of 20,000 records
transfers.

    python -m bench.open_data     about half a minute

The sandbox is a process on loopback. Each question is asked of the look-up (understood, asked, put into words) and, in turns with it, by a
plain `requests.get` of the query that it sends. What the layer says about itself is known already, as it is for all but the first question
in ten minutes.
"""

from __future__ import annotations

import asyncio
import sys
import time
from statistics import median, quantiles
from typing import Any, Callable, Dict, List

import requests
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Turn
from actions.clients.arcgis import ArcGIS
from actions.look_ups.open_data import OpenData
from bot.city import city
from tests.actions.turns import tracker
from tests.conversations import conftest as _ready  # noqa: F401  # Django and a state folder of its own, before what needs them
from tests.running import sandbox_server

TIMES = 200
MOST_BYTES = 5_000  # for a count
QUESTIONS = {
    "count": "how many trees are there",
    "count with conditions": "how many demolitions in ward 3 in 2023",
    "statistic": "average construction value of building permits in 2024",
    "groups": "trees by species",
    "groups by year": "building permits per year",
}


def answered(look_up: OpenData, text: str, channel: str = "sms") -> List[Dict[str, Any]]:
    """Asks the look-up as the form and its action do; the messages it says."""
    dispatcher = CollectingDispatcher()
    turn, state = Turn(dispatcher, tracker(text, "look_up", entities={"look_up": "open_data"}, channel=channel)), {}

    async def work() -> None:
        await look_up.read(turn, state, asked=False)
        assert not look_up.missing(state), text
        await look_up.answer(turn, state)

    asyncio.run(work())
    return dispatcher.messages


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def main() -> int:
    with sandbox_server() as url:
        server = ArcGIS(f"{url}/arcgis/rest/services", zone=city().timezone)
        look_up, session = OpenData(server), requests.Session()
        print(f"{'question':24} {'bare ms':>9} {'action ms':>10} {'adds ms':>8} {'ratio':>6} {'p95 adds':>9}")
        for name, text in QUESTIONS.items():
            (message,) = answered(look_up, text, "rest")
            query = message["custom"]["link"]["url"].replace("&f=html", "&f=json")
            assert "error" not in session.get(query, timeout=30).json()
            bare, ours = [], []
            for _ in range(TIMES):
                bare.append(timed(lambda query=query: session.get(query, timeout=30).json()))
                ours.append(timed(lambda text=text: answered(look_up, text)))
            adds = [one - other for one, other in zip(ours, bare, strict=True)]
            ratio = median(ours) / median(bare)
            print(f"{name:24} {median(bare):9.1f} {median(ours):10.1f} {median(adds):8.1f} {ratio:6.2f} {quantiles(adds, n=20)[-1]:9.1f}")
        transferred = sum(_bytes_of(server, look_up, QUESTIONS["count"]))
        told = answered(look_up, QUESTIONS["count"])
        print(f"a count of all trees transfers {transferred} bytes: {told[0]['value']} records")
        return 0 if transferred < MOST_BYTES else 1


def _bytes_of(server: ArcGIS, look_up: OpenData, text: str) -> List[int]:
    """The size of every answer to one question, bodies and headers, as the client receives them."""
    sizes: List[int] = []

    def count(response: requests.Response, *_: Any, **__: Any) -> None:
        headers = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
        sizes.append(headers + int(response.headers.get("Content-Length", 0) or 0))

    server.http.session.hooks["response"].append(count)
    try:
        answered(look_up, text)
    finally:
        server.http.session.hooks["response"].remove(count)
    return sizes


if __name__ == "__main__":
    sys.exit(main())
