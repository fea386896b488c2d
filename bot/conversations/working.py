"""What a worker process does at the same time: the dispatcher in its main thread, everything regular in threads of its own."""

from __future__ import annotations

import logging
import signal
import threading
import time
from datetime import timedelta
from types import FrameType
from typing import Callable, Optional

from django.db import InterfaceError, OperationalError
from django.db.models.functions import Now
from prometheus_client import REGISTRY

from bot.conversations import ending, leases, news, retention, sender, suppressions, synthetic, telling_late, texts_in, visits
from bot.conversations.assistant_client import Assistant
from bot.conversations.database import usable_connection
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.models import Heartbeat
from bot.conversations.news import GATHER_S, WAITING, News
from bot.conversations.queue_metrics import Queues
from bot.conversations.sending import Sending
from bot.conversations.subjects import subjects
from bot.gateway.channels import Channels
from bot.monitoring.server import watch
from bot.publishing import awaiting
from bot.review.nightly import Nightly
from bot.secrets import secrets
from bot.settings import settings

log = logging.getLogger(__name__)

SEND_S = 0.1  # what waits for its pace, or for another try, waits so much longer
RECEIVE_POLL_S = 0.2
LOOK_AFTER_S = 300.0
KEEP_HOUSE_S = 3600.0
END_S = 10.0
TELL_LATE_S = 2.0
PUBLISH_S = 5.0
READY_S = 10.0  # since the last heartbeat that could be written
STUCK_S = 60.0  # a dispatcher that has not looked for work for so long does not come back
_FAILURE_PAUSE_S = 5.0
_DATABASE_PAUSE_S = 1.0


class Worker:
    def __init__(self) -> None:
        config = settings()
        subjects()  # these two are read before there are turns: a transaction must not wait for them
        visits.version()
        self.name = leases.process_name("worker")
        self.channels = Channels(config, self.name)
        self.sending = Sending(self.channels.deliver)
        self.nightly = Nightly()
        self.dispatcher = Dispatcher(
            self.name,
            Assistant(config.assistant_url, secrets().internal_secret, config.worker_threads),
            threads=config.worker_threads,
            turn_timeout_s=config.turn_timeout_s,
            turn_deadline_s=config.turn_deadline_s,
            photos=self.channels.photos,
            typing=self.channels.typing,
        )
        self.stop_within_s = config.stop_within_s
        self.synthetic_every_s, self.turn_deadline_s = config.synthetic_every_s, config.turn_deadline_s
        self._beat_at: Optional[float] = None

    def run(self) -> None:
        """Works until told to stop by a signal. Call it in the main thread."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        drained = threading.Event()
        REGISTRY.register(Queues(self.channels.deliver))
        watch("worker", live=lambda: self.dispatcher.is_alive(STUCK_S), ready=self._is_ready)
        _every(leases.RENEW_S, self._keep_alive, drained)
        news.listen(self._hear, drained)
        if self.channels.deliver:
            self.sending.start()
            _every(SEND_S, self._send, drained, self.sending.news)
        if self.channels.reception:
            _every(RECEIVE_POLL_S, self.channels.reception.work, self.dispatcher.stopping)
        if self.channels.looked_after:
            _every(LOOK_AFTER_S, self._look_after, self.dispatcher.stopping)
        _every(KEEP_HOUSE_S, self._keep_house, self.dispatcher.stopping)
        _every(END_S, self._end, self.dispatcher.stopping)
        _every(TELL_LATE_S, self._tell_late, self.dispatcher.stopping)
        _every(KEEP_HOUSE_S, self._help_reviewers, self.dispatcher.stopping)
        _every(PUBLISH_S, self._build_version, self.dispatcher.stopping)
        asking = _every(self.synthetic_every_s, self._ask_itself, self.dispatcher.stopping) if self.synthetic_every_s else None
        self.dispatcher.run()
        log.info("stopping: finishing the turns under way")
        limit = time.monotonic() + self.stop_within_s
        with usable_connection():
            self.dispatcher.drain(self.stop_within_s)
            while self.sending.under_way and time.monotonic() < limit:
                time.sleep(SEND_S)
            if asking:  # it takes its question back
                asking.join(max(0.0, limit - time.monotonic()))
            Heartbeat.objects.filter(process=self.name).delete()
            leases.resign(self.name)
        drained.set()

    def _stop(self, number: int, frame: Optional[FrameType]) -> None:
        self.dispatcher.stopping.set()

    def _hear(self, told: News) -> None:
        if told.kind == WAITING:
            self.dispatcher.news.set()
        elif told.channel in self.channels.deliver:
            self.sending.news.set()

    def _keep_alive(self) -> None:
        self.dispatcher.renew()
        if self.dispatcher.is_alive():
            Heartbeat.objects.update_or_create(process=self.name, defaults={"name": "worker", "at": Now()})
            self._beat_at = time.monotonic()

    def _is_ready(self) -> bool:
        """Whether it looks for work and can write to the database."""
        return self._beat_at is not None and time.monotonic() - self._beat_at < READY_S

    def _send(self) -> None:
        self.sending.work(more=not self.dispatcher.stopping.is_set())

    def _look_after(self) -> None:
        if not leases.lead("channels", self.name, timedelta(seconds=2 * LOOK_AFTER_S)):
            return
        _each(*self.channels.looked_after)

    def _end(self) -> None:
        ending.remove_ended()

    def _tell_late(self) -> None:
        telling_late.tell()

    def _keep_house(self) -> None:
        if leases.lead("retention", self.name, timedelta(seconds=2 * KEEP_HOUSE_S)):
            _each(
                self._give_up_unfetched,
                retention.forget_silent_processes,
                suppressions.forget,
                texts_in.forget_set_aside,
                retention.forget_console_sessions,
                retention.dispose_of_pictures,
                retention.forget_bill_access,
                self._dispose,
            )

    def _give_up_unfetched(self) -> None:
        sender.give_up_unfetched(self.channels.deliver)

    def _dispose(self) -> None:
        count = retention.dispose(retention.today())
        if count:
            log.info("disposed of %d conversations", count)

    def _help_reviewers(self) -> None:
        if leases.lead("review", self.name, timedelta(seconds=2 * KEEP_HOUSE_S)):
            self.nightly.work()

    def _build_version(self) -> None:
        if leases.lead("publish", self.name, timedelta(seconds=4 * PUBLISH_S)):
            awaiting.build_next()

    def _ask_itself(self) -> None:
        channels = [*sorted(visits.FETCHED), *self.channels.deliver]
        longest_s = self.synthetic_every_s + len(channels) * 2 * self.turn_deadline_s
        if leases.lead("synthetic", self.name, timedelta(seconds=longest_s)):
            synthetic.ask(channels, self.turn_deadline_s, self.dispatcher.stopping)


def _each(*works: Callable[[], object]) -> None:
    """Does one after the other: one that fails keeps none of the others from being done."""
    for work in works:
        try:
            with usable_connection():
                work()
        except Exception as err:
            away = isinstance(err, (OperationalError, InterfaceError))
            log.warning("%s failed: %s", work.__name__, type(err).__name__, exc_info=not away)


def _every(seconds: float, work: Callable[[], None], ended: threading.Event, sooner: Optional[threading.Event] = None) -> threading.Thread:
    """Does `work` again and again in a thread of its own, until `ended`; a failure is logged and tried again.

    Args:
        sooner: set when there is work before the seconds are over.
    """

    def loop() -> None:
        pause = 0.0
        while not ended.wait(pause):
            try:
                with usable_connection():
                    work()
                pause = seconds
                if sooner is not None:
                    sooner.wait(seconds)
                    sooner.clear()
                    pause = GATHER_S
            except (OperationalError, InterfaceError) as err:  # a line a second at most, however long the database is away
                log.warning("%s: the database does not answer: %s", work.__name__, type(err).__name__)
                pause = min(max(seconds, _DATABASE_PAUSE_S), _FAILURE_PAUSE_S)
            except Exception:
                log.warning("%s failed", work.__name__, exc_info=True)
                pause = min(seconds, _FAILURE_PAUSE_S)

    thread = threading.Thread(target=loop, name=work.__name__, daemon=True)
    thread.start()
    return thread
