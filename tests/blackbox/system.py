"""Everything, started as `make run` starts it, and a resident who writes to it over REST."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List

import requests

from tests.running import ROOT, free_port

READY_S = 300.0
STOPPED_S = 60.0
ANSWER_S = 90.0
PORTS = ("GATEWAY_PORT", "ASSISTANT_PORT", "ACTIONS_PORT", "CONSOLE_PORT", "SANDBOX_PORT")


@dataclass(frozen=True)
class Answer:
    """What a resident reads."""

    text: str
    buttons: Dict[str, str]  # title: payload
    language: str


class Resident:
    def __init__(self, url: str) -> None:
        self.url = url
        self.sender = uuid.uuid4().hex

    def says(self, message: str) -> Answer:
        answer = requests.post(self.url, json={"sender": self.sender, "message": message}, timeout=ANSWER_S)
        assert answer.status_code == 200, answer.text
        replies: List[Dict[str, Any]] = answer.json()
        assert replies
        assert {reply["recipient_id"] for reply in replies} == {self.sender}
        return Answer(
            text="\n".join(reply.get("text", "") for reply in replies),
            buttons={button["title"]: button["payload"] for reply in replies for button in reply.get("buttons", [])},
            language=next((reply["custom"]["language"] for reply in replies if reply.get("custom", {}).get("language")), ""),
        )


class System:
    """`resident up` on free ports and an empty state folder. The model is trained when none fits, as for anybody.

    `settings`: environment variables besides.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.settings = settings
        self.state = folder / "state"
        self.output = folder / "output.txt"
        self.ports = {variable: free_port() for variable in PORTS}
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        environ = {**os.environ, "RESIDENT_STATE": str(self.state), **{name: str(port) for name, port in self.ports.items()}}
        for variable in ("RESIDENT_PROFILE", "DATABASE_URL", "TRACKER_DATABASE_URL", "REST_API_KEY", "PUBLIC_URL", "TWILIO_AUTH_TOKEN"):
            environ.pop(variable, None)
        environ.update(self.settings)
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, str(Path(sys.executable).with_name("resident")), "up"],
                cwd=ROOT,
                env=environ,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.ports['GATEWAY_PORT']}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.ports['SANDBOX_PORT']}"

    def resident(self) -> Resident:
        return Resident(f"{self.gateway}/webhooks/rest/webhook")

    def text(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self) -> None:
        self.wait_for(lambda: "Ctrl-C stops everything" in self.text())

    def wait_for(self, good: Callable[[], bool]) -> None:
        until = time.monotonic() + READY_S
        while not good():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < until, self.text()
            time.sleep(0.2)

    def health(self) -> Dict[str, str]:
        """Each part's state as the gateway reports it."""
        return dict(requests.get(f"{self.gateway}/health", timeout=ANSWER_S).json()["parts"])

    def pid_of(self, part: str) -> int:
        """The process of a part, 0 while there is none."""
        asked = [
            str(Path(sys.executable).with_name("supervisorctl")),
            "-c",
            str(self.state / "run" / "supervisord.conf"),
            "pid",
            f"resident:{part}",
        ]
        return int(subprocess.run(asked, capture_output=True, text=True).stdout)

    def processes(self) -> List[str]:
        """Every process with this state folder in its environment."""
        rows = subprocess.run(["ps", "axeww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
        return [row.split(None, 1)[0] for row in rows if f"RESIDENT_STATE={self.state} " in f"{row} "]

    def press_ctrl_c(self) -> int:
        """Ends it as Ctrl-C in a terminal does; returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(STOPPED_S)

    def close(self) -> None:
        if self.process.poll() is None:
            self.press_ctrl_c()
