"""How many messages a second, and how long residents wait: all of it under load, beside stock Rasa and a server that does nothing.

    python -m bench.load                      about fifteen minutes, and four to train the peer the first time
    python -m bench.load --messages 100000    instead: whether memory stays flat over so many messages
    python -m bench.load --rates 5 10 20      instead: how long residents wait who write that often

PostgreSQL too where TEST_POSTGRES_URL names a server. Residents write over REST as fast as they are answered, then over REST, text messages
and web chat at a rate that is set, on the same processors as everything else (`bench.load_residents` has what they say).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import linear_regression, quantiles
from typing import AsyncIterator, Dict, List, Sequence, Tuple

import aiohttp
import requests
from aiohttp import web

from bench import load_systems
from bench.load_residents import ACCOUNT, PATIENCE_S, Heard, Street, converse
from bench.load_systems import Running
from tests.conversations import databases
from tests.running import free_port

AT_ONCE = (1, 4, 8, 16, 32)  # residents who write over REST without a pause
CLOSED_S, WARM_S = 20.0, 5.0
RATE, OPEN_S, PAUSE_S = 30.0, 60.0, 2.0  # messages a second; pauses of a resident between two messages
PER_CONVERSATION = 2.1  # messages, on average
TARGETS_MS = {"answer": 120, "look-up": 250}
MEMORY_EVERY = 2_000  # messages
STOCK_MODEL = Path("models") / "bench-stock.tar.gz"


@asynccontextmanager
async def street(running: Running, twilio_port: int) -> AsyncIterator[Street]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as http:
        place = Street(running.gateway, http)
        twilio = web.Application()
        messages = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        twilio.add_routes([web.post(messages, place.takes_text), web.get(messages, _nothing_missed)])
        runner = web.AppRunner(twilio, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", twilio_port).start()
        try:
            yield place
        finally:
            await runner.cleanup()


async def _nothing_missed(request: web.Request) -> web.Response:
    return web.json_response({"messages": [], "page": 0, "page_size": 50, "next_page_uri": None})


async def closed(place: Street, at_once: int, seconds: float) -> Tuple[List[Heard], float]:
    """Residents who write the next message as soon as they have an answer. Returns what they heard and messages a second."""
    heard: List[Heard] = []
    until = time.perf_counter() + seconds

    async def one(number: int) -> None:
        dice = random.Random(number)
        while time.perf_counter() < until:
            await converse(place, "rest", dice, heard)

    begun = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(at_once)))
    return heard, len(heard) / (time.perf_counter() - begun)


async def opened(place: Street, rate: float, seconds: float, channels: Sequence[str]) -> List[Heard]:
    """Residents who come as they come, so that about `rate` messages a second are written whatever the answers take."""
    dice, heard, talks = random.Random(7), [], set()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        talk = asyncio.ensure_future(converse(place, dice.choice(channels), random.Random(dice.random()), heard, PAUSE_S))
        talks.add(talk)
        talk.add_done_callback(talks.discard)
        await asyncio.sleep(dice.expovariate(rate / PER_CONVERSATION))
    await asyncio.gather(*talks)
    return heard


def cuts(heard: Sequence[Heard]) -> Tuple[float, float, float]:
    """p50, p95 and p99 in milliseconds of those who were answered."""
    times = [1000 * one.seconds for one in heard if not one.error]
    if len(times) < 2:
        return (float("nan"),) * 3
    found = quantiles(times, n=100)
    return found[49], found[94], found[98]


def row(title: str, heard: Sequence[Heard], rest: str = "") -> None:
    p50, p95, p99 = cuts(heard)
    errors = sum(bool(one.error) for one in heard)
    print(f"{title:<34}{len(heard):>9,}{p50:>8.0f}{p95:>8.0f}{p99:>8.0f}{errors:>8}{rest}", flush=True)
    if errors:
        print(f"  errors: {sorted({one.error for one in heard if one.error})[:3]}", flush=True)


def head(title: str, last: str = "") -> None:
    print(f"\n{title:<34}{'messages':>9}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'errors':>8}{last}", flush=True)


async def throughput(name: str, running: Running, twilio_port: int) -> List[Tuple[float, float]]:
    """The table of one system at several numbers of residents: messages a second and p95 of each."""
    found = []
    async with street(running, twilio_port) as place:
        await closed(place, 4, WARM_S)
        head(f"{name}: REST, no pauses", f"{'msgs/s':>9}")
        for at_once in AT_ONCE:
            heard, rate = await closed(place, at_once, CLOSED_S)
            row(f"  {at_once} at once", heard, f"{rate:>9.1f}")
            found.append((rate, cuts(heard)[1]))
    print("  memory, MB: " + ", ".join(f"{process} {mb:.0f}" for process, mb in running.memory_mb().items()), flush=True)
    return found


async def waiting(name: str, running: Running, twilio_port: int, rate: float = RATE) -> bool:
    """The table of one system at a rate that is set; whether it kept the targets."""
    before = stages(running)
    async with street(running, twilio_port) as place:
        await opened(place, rate / 3, WARM_S, ["rest", "sms", "webchat"])
        heard = await opened(place, rate, OPEN_S, ["rest", "sms", "webchat"])
    head(f"{name}: {len(heard) / OPEN_S:.0f} messages a second", "   target p95")
    kept = not any(one.error for one in heard)
    for kind in ("answer", "look-up", "report"):
        of_kind = [one for one in heard if one.kind == kind]
        target = TARGETS_MS.get(kind)
        late = target is not None and not cuts(of_kind)[1] <= target
        kept = kept and not late
        row(f"  {kind}", of_kind, f"{target or '':>13}{'  too slow' if late else ''}")
    for channel in ("rest", "sms", "webchat"):
        row(f"  all over {channel}", [one for one in heard if one.channel == channel])
    after = stages(running)
    print("  where a turn's time went, ms: ", end="")
    print(
        ", ".join(
            f"{stage} {1000 * (after[stage][0] - total) / max(1, after[stage][1] - count):.1f}" for stage, (total, count) in before.items()
        )
    )
    return kept


def stages(running: Running) -> Dict[str, Tuple[float, float]]:
    """Of each stage of a turn: seconds altogether and how many there were."""
    text = requests.get(running.metrics, timeout=10).text
    values = {
        (stage, what): float(value)
        for what, stage, value in re.findall(r'^chatbot_stage_seconds_(sum|count)\{stage="(\w+)"\} (\S+)', text, re.MULTILINE)
    }
    return {stage: (values[stage, "sum"], values[stage, "count"]) for stage, what in values if what == "sum"}


async def soak(running: Running, twilio_port: int, messages: int) -> None:
    """Residents without pauses until so many messages are answered; memory of each process on the way, and its slope."""
    seen: List[Tuple[int, Dict[str, float]]] = []
    heard: List[Heard] = []
    async with street(running, twilio_port) as place:

        async def one(number: int) -> None:
            dice = random.Random(number)
            while len(heard) < messages:
                await converse(place, "rest", dice, heard)

        async def watch() -> None:
            while len(heard) < messages:
                if len(heard) >= len(seen) * MEMORY_EVERY:
                    seen.append((len(heard), running.memory_mb()))
                    print(f"\r  {len(heard):,} of {messages:,} messages", end="", flush=True)
                await asyncio.sleep(0.5)

        await asyncio.gather(watch(), *(one(number) for number in range(8)))
    head("\nmemory over many messages")
    row("  all", heard)
    late = seen[len(seen) // 2 :]
    for process in running.processes:
        slope = linear_regression([count for count, _ in late], [mb[process] for _, mb in late]).slope
        print(f"  {process:<12}{seen[0][1][process]:>6.0f} MB at first,{late[-1][1][process]:>6.0f} at last;", end=" ")
        print(f"in the second half {100_000 * slope:+.0f} MB in 100,000 messages")


def at_equal_p95(ours: Sequence[Tuple[float, float]], peer: Sequence[Tuple[float, float]]) -> Tuple[float, float]:
    """Most messages a second while 95 of 100 residents wait no longer than the peer's do at its own most; ours, and the peer's."""
    most, p95 = max(peer)
    return max((rate for rate, ours_p95 in ours if ours_p95 <= p95), default=float("nan")), most


def stock_model() -> Path:
    if not STOCK_MODEL.is_file():
        print("Training the peer, which takes some minutes…", flush=True)
        train = [sys.executable, "-m", "bench.load_stock", "train", str(STOCK_MODEL)]
        subprocess.run(train, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return STOCK_MODEL


def compare() -> bool:
    """All tables; whether the targets are kept."""
    twilio = free_port()
    address = f"http://127.0.0.1:{twilio}"
    kept = True
    with load_systems.bare() as running:
        ceiling = asyncio.run(throughput("A handler that does nothing", running, twilio))
    with load_systems.stock(address, stock_model()) as running:
        peer = asyncio.run(throughput("Stock Rasa, in memory", running, twilio))
    kinds = [("SQLite", False, 1), *([("PostgreSQL", True, 1), ("PostgreSQL, 2 workers", True, 2)] if databases.POSTGRES_URL else [])]
    compared = []
    for name, postgres, workers in kinds:
        with load_systems.ours(address, postgres=postgres, workers=workers) as running:
            compared.append((name, *at_equal_p95(asyncio.run(throughput(f"Ours, {name}", running, twilio)), peer)))
            kept = asyncio.run(waiting(f"Ours, {name}", running, twilio)) and kept
    print(f"\nmost messages a second, where p95 is at most stock Rasa's at its most (a handler that does nothing: {max(ceiling)[0]:.0f})")
    for name, ours, stock in compared:
        print(f"  {name:<24}{ours:>7.1f}   stock Rasa {stock:.1f}   {ours / stock:.2f} times")
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description="Measure the whole system under load.")
    parser.add_argument("--messages", type=int, metavar="N", help="only: the memory of each process over N messages")
    parser.add_argument("--rates", type=float, nargs="+", metavar="R", help="only: how long residents wait at R messages a second")
    chosen = parser.parse_args()
    if chosen.messages or chosen.rates:
        twilio, postgres = free_port(), bool(databases.POSTGRES_URL)
        with load_systems.ours(f"http://127.0.0.1:{twilio}", postgres=postgres) as running:
            if chosen.messages:
                asyncio.run(soak(running, twilio, chosen.messages))
            for rate in chosen.rates or ():
                asyncio.run(waiting(f"Ours, {'PostgreSQL' if postgres else 'SQLite'}", running, twilio, rate))
    elif not compare():
        sys.exit("a target is not kept")


if __name__ == "__main__":
    main()
