"""`python -m tests.faults.parts`: `resident up` with two workers, and a fault proxy wherever one part calls another.

FAULT_WIRING: JSON, by part the environment variables that only it has.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Dict, List, Sequence

from bot.running import manager
from bot.running.parts import Part
from bot.running.problems import StartError
from bot.running.up import up
from bot.settings import SettingError, settings

WORKERS = ("worker", "other_worker")


def commands(parts: Sequence[Part]) -> Dict[str, List[str]]:
    wiring: Dict[str, Dict[str, str]] = json.loads(os.environ["FAULT_WIRING"])
    started = manager.commands(parts)
    started[WORKERS[1]] = started[WORKERS[0]]
    return {
        name: ["env", *(f"{variable}={value}" for variable, value in wiring.get(name, {}).items()), *_apart(started[name])]
        for name in started
    }


def _apart(command: Sequence[str]) -> List[str]:
    """Without the slot, which would say again where the other parts are: they are behind proxies."""
    return list(command[: command.index("--slot")] if "--slot" in command else command)


if __name__ == "__main__":
    try:
        sys.exit(up(settings(), commands=commands))
    except (SettingError, StartError) as err:
        sys.exit(str(err))
