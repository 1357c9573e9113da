"""Step 5: where predictions are made, whether the machines suffice, and what answers when the model does not."""

import math

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.decide.nouns import thing_named
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.planner.tooling import choice
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed, given, number
from briefwright.skill.ml_workflow.sections import (
    Batch,
    BudgetPart,
    FallbackLevel,
    RealTime,
    Serving,
    Working,
)
from briefwright.skill.ml_workflow.sizing import capacity

SHARES = {
    "network and gateway": 0.10,
    "queue": 0.10,
    "feature lookup": 0.28,
    "model": 0.34,
    "thresholds and reply": 0.08,
}
PRICE_PER_HOUR = 0.20


def plan(facts: Facts, decisions: Decisions) -> Serving:
    mode = decisions.mode
    live = _real_time(facts, decisions) if mode.mode != "Batch" else None
    batch = _batch(facts, decisions) if mode.mode == "Batch" else None
    budget = (
        facts.budget_per_month.quantity()
        if facts.budget_per_month and facts.budget_per_month.value > 0
        else None
    )
    return Serving(
        mode=mode.mode,  # type: ignore[arg-type]
        mode_detail=_detail(facts, decisions),
        mode_reason=mode.reason[:600],
        model_id=f"{decisions.framing.slug}-v1",
        real_time=live,
        batch=batch,
        fallback=_fallback(facts, decisions, live, batch),
        monthly_cost=_cost(facts, decisions, live, budget),
        budget_per_month=budget,
        api_contract=_contract(facts, decisions),
        tools=[choice("serving", decisions.tools.serving, facts)],
        workings=_workings(facts, decisions, live, batch),
    )


def _detail(facts: Facts, d: Decisions) -> str:
    place = facts.region.value if facts.region else ", ".join(cloud.value for cloud in facts.clouds)
    if facts.air_gapped or facts.on_premises:
        place = "the own site, no data leaves it"
    where = f" in {place}" if place and not place.startswith("the own") else f" on {place}" if place else ""
    entity = d.framing.entity
    match d.mode.mode:
        case "Batch":
            return f"{d.tools.serving}{where}: scores {d.volumes.per_run.value:,.0f} {d.volumes.scored(d.framing.entities)} a run and writes them, with model version, to one table that readers query"
        case "Edge":
            device = clip(facts.edge_device.quote, 80) if facts.edge_device else "the device"
            return f"{d.tools.serving} (“{device}”): quantised model, no network in the path; updates are signed packages, the previous package stays on the device"
        case "Streaming":
            return f"{d.tools.serving}{where}: the model is part of the stream job, state in checkpoints; a new version starts from a savepoint and publishes beside the old one before it takes over"
    neighbours = ""
    if d.framing.problem == "recommendation" and d.tools.small_team:
        neighbours = "; embeddings are precomputed at upload or nightly, nearest neighbours come from pgvector in PostgreSQL"
    queue = f", {entity} by {entity} from a queue" if d.mode.asynchronous else ", synchronous"
    return f"{d.tools.serving}{where}{queue}{neighbours}; the previous version stays loaded for the way back"


def _real_time(facts: Facts, d: Decisions) -> RealTime:
    p99 = d.mode.limit_ms
    p50 = (
        facts.latency_p50_ms.quantity()
        if facts.latency_p50_ms and facts.latency_p50_ms.value < p99.value
        else computed(
            p99.value * 0.4, "ms", f"{p99.value:g} ms × 0.4, usual ratio of median to p99 (assumed)"
        )
    )
    mean = _mean_latency(d, p50, p99)
    peak = _peak(facts, d)
    slots = assumed(
        1 if d.mode.mode == "Edge" else 8,
        "per replica",
        "in-flight requests one replica holds; settled in the load test",
        "engineer, in the load test",
    )
    replicas = _replicas(d, peak, mean, slots)
    online = d.mode.online_features
    parts = {name: share for name, share in SHARES.items() if online or name != "feature lookup"}
    return RealTime(
        p50_ms=p50,
        p99_ms=p99,
        mean_latency_ms=mean,
        peak_rps=peak,
        concurrency=slots,
        replicas=replicas,
        budget=[BudgetPart(component=name, p99_ms=computed(p99.value * share, "ms", f"{p99.value:g} ms × {share:.2f} (assumed share)")) for name, share in parts.items()],
        scale_signal="in-flight requests per replica" if d.mode.mode != "Streaming" else "consumer lag per partition",
        scale_threshold=computed(slots.value * 0.6, "in flight" if d.mode.mode != "Streaming" else "s of lag", f"{slots.value:g} × 0.6, the load the fleet is sized for") if d.mode.mode != "Streaming" else assumed(2, "s of lag", "twice the usual checkpoint pause", "engineer, in the load test"),
        max_replicas=computed(replicas.value if d.mode.mode == "Edge" else max(replicas.value * 2, 2), "replicas", f"{replicas.value:g} × {1 if d.mode.mode == 'Edge' else 2}: twice the peak" if d.mode.mode != "Edge" else f"{replicas.value:g}: one device per line cannot scale out"),
    )  # fmt: skip


def _mean_latency(d: Decisions, p50: Quantity, p99: Quantity) -> Quantity:
    if d.mode.mode == "Streaming":
        return assumed(
            min(1.0, p99.value / 10),
            "ms",
            "processing of one event inside the job; settled in the load test",
            "engineer, in the load test",
        )
    return computed(
        min(p50.value * 1.2, p99.value),
        "ms",
        f"{p50.value:g} ms × 1.2: the mean lies above the median of a skewed latency (assumed ratio)",
    )


def _peak(facts: Facts, d: Decisions) -> Quantity:
    if facts.peak_rps:
        return facts.peak_rps.quantity()
    mean = capacity.mean_rps(max(d.volumes.per_day.value, 1e-6))
    return computed(
        max(mean * 5, 0.01),
        "requests/s",
        f"{d.volumes.per_day.value:,.0f} a day ÷ 86,400 s × 5, an assumed peak factor",
    )


def _replicas(d: Decisions, peak: Quantity, mean: Quantity, slots: Quantity) -> Quantity:
    inside = capacity.in_flight(peak.value, mean.value)
    if d.mode.mode == "Edge":
        return computed(
            max(1, math.ceil(inside / 0.75)),
            "devices per line",
            f"{number(peak.value)}/s × {mean.value:g} ms = {number(inside)} in flight on one device",
        )
    needed = capacity.replicas_needed(peak.value, mean.value, slots.value)
    formula = f"Little: {number(peak.value)}/s × {mean.value:g} ms = {number(inside)} in flight; ceil({number(inside)} ÷ ({slots.value:g} × 0.6)) + 1 spare"
    return computed(max(2, needed), "replicas", formula)


def _in_unit(seconds: float) -> str:
    """The last step of the arithmetic, in the unit the result is shown in."""
    return " ÷ 3,600" if seconds >= 3600 else " ÷ 60" if seconds >= 60 else ""


def _batch(facts: Facts, d: Decisions) -> Batch:
    rows = d.volumes.per_run
    heavy = d.framing.problem in ("CV", "LLM", "NLP")
    rate = assumed(
        20 if heavy else 2000, "rows/s", "one worker, measured in the dry run", "engineer, in the dry run"
    )
    window = (
        facts.batch_window_h.quantity()
        if facts.batch_window_h
        else assumed(
            min(4.0, max(0.05, d.volumes.cadence_days.value * 24 * 0.5)),
            "hours",
            "from complete inputs to the time readers need the result",
            "data owner",
        )
    )
    if d.volumes.cadence_days.value < 0.2 and not facts.batch_window_h and facts.deadline_s:
        window = given(facts.deadline_s.value / 3600, "hours", facts.deadline_s.quote)
    one = capacity.batch_hours(rows.value, rate.value)
    workers = max(1, math.ceil(one / (window.value * 0.6)))
    hours = computed(
        capacity.batch_hours(rows.value, rate.value, workers),
        "hours",
        f"{rows.value:,.0f} rows ÷ ({rate.value:g} rows/s × {workers}){_in_unit(rows.value / rate.value / workers)}",
    )
    due = (
        facts.due_time.value
        if facts.due_time
        else "before readers start their day"
        if d.volumes.cadence_days.value >= 1
        else "before the next run"
    )
    schedule = facts.schedule.value if facts.schedule else "daily"
    return Batch(
        schedule=schedule, due=due, rows=rows, rows_per_s=rate,
        workers=computed(workers, "workers", f"ceil({number(one)} h ÷ ({window.value:g} h × 0.6))"), window_h=window, hours=hours,
    )  # fmt: skip


def _fallback(facts: Facts, d: Decisions, live: RealTime | None, batch: Batch | None) -> list[FallbackLevel]:
    """Levels that get simpler as they go down; the last one needs no model and no network."""
    drill = (
        "monthly, 10 min on 1 % of the traffic"
        if live and d.mode.mode != "Edge"
        else "at each promotion, then every quarter"
    )
    if batch:
        hours = d.volumes.cadence_days.value * 24
        late = assumed(
            round(min(6.0, max(0.1, hours * 0.1)), 2),
            "hours",
            "time left to repair before readers need it",
            "team",
        )
        oldest = computed(hours * 2, "hours", f"2 × {hours:g} hours between runs")
        if facts.fallback:
            own = f"{_asked(facts)}, without the model; a result older than {oldest} is not shown beside it"
            later = "the people who decide today go on as they do now: manual, with the list of open cases"
            return [
                FallbackLevel(trigger=f"no complete result {late} after it was due", trigger_value=late, action=own, max_age_h=oldest, drill=drill),
                FallbackLevel(trigger=f"no result for {oldest}", trigger_value=oldest, action=later, drill=drill),
            ]  # fmt: skip
        return [
            FallbackLevel(trigger=f"no complete result {late} after it was due", trigger_value=late, action="the last complete result is served, marked with its age, minus cases closed since", max_age_h=oldest, drill=drill),
            FallbackLevel(trigger=f"the last result is older than {oldest}", trigger_value=oldest, action=f"{_floor(facts, d)}", drill=drill),
        ]  # fmt: skip
    assert live
    first = computed(
        live.p99_ms.value * 0.75,
        "ms",
        f"{live.p99_ms.value:g} ms × 0.75, so that the next level still answers in time",
    )
    second = computed(live.p99_ms.value * 0.90, "ms", f"{live.p99_ms.value:g} ms × 0.90")
    quick = computed(live.p99_ms.value * 0.05, "ms", f"{live.p99_ms.value:g} ms × 0.05")
    levels = [
        FallbackLevel(trigger=f"no answer from the model after {first}, or 20 % errors in 10 s", trigger_value=first, action=_middle(facts, d), latency_ms=quick, drill=drill),
        FallbackLevel(trigger=f"no answer from that after {second}", trigger_value=second, action=_safe_default(facts, d), latency_ms=quick, drill="quarterly, in staging"),
    ]  # fmt: skip
    return levels


def _floor(facts: Facts, d: Decisions) -> str:
    today = d.evaluation.baseline_name
    known = facts.current_system is not None
    if facts.fallback:
        return f"{_asked(facts)}, computed without the model"
    return (
        f"today's practice, {today}, computed without the model"
        if known
        else f"a fixed rule on one column ({_rule(d)}), no model needed"
    )


def _asked(facts: Facts) -> str:
    """What the brief wants without the model, in the document's words where it names a thing, else in the brief's."""
    assert facts.fallback
    thing = thing_named(facts.fallback.value)
    return f"what the brief asks for: {thing or f'“{clip(facts.fallback.value, 90)}”'}"


def _rule(d: Decisions) -> str:
    rules = {"churn": "activity halved against the month before", "demand": "same weekday of last week"}
    return rules.get(d.framing.case.id if d.framing.case else "", "most recent first")


def _middle(facts: Facts, d: Decisions) -> str:
    today = d.evaluation.baseline_name
    if facts.fallback:
        return f"{_asked(facts)}, model-free"
    if facts.current_system:
        return f"today's practice decides: {today}, model-free and already trusted"
    match d.framing.problem:
        case "LLM":
            return "keyword search over the same documents, with the asker's rights, and a link to the form"
        case "ranking" | "recommendation":
            return "the precomputed popular list of the segment, newest first"
        case "NLP":
            return "the case goes unlabelled to manual handling by the people who do it today"
        case "CV":
            return "arrival order: nothing is moved, people look at everything"
        case "anomaly detection":
            return (
                "today's threshold alarms stay switched on and decide alone: model-free, known to everybody"
            )
        case _:
            return f"a fixed rule on the request's own fields, model-free, tuned to flag no more {d.framing.entities} than today"


def _safe_default(facts: Facts, d: Decisions) -> str:
    text = facts.text.lower()
    if "must still go through" in text or "must go through" in text:
        return "let it through and mark it for review: silence of the model never blocks (fail-open, as the brief asks)"
    if d.mode.mode == "Edge" and d.framing.problem in ("CV", "anomaly detection"):
        return "the part or case is set aside for a person (fail-closed); the line does not wait"
    match d.framing.problem:
        case _ if d.mode.mode == "Edge":
            return "the fixed order or setting shipped with the app; the screen is never empty and nothing waits for a server"
        case "LLM":
            return "a fixed text with the contact of a person; no generated words"
        case "ranking" | "recommendation":
            return "the static default order; the page is never empty"
        case _:
            return "no decision is taken automatically: the case continues as it would without the model and is queued for a person"


def _cost(facts: Facts, d: Decisions, live: RealTime | None, budget: Quantity | None) -> Quantity | None:
    if facts.on_premises or facts.air_gapped or d.mode.mode == "Edge":
        return None
    currency = budget.unit if budget else "EUR"
    if live:
        units = live.replicas.value
        value = capacity.monthly_cost(units, PRICE_PER_HOUR)
        return computed(
            value,
            currency,
            f"{units:g} replicas × {PRICE_PER_HOUR:.2f} {currency}/h (assumed list price) × 730 h",
        )
    hours = d.volumes.cadence_days.value
    runs = 30.4 / hours
    machine_hours = runs * 2
    return computed(
        machine_hours * PRICE_PER_HOUR,
        currency,
        f"{number(runs)} runs a month × 2 h × {PRICE_PER_HOUR:.2f} {currency}/h (assumed list price)",
    )


def _contract(facts: Facts, d: Decisions) -> str:
    if d.mode.mode == "Batch":
        return f"one row per {d.framing.entity}: id, score, rank, model version, feature set, scored at; written once, never updated; readers filter by run"
    private = (
        "; logs hold ids, hashes and metadata, no content"
        if facts.personal_data or d.framing.problem == "LLM"
        else ""
    )
    return f"request with {d.framing.entity} id and fields; reply with answer, confidence, model version and level (model or fallback); errors are typed, retries are safe by request id{private}"


def _workings(facts: Facts, d: Decisions, live: RealTime | None, batch: Batch | None) -> list[Working]:
    if batch:
        share = computed(
            batch.hours.value / batch.window_h.value,
            "share",
            f"{number(batch.hours.value)} h ÷ {batch.window_h.value:g} h",
        )
        return [
            Working(name="run time", result=batch.hours),
            Working(name="share of the window", result=share),
        ]
    assert live
    inside = capacity.in_flight(live.peak_rps.value, live.mean_latency_ms.value)
    load = inside / (live.replicas.value * live.concurrency.value)
    total = sum(part.p99_ms.value for part in live.budget)
    rows = [
        Working(
            name="in flight at the peak",
            result=computed(
                inside,
                "requests",
                f"Little: {number(live.peak_rps.value)}/s × {live.mean_latency_ms.value:g} ms",
            ),
        ),
        Working(
            name="load at the peak",
            result=computed(
                load, "share", f"{number(inside)} ÷ ({live.replicas.value:g} × {live.concurrency.value:g})"
            ),
        ),
        Working(
            name="sum of the latency budget",
            result=computed(total, "ms", "sum of the parts; conservative, quantiles do not add"),
        ),
    ]
    if live.replicas.value >= 2 and d.mode.mode != "Edge":
        most = (
            capacity.max_rps(live.replicas.value, live.concurrency.value, live.mean_latency_ms.value) * 0.75
        )
        rows.append(
            Working(
                name="rate at 75 % load",
                result=computed(
                    most,
                    "requests/s",
                    f"0.75 × {live.replicas.value:g} × {live.concurrency.value:g} ÷ {live.mean_latency_ms.value:g} ms",
                ),
            )
        )
    if d.framing.problem == "LLM" and facts.deadline_s and facts.deadline_s.value < 10:
        rows.append(
            Working(
                name="time to first token", result=given(facts.deadline_s.value, "s", facts.deadline_s.quote)
            )
        )
    return rows
