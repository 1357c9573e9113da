"""Spans run > step > call, if anybody collects them. Every name a tracing back end looks for stands in this file.

OpenTelemetry's conventions for models are still in development; names follow the state of November 2026. What was said in prompts
and replies is never in a span.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

RUN_ID, SKILL, STEP, ATTEMPT, OUTCOME = "briefwright.run.id", "briefwright.skill", "briefwright.step", "briefwright.attempt", "briefwright.outcome"  # fmt: skip
OPERATION, PROVIDER, MODEL = "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model"
INPUT_TOKENS, OUTPUT_TOKENS, CACHED_TOKENS = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.usage.cache_read.input_tokens"  # fmt: skip


@contextmanager
def span(name: str, attributes: Mapping[str, Any] | None = None) -> Iterator[Any]:
    """A span around what happens inside, or nothing where tracing is not installed."""
    try:
        from opentelemetry import trace
    except ImportError:
        yield None
        return
    with trace.get_tracer("briefwright").start_as_current_span(
        name, attributes=dict(attributes or {})
    ) as open_one:
        yield open_one


def told(events: Any, usage: Any, parent: Any) -> None:
    """The steps and calls of a finished run as spans below the run's own: events and usage say when each began and ended."""
    try:
        from opentelemetry import trace
    except ImportError:
        return
    tracer, inside = trace.get_tracer("briefwright"), trace.set_span_in_context(parent)
    for step, (began_ns, ended_ns, attempt) in _steps(events).items():
        each = tracer.start_span(f"step {step}", inside, start_time=began_ns, attributes={STEP: step, ATTEMPT: attempt})  # fmt: skip
        below = trace.set_span_in_context(each)
        at_ns = began_ns
        for use in (use for use in usage if use.step == step and not use.replayed):
            call = tracer.start_span(f"chat {use.model}", below, kind=trace.SpanKind.CLIENT, start_time=at_ns, attributes={OPERATION: "chat", PROVIDER: "openai", MODEL: use.model, INPUT_TOKENS: use.input_tokens, OUTPUT_TOKENS: use.output_tokens, CACHED_TOKENS: use.cached_tokens})  # fmt: skip
            at_ns += round(use.seconds * 1e9)
            call.end(at_ns)
        each.end(max(ended_ns, at_ns))


def _steps(events: Any) -> dict[str, tuple[int, int, int]]:
    """step → (first event, last event, attempts), times in nanoseconds."""
    found: dict[str, tuple[int, int, int]] = {}
    for at_ns, event in events:
        if event.step:
            began, _, attempt = found.get(event.step, (at_ns, at_ns, 0))
            found[event.step] = (began, at_ns, max(attempt, event.attempt))
    return found


def set_up_tracing(file: str) -> None:
    """Spans go to an OTLP endpoint where OTEL_EXPORTER_OTLP_ENDPOINT names one, or as JSON lines to a file; else nowhere.

    Raises UsageError for a wish that cannot be met.
    """
    from briefwright.errors import UsageError
    from briefwright.settings import otlp_endpoint

    endpoint = otlp_endpoint()
    if not file and not endpoint:
        return
    try:
        from opentelemetry import trace
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
    except ImportError:
        raise UsageError("tracing needs OpenTelemetry: pip install 'briefwright[server]'.") from None
    provider = TracerProvider(resource=Resource.create({"service.name": "briefwright"}))
    exporter: SpanExporter
    if endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        exporter = OTLPSpanExporter()
    else:
        try:
            out = open(file, "a", encoding="utf-8")  # noqa: SIM115  (open as long as the process)
        except OSError as fault:
            raise UsageError(f"traces cannot be written to '{file}': {fault.strerror}.") from None
        exporter = ConsoleSpanExporter(
            out=out, formatter=lambda each: json.dumps(json.loads(each.to_json())) + "\n"
        )
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    trace.set_tracer_provider(provider)
