"""The process manager: supervisord with a configuration written for this run.

supervisord starts a part again when it ends, with a growing pause; keeps a log file per part; and ends a part with
everything the part started. `supervisorctl -c <state folder>/run/supervisord.conf status` talks to it.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from http.client import HTTPException
from math import ceil
from pathlib import Path
from typing import Any, Collection, Dict, List, Mapping, Optional, Sequence, TextIO
from xmlrpc.client import Fault, ServerProxy

from bot.running import lifeline, locks
from bot.running.parts import Part

STOP_ALL_S = 20  # that the manager has besides what a part may take
# A part that ends sooner after its start than this is started again after 1, 2, 3... seconds, else at once. Longer
# than the slowest part (the assistant loads its model) takes to find out that it cannot start.
SETTLED_S = 30
_GROUP = "resident"


@dataclass(frozen=True)
class State:
    """One part as the manager sees it. `pid` 0: not running; `word` is supervisor's name of the state."""

    word: str
    pid: int

    @property
    def failed(self) -> bool:
        """It ended by itself (STOPPED is also what a part is before its first start)."""
        return self.word in ("BACKOFF", "EXITED", "FATAL")


class Manager:
    """The running manager of one state folder."""

    def __init__(
        self, state_folder: Path, commands: Mapping[str, Sequence[str]], environ: Mapping[str, str], spare: Collection[str] = ()
    ) -> None:
        """
        Args:
            commands: per part, the command that starts it.
            environ: what the parts get besides this process's environment.
            spare: parts that only `start_part` starts.
        """
        self.state_folder = state_folder
        self.commands = commands
        self.spare = spare
        self.environ = environ
        self.logs = state_folder / "logs"
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._socket_folder: Optional[Path] = None

    def log(self, part: str) -> Path:
        return self.logs / f"{part}.log"

    def start(self) -> None:
        """Starts every part."""
        self.logs.mkdir(parents=True, exist_ok=True)
        # A socket's path has room for about 100 bytes, less than many a state folder.
        self._socket_folder = Path(tempfile.mkdtemp(prefix="resident-"))
        configuration = locks.run_folder(self.state_folder) / "supervisord.conf"
        configuration.write_text(self._configuration(self._socket_folder / "socket"), encoding="utf-8")
        with self.log("manager").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [*resident(), "manager", str(configuration), str(self._socket_folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environ, "PYTHONUNBUFFERED": "1"},  # a log shows a line when it is written
                start_new_session=True,  # Ctrl-C is for `resident up`, which ends the parts in order
            )

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def states(self) -> Dict[str, State]:
        """Each part's state; empty while the manager cannot be asked."""
        rows: List[Dict[str, int | str]] = self._ask("getAllProcessInfo") or []
        return {str(row["name"]): State(str(row["statename"]), int(row["pid"])) for row in rows}

    def start_part(self, part: str) -> None:
        """Has a part started, unless it runs; does not wait for it."""
        self._ask("startProcess", f"{_GROUP}:{part}", False)

    def stop_part(self, part: str) -> None:
        """Ends a part, and does not start it again. Returns when it is gone."""
        self._ask("stopProcess", f"{_GROUP}:{part}")

    def _ask(self, what: str, *words: Any) -> Any:
        """What the manager says; None while it cannot be asked, and where it refuses to start what runs or to end what does not."""
        from supervisor.xmlrpc import SupervisorTransport

        if self._socket_folder is None:
            return None
        transport = SupervisorTransport(None, None, f"unix://{self._socket_folder / 'socket'}")
        try:
            return getattr(ServerProxy("http://127.0.0.1", transport=transport).supervisor, what)(*words)
        except (OSError, HTTPException, Fault):
            return None
        finally:
            transport.close()

    def stop(self) -> None:
        """Ends every part and the manager; returns when all are gone."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(lifeline.end_within_s() + STOP_ALL_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        locks.wait_for_parts(self.state_folder, patience_s=lifeline.end_within_s() + 5)

    def _configuration(self, socket: Path) -> str:
        run = locks.run_folder(self.state_folder)
        sections = [
            _section(
                "supervisord",
                nodaemon="true",
                silent="true",
                umask="077",
                logfile=self.log("supervisord"),
                logfile_maxbytes="5MB",
                logfile_backups=2,
                childlogdir=self.logs,
                pidfile=run / "supervisord.pid",
                **({"user": "root"} if os.geteuid() == 0 else {}),
            ),
            _section("unix_http_server", file=socket, chmod="0700"),
            _section("supervisorctl", serverurl=f"unix://{socket}"),
            "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n",
            # One group: its members are ended at the same time.
            _section(f"group:{_GROUP}", programs=",".join(self.commands)),
        ]
        for name, command in self.commands.items():
            sections.append(
                _section(
                    f"program:{name}",
                    command=shlex.join(command),
                    autostart="false" if name in self.spare else "true",
                    autorestart="true",
                    startsecs=SETTLED_S,
                    startretries=1_000_000,  # never gives up: the pause grows by a second each time
                    stopwaitsecs=ceil(lifeline.end_within_s()),  # then it is killed
                    stopasgroup="true",
                    killasgroup="true",
                    redirect_stderr="true",
                    stdout_logfile=self.log(name),
                    stdout_logfile_maxbytes="5MB",
                    stdout_logfile_backups=3,
                )
            )
        return "\n".join(sections)


def resident() -> List[str]:
    """The command `resident` of this environment."""
    return [sys.executable, str(Path(sys.executable).with_name("resident"))]


def commands(parts: Sequence[Part]) -> Dict[str, List[str]]:
    return {part.name: [*resident(), *part.command] for part in parts}


def run(configuration: str, socket_folder: str) -> None:
    """Is the manager, until told to end or until `resident up` has gone. Removes the socket's folder at its end."""
    from supervisor import supervisord

    lifeline.end_with_parent()
    sys.stderr = _WhatFits(sys.stderr)
    try:
        supervisord.main(["--configuration", configuration])
    finally:
        shutil.rmtree(socket_folder, ignore_errors=True)


class _WhatFits(io.TextIOBase):
    """Standard error on a disk that may be full: supervisord says there that it cannot write a log, and must not end because of that."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            pass
        return len(text)


def _section(title: str, **rows: object) -> str:
    lines = [f"{name} = {str(value).replace('%', '%%')}" for name, value in rows.items()]
    return "\n".join([f"[{title}]", *lines, ""])
