"""Traces of turns in OpenTelemetry's terms: from the worker through the assistant and the action server to the city's systems.

A span has names, ids and numbers of ours. It never has what a resident or a city system wrote: no texts, no addresses asked for, no
messages of exceptions. Each process tells the next which span calls it in the header `traceparent` (W3C Trace Context).
"""

from __future__ import annotations

import atexit
import logging
from contextlib import contextmanager
from typing import Dict, Iterator, Mapping, Optional, Sequence, Union

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bot.settings import settings

Attributes = Mapping[str, Union[str, int]]
LAST_SPANS_MS = 2000  # that a process waits at its end for the last of them to be sent

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("chatbot")
_headers = TraceContextTextMapPropagator()


def start_tracing(part: str) -> None:
    """Sends the spans of this process to the collector of the settings, if there is one. The SDK reads its own variables, `OTEL_…`, too."""
    if settings().otlp_endpoint is None:
        return
    import requests
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult

    class Exporter(OTLPSpanExporter):
        """Says in a line that the collector does not answer; the processor would log a traceback of a page each time."""

        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            try:
                return super().export(spans)
            except requests.RequestException as err:
                _log.warning("traces could not be sent: %s", type(err).__name__)
                return SpanExportResult.FAILURE

    # Its own end would wait for a collector that is busy, for up to a minute.
    provider = TracerProvider(resource=Resource.create({"service.name": f"chatbot-{part}"}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Exporter()))
    atexit.register(provider.force_flush, LAST_SPANS_MS)
    trace.set_tracer_provider(provider)


@contextmanager
def span(
    name: str, kind: SpanKind, attributes: Optional[Attributes] = None, *, called_with: Optional[Mapping[str, str]] = None
) -> Iterator[Span]:
    """A span around what is done within. An error that leaves it marks it by the error's type.

    Args:
        called_with: the headers of the call that is answered; their span is the parent. Without: the current span of this process.
    """
    parent = None if called_with is None else _headers.extract(called_with)
    with _tracer.start_as_current_span(
        name, parent, kind, dict(attributes or {}), record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as err:
            current.set_status(StatusCode.ERROR, type(err).__name__)
            raise


def trace_headers() -> Dict[str, str]:
    """What a call tells whom it calls of the current span; empty when there is none."""
    carrier: Dict[str, str] = {}
    _headers.inject(carrier)
    return carrier
