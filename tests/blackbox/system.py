"""Everything, started as `make run` starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Callable, Dict, List, Optional

import requests

from bot.secrets import Secrets
from bot.settings import read_settings
from bot.simulator.account import with_account
from bot.simulator.twilio import SimulatedTwilio
from tests.blackbox.record import Record
from tests.blackbox.residents import ANSWER_S, CHANNELS, Resident
from tests.gateway.telegram_fake import FakeTelegram
from tests.running import ROOT, free_port

READY_S = 300.0
STOPPED_S = 60.0
PORTS = ("GATEWAY_PORT", "ASSISTANT_PORT", "ACTIONS_PORT", "CONSOLE_PORT", "SANDBOX_PORT")
UNSET = ("RESIDENT_PROFILE", "DATABASE_URL", "TRACKER_DATABASE_URL", "REST_API_KEY", "PUBLIC_URL")


class System:
    """`resident up` on free ports and an empty state folder. The model is trained when none fits, as for anybody.

    `telegram`: where the chats of its residents are. `settings`: environment variables besides. `samples`: as anybody starts it, with
    sample conversations.
    """

    def __init__(self, folder: Path, telegram: Optional[FakeTelegram] = None, *, samples: bool = False, **settings: str) -> None:
        self._telegram = telegram
        self._options = [] if samples else ["--no-samples"]
        self.state = folder / "state"
        self.output = folder / "output.txt"
        self.ports = {variable: free_port() for variable in PORTS}
        others = {name: value for name, value in os.environ.items() if name not in UNSET and not name.startswith(("TWILIO_", "TELEGRAM_"))}
        self.environ = {
            **others,
            "RESIDENT_STATE": str(self.state),
            "SMS_SIMULATOR_PORT": str(free_port()),
            **{name: str(port) for name, port in self.ports.items()},
            **settings,
        }
        self.process = self._start()
        self._phones = ExitStack()

    def _command(self) -> List[str]:
        return [sys.executable, str(Path(sys.executable).with_name("resident")), "up", *self._options]

    def _start(self) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as output:
            return subprocess.Popen(
                self._command(),
                cwd=ROOT,
                env=self.environ,
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

    @property
    def console(self) -> str:
        return f"http://127.0.0.1:{self.ports['CONSOLE_PORT']}"

    def clerk(self) -> requests.Session:
        """A browser in which somebody has signed in to the console with the account that was made at the first start."""
        browser = requests.Session()
        browser.get(f"{self.console}/sign-in", timeout=ANSWER_S)
        name, password = re.findall(r"First console account: (\S+), password (\S+)", self.text())[0]
        form = {"username": name, "password": password, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert browser.post(f"{self.console}/sign-in", form, timeout=ANSWER_S).url == f"{self.console}/"
        return browser

    @property
    def telegram(self) -> FakeTelegram:
        assert self._telegram, "this system has no Telegram"
        return self._telegram

    @cached_property
    def twilio(self) -> SimulatedTwilio:
        """Where the phones of its residents are."""
        return self._phones.enter_context(SimulatedTwilio(with_account(read_settings(self.environ), self.secrets)))

    @property
    def secrets(self) -> Secrets:
        return Secrets(**json.loads((self.state / "secrets.json").read_text()))

    @property
    def record(self) -> Record:
        return Record(self.state / "resident.sqlite3", self.secrets.lookup_key)

    def switch_phones_off(self) -> None:
        """Leaves Twilio's place to somebody else."""
        self._phones.close()
        self.__dict__.pop("twilio", None)

    def resident(self, channel: str = "rest") -> Resident:
        """Somebody new."""
        return CHANNELS[channel](self)

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

    def filed(self, words: str) -> List[Dict[str, str]]:
        """The requests the city has with these words in their description."""
        rows = requests.get(f"{self.sandbox}/open311/v2/requests.json", timeout=10).json()
        return [row for row in rows if words in row["description"]]

    def press_ctrl_c(self) -> int:
        """Ends it as Ctrl-C in a terminal does; returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(STOPPED_S)

    def close(self) -> None:
        self.switch_phones_off()
        if self.process.poll() is None:
            self.press_ctrl_c()
