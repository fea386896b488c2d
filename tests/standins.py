"""`python -m tests.standins`: `resident up` with stand-ins for the parts, so that starting and stopping can be tested without Rasa."""

from __future__ import annotations

import sys
from typing import Dict, List, Sequence

from bot.running.parts import Part
from bot.running.problems import StartError
from bot.running.up import up
from bot.settings import SettingError, settings


def commands(parts: Sequence[Part]) -> Dict[str, List[str]]:
    config = settings()
    start = [sys.executable, "-S", "-m", "tests.standin_part"]
    return {part.name: [*start, part.name, str(part.port(config)), str(config.state_folder)] for part in parts}


if __name__ == "__main__":
    try:
        sys.exit(up(settings(), prepare=lambda version: None, commands=commands))
    except (SettingError, StartError) as err:
        sys.exit(str(err))
