"""Which city systems are left alone, for `/metrics`."""

from __future__ import annotations

from typing import Iterable

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from actions.clients.breaker import systems


class Breakers(Collector):
    """One value per system that was called since the start; a system is a host and the first part of its paths."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        family = GaugeMetricFamily("chatbot_circuit_open", "1: this city system is left alone for now.", labels=["system"])
        for system, is_open in systems().items():
            family.add_metric([system], float(is_open))
        return [family]
