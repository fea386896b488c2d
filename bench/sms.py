"""How fast texts are acknowledged and answered while Twilio's API hangs for some phones: ours, and Rasa's own Twilio channel as the peer.

    python -m bench.sms     about two minutes

Gateway and worker are processes on loopback, with a fake assistant that answers at once and a fake Twilio. 50 phones whose texts Twilio
hangs on for 15 s and 50 others write every ten seconds each: 10 s before, 15 s while it hangs, 15 s after. A webhook that has not answered
within 15 s never did, as for Twilio.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, List, Tuple
from urllib.parse import urlencode

import requests
from twilio.request_validator import RequestValidator

from tests.conversations import conftest as _ready  # noqa: F401  # Django and a state folder of its own, before what needs them
from tests.conversations import databases
from tests.conversations.doing import wait_until
from tests.gateway.starting import system_at_work
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, FakeTwilio, twilio_at_work
from tests.running import ROOT, free_port, stop

PHONES, EVERY_S = 50, 10.0  # of each kind
HANGS_S, GIVES_UP_S = 15.0, 15.0
PHASES = (("before", 10.0), ("hanging", HANGS_S), ("after", 15.0))
_ids = itertools.count()


@dataclass
class Text:
    """One text of a phone: when it was written, how long until it was acknowledged (None: never) and whether Twilio hung on its phone."""

    phone: str
    slow: bool
    at: float
    acknowledged_s: float | None = None


@dataclass
class Run:
    """What came of one system. `answers`: phone and moment of each text that Twilio took."""

    texts: List[Text] = field(default_factory=list)
    answers: List[Tuple[str, float]] = field(default_factory=list)
    began: float = 0.0


class _Taken(List[Dict[str, str]]):
    """The texts that Twilio took, with the moment of each."""

    def append(self, form: Dict[str, str]) -> None:
        super().append({**form, "at": str(time.monotonic())})


def write(url: str, text: Text) -> None:
    """Posts a text as Twilio does."""
    form = {
        "AccountSid": ACCOUNT,
        "MessageSid": f"SM{next(_ids):032x}",
        "From": text.phone,
        "To": NUMBER,
        "Body": "garbage day",
        "NumMedia": "0",
    }
    address = f"{url}/webhooks/sms/webhook"
    headers = {
        "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(address, form),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    text.at = time.monotonic()
    try:
        requests.post(address, data=urlencode(form), headers=headers, timeout=GIVES_UP_S).raise_for_status()
    except requests.RequestException:
        return
    text.acknowledged_s = time.monotonic() - text.at


def measure(url: str, twilio: FakeTwilio) -> Run:
    """All phones write at their moments, whatever became of what they wrote before."""
    run = Run(began=time.monotonic())
    twilio.taken = _Taken()
    first, last = PHASES[0][1], sum(seconds for _, seconds in PHASES[:2])
    twilio.hangs_for = lambda phone: HANGS_S if "666" in phone and first <= time.monotonic() - run.began < last else 0.0
    with ThreadPoolExecutor(400) as threads:
        for number in range(int(sum(seconds for _, seconds in PHASES) / EVERY_S * 2 * PHONES)):
            text = Text(f"+1519{'666' if number % 2 else '555'}{number // 2 % PHONES:04}", bool(number % 2), 0.0)
            time.sleep(max(0.0, run.began + number * EVERY_S / (2 * PHONES) - time.monotonic()))
            run.texts.append(text)
            threads.submit(write, url, text)
    time.sleep(HANGS_S)
    run.answers = [(form["To"], float(form["at"])) for form in twilio.taken]
    return run


def table(name: str, run: Run) -> Iterator[str]:
    began = run.began
    for phase, seconds in PHASES:
        texts = [text for text in run.texts if began <= text.at < began + seconds]
        acknowledged = [text.acknowledged_s for text in texts]
        answered = [_answered_s(run, text) for text in texts if not text.slow]
        yield f"{name:12} {phase:8} {len(texts):5}   {_figures(acknowledged)}   {_figures(answered)}"
        began += seconds


def _answered_s(run: Run, text: Text) -> float | None:
    """How long until Twilio took an answer to it: the n-th answer of a phone is that to its n-th text."""
    number = [one.at for one in sorted((one for one in run.texts if one.phone == text.phone), key=lambda one: one.at)].index(text.at)
    moments = [at for phone, at in run.answers if phone == text.phone]
    return moments[number] - text.at if number < len(moments) else None


def _figures(seconds: List[float | None]) -> str:
    """Median, 95th percentile and longest in milliseconds, and how many never came."""
    came = sorted(one for one in seconds if one is not None)
    never = len(seconds) - len(came)
    ranked = [one * 1000 for one in came] + [float("inf")] * never
    p50, p95 = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.95)]
    return f"{p50:8.0f} {p95:8.0f} {ranked[-1]:8.0f} {never:6}"


@contextmanager
def ours(folder: Path, twilio: FakeTwilio) -> Iterator[str]:
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    settings = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_NUMBER": NUMBER,
        "TWILIO_API_BASE_URL": twilio.url,
        "TWILIO_SEGMENTS_PER_S": "100",  # a short code: nothing here is to be slow because of the pace
    }
    with system_at_work(database, folder, **settings) as (url, _):
        yield url


@contextmanager
def rasas(folder: Path, twilio: FakeTwilio) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "bench.sms_rasa", str(port), ACCOUNT, TOKEN, NUMBER, twilio.url]
    with (folder / "rasa.log").open("wb") as log:
        started = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _serves(url))
        yield url
    finally:
        stop(started)


def _serves(url: str) -> bool:
    try:
        return requests.get(f"{url}/webhooks/sms/", timeout=5).status_code == 200
    except requests.ConnectionError:
        time.sleep(0.2)
        return False


def main() -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. Milliseconds until acknowledged, and until the other 50 are answered:")
    print(f"{'':12} {'':8} texts   {'p50':>8} {'p95':>8} {'max':>8}  never   {'p50':>8} {'p95':>8} {'max':>8}  never")
    for name, system in (("ours", ours), ("Rasa 3.6.21", rasas)):
        with tempfile.TemporaryDirectory() as folder, twilio_at_work() as twilio, system(Path(folder), twilio) as url:
            for line in table(name, measure(url, twilio)):
                print(line, flush=True)
    threading.Timer(1.0, os._exit, (0,)).start()  # requests to a peer that still hangs keep nobody waiting


if __name__ == "__main__":
    main()
