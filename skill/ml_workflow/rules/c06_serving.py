"""Check 6: the serving architecture meets latency and throughput, by arithmetic."""

from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail, warn
from briefwright.skill.ml_workflow.sections import RealTime, Serving
from briefwright.skill.ml_workflow.sizing import capacity
from briefwright.skill.spec import Finding

STEP = "serving"
HEADROOM = 0.75


def mode(s: Serving, ground: Ground) -> Iterator[Finding]:
    if s.mode != ground.decisions.mode.mode:
        yield fail(
            "C6.mode_facts",
            STEP,
            "mode",
            f"mode “{s.mode}”, the brief asks for {ground.decisions.mode.mode}: {ground.decisions.mode.reason[:90]}",
            f"Serve in {ground.decisions.mode.mode} mode.",
        )
    if s.mode == "Batch" and s.real_time is not None:
        yield fail(
            "C6.batch_sla",
            STEP,
            "real_time",
            "a batch has no latency per request",
            "Give the time the whole result is due.",
        )
    if s.mode == "Batch" and s.batch is None:
        yield fail(
            "C6.schedule",
            STEP,
            "batch",
            "a batch without schedule and window",
            "Give rows, rate, workers, window and schedule.",
        )
    if s.mode != "Batch" and s.real_time is None:
        yield fail(
            "C6.sla", STEP, "real_time", "no latency and throughput", "Give p50, p99, peak rate and replicas."
        )


def latencies(s: Serving, ground: Ground) -> Iterator[Finding]:
    if (live := s.real_time) is None:
        return
    if live.p50_ms.value >= live.p99_ms.value:
        yield fail(
            "C6.p50_p99",
            STEP,
            "real_time.p50_ms",
            f"p50 {live.p50_ms} is not below p99 {live.p99_ms}",
            "The median lies below the 99th percentile.",
        )
    if live.mean_latency_ms.value > live.p99_ms.value:
        yield fail(
            "C6.mean",
            STEP,
            "real_time.mean_latency_ms",
            f"mean {live.mean_latency_ms} above p99 {live.p99_ms}",
            "Check the mean.",
        )
    required = ground.facts.latency_p99_ms
    if required and live.p99_ms.value > required.value:
        yield fail(
            "C6.sla",
            STEP,
            "real_time.p99_ms",
            f"p99 {live.p99_ms}, the brief allows {required.value:g} ms",
            "Meet the limit or say that it cannot be met.",
        )
    total = sum(part.p99_ms.value for part in live.budget)
    if total > live.p99_ms.value * 1.0001:
        yield fail(
            "C6.budget",
            STEP,
            "real_time.budget",
            f"the parts sum to {total:g} ms, more than {live.p99_ms}",
            "Cut a part; the sum of p99s may not pass the limit.",
        )


def physics(s: Serving, ground: Ground) -> Iterator[Finding]:
    """What the decision stage proved impossible stays a failure here: no design passes a limit nothing can meet."""
    for decision in ground.decisions.contradictions:
        if decision.choice == "impossible as asked":
            yield fail(
                "C6.impossible",
                STEP,
                "real_time",
                f"{decision.topic}: {decision.reason}",
                "Change the requirement; the arithmetic is in the document.",
            )


def load(s: Serving, ground: Ground) -> Iterator[Finding]:
    if (live := s.real_time) is None:
        return
    required = ground.facts.peak_rps
    if required and live.peak_rps.value < required.value * 0.999:
        yield fail(
            "C6.peak",
            STEP,
            "real_time.peak_rps",
            f"sized for {live.peak_rps}, the brief's peak is {required.value:g}/s",
            "Size for the peak, not the mean.",
        )
    yield from _little(s, live)
    if live.max_replicas.value < live.replicas.value:
        yield fail(
            "C6.max",
            STEP,
            "real_time.max_replicas",
            f"at most {live.max_replicas}, but {live.replicas} are needed",
            "Raise the maximum.",
        )
    if live.scale_threshold.value <= 0 or not live.scale_signal.strip():
        yield fail(
            "C6.scale_trigger",
            STEP,
            "real_time.scale_threshold",
            "no numeric trigger for scaling",
            "Give the signal and its value.",
        )


def _little(s: Serving, live: RealTime) -> Iterator[Finding]:
    inside = capacity.in_flight(live.peak_rps.value, live.mean_latency_ms.value)
    slots = live.replicas.value * live.concurrency.value
    most = capacity.max_rps(live.replicas.value, live.concurrency.value, live.mean_latency_ms.value)
    if inside > slots:
        yield fail(
            "C6.little",
            STEP,
            "real_time.replicas",
            f"{inside:.4g} requests in flight at the peak, {slots:g} slots: the fleet carries {most:,.4g}/s, not {live.peak_rps.value:,.4g}/s",
            f"At least {capacity.replicas_needed(live.peak_rps.value, live.mean_latency_ms.value, live.concurrency.value)} replicas.",
        )
    elif inside > slots * HEADROOM:
        yield fail(
            "C6.headroom",
            STEP,
            "real_time.replicas",
            f"{inside / slots:.0%} load at the peak",
            "Stay at or below 75 %; queues grow fast above.",
        )


def batch(s: Serving, ground: Ground) -> Iterator[Finding]:
    if (b := s.batch) is None:
        return
    hours = capacity.batch_hours(b.rows.value, b.rows_per_s.value, b.workers.value)
    if hours > b.window_h.value:
        yield fail(
            "C6.window",
            STEP,
            "batch",
            f"{hours:.2f} h of work in a window of {b.window_h}",
            "More workers, a faster job or a longer window.",
        )
    if not b.schedule.strip():
        yield fail("C6.schedule", STEP, "batch.schedule", "no schedule", "Say when it runs.")


def cost(s: Serving, ground: Ground) -> Iterator[Finding]:
    if (
        s.monthly_cost
        and s.budget_per_month
        and s.monthly_cost.unit == s.budget_per_month.unit
        and s.monthly_cost.value > s.budget_per_month.value
    ):
        yield fail(
            "X.cost_budget",
            STEP,
            "monthly_cost",
            f"{s.monthly_cost} a month against a budget of {s.budget_per_month}",
            "Fewer replicas, batch instead of real-time, or a larger budget.",
        )


def few_replicas(s: Serving, ground: Ground) -> Iterator[Finding]:
    if s.mode == "Real-time" and s.real_time and s.real_time.replicas.value < 2:
        yield warn("C6.single", STEP, "real_time.replicas", "one replica is one point of failure", "Run two.")


def evidence(s: Serving, ground: Ground) -> tuple[str, ...]:
    if s.batch:
        return (f"{s.batch.hours} of a window of {s.batch.window_h}",)
    if s.real_time:
        return (f"{s.real_time.replicas} × {s.real_time.concurrency}", f"p99 ≤ {s.real_time.p99_ms}")
    return ()


CHECK = CheckRules(
    STEP, (mode, latencies, physics, load, batch, cost, few_replicas), evidence,
    "Is the split of the latency credible for this model family and hardware, and is the scaling signal the real bottleneck?",
)  # fmt: skip
