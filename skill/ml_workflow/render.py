"""Sections → what goes into the template. Pure: every number comes from a Quantity, every label from SKILL.md.

The keys are slugs of the template's own labels; a label without a cell, or a cell without a label, is an
error. What the Output Format has no place for follows as `###` under the same part.
"""

from collections.abc import Callable, Iterable, Sequence

from briefwright.skill.markdown import Block, Heading, Prose, Table
from briefwright.skill.ml_workflow.quantity import SIGN, Quantity, show
from briefwright.skill.ml_workflow.sections import (
    ABTest,
    Feature,
    Features,
    Gate,
    Monitor,
    Monitoring,
    Problem,
    Section,
    Serving,
    Tracking,
    Training,
    Working,
)
from briefwright.skill.spec import Filling

# Which labels of the template each step knows how to fill; held against SKILL.md when the skill is loaded.
LABELS: dict[str, set[str]] = {
    "problem": {"problem_type", "target_variable", "business_metric", "evaluation_metric", "baseline_performance", "success_threshold"},
    "features": {"feature_store"},
    "tracking": {"tool", "whats_tracked", "organization"},
    "training": {"data_split", "training", "tuning", "validation", "registry"},
    "serving": {"serving_mode", "latency_sla", "throughput", "scaling", "fallback"},
    "ab_test": {"traffic_split", "primary_metric", "guardrail_metrics", "min_duration", "rollback_criteria"},
    "monitoring": {"data_drift", "model_drift", "concept_drift", "operational", "retraining_policy"},
}  # fmt: skip


def fill_section(step: str, section: Section) -> Filling:
    """The filling of one step's part of the template."""
    renderers: dict[str, Callable[..., Filling]] = {
        "problem": problem, "features": features, "tracking": tracking, "training": training, "serving": serving,
        "ab_test": ab_test, "monitoring": monitoring,
    }  # fmt: skip
    return renderers[step](section)


def problem(s: Problem) -> Filling:
    metric, target = s.business_metric, s.target
    primary = next(
        (m for m in s.metrics if m.primary), s.metrics[0]
    )  # C1.one_primary reports when there is none
    others = "; ".join(m.name for m in s.metrics if not m.primary)
    today = s.baselines[1]
    value = f"{today.metric} {today.value}" if today.value else f"{today.metric} unknown"
    measured = f", measured by {today.measured_by}" if today.measured_by else ""
    was = f"from {metric.current} " if metric.current else ""
    return Filling(
        rows={
            "problem_type": (f"{s.problem_type[0].upper()}{s.problem_type[1:]}: {s.framing}",),
            "target_variable": (f"`{target.name}`: {target.definition}",),
            "business_metric": (f"{metric.name} ({metric.unit}, {metric.direction}): {was}to {metric.target}; owner: {metric.owner}. Path: {metric.causal_path}",),
            "evaluation_metric": (f"Primary: {primary.name}, because {primary.reason}." + (f" Secondary: {others}" if others else ""),),
            "baseline_performance": (f"{today.name}: {value} ({today.value.source if today.value else 'open'}{measured})",),
            "success_threshold": (f"Offline: {s.success.metric} {SIGN[s.success.op]} {s.success.value} on the test window. Online: {metric.name} reaches {metric.target}",),
        },
        more=(
            *_table("Baselines and stop rules", ("Level", "System", "Value", "Role"), [
                (f"B{n}", b.name, f"{b.metric} {b.value}" if b.value else f"by {b.measured_by}" if b.measured_by else "to be measured", b.role) for n, b in enumerate(s.baselines)
            ]),
            _bullets(f"Stop if {rule}" for rule in s.kill_rules),
            *_table("Cost of errors and capacity", ("Quantity", "Value", "Reading"), _costs(s)),
            Heading(3, "Prediction-time contract"),
            _bullets([f"Row: {s.contract.entity}", f"t0: {s.contract.t0}", f"Answer: {s.contract.answer}", f"Label read {target.label_wait_days} after t0, never earlier"]),
            *_table("Data inventory", ("Source", "Owner", "Delay", "History", "Personal data", "Gives"), [
                (f"`{d.name}`", d.owner, _minutes(d.delay_min), str(d.history_days), d.personal_data, d.gives) for d in s.sources
            ]),
            *(_table("Hard rules of the brief", ("Rule", "Enforced in", "Shown by"), [(f"“{r.rule}”", r.enforced, r.tested) for r in s.hard_rules]) if s.hard_rules else ()),
            *_section_of("Cautions", s.cautions),
            *workings(s.workings),
        ),
    )  # fmt: skip


def _costs(s: Problem) -> list[tuple[str, ...]]:
    costs = s.error_costs
    rows = [
        ("Cost of acting wrongly", costs.false_positive, "per case"),
        ("Cost of missing one", costs.false_negative, "per case"),
        ("Threshold from costs", costs.threshold, "act at or above this calibrated probability"),
        ("Capacity", costs.capacity_per_week, "what people can work on"),
    ]
    known = [(name, str(value), reading) for name, value, reading in rows if value is not None]
    return [*known, ("Operating point", "see reading", costs.reading)]


def features(s: Features) -> Filling:
    store = s.feature_store
    answer = "Yes" if store.decision == "yes" else "No"
    tool = f"{store.tool}" if store.decision == "yes" else "no feature store is warranted"
    criteria = f"Shared: {_yes(store.shared.holds)}, {store.shared.reason} Real-time: {_yes(store.real_time.holds)}, {store.real_time.reason} Skew: {_yes(store.skew.holds)}, {store.skew.reason}"
    return Filling(
        table=tuple(_feature_row(f) for f in s.features),
        lines={"feature_store": f"{answer} — {tool}. {criteria}"},
        more=(
            _bullets([
                f"Feature set `{s.feature_set}`: {sum(not f.excluded for f in s.features)} inputs, {sum(f.excluded for f in s.features)} columns excluded by name; owner, type, range and null rule stand in the repository beside the code",
                f"Training-serving skew: {s.skew_test}",
                "Encodings, scalers and category lists are fitted on the training window only; label-based aggregates end by the label wait",
            ]),
            *workings(s.workings),
        ),
    )  # fmt: skip


def _feature_row(f: Feature) -> tuple[str, ...]:
    transform = f.transform
    if f.window:
        length, lag = f.window.length_min, f.window.lag_min
        transform += f", over [t0 − {_minutes(length)} − {_minutes(lag)}, t0 − {_minutes(lag)}]"
    excluded = "excluded; " if f.excluded else ""
    return (
        f"`{f.name}`",
        f"`{f.source}`",
        transform,
        f.dtype,
        f"{f.leakage_risk}: {excluded}{f.leakage_reason}",
    )


def _minutes(q: Quantity) -> str:
    value = q.value
    if value >= 1440 and value % 1440 == 0:
        return show(value / 1440, "days").replace(" days", " d").replace(" day", " d")
    if value >= 60 and value % 60 == 0:
        return f"{value / 60:g} h"
    return f"{value:g} min"


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def tracking(s: Tracking) -> Filling:
    return Filling(
        rows={
            "tool": (s.tool, s.tool_reason),
            "whats_tracked": ("; ".join(f"{t.item}: {t.how}" for t in s.tracked), "with these eight and more, a run is rebuilt from its record alone; no “latest”, no branch names"),
            "organization": (f"{s.hierarchy}; run names `{s.run_name_pattern}`, e.g. `{s.run_name_example}`", f"A name says what a run was for. Comparison: {s.comparison}"),
        },
        more=workings(s.workings),
    )  # fmt: skip


def training(s: Training) -> Filling:
    split, registry = s.split, s.registry
    by_name = {window.name: window for window in split.windows}
    kind = {
        "time": "Time-based, forward only",
        "group": "Grouped",
        "group+time": f"Time-based and grouped by {split.group_key}",
        "stratified": "Stratified",
    }[split.kind]
    dates = ", ".join(f"{name} {w.first_day} to {w.last_day}" for name, w in by_name.items())
    first, last = registry.promotions[0], registry.promotions[-1]
    return Filling(
        fence=diagram(s),
        rows={
            "data_split": (f"{kind}, {split.gap_days} clear between windows", f"{dates}; why: {split.why}"),
            "training": (f"{s.algorithm}, run by {s.orchestration}", f"{s.algorithm_reason.rstrip('.')}. Resampling: {s.resampling}"),
            "tuning": (f"{s.tuning.method}, {s.tuning.trials}", s.tuning.detail),
            "validation": (s.validation.kind[0].upper() + s.validation.kind[1:], s.validation.detail),
            "registry": (f"{registry.tool}: {' → '.join(registry.stages)}", f"{registry.mechanism}. {first.source} → {first.target}: {first.approver}; {last.source} → {last.target}: {last.approver}. Way back in {registry.rollback_min}: {registry.rollback}"),
        },
        more=(
            *_table(f"Split calendar (as of {split.as_of})", ("Window", "First day", "Last day", "Days", "Rows", "Positives", "Labels complete"), [
                (w.name, str(w.first_day), str(w.last_day), str((w.last_day - w.first_day).days + 1), str(w.rows) if w.rows else "by count", str(w.positives) if w.positives else "not counted", str(w.labels_complete)) for w in split.windows
            ]),
            *_table("Acceptance gates", ("Gate", "Metric and threshold", "Evidence", "Transition", "Approver"), [
                (gate.id, _gate(gate), gate.evidence, f"{p.source} → {p.target}", p.approver) for p in registry.promotions for gate in p.gates
            ]),
            _bullets([f"Rebuild: {s.reproducible}", "The shipped model is refitted with the same recipe on all complete data; its score is the one of the tested fit"]),
            *workings(s.workings),
        ),
    )  # fmt: skip


def _gate(gate: Gate) -> str:
    return f"{gate.metric} {SIGN[gate.op]} {gate.value}"


def diagram(s: Training) -> str:
    """data → features → train → evaluate → register, with this project's names; 76 characters wide at most."""
    registry = s.registry
    train = next(w for w in s.split.windows if w.name == "train")
    test = next(w for w in s.split.windows if w.name == "test")
    rows = [
        ("DATA", f"snapshots as of {s.split.as_of}, each with its id or hash"),
        ("FEATURES", "as-of join, every window ends by its source's delay, set fs1"),
        ("TRAIN", f"{s.algorithm.split(',')[0]}, {train.first_day}..{train.last_day}"),
        ("EVALUATE", f"test {test.first_day}..{test.last_day}, gates -- fail --> champion stays"),
        ("REGISTER", " -> ".join(registry.stages) + f" ({registry.tool.split()[0]}, aliases)"),
    ]
    lines = []
    for n, (name, text) in enumerate(rows):
        lines.append(f" {name:<9} {text}"[:76])
        if n + 1 < len(rows):
            lines.append(f" {'':<9} v")
    return "\n".join(lines)


def serving(s: Serving) -> Filling:
    live, batch = s.real_time, s.batch
    cost = _cost(s)
    if batch:
        latency = f"Nobody waits for a single score; the whole result is due {batch.due}, after at most {batch.hours} of computing"
        throughput = f"{batch.rows} a run at {batch.rows_per_s} and {batch.workers}: {batch.hours} of a window of {batch.window_h}, {batch.schedule}"
        scaling = f"{batch.workers} of one process each; sized to use at most 60 % of the window; a second worker before a second machine"
    else:
        assert live
        latency = f"p50 {live.p50_ms}, p99 ≤ {live.p99_ms}, measured where the caller waits"
        throughput = f"{live.peak_rps} at the peak; {live.replicas} × {live.concurrency} in flight carry it at {_load(s)} load"
        scaling = f"{live.replicas} always on; above {live.scale_threshold} ({live.scale_signal}) for 30 s up to {live.max_replicas}"
    ladder = "; then ".join(f"{level.trigger}: {level.action}" for level in s.fallback)
    return Filling(
        rows={
            "serving_mode": (f"{s.mode}: {s.mode_detail}. Why: {s.mode_reason}",),
            "latency_sla": (latency,),
            "throughput": (throughput,),
            "scaling": (scaling,),
            "fallback": (ladder,),
        },
        more=(
            *([] if not live else _table("Latency budget", ("Part", "p99"), [*((part.component, str(part.p99_ms)) for part in live.budget), ("limit", str(live.p99_ms))])),
            *_table("Fallback ladder", ("Level", "Trigger", "Answer", "Uses a model", "Answer takes / oldest data", "Drill"), [
                (f"L{n}", level.trigger, level.action, level.uses_model or "no", _level_time(level.latency_ms, level.max_age_h), level.drill) for n, level in enumerate(s.fallback, 1)
            ]),
            _bullets([f"Contract: {s.api_contract}", cost]),
            *workings(s.workings),
        ),
    )  # fmt: skip


def _load(s: Serving) -> str:
    return next((str(w.result) for w in s.workings if w.name == "load at the peak"), "its")


def _cost(s: Serving) -> str:
    if s.monthly_cost is None:
        return "Cost: runs on hardware that is there; no licence, no monthly bill is added by this design"
    against = f" against a budget of {s.budget_per_month}" if s.budget_per_month else ""
    return f"Cost: {s.monthly_cost} a month for serving{against}; storage and people not counted"


def _level_time(latency: Quantity | None, age: Quantity | None) -> str:
    parts = ([f"+ {latency}"] if latency else []) + ([f"≤ {age} old"] if age else [])
    return ", ".join(parts) or "at once"


def ab_test(s: ABTest) -> Filling:
    effect = f"{show(s.mde.value, 'share')} relative" if s.mde_mode == "rel" and s.sd is None else str(s.mde)
    spread = f", standard deviation {s.sd}" if s.sd else ""
    power = f"baseline {s.baseline}{spread}, smallest effect {effect}, alpha {s.alpha} {'two' if s.sided == 2 else 'one'}-sided, power {s.power} → {s.n_per_arm}"
    verdict = {
        "feasible": "feasible",
        "long": "long, management should hear it now",
        "infeasible": "infeasible as asked, see below",
    }[s.verdict]
    shares = (
        f"{show(1 - s.treatment_share.value, 'share')} control ({s.control}) / {s.treatment_share} treatment ({s.treatment})"
        if s.arms == 2
        else f"{s.arms} arms of {s.treatment_share}: control ({s.control}) and {s.arms - 1} treatments ({s.treatment})"
    )
    split = f"{shares}, by {s.unit}; {s.exposed_share} of the eligible exposed"
    if not s.applicable:
        split = f"None assigned at random. {s.design}. If it were: {split}"
    alternative = f" Alternative: {s.alternative}" if s.alternative and s.applicable else ""
    return Filling(
        rows={
            "traffic_split": (split + ("" if not s.applicable else f". {s.design}"),),
            "primary_metric": (f"{s.primary}: {power}. {s.primary_link}",),
            "guardrail_metrics": ("; ".join(f"{g.name} {SIGN[g.op]} {g.threshold}" for g in s.guardrails),),
            "min_duration": (f"{s.days} in whole weeks + {s.outcome_delay_days} until the last outcome = day {s.read_out_day.value:,.0f}; one read-out; {verdict}.{alternative}",),
            "rollback_criteria": ("; ".join(f"{r.metric} {SIGN[r.op]} {r.value} over {r.window}" for r in s.rollback) + ". Any of them sets the treatment share to 0",),
        },
        more=(
            *_table("Ramp", ("Stage", "Share exposed", "Days", "Purpose"), [(stage.name, str(stage.share), str(stage.days), stage.purpose) for stage in s.ramp]),
            _bullets([f"Sample ratio: {s.srm_check}", f"Decision: {s.decision_rule}", "One look at the primary metric; harm looks can only stop, so they spend no alpha"]),
            *workings(s.workings),
        ),
    )  # fmt: skip


def monitoring(s: Monitoring) -> Filling:
    r = s.retraining
    kinds = {
        kind: [m for m in s.monitors if m.kind == kind]
        for kind in ("data", "model", "concept", "operational")
    }
    names = {
        "data": "data_drift",
        "model": "model_drift",
        "concept": "concept_drift",
        "operational": "operational",
    }
    triggers = "; ".join(f"{t.monitor} ({t.metric} {SIGN[t.op]} {t.value}, {t.window})" for t in r.triggers)
    return Filling(
        rows={names[kind]: _monitor_row(group) for kind, group in kinds.items()},
        lines={"retraining_policy": f"{r.kind} — {r.schedule} ({r.cadence_days}), plus triggered by {triggers}; automation: {r.automation}. {r.label_maturity_rule}. Gate: {r.gate}"},
        more=(
            _bullets([f"No retraining {r.not_when}", f"Way back: {r.rollback}", f"Reference: {s.reference}", f"Until labels arrive: {s.blind_until}"]),
            *_table("Alert register", ("Alert", "Fires when", "Window and rows", "Severity, owner", "Sees a change after"), [_alert_row(m) for m in s.monitors]),
            *workings(s.workings),
        ),
    )  # fmt: skip


def _monitor_row(monitors: Sequence[Monitor]) -> tuple[str, ...]:
    tools = ", ".join(dict.fromkeys(m.tool for m in monitors))
    thresholds = "; ".join(f"{m.id} {m.metric} {SIGN[m.op]} {m.threshold}, {m.window}" for m in monitors)
    actions = "; ".join(f"{m.id}: {m.action}" for m in monitors)
    return (tools, thresholds, actions)


def _alert_row(m: Monitor) -> tuple[str, ...]:
    rows = f", {m.window_rows}" if m.window_rows else ""
    reference = f" against {m.reference_rows}" if m.reference_rows else ""
    after = str(m.sees_after_days) if m.sees_after_days else m.window
    return (
        m.id,
        f"{m.metric} {SIGN[m.op]} {m.threshold}",
        f"{m.window}{rows}{reference}",
        f"{m.severity}, {m.owner}",
        after,
    )


def workings(rows: Sequence[Working]) -> tuple[Block, ...]:
    """The arithmetic table of a section; nothing when there is none."""
    if not rows:
        return ()
    return tuple(
        _table(
            "Arithmetic",
            ("Quantity", "Arithmetic or source", "Result"),
            [(w.name, f"{w.result.source}: {w.result.basis}", str(w.result)) for w in rows],
        )
    )


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[Block]:
    return [Heading(3, title), Table(columns, tuple(rows))]


def _section_of(title: str, lines: Sequence[str]) -> list[Block]:
    return [Heading(3, title), _bullets(lines)] if lines else []


def _bullets(lines: Iterable[str]) -> Prose:
    return Prose("\n".join(f"- {' '.join(line.split())}" for line in lines))
