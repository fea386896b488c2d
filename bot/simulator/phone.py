"""`resident sms simulate`: a phone in the terminal that texts the running system, over the way real text messages take."""

from __future__ import annotations

import random
import shutil
import sys
from contextlib import suppress
from queue import Empty
from typing import Iterator, List, Optional

from bot.running.ready import healthy_parts
from bot.running.terminal import complain, say
from bot.secrets import secrets
from bot.settings import Settings
from bot.simulator.account import CITY_NUMBER, is_simulated, with_account
from bot.simulator.bubbles import bubble, many_segments
from bot.simulator.twilio import NOT_RUNNING, SimulatedTwilio, SimulatorError
from bot.sms.segments import segments

QUIET_S = 1.6  # after a text without another one the city has said what it wanted: a phone gets one a second
MORE_THAN_THE_DEADLINE_S = 15.0
PROMPT = "> "


class Phone:
    """One phone, switched on."""

    def __init__(self, twilio: SimulatedTwilio, number: str) -> None:
        self.twilio, self.number = twilio, number
        self.texts = twilio.phone(number)

    def send(self, text: str, **more: str) -> None:
        """Raises SimulatorError."""
        self.twilio.text(self.number, text, **more)

    def shows(self, wait_s: float, quiet_s: float = QUIET_S) -> Iterator[str]:
        """Texts as they come: the first within `wait_s`, the others within `quiet_s` of the one before."""
        with suppress(Empty):
            yield self.texts.get(timeout=wait_s)
            while True:
                yield self.texts.get(timeout=quiet_s)


def made_up_number() -> str:
    """A number that nobody has, most likely a new one at each call."""
    return f"+1519555{random.randrange(200, 10_000):04}"


def simulate(config: Settings, number: Optional[str], wait_s: Optional[float]) -> int:
    """Texts until the end of input or Ctrl-C. Returns the exit code: 1 when there is nobody to text.

    Args:
        number: the phone's, in E.164 and not the city's; None: made up.
        wait_s: how long to wait for an answer; None: longer than the system takes at most.
    """
    try:
        _check(config)
        with SimulatedTwilio(with_account(config, secrets())) as twilio:
            phone = Phone(twilio, number or made_up_number())
            say(f"This phone is {phone.number}. Type a text and press Enter. Ctrl-D ends; --from {phone.number} comes back as this phone.")
            _Conversation(phone, config.turn_deadline_s + MORE_THAN_THE_DEADLINE_S if wait_s is None else wait_s).hold()
    except SimulatorError as err:
        complain(str(err))
        return 1
    return 0


def _check(config: Settings) -> None:
    """Raises SimulatorError when there is nobody to text."""
    if not is_simulated(config):
        raise SimulatorError(
            "Text messages are simulated on the sandbox city only, without PUBLIC_URL and settings for Twilio: unset what is set of them."
        )
    parts = healthy_parts(config)
    if parts is None:
        raise SimulatorError(NOT_RUNNING)
    unwell = [name for name, state in parts.items() if state != "ok"]
    if unwell:
        complain(f"Answers may not come, since this is not well: {', '.join(unwell)}. `resident doctor` says more.")


class _Conversation:
    def __init__(self, phone: Phone, wait_s: float) -> None:
        self.phone, self.wait_s = phone, wait_s
        self.own: List[int] = []  # segments of each text
        self.city: List[int] = []

    def hold(self) -> None:
        """Raises SimulatorError."""
        for text in _typed():
            self._show(text, own=True)
            self.phone.send(text)
            before = len(self.city)
            try:
                for answer in self.phone.shows(self.wait_s):
                    self._show(answer, own=False)
            except KeyboardInterrupt:
                say()
            else:
                if len(self.city) == before:
                    complain(f"No text came within {self.wait_s:g} s.")
        say(f"You sent {_sum(self.own)}; the city sent {_sum(self.city)}. The city pays for both, by the segment.")

    def _show(self, text: str, *, own: bool) -> None:
        (self.own if own else self.city).append(segments(text))
        for line in bubble(text, self.phone.number if own else CITY_NUMBER, shutil.get_terminal_size().columns, own=own):
            say(line)


def _sum(texts: List[int]) -> str:
    return f"{len(texts)} {'text' if len(texts) == 1 else 'texts'} ({many_segments(sum(texts))})"


def _typed() -> Iterator[str]:
    """Lines of the input with something in them, until its end or Ctrl-C."""
    for line in _lines_of_terminal() if sys.stdin.isatty() and sys.stdout.isatty() else sys.stdin:
        text = line.strip().encode("utf-8", "replace").decode()
        if text:
            yield text


def _lines_of_terminal() -> Iterator[str]:
    with suppress(ImportError):
        import readline  # noqa: F401  (gives input() line editing)

    while True:
        try:
            line = input(PROMPT)
        except (EOFError, KeyboardInterrupt):
            say()
            return
        _forget_line(line)
        yield line


def _forget_line(typed: str) -> None:
    """Takes what was typed off the terminal: it comes again as a text."""
    rows = 1 + (len(PROMPT) + len(typed)) // shutil.get_terminal_size().columns
    sys.stdout.write(f"\x1b[{rows}A\x1b[J")
