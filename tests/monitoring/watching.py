"""A monitoring port as Prometheus and a container's probes see it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Set

import requests
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.running import free_port

LIMIT_S = 60.0


@dataclass
class Watched:
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=LIMIT_S)

    def status(self, path: str) -> int:
        """Of a probe; 0 as long as nothing listens."""
        try:
            return self.get(path).status_code
        except requests.ConnectionError:
            return 0

    def wait_until_ready(self) -> None:
        limit = time.monotonic() + LIMIT_S
        while self.status("/ready") != 200:
            assert time.monotonic() < limit, "it did not get ready"
            time.sleep(0.1)

    def samples(self) -> List[Sample]:
        return [sample for family in text_string_to_metric_families(self.get("/metrics").text) for sample in family.samples]

    def value(self, name: str, **labels: str) -> float:
        """The sum of all values with these labels; 0 when there is none."""
        return sum(sample.value for sample in self.samples() if sample.name == name and labels.items() <= sample.labels.items())

    def labels(self) -> Dict[str, Set[str]]:
        """Every value that a label of ours has."""
        found: Dict[str, Set[str]] = {}
        for name, value in self._pairs():
            found.setdefault(name, set()).add(value)
        return found

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for sample in self.samples():
            if sample.name.startswith("chatbot_"):
                yield from sample.labels.items()
