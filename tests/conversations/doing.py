"""What tests of the record do again and again: write as a resident, run a dispatcher, read what the resident reads."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence

from django.db import connection
from django.utils import timezone

from bot.conversations import leases, news, sender
from bot.conversations.assistant_client import Assistant
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.inbox import accept
from bot.conversations.models import Conversation, InboundMessage, Pace, Route
from bot.conversations.photos import Fetch, Photo
from bot.conversations.sender import Deliver
from bot.gateway.fetched import mark_sent
from bot.gateway.replies import fetch
from bot.messages import Message
from bot.sealing import lookup_digest
from bot.secrets import secrets

LIMIT_S = 30.0  # nothing here takes a second; a loaded machine may be slow
NO_PHOTOS: Dict[str, Fetch] = {}
_ids = iter(range(1, 10**9))


def write(
    address: str, text: str, provider_id: Optional[str] = None, language: Optional[str] = None, photos: Sequence[Photo] = ()
) -> InboundMessage:
    """One message of a resident, taken in."""
    accepted = accept("rest", address, text, provider_id or f"id {next(_ids)}", language, photos=photos)
    return InboundMessage.objects.get(turn_id=accepted.turn_id)


def conversation_of(address: str) -> Conversation:
    return Conversation.objects.get(route__address_lookup=lookup_digest("rest", address))


def ten_times_at_once(work: Callable[[], Any]) -> None:
    """Does `work` in ten threads, each with a connection to the record of its own."""

    def do() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=do) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def wait_until(true: Callable[[], Any]) -> None:
    limit = time.monotonic() + LIMIT_S
    while not true():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.01)


def wait_for(*inbound: InboundMessage) -> None:
    """Until these turns are done."""
    rows = InboundMessage.objects.filter(pk__in=[row.pk for row in inbound], state="done")
    wait_until(lambda: rows.count() == len(inbound))


def read(inbound: InboundMessage) -> List[Message]:
    """What the resident reads in answer to a message; that they have is noted."""
    mark_sent([inbound.pk])
    return list(fetch(inbound.turn_id).messages)


def texts(inbound: InboundMessage) -> List[str]:
    return [message.text for message in read(inbound)]


def make_dispatcher(
    port: int, *, threads: int = 4, turn_timeout_s: float = 20.0, turn_deadline_s: float = 30.0, photos: Mapping[str, Fetch] = NO_PHOTOS
) -> Dispatcher:
    client = Assistant(f"http://127.0.0.1:{port}", secrets().internal_secret, threads)
    return Dispatcher(
        leases.process_name("worker"),
        client,
        threads=threads,
        turn_timeout_s=turn_timeout_s,
        turn_deadline_s=turn_deadline_s,
        photos=photos,
    )


@contextmanager
def dispatching(port: int, *, drain_s: float = 10.0, **limits: Any) -> Iterator[Dispatcher]:
    """A dispatcher at work in this process."""
    dispatcher = make_dispatcher(port, **limits)
    threads = [threading.Thread(target=dispatcher.run), news.listen(lambda _: dispatcher.news.set(), dispatcher.stopping)]
    threads[0].start()
    try:
        yield dispatcher
    finally:
        dispatcher.stopping.set()
        for thread in threads:
            thread.join()
        dispatcher.drain(drain_s)


def deliver_due(channels: Mapping[str, Deliver]) -> bool:
    """Delivers what may be sent now, in this thread. Returns False when there is nothing."""
    due = [taken for channel in channels for taken in sender.take(channel, 20)]
    for taken in due:
        sender.write_down(sender.deliver(taken, channels))
    return bool(due)


def let_the_pace_pass() -> None:
    """As if nothing had been sent for a while."""
    Pace.objects.update(free_at=timezone.now() - timedelta(seconds=1))
    Route.objects.update(free_at=None)
