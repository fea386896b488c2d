"""An OpenTelemetry collector on loopback: takes what the official exporter sends, and shows it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Dict, Iterator, List

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.loopback import Handler, send, serving


@dataclass(frozen=True)
class Received:
    """A span; `service` is the process it is from, `parent` empty where there is none."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: Dict[str, str]
    failed: str  # why, when it did


@dataclass
class Collector:
    port: int = 0
    spans: List[Received] = field(default_factory=list)
    bodies: List[bytes] = field(default_factory=list)

    @property
    def settings(self) -> Dict[str, str]:
        """What a process needs to be told to send its spans here, soon."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.port}", "OTEL_BSP_SCHEDULE_DELAY": "100"}

    def of(self, service: str, name: str) -> List[Received]:
        return [span for span in self.spans if (span.service, span.name) == (service, name)]

    def take(self, body: bytes) -> None:
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = {row.key: row.value.string_value for row in resource.resource.attributes}["service.name"]
            for scope in resource.scope_spans:
                for span in scope.spans:
                    attributes = {row.key: row.value.string_value or str(row.value.int_value) for row in span.attributes}
                    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                    failed = (span.status.message or "failed") if span.status.code == 2 else ""
                    self.spans.append(Received(service, span.name, *ids, attributes, failed))


class _Handler(Handler):
    collector: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/v1/traces"
        self.collector.take(body)
        send(self, 200, b"", "application/x-protobuf")


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    with serving(_Handler, collector=collector) as collector.port:
        yield collector
