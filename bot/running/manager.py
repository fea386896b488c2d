"""The process manager: supervisord with a configuration written for this run.

supervisord starts a part again when it ends, with a growing pause; keeps a log file per part; and ends a part with
everything the part started. `supervisorctl -c <state folder>/run/supervisord.conf status` talks to it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence
from xmlrpc.client import Fault, ServerProxy

from bot.running import lifeline, locks
from bot.running.parts import Part

STOP_PART_S = 10  # then supervisord kills it
STOP_ALL_S = 30
# A part that ends sooner after its start than this is started again after 1, 2, 3... seconds, else at once. Longer
# than the slowest part (the assistant loads its model) takes to find out that it cannot start.
SETTLED_S = 30


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

    def __init__(self, state_folder: Path, commands: Mapping[str, Sequence[str]], environ: Mapping[str, str]) -> None:
        """`commands`: per part, the command that starts it. `environ`: what the parts get besides this process's environment."""
        self.state_folder = state_folder
        self.commands = commands
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
        from supervisor.xmlrpc import SupervisorTransport

        if self._socket_folder is None:
            return {}
        transport = SupervisorTransport(None, None, f"unix://{self._socket_folder / 'socket'}")
        try:
            rows: List[Dict[str, int | str]] = ServerProxy("http://127.0.0.1", transport=transport).supervisor.getAllProcessInfo()  # type: ignore[assignment]
        except (OSError, HTTPException, Fault):
            return {}
        finally:
            transport.close()
        return {str(row["name"]): State(str(row["statename"]), int(row["pid"])) for row in rows}

    def stop(self) -> None:
        """Ends every part and the manager; returns when all are gone."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_ALL_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        locks.wait_for_parts(self.state_folder, patience_s=lifeline.GRACE_S + 5)

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
            _section("group:resident", programs=",".join(self.commands)),
        ]
        for name, command in self.commands.items():
            sections.append(
                _section(
                    f"program:{name}",
                    command=shlex.join(command),
                    autorestart="true",
                    startsecs=SETTLED_S,
                    startretries=1_000_000,  # never gives up: the pause grows by a second each time
                    stopwaitsecs=STOP_PART_S,
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
    try:
        supervisord.main(["--configuration", configuration])
    finally:
        shutil.rmtree(socket_folder, ignore_errors=True)


def _section(title: str, **rows: object) -> str:
    lines = [f"{name} = {str(value).replace('%', '%%')}" for name, value in rows.items()]
    return "\n".join([f"[{title}]", *lines, ""])
