"""`resident up`: everything on one machine, from an empty folder to a conversation, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from types import FrameType
from typing import Callable, List, Mapping, Optional, Sequence

from bot.publishing import versions
from bot.running import lifeline, locks, slots
from bot.running.manager import Manager, commands, resident
from bot.running.parts import GATEWAY, Part, parts_of
from bot.running.ports import check_ports
from bot.running.problems import StartError
from bot.running.ready import wait_until_ready
from bot.running.terminal import complain, say, table
from bot.settings import Settings
from bot.simulator import account
from bot.yaml_files import safe_load

EARLIER_RUN_S = 35.0  # the longest an earlier run can take to end its parts, besides what a part may take
LOOK_EVERY_S = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
THINGS_TO_TRY = 3
_told_to_stop = threading.Event()


def prepare(version: str) -> None:
    """The tables, the first console account and the version's model. Each in its own process: Django and Rasa are not loaded here."""
    for words, failing in (
        (["migrate"], "The database cannot be used: the lines above say why"),
        (["train", "--if-needed"], "There is no model and training failed: the lines above say why"),
    ):
        if subprocess.run([*resident(), *words], check=False, env={**os.environ, "RESIDENT_VERSION": version}).returncode:  # noqa: S603
            raise StartError(failing)


def up(
    config: Settings,
    prepare: Callable[[str], None] = prepare,
    commands: Callable[[Sequence[Part]], Mapping[str, Sequence[str]]] = commands,
    *,
    samples: bool = False,
) -> int:
    """Starts everything, stays until told to stop (exit code 0), ends everything.

    Args:
        prepare: makes what the parts need to start on a version.
        commands: the command of each part.
        samples: whether an empty console of the sandbox city is filled with sample conversations meanwhile.
    Raises:
        SettingError, StartError: a sentence for the person in front; nothing is left running.
    """
    _told_to_stop.clear()
    for name in STOP_SIGNALS:
        signal.signal(name, _stop)
    lifeline.end_with_make()
    try:
        locks.take_turn(config.state_folder, patience_s=config.stop_within_s + EARLIER_RUN_S)
        parts = parts_of(config)
        check_ports(parts, config)
        version = versions.to_run(config)
        if version != versions.live(config):
            say(
                f"Version {versions.live(config)} was built on another release and is not used: build one again (`resident publish build`)."
            )
        prepare(version)
        spare = slots.spare_settings(config)
        twice = slots.with_slots(parts, spare)
        manager = Manager(config.state_folder, commands(twice), account.environment(config), [part.name for part in twice[len(parts) :]])
        return _run(parts, manager, slots.Slots(config, spare, manager), config, samples=samples and config.profile == "sandbox")
    except KeyboardInterrupt:
        return 0


def _run(parts: Sequence[Part], manager: Manager, answering: slots.Slots, config: Settings, *, samples: bool) -> int:
    filling: Optional[subprocess.Popen[bytes]] = None
    try:
        say(f"Starting {len(parts)} parts ({config.profile} profile)")
        manager.start()
        wait_until_ready(parts, manager, config)
        _welcome(parts, config)
        if samples:
            filling = subprocess.Popen([*resident(), "console", "demo", "--if-empty"], stdout=subprocess.DEVNULL)  # noqa: S603
        return _stay(manager, answering)
    finally:
        for name in STOP_SIGNALS:
            signal.signal(name, signal.SIG_IGN)
        if filling:
            filling.terminate()
            filling.wait()
        say("Stopping")
        manager.stop()
        slots.forget(config)
        say("Everything has stopped")


def _welcome(parts: Sequence[Part], config: Settings) -> None:
    rows = [(part.name, part.address(config) or "", part.does) for part in parts]
    say()
    for line in table(rows):
        say(line)
    say()
    say(f"Open {GATEWAY.address(config)}/ or run `resident chat` in another terminal, and try:")
    for sentence in _things_to_try(config):
        say(f"  {sentence}")
    if account.is_simulated(config):
        say("By text message: `resident sms simulate` in another terminal is a phone.")
    say()
    say(f"Logs are in {config.state_folder / 'logs'}. Ctrl-C stops everything.")


def _things_to_try(config: Settings) -> List[str]:
    """The demo page's first questions, the languages in turn."""
    with (config.data_folder / "demo.yml").open(encoding="utf-8") as file:
        words = safe_load(file)
    in_turn = zip(*(language["topics"] for language in words.values()), strict=False)
    return [topic["question"] for topics in in_turn for topic in topics][:THINGS_TO_TRY]


def _stay(manager: Manager, answering: slots.Slots) -> int:
    """Stays in front while the manager works, with a line when it starts a part again; changes over to another version."""
    pids = {name: state.pid for name, state in manager.states().items()}
    while not manager.has_ended():
        if _told_to_stop.is_set():
            raise KeyboardInterrupt
        time.sleep(LOOK_EVERY_S)
        if answering.look():
            pids = {name: state.pid for name, state in manager.states().items()}
        for name, state in manager.states().items():
            if state.pid and state.pid != pids.get(name):
                say(f"The {name} part ended and was started again; its log is {manager.log(name)}")
                pids[name] = state.pid
    complain(f"The process manager ended by itself, so everything was stopped; its log is {manager.log('supervisord')}")
    return 1


def _stop(number: int, frame: Optional[FrameType]) -> None:
    for name in STOP_SIGNALS:
        signal.signal(name, signal.SIG_IGN)
    _told_to_stop.set()
    raise KeyboardInterrupt  # which Python drops where it comes while an object is being cleared away
