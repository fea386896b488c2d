"""Blue and green: the parts that answer residents exist twice, so that another version takes over without a moment in which nobody answers.

A version is started in the idle slot. When it is ready its worker begins, and the other worker ends with the turns it has under way. The
former slot is kept warm for a while: going back is then one start of a worker.
"""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional
from urllib.request import ProxyHandler, Request, build_opener

from bot.publishing import versions
from bot.running import locks
from bot.running.manager import Manager
from bot.running.parts import Part
from bot.running.ready import START_TIMEOUT_S, healthy_parts
from bot.running.terminal import say
from bot.secrets import secrets
from bot.settings import Settings

BLUE, GREEN = "blue", "green"
WORKER, BEHIND = "worker", ("assistant", "actions")  # the order in which they are stopped, the reverse of that in which they start
KEPT_WARM_S = 3_600.0
WORKER_STARTS_S = 60.0
_LOOK_EVERY_S = 0.3
_BESIDE = 100  # the spare parts listen this much above the others, where nobody else does
_HEALTH = {"assistant": "/webhooks/turn/health", "actions": "/health"}

_open = build_opener(ProxyHandler({})).open  # a proxy of the environment is not for our own parts


@dataclass(frozen=True)
class Answering:
    """Which version answers, at which addresses, and which one could not be changed over to; as `resident up` left it."""

    version: str
    assistant_port: int
    actions_port: int
    failed: Optional[str] = None


def answering(config: Settings) -> Optional[Answering]:
    """What answers now; None where `resident up` does not run the parts."""
    try:
        return Answering(**json.loads((config.state_folder / "run" / "answering.json").read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return None


def forget(config: Settings) -> None:
    """`resident up` ends: nothing of it answers any more."""
    (config.state_folder / "run" / "answering.json").unlink(missing_ok=True)


def in_use(config: Settings) -> Settings:
    """The settings with the ports of the parts that answer now."""
    now = answering(config)
    return replace(config, assistant_port=now.assistant_port, actions_port=now.actions_port) if now else config


def enter(config: Settings, slot: str) -> None:
    """Gives this process, a part of a slot, the version and the ports that it was started for."""
    os.environ.update(json.loads(_file(config, slot).read_text(encoding="ascii")))


def spare_settings(config: Settings) -> Settings:
    """The settings of the green slot: other ports."""
    ports: Dict[str, Any] = {name: getattr(config, name) for name in ("assistant_port", "actions_port", *_watched())}
    moved: Dict[str, Any] = {name: _free_near(port + _BESIDE) for name, port in ports.items() if port}
    return replace(config, **moved)


def with_slots(parts: List[Part], spare: Settings) -> List[Part]:
    """The parts, those that answer twice: the second ones have a 2 in their name."""
    return [
        *(replace(part, command=(*part.command, "--slot", BLUE)) if part.name in (WORKER, *BEHIND) else part for part in parts),
        *(
            replace(part, name=_name(part.name, GREEN), command=(*part.command, "--slot", GREEN), at=part.port(spare))
            for part in parts
            if part.name in (WORKER, *BEHIND)
        ),
    ]


class Slots:
    """What `resident up` does about versions. The blue slot runs when it begins."""

    def __init__(self, config: Settings, spare: Settings, manager: Manager) -> None:
        self.config, self.manager = config, manager
        self._settings = {BLUE: config, GREEN: spare}
        self._running: Dict[str, Optional[str]] = {BLUE: versions.to_run(config), GREEN: None}
        self._current = BLUE
        self._failed: Optional[str] = None
        self._changed_at = time.monotonic()
        self._write(BLUE)
        self._tell()

    def look(self) -> bool:
        """Changes over when another version is to be live. Returns whether parts were started or ended."""
        wanted, other = versions.to_run(self.config), self._other
        if wanted == self._running[self._current]:
            self._failed = None
            if self._running[other] is None or time.monotonic() - self._changed_at < KEPT_WARM_S:
                return False
            self._end(other)
            return True
        if wanted == self._failed:
            return False
        say(f"Changing over to version {wanted}")
        self._failed = None if self._change(wanted, other) else wanted
        self._tell()
        say(
            f"Version {wanted} could not be started; version {self._running[self._current]} goes on"
            if self._failed
            else f"Version {wanted} answers"
        )
        return True

    @property
    def _other(self) -> str:
        return GREEN if self._current == BLUE else BLUE

    def _change(self, wanted: str, to: str) -> bool:
        """Whether the version answers now, in that slot."""
        if self._running[to] != wanted:
            self._end(to)
            self._running[to] = wanted
            self._write(to)
            for name in BEHIND:
                self.manager.start_part(_name(name, to))
        former = self._current
        if not self._gets_ready(to):
            self._end(to)
            return False
        self.manager.start_part(_name(WORKER, to))
        self.manager.stop_part(_name(WORKER, former))  # it ends its turns first
        self._current = to
        self._tell()
        if not self._worker_lives(to):
            self.manager.start_part(_name(WORKER, former))
            self._current = former
            self._end(to)
            return False
        self._changed_at = time.monotonic()
        self.manager.stop_part("console")  # started again, it has the titles and topics of the version
        self.manager.start_part("console")
        return True

    def _gets_ready(self, slot: str) -> bool:
        until = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < until and not self.manager.has_ended():
            states = self.manager.states()
            if any(states[_name(name, slot)].failed for name in BEHIND if _name(name, slot) in states):
                return False
            if all(_answers(getattr(self._settings[slot], f"{name}_url") + path) for name, path in _HEALTH.items()):
                return True
            time.sleep(_LOOK_EVERY_S)
        return False

    def _worker_lives(self, slot: str) -> bool:
        """The other one's sign of life went with it, so what the gateway sees is this one's."""
        until = time.monotonic() + WORKER_STARTS_S
        while time.monotonic() < until:
            state = self.manager.states().get(_name(WORKER, slot))
            if state and state.failed:
                return False
            if (healthy_parts(self.config) or {}).get(WORKER) == "ok":
                return True
            time.sleep(_LOOK_EVERY_S)
        return False

    def _end(self, slot: str) -> None:
        for name in (WORKER, *BEHIND):
            self.manager.stop_part(_name(name, slot))
        self._running[slot] = None

    def _write(self, slot: str) -> None:
        """Where the parts of a slot read what they run."""
        here, named = self._settings[slot], {"assistant_port": "ASSISTANT_PORT", "actions_port": "ACTIONS_PORT", **_watched()}
        environment = {variable: str(getattr(here, name)) for name, variable in named.items() if getattr(here, name)}
        _put(_file(self.config, slot), {"RESIDENT_VERSION": str(self._running[slot]), **environment})

    def _tell(self) -> None:
        """Where the gateway and the console read what answers."""
        here = self._settings[self._current]
        now = Answering(str(self._running[self._current]), here.assistant_port, here.actions_port, self._failed)
        _put(locks.run_folder(self.config.state_folder) / "answering.json", vars(now))


def _watched() -> Dict[str, str]:
    return {f"{name}_monitoring_port": f"{name.upper()}_MONITORING_PORT" for name in (WORKER, *BEHIND)}


def _name(part: str, slot: str) -> str:
    return part if slot == BLUE else f"{part}-2"


def _file(config: Settings, slot: str) -> Path:
    return locks.run_folder(config.state_folder) / f"{slot}.json"


def _put(path: Path, shape: Mapping[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(json.dumps(shape), encoding="ascii")
    draft.replace(path)


def _answers(url: str) -> bool:
    try:
        asked = Request(url, headers={"Authorization": f"Bearer {secrets().internal_secret}"})  # noqa: S310 - one of our own, by HTTP
        with _open(asked, timeout=1.0) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_near(port: int) -> int:
    """The port, or another one where somebody else listens on it."""
    for wanted in (port if port < 65536 else 0, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("port 0 is always free")
