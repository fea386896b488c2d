"""Waiting until every part answers."""

from __future__ import annotations

import json
import time
from collections import deque
from pathlib import Path
from typing import Dict, List, Optional, Sequence
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from bot.running.manager import Manager
from bot.running.parts import GATEWAY, Part
from bot.running.problems import StartError
from bot.running.terminal import say
from bot.settings import Settings

# The assistant takes 20 to 40 s on two busy cores; this is for much slower machines.
START_TIMEOUT_S = 240.0
LOOK_EVERY_S = 0.3
HEALTH_TIMEOUT_S = 5.0
LAST_LINES = 5

_open = build_opener(ProxyHandler({})).open  # a proxy of the environment is not for our own parts


def wait_until_ready(parts: Sequence[Part], manager: Manager, config: Settings) -> None:
    """Returns when every part is healthy, with a line for each on the way. Raises StartError when one is not to be had."""
    began = time.monotonic()
    waiting = list(parts)
    first_pids: Dict[str, int] = {}
    while waiting:
        if manager.has_ended():
            raise StartError(f"The process manager ended by itself; its log is {manager.log('supervisord')}")
        for name, state in manager.states().items():
            started_again = state.pid and first_pids.setdefault(name, state.pid) != state.pid
            if state.failed or started_again:
                raise StartError(f"The {name} part cannot start; its log is {manager.log(name)}{_last_lines(manager.log(name))}")
        healthy = healthy_parts(config) or {}
        for part in list(waiting):
            if healthy.get(part.name) == "ok":
                waiting.remove(part)
                say(f"  {part.name:<9} ready after {time.monotonic() - began:.0f} s")
        if time.monotonic() - began > START_TIMEOUT_S:
            late = waiting[0].name
            log = manager.log(late)
            raise StartError(f"The {late} part did not get ready within {START_TIMEOUT_S:.0f} s; its log is {log}{_last_lines(log)}")
        time.sleep(LOOK_EVERY_S)


def healthy_parts(config: Settings) -> Optional[Dict[str, str]]:
    """What the gateway's `GET /health` says of each part: "ok" or not; None while the gateway does not answer."""
    try:
        with _open(f"{GATEWAY.address(config)}/health", timeout=HEALTH_TIMEOUT_S) as answer:
            body = answer.read()
    except HTTPError as err:  # 503 until every part is well
        with err:
            body = err.read()
    except OSError:
        return None
    try:
        return dict(json.loads(body)["parts"])
    except (ValueError, TypeError, KeyError):
        return None


def _last_lines(log: Path) -> str:
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            lines: List[str] = [line.rstrip() for line in deque(file, LAST_LINES)]
    except OSError:
        return ""
    return " and ends with:" + "".join(f"\n    {line}" for line in lines) if lines else " and is empty"
