"""Which request work belongs to, by W3C Trace Context; and OpenTelemetry's spans where they are wanted.

A request has a trace of its own or continues that of its `traceparent` header. The number of the trace is the
request's id: it stands in each log line, in the answer's X-Request-Id and with the run, whose worker goes on
with it. Spans are sent when the extra `otel` is installed and OTEL_EXPORTER_OTLP_ENDPOINT is set; its own
variables say the rest.
"""

import logging
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

log = logging.getLogger(__name__)

TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


@dataclass(slots=True)
class Span:
    """A piece of work. `said` are the words for the log's lines; `sent` is OpenTelemetry's span, if any."""

    trace_id: str
    span_id: str
    sent: Any = None
    said: dict[str, object] = field(default_factory=dict)

    @property
    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sent else '00'}"

    def set(self, **attributes: str | int | float | bool) -> None:
        if self.sent:
            self.sent.set_attributes({f"plumb.{name}": value for name, value in attributes.items()})


_current: ContextVar[Span | None] = ContextVar("plumb_span", default=None)


def current() -> Span | None:
    return _current.get()


def traceparent() -> str | None:
    """How whoever goes on with this work elsewhere names it; None outside of any."""
    span = _current.get()
    return span.traceparent if span else None


def begin(name: str, parent: str | None = None, **said: object) -> Span:
    """Enter a span in this context, below `parent` if that is a traceparent, else a trace of its own."""
    found = TRACEPARENT.fullmatch(parent or "")
    provider = _provider()
    if provider is None:
        span = Span(found[1] if found else secrets.token_hex(16), secrets.token_hex(8))
    else:
        span = _send(provider, name, parent if found else None)
    span.said = {"request_id": span.trace_id, **said}
    _current.set(span)
    return span


def end(span: Span, *, failed: str | None = None) -> None:
    """Leave it; `failed` says in a word how it went wrong."""
    if span.sent:
        if failed:
            from opentelemetry.trace import StatusCode  # an extra, and only where it is used

            span.sent.set_status(StatusCode.ERROR, failed)
        span.sent.end()
    _current.set(None)


@contextmanager
def within(name: str, parent: str | None = None, **said: object) -> Iterator[Span]:
    """`begin` and `end` around a block."""
    span = begin(name, parent, **said)
    try:
        yield span
    except BaseException as error:
        end(span, failed=type(error).__name__)
        raise
    end(span)


def said() -> dict[str, object]:
    """What the lines of the log say of the work that they belong to."""
    span = _current.get()
    return span.said if span else {}


def flush(timeout_s: float = 5.0) -> bool:
    """Send the spans that have ended, before the process does; True where there are none to send."""
    provider = _provider()
    return provider is None or bool(provider.force_flush(int(timeout_s * 1000)))


def wanted() -> bool:
    is_off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not is_off and any(os.environ.get(name) for name in ENDPOINTS)


@lru_cache(maxsize=1)
def _provider() -> Any:
    """None where no traces are wanted. Made at the first span of a process, as a fork loses its thread."""
    if not wanted():
        return None
    try:  # an extra of 8 MB, for those who ask for it
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        log.warning("traces are wanted: pip install 'plumbline[otel]'")
        return None
    os.environ.setdefault("OTEL_SERVICE_NAME", "plumbline")
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def _send(provider: Any, name: str, parent: str | None) -> Span:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract({"traceparent": parent}) if parent else None
    sent = provider.get_tracer("plumbline").start_span(name, context=context)
    ids = sent.get_span_context()
    return Span(f"{ids.trace_id:032x}", f"{ids.span_id:016x}", sent)
