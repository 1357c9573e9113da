"""Step 7: what is watched, with windows that make the thresholds mean something, and when to retrain."""

import math
from collections.abc import Callable

from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.planner.tooling import choice
from briefwright.skill.ml_workflow.quantity import SIGN, Quantity, assumed, computed, number
from briefwright.skill.ml_workflow.sections import Monitor, Monitoring, Operator, Retraining, Trigger, Working
from briefwright.skill.ml_workflow.sizing.domain import SizingError
from briefwright.skill.ml_workflow.sizing.drift import psi_min_rows, psi_noise

BINS = 10
TOP_FEATURES = 10
ENOUGH_ROWS = 500


def plan(facts: Facts, decisions: Decisions) -> Monitoring:
    monitors = _monitors(facts, decisions)
    return Monitoring(
        monitors=monitors,
        retraining=_retraining(facts, decisions, monitors),
        reference="the same weekdays of the four weeks before the last promotion, so that a weekly rhythm is no drift; a season is compared with the season a year before where history allows",
        blind_until=f"a label is complete {decisions.framing.label_wait_days} after its case; until then score distribution, share flagged and early feedback stand in for quality",
        tools=[choice("drift monitoring", decisions.tools.drift, facts), choice("operational monitoring", decisions.tools.operations, facts)],
        workings=_workings(decisions, monitors),
    )  # fmt: skip


def _monitors(facts: Facts, d: Decisions) -> list[Monitor]:
    window, rows = _window(d)
    reference = computed(rows.value * 4, "rows", f"4 × {rows.value:,.0f}")
    inputs = (
        facts.feature_count.quantity()
        if facts.feature_count
        else assumed(TOP_FEATURES, "features", "the inputs that carry most of the score")
    )
    psi_input, psi_score = (
        _psi_threshold(rows.value, reference.value, int(inputs.value), 0.2),
        _psi_threshold(rows.value, reference.value, 1, 0.1),
    )
    wait = d.framing.label_wait_days
    late = computed(wait.value + 7, "days", f"label wait {wait.value:g} + 7 days of reading")
    owner, duty = (
        ("analyst on duty", "analyst on duty") if d.tools.small_team else ("model owner", "engineer on call")
    )
    metric, quality = _quality(d)

    def name(n: int) -> str:
        return f"{d.framing.prefix}-{n:02d}"

    found = [
        *_operational(facts, d, duty, name),
        Monitor(id=name(3), kind="data", metric="distance of the rows or the null share of an input from its reference", tool=d.tools.drift, op=">", threshold=assumed(0.20, "share", "day-to-day moves of inputs are smaller; reset after four weeks", owner), window=window, window_rows=rows, reference_rows=reference, severity="same day", owner="data owner", action="hold the run or fall back, repair the feed, backfill; never retrain on a broken feed"),
        Monitor(id=name(4), kind="data", metric=f"PSI of the top {inputs.value:g} inputs, worst one, error shared among them (Bonferroni)", tool=d.tools.drift, op=">", threshold=psi_input, window=window, window_rows=rows, reference_rows=reference, features=inputs, severity="same day", owner="data owner", action="find the segment; a broken source is repaired, a changed world is noted and watched until labels arrive"),
        Monitor(id=name(5), kind="model", metric="PSI of the score", tool=d.tools.drift, op=">", threshold=psi_score, window=window, window_rows=rows, reference_rows=reference, severity="same day", owner=owner, action="check the input alerts first; otherwise score the same rows with the previous version and roll back if only the new one moved"),
        Monitor(id=name(6), kind="model", metric=metric, tool=d.tools.drift, op="<" if d.evaluation.higher_is_better else ">", threshold=quality, window="two reads in a row, matured labels", uses_matured_labels=True, severity="same day", owner=owner, action="start retraining; below the baseline the fallback takes over until a version passes", sees_after_days=late),
        Monitor(id=name(7), kind="concept", metric=_concept(d), tool=d.tools.drift, op=">", threshold=assumed(0.25, "share", "outside ± 25 % for two reads is more than the noise of a month of labels", owner), window="monthly, matured labels, by segment", uses_matured_labels=True, proxy="share of cases corrected or complained about within a week", severity="weekly", owner=owner, action="ask what changed in the world (offer, season, rule, product), review inputs, retrain on data that contain the change", sees_after_days=late),
        Monitor(id=name(8), kind="operational", metric="labels later than due", tool=d.tools.operations, op=">", threshold=computed(max(1.0, wait.value * 0.25), "days", f"a quarter of the label wait of {wait.value:g} days, at least 1"), window="daily", severity="same day", owner="data owner", action="pause quality reads and retraining, ask the source, reload"),
    ]  # fmt: skip
    return found


def _operational(facts: Facts, d: Decisions, duty: str, name: Callable[[int], str]) -> list[Monitor]:
    tool = d.tools.operations
    if d.mode.mode == "Batch":
        rows = d.volumes.per_run
        due = facts.due_time.value if facts.due_time else "its due time"
        return [
            Monitor(id=name(1), kind="operational", metric=f"run delivered complete by {due}", tool=tool, op="<", threshold=computed(rows.value, d.framing.entities, f"every row of the run, {rows.value:,.0f}"), window="each run", severity="page" if d.volumes.cadence_days.value <= 1 else "same day", owner=duty, action="the fallback writes the last complete result; rerun when the cause is fixed"),
            Monitor(id=name(2), kind="operational", metric="share of the run's time window used", tool=tool, op=">", threshold=assumed(0.80, "share", "leaves time for one repeat of a failed part", duty), window="each run", severity="weekly", owner=duty, action="add a worker or move slow features to an earlier job"),
        ]  # fmt: skip
    limit = d.mode.limit_ms
    return [
        Monitor(id=name(1), kind="operational", metric="p99 latency", tool=tool, op=">", threshold=limit, window="5 min", severity="page", owner=duty, action="find the step that left its budget, add replicas; after 10 min without a cause switch to the fallback"),
        Monitor(id=name(2), kind="operational", metric="fallback share", tool=tool, op=">", threshold=assumed(0.005, "share", "more means the model is not deciding", duty), window="10 min", severity="page", owner=duty, action="roll back the last release; if there was none, follow the latency card"),
    ]  # fmt: skip


def _window(d: Decisions) -> tuple[str, Quantity]:
    """The shortest customary window that holds enough rows for the thresholds; a batch is its own window."""
    per_day = d.volumes.per_day.value
    if (
        d.mode.mode == "Batch"
        and d.volumes.cadence_days.value >= 1
        and d.volumes.per_run.value >= ENOUGH_ROWS
    ):
        rows = d.volumes.per_run
        return "each run", computed(rows.value, "rows", f"{rows.value:,.0f} rows of the run")
    if per_day >= 2_000:
        sample = min(per_day, 200_000)
        return "daily", computed(
            sample, "rows", f"{per_day:,.0f} a day" + (", sampled" if sample < per_day else "")
        )
    days = 7 * max(1, math.ceil(ENOUGH_ROWS / max(per_day, 0.01) / 7))
    name = "weekly" if days == 7 else f"the last {days // 7} weeks"
    return name, computed(per_day * days, "rows", f"{number(per_day)} a day × {days}")


def _psi_threshold(rows: float, reference: float, features: int, usual: float) -> Quantity:
    """The usual threshold where the window is large enough for it; else the noise of this window."""
    try:
        enough = psi_min_rows(BINS, usual, reference, features) <= rows
    except SizingError:
        enough = False
    if enough:
        return assumed(
            usual, "", "usual band 0.1 to 0.25; the window is large enough that sampling alone stays below it"
        )
    noise = psi_noise(BINS, max(reference, 2), max(rows, 2), 1 - 0.05 / features)
    return computed(
        min(0.5, round(noise * 1.1, 3)),
        "",
        f"sampling noise of {rows:,.0f} against {reference:,.0f} rows × 1.1, {BINS} bins",
    )


def _quality(d: Decisions) -> tuple[str, Quantity]:
    """The primary metric, alarmed between the baseline and the success threshold: before the model is worse than today."""
    success, base = d.evaluation.success, d.evaluation.baseline_value
    middle = base.value + (success.value.value - base.value) * 0.5
    value = computed(
        middle,
        success.value.unit,
        f"half way between the baseline {base} and the success threshold {success.value}",
    )
    return d.evaluation.metric, value


def _concept(d: Decisions) -> str:
    return {
        "regression": "bias (mean error ÷ mean value) by segment",
        "forecasting": "bias (mean error ÷ mean value) by segment",
        "ranking": "goal rate per position against the expected one, by segment",
        "recommendation": "goal rate of new against old items, relative change",
        "NLP": "share of cases whose label was corrected, relative change by class",
        "LLM": "share of answers people reject or correct, relative change",
        "CV": "observed ÷ predicted findings by site and device, distance from 1",
    }.get(d.framing.problem, "observed ÷ predicted positives by segment, distance from 1")


def _retraining(facts: Facts, d: Decisions, monitors: list[Monitor]) -> Retraining:
    wait = d.framing.label_wait_days.value
    cadence = computed(
        max(28.0, _round_weeks(wait)),
        "days",
        f"at least 4 weeks and not shorter than the label wait of {wait:g} days",
    )
    triggers = [
        Trigger(monitor=m.id, metric=m.metric, op=m.op, value=m.threshold, window=m.window)
        for m in monitors
        if m.kind in ("model", "concept") and m.uses_matured_labels
    ]
    blockers = " or ".join(m.id for m in monitors if m.kind == "data")
    regulated = any(given.value in ("EU MDR", "FDA") for given in facts.regulations)
    op: Operator = d.evaluation.success.op
    return Retraining(
        kind="Triggered" if regulated else "Scheduled",
        schedule=f"every {cadence.value / 7:g} weeks"
        if not regulated
        else "only under the approved change plan",
        cadence_days=cadence,
        triggers=triggers,
        automation="manual" if d.tools.small_team or regulated else "human-approved",
        gate=f"the challenger must beat the champion on the newest matured window (paired, interval above zero) and pass {d.evaluation.metric} {SIGN[op]} {d.evaluation.success.value}",
        label_maturity_rule=f"training ends {d.framing.label_wait_days} before the run; younger rows serve only as unlabelled reference for drift",
        not_when=f"while {blockers} is open: a broken feed is repaired, not learned",
        rollback="the previous version stays registered and deployable; its alias is moved back in one step",
    )


def _round_weeks(days: float) -> float:
    return -(-days // 7) * 7


def _workings(d: Decisions, monitors: list[Monitor]) -> list[Working]:
    score = next(m for m in monitors if m.metric == "PSI of the score")
    assert score.window_rows and score.reference_rows
    rows, reference = max(score.window_rows.value, 2), max(score.reference_rows.value, 2)
    noise = psi_noise(BINS, reference, rows)
    found = [
        Working(name="rows in one drift window", result=score.window_rows),
        Working(name="PSI that sampling alone produces, 95 %", result=computed(noise, "", f"χ² quantile of {BINS - 1} degrees × (1 ÷ {reference:,.0f} + 1 ÷ {rows:,.0f})")),
    ]  # fmt: skip
    rate = d.volumes.positive_rate
    if rate:
        positives = computed(
            d.volumes.per_day.value * rate.value * 7,
            "positives",
            f"{number(d.volumes.per_day.value)} a day × {rate} × 7",
        )
        found.append(Working(name="matured positives in a week", result=positives))
    return found
