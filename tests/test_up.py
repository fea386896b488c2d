"""`resident up` starts, watches and stops processes; stand-ins take the place of the real parts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

import pytest

from bot.publishing import versions
from bot.running.slots import answering
from bot.settings import RELEASE, Settings, read_settings
from tests.running import ROOT, free_port

LIMIT_S = 60.0
PORTS = ("GATEWAY_PORT", "ASSISTANT_PORT", "ACTIONS_PORT", "CONSOLE_PORT", "SANDBOX_PORT")


class Run:
    """One `resident up` over stand-ins, with its own state folder and ports."""

    command = (sys.executable, "-m", "tests.standins")

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.temporary = tempfile.TemporaryDirectory()  # the manager's socket goes there: its path must be short
        self.environ = {**os.environ, "RESIDENT_STATE": str(self.state), "TMPDIR": self.temporary.name}
        self.environ.update({name: str(free_port()) for name in PORTS})
        self.environ.pop("MAKELEVEL", None)
        self.output = folder / "output.txt"
        self.process: Optional[subprocess.Popen[bytes]] = None

    def start(self, command: Sequence[str] = command, **environ: str) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**self.environ, **environ},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return self.process

    def text(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> None:
        wait_until(lambda: "Ctrl-C stops everything" in self.text() or self.exit_code() is not None)
        assert self.exit_code() is None, self.text()

    def exit_code(self) -> Optional[int]:
        assert self.process is not None
        return self.process.poll()

    def processes(self) -> Dict[int, str]:
        """What runs on this state folder: command lines by process id."""
        rows = subprocess.run(["ps", "-Awwo", "pid=,stat=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
        split = [row.split(None, 2) for row in rows]
        return {int(row[0]): row[2] for row in split if len(row) == 3 and str(self.state) in row[2] and not row[1].startswith("Z")}

    def pid_of(self, words: str) -> int:
        return next(pid for pid, command in self.processes().items() if words in command)

    def part(self, name: str) -> int:
        return self.pid_of(f"standin_part {name} ")


def wait_until(good) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + LIMIT_S
    while not good():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


@contextmanager
def runs(folder: Path) -> Iterator[Run]:
    made = Run(folder)
    yield made
    for pid in made.processes():
        os.kill(pid, signal.SIGKILL)
    if made.process is not None:
        made.process.kill()
        made.process.wait()
    made.temporary.cleanup()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with runs(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One that is up, for tests that leave it so."""
    with runs(tmp_path_factory.mktemp("running")) as made:
        made.start()
        made.wait_until_ready()
        yield made


def test_it_shows_addresses_and_things_to_try_when_every_part_is_ready(running: Run) -> None:
    for name in ("gateway", "worker", "assistant", "actions", "console", "sandbox"):
        assert f"{name:<9} ready after" in running.text()
    for variable in PORTS:
        assert f"http://127.0.0.1:{running.environ[variable]}" in running.text()
    assert running.text().split("and try:")[1].count("\n  ") == 3
    assert "`resident sms simulate` in another terminal is a phone" in running.text()


def test_logs_are_for_their_owner_only(running: Run) -> None:
    logs = list((running.state / "logs").glob("*.log"))
    assert {log.stem for log in logs} >= {"gateway", "worker", "assistant", "actions", "console", "sandbox", "supervisord"}
    assert all(log.stat().st_mode & 0o077 == 0 for log in logs if log.stem != "manager")  # supervisord makes the others


def test_a_second_run_in_the_same_folder_is_told_of_the_first(running: Run) -> None:
    assert running.process is not None
    second = subprocess.run(running.command, cwd=ROOT, env=running.environ, capture_output=True, text=True)
    assert second.returncode == 1
    told = f"It is already running (process {running.process.pid}). Stop it there with Ctrl-C, or give this one its own RESIDENT_STATE and "
    assert second.stderr == f"{told}ports.\n"
    assert running.exit_code() is None


def test_a_killed_part_comes_back_while_the_others_go_on(running: Run) -> None:
    before = {name: running.part(name) for name in ("assistant", "gateway", "worker")}
    os.kill(before["assistant"], signal.SIGKILL)
    wait_until(lambda: "The assistant part ended and was started again" in running.text())
    assert running.part("assistant") != before["assistant"]
    assert {name: running.part(name) for name in ("gateway", "worker")} == {name: before[name] for name in ("gateway", "worker")}


def test_the_live_profile_has_no_sandbox_city(run: Run) -> None:
    run.start(RESIDENT_PROFILE="live")
    run.wait_until_ready()
    assert "sandbox" not in run.text()
    assert not [command for command in run.processes().values() if "standin_part sandbox" in command]


@pytest.mark.parametrize(
    ("number", "deaf"),
    [(signal.SIGINT, "worker"), (signal.SIGTERM, "nobody"), (signal.SIGHUP, "nobody")],
    ids=["Ctrl-C, and a part that does not listen", "kill", "closed terminal"],
)
def test_being_told_to_stop_leaves_no_process(run: Run, number: signal.Signals, deaf: str) -> None:
    process = run.start(STANDIN_DEAF=deaf)
    run.wait_until_ready()
    wait_until(lambda: len(run.processes()) >= 13)  # six parts, a child of each, the manager
    os.killpg(process.pid, number)
    assert process.wait(LIMIT_S) == 0
    assert run.processes() == {}
    assert os.listdir(run.temporary.name) == []


def test_being_told_to_stop_while_starting_leaves_no_process(run: Run) -> None:
    process = run.start()
    wait_until(lambda: "Starting" in run.text())
    process.send_signal(signal.SIGINT)
    assert process.wait(LIMIT_S) == 0
    assert run.processes() == {}


# Only on Linux does make show that it was interrupted alone; elsewhere a second signal ends it.
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, *([signal.SIGINT] if sys.platform == "linux" else [])])
def test_a_signal_to_make_alone_leaves_no_process(run: Run, tmp_path: Path, number: signal.Signals) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@exec {sys.executable} -m tests.standins\n")
    process = run.start(["make", "-f", str(makefile), "run"])
    run.wait_until_ready()
    process.send_signal(number)
    process.wait(LIMIT_S)
    wait_until(lambda: run.processes() == {})
    assert os.listdir(run.temporary.name) == []


# Told to stop while an object is cleared away, Python drops what the signal raises, and says so on stderr.
LOSES_THE_SIGNAL = """
import os, signal, sys
from bot.running.manager import Manager
from tests.standins import commands, settings, up

class Cleared:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        print("told to stop")

states = Manager.states
def states_after_it(manager):
    if "Ctrl-C" in open(sys.argv[1]).read() and "told" not in open(sys.argv[1]).read():
        Cleared()
    return states(manager)

Manager.states = states_after_it
sys.exit(up(settings(), prepare=lambda version: None, commands=commands))
"""


def test_a_signal_that_comes_while_something_is_cleared_away_is_obeyed(run: Run) -> None:
    process = run.start([sys.executable, "-u", "-c", LOSES_THE_SIGNAL, str(run.output)])
    assert process.wait(LIMIT_S) == 0
    assert "Exception ignored in" in run.text()
    assert run.processes() == {}


def test_when_it_is_killed_itself_the_parts_end_and_the_next_run_starts(run: Run) -> None:
    process = run.start()
    run.wait_until_ready()
    first = set(run.processes())
    process.kill()
    process.wait()
    run.start()
    run.wait_until_ready()
    assert not first & set(run.processes())


def test_when_everything_but_the_parts_is_killed_the_parts_end(run: Run) -> None:
    process = run.start()
    run.wait_until_ready()
    manager = run.pid_of("supervisord.conf")
    process.kill()
    os.kill(manager, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not [command for command in run.processes().values() if "standin_part" in command])


def test_when_the_manager_is_killed_it_says_so_and_leaves_no_part(run: Run) -> None:
    process = run.start()
    run.wait_until_ready()
    os.kill(run.pid_of("supervisord.conf"), signal.SIGKILL)
    assert process.wait(LIMIT_S) == 1
    assert "The process manager ended by itself, so everything was stopped" in run.text()
    assert not [command for command in run.processes().values() if "standin_part" in command]


def test_a_port_in_use_ends_with_one_sentence_that_says_what_to_do(run: Run) -> None:
    with socket.create_server(("127.0.0.1", int(run.environ["CONSOLE_PORT"]))):
        assert run.start().wait(LIMIT_S) == 1
    port = run.environ["CONSOLE_PORT"]
    assert run.text() == f"Port {port} for the console is in use by another program: end it or set CONSOLE_PORT to a free port\n"
    assert run.processes() == {}


def test_a_port_given_to_two_parts_is_named(run: Run) -> None:
    assert run.start(ACTIONS_PORT=run.environ["GATEWAY_PORT"]).wait(LIMIT_S) == 1
    assert run.text().startswith("GATEWAY_PORT and ACTIONS_PORT are both ")


def test_a_monitoring_port_is_looked_at_as_well(run: Run) -> None:
    assert run.start(WORKER_MONITORING_PORT=run.environ["GATEWAY_PORT"]).wait(LIMIT_S) == 1
    assert run.text().startswith("GATEWAY_PORT and WORKER_MONITORING_PORT are both ")


def test_a_part_that_cannot_start_ends_everything_with_its_last_words(run: Run) -> None:
    assert run.start(STANDIN_BROKEN="actions").wait(LIMIT_S) == 1
    log = run.state / "logs" / "actions.log"
    assert f"The actions part cannot start; its log is {log} and ends with:" in run.text()
    assert "the widget drawer is locked" in run.text()
    assert run.processes() == {}


def settings_of(run: Run) -> Settings:
    return read_settings(run.environ)


def with_version(run: Run, name: str) -> None:
    """Makes a version and lets it go live."""
    config = settings_of(run)
    (versions.folder(config) / name / "data").mkdir(parents=True, exist_ok=True)
    versions.finish(config, name, versions.release_digest(config))
    versions.make_live(config, name)


def there(run: Run, *names: str) -> List[bool]:
    return [any(f"standin_part {name} " in command for command in run.processes().values()) for name in names]


def test_another_version_takes_over_beside_the_first_and_goes_back_to_it(run: Run) -> None:
    run.start()
    run.wait_until_ready()
    before = {name: run.part(name) for name in ("gateway", "assistant", "actions")}
    first = answering(settings_of(run))
    with_version(run, "1")
    wait_until(lambda: "Version 1 answers" in run.text())
    assert there(run, "worker", "worker-2", "assistant-2", "actions-2") == [False, True, True, True]
    now = answering(settings_of(run))
    assert now
    assert first
    assert (first.version, now.version) == (RELEASE, "1")
    assert f"standin_part assistant-2 {now.assistant_port} " in run.processes()[run.part("assistant-2")]
    versions.make_live(settings_of(run), RELEASE)
    wait_until(lambda: "Version release answers" in run.text())
    assert there(run, "worker", "worker-2") == [True, False]
    assert answering(settings_of(run)) == first
    assert {name: run.part(name) for name in before} == before  # none of them was started again: the first pair was kept
    assert "ended and was started again" not in run.text()


def test_a_version_that_cannot_be_started_leaves_everything_as_it_was(run: Run) -> None:
    run.start(STANDIN_BROKEN="assistant-2")
    run.wait_until_ready()
    before = {name: run.part(name) for name in ("gateway", "worker", "assistant", "actions", "console")}
    with_version(run, "1")
    wait_until(lambda: "Version 1 could not be started; version release goes on" in run.text())
    assert {name: run.part(name) for name in before} == before
    assert there(run, "worker-2", "actions-2") == [False, False]
    now = answering(settings_of(run))
    assert now
    assert (now.version, now.failed) == (RELEASE, "1")


def test_a_version_of_another_release_is_named_at_the_start(run: Run) -> None:
    with_version(run, "1")
    versions.finish(settings_of(run), "1", "another release")
    run.start()
    run.wait_until_ready()
    assert "Version 1 was built on another release and is not used" in run.text()
    now = answering(settings_of(run))
    assert now
    assert now.version == RELEASE
