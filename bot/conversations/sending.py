"""The sender at work: many messages on their way at the same time, and a provider that is away is left alone until it is back.

One thread takes messages and writes down what came of them, so that those waiting for a provider hold no connection to the database.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import Dict, List, Mapping

from django.db import InterfaceError, OperationalError, transaction

from bot.conversations import sender
from bot.conversations.sender import Deliver, Result, Taken

log = logging.getLogger(__name__)

AT_ONCE = 64  # messages on their way: fifty phones that hang for a time-out leave room for the others
TOGETHER = 8  # messages taken, or written down, in one transaction: a text that comes in waits as long
AWAY_AFTER = 5  # failures in a row
PROBE_S = 10.0  # as long as it is away, one message is tried that often


class Provider:
    """Whether a provider of messages is worth a try, by what came of the last ones."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self._failures = 0
        self._tried_at = -PROBE_S

    @property
    def away(self) -> bool:
        return self._failures >= AWAY_AFTER

    @property
    def may_try(self) -> bool:
        return not self.away or time.monotonic() >= self._tried_at + PROBE_S

    def tried(self) -> None:
        self._tried_at = time.monotonic()

    def came_back(self, result: Result) -> None:
        """A refusal for good is an answer too: the provider is there."""
        was_away = self.away
        self._failures = self._failures + 1 if result.error is not None and result.error.retry else 0
        if self.away != was_away:
            log.warning("%s: the provider is %s", self.channel, "back" if was_away else "away; one message is tried at a time")


class Sending:
    """Delivers up to `AT_ONCE` messages at once. `work` is for one thread, again and again."""

    def __init__(self, channels: Mapping[str, Deliver]) -> None:
        self.channels = channels
        self.under_way = 0
        self.news = threading.Event()  # set: there may be something to send, or to write down
        self._providers: Dict[str, Provider] = {channel: Provider(channel) for channel in channels}
        self._taken: queue.SimpleQueue[Taken] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self._unwritten: List[Result] = []

    def start(self) -> None:
        for number in range(AT_ONCE):
            # Daemons: what a provider does not answer must not keep the process alive. It is looked for before the next try.
            threading.Thread(target=self._deliver_all, name=f"send-{number}", daemon=True).start()

    def work(self, more: bool) -> None:
        """Writes down what came of messages and, if there shall be `more`, hands out what is due."""
        while not self._results.empty():
            result = self._results.get()
            self._providers[result.taken.channel].came_back(result)
            self._unwritten.append(result)
        self._write_down()
        if more:
            for provider in self._providers.values():
                self._hand_out(provider)

    def _hand_out(self, provider: Provider) -> None:
        most = min(AT_ONCE - self.under_way, 1 if provider.away else TOGETHER)
        if most <= 0 or not provider.may_try:
            return
        for taken in sender.take(provider.channel, most):
            provider.tried()
            self.under_way += 1
            self._taken.put(taken)

    def _write_down(self) -> None:
        """In transactions of many: while one writes, everybody else who wants to waits."""
        while self._unwritten:
            some = self._unwritten[:TOGETHER]
            with transaction.atomic():
                for result in some:
                    self._write_one(result)
            del self._unwritten[: len(some)]
            self.under_way -= len(some)

    def _write_one(self, result: Result) -> None:
        try:
            with transaction.atomic():
                sender.write_down(result, away=self._providers[result.taken.channel].away)
        except (OperationalError, InterfaceError):  # written when the database is back
            raise
        except Exception:
            log.exception("what came of message %s cannot be written", result.taken.row.pk)

    def _deliver_all(self) -> None:
        while True:
            self._results.put(sender.deliver(self._taken.get(), self.channels))
            self.news.set()
