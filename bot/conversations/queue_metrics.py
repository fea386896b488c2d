"""How much waits in the inbox and in the outbox, and since when: read from the database when `/metrics` is asked.

Every worker tells of the one database, so all of them say the same.
"""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Optional, Sequence

from django.db import Error, connection
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.conversations.models import SYNTHETIC, InboundMessage, OutboundMessage


class Queues(Collector):
    """`channels`: those the worker delivers to; what residents fetch themselves does not wait for us."""

    def __init__(self, channels: Iterable[str]) -> None:
        self._channels = sorted(channels)

    def describe(self) -> List[GaugeMetricFamily]:
        """Names only: the database may be away when this is registered."""
        return [_up(), *_families()]

    def collect(self) -> Sequence[GaugeMetricFamily]:
        try:
            return [_up(1), *self._queues()]
        except Error:
            return [_up(0)]
        finally:
            connection.close()

    def _queues(self) -> List[GaugeMetricFamily]:
        depth, age = _families()
        waiting = InboundMessage.objects.filter(state=InboundMessage.State.PENDING).exclude(conversation__key__startswith=SYNTHETIC)
        _add(depth, age, ["inbox", ""], waiting.aggregate(count=Count("pk"), since=Min("received_at")))
        pending = OutboundMessage.objects.filter(state=OutboundMessage.State.PENDING, conversation__channel__in=self._channels)
        pending = pending.exclude(conversation__key__startswith=SYNTHETIC)
        rows = pending.values("conversation__channel").annotate(count=Count("pk"), since=Min("created_at"))
        found = {row["conversation__channel"]: row for row in rows}
        for channel in self._channels:
            _add(depth, age, ["outbox", channel], found.get(channel, {"count": 0, "since": None}))
        return [depth, age]


def _up(value: Optional[float] = None) -> GaugeMetricFamily:
    return GaugeMetricFamily("chatbot_database_up", "Whether the worker can read the database.", value)


def _families() -> List[GaugeMetricFamily]:
    labels = ["queue", "channel"]
    return [
        GaugeMetricFamily("chatbot_queue_messages", "Messages that wait; all channels share one inbox.", labels=labels),
        GaugeMetricFamily("chatbot_queue_oldest_seconds", "How long the oldest of them has waited.", labels=labels),
    ]


def _add(depth: GaugeMetricFamily, age: GaugeMetricFamily, labels: Sequence[str], row: Mapping[str, Any]) -> None:
    """`row`: the `count` of messages and `since` when the oldest waits, None when there is none."""
    depth.add_metric(labels, row["count"])
    age.add_metric(labels, max(0.0, (timezone.now() - row["since"]).total_seconds()) if row["since"] else 0.0)
