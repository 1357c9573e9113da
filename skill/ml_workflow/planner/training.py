"""Step 4: the split in dates, validation, tuning, and the way from dev to production."""

from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.planner.tooling import choice
from briefwright.skill.ml_workflow.quantity import assumed, computed, number, show
from briefwright.skill.ml_workflow.sections import (
    Gate,
    Promotion,
    Registry,
    Training,
    Tuning,
    Validation,
    Working,
)
from briefwright.skill.ml_workflow.sizing.classification import wilson_interval


def plan(facts: Facts, decisions: Decisions) -> Training:
    tools = decisions.tools
    return Training(
        algorithm=tools.algorithm,
        algorithm_reason=_algorithm_reason(facts, decisions),
        split=decisions.split,
        resampling=_resampling(decisions),
        validation=_validation(decisions),
        tuning=_tuning(decisions),
        orchestration=tools.orchestration,
        registry=_registry(facts, decisions),
        reproducible=f"`train` with the run's record rebuilds the champion: commit, snapshots, lock file, seed; the rebuilt {decisions.evaluation.metric} must match within 0.001",
        tools=[choice("orchestration", tools.orchestration, facts), choice("tuning", tools.tuning, facts)],
        workings=_workings(decisions),
    )


def _algorithm_reason(facts: Facts, d: Decisions) -> str:
    if d.framing.case and d.framing.case.id == "uplift":
        return "one model for those acted on, one for the others, both fitted where a lot decided; the score is the difference. A model of the outcome alone finds those who would have acted anyway"
    match d.framing.problem:
        case "LLM":
            return "what changes belongs into retrieval, what is style or format into an adapter; a prompted model with retrieval is the bar an adapter must beat"
        case "CV":
            return "few labels: features learned elsewhere, only the last blocks are fitted; augmentation stays within what the camera can see"
        case "NLP":
            return "several languages and small classes; the linear model is the bar, the encoder ships only if it beats it"
        case "forecasting":
            return "one model over all series shares strength with sparse and new ones; quantiles because orders need an interval"
        case "ranking" | "recommendation":
            return "learns the order directly; scoring stays within the latency budget"
        case "anomaly detection":
            return "few labelled events: normal behaviour is learned from the many quiet hours, the few events only calibrate the alarm"
        case _:
            small = (
                " A logistic regression comes first; boosting ships only if it is better by more than its interval."
                if d.tools.small_team
                else ""
            )
            return f"tabular data of mixed types, fast to score, easy to explain.{small}"


def _resampling(d: Decisions) -> str:
    rate = d.volumes.positive_rate
    if rate and rate.value < 0.01:
        return "negatives thinned inside the training window only, scores corrected for it, then calibrated on validation; validation and test keep the natural share"
    if rate and rate.value < 0.2:
        return "none: class weights inside the training window are enough at this share; validation and test keep the natural share"
    if d.framing.problem == "NLP":
        return "class weights for small classes inside the training window; validation and test stay as they come"
    return "none; validation and test stay as they come"


def _validation(d: Decisions) -> Validation:
    wait = d.framing.label_wait_days
    detail = f"4 origins before the validation window, each trained on what was complete then (gap {wait}); the median and the worst origin are reported"
    if d.split.group_key:
        detail += f"; whole {d.split.group_key}s held out in each, besides time"
    return Validation(kind="rolling origin", detail=detail)


def _tuning(d: Decisions) -> Tuning:
    trials = assumed(
        20 if d.tools.small_team else 60, "trials", "sized to the team and one machine overnight"
    )
    return Tuning(
        method=d.tools.tuning,
        trials=trials,
        uses="validation",
        detail=f"{trials} on the validation window, seed fixed; no trial sees the test window, which is opened once per candidate",
    )


def _registry(facts: Facts, d: Decisions) -> Registry:
    success = d.evaluation.success
    op = success.op
    minutes = assumed(
        15 if d.mode.mode == "Batch" else 5,
        "min",
        "moving an alias, and for a batch re-running the scoring",
        "team, in the drill",
    )
    serving = _serving_gate(facts, d)
    words = facts.human_in_loop.quote.lower() if facts.human_in_loop else ""
    veto = "veto" in words and "physician" in words
    signs = facts.approver.value if facts.approver else d.framing.owner
    approver = "chief physician (veto) and product owner" if veto else f"{signs} (never the author)"
    margin = computed(
        success.value.value, success.value.unit, f"not looser than the success threshold, {success.value}"
    )
    return Registry(
        tool=d.tools.tracking,
        mechanism=f"one registered model `{d.framing.slug}` with aliases `@dev`, `@staging`, `@production`; versions are immutable, stages of the old API are not used",
        stages=["dev", "staging", "production"],
        promotions=[
            Promotion(source="dev", target="staging", approver=_reviewer(facts), gates=[
                Gate(id="G1", metric=success.metric, op=op, value=success.value, evidence=f"test window, {'lower' if op == '>=' else 'upper'} 95 % bound reported, paired with the champion"),
                Gate(id="G2", metric="worst slice against the champion", op=op, value=assumed(-0.05 if op == ">=" else 0.05, "pp", "no slice may pay for the mean"), evidence="slices with at least 50 positives or 200 rows"),
            ]),
            Promotion(source="staging", target="production", approver=approver, gates=[
                Gate(id="G3", metric=success.metric, op=op, value=margin, evidence="the registered file re-scored in staging"),
                serving,
                Gate(id="G5", metric="mismatches in replayed rows", op="<=", value=assumed(0, "of 3,000 rows", "any mismatch is a second code path"), evidence="rows scored in staging and recomputed from the tables"),
            ]),
        ],
        rollback="alias `@production` back to the previous version, which stays deployable; drilled at each promotion",
        rollback_min=minutes,
    )  # fmt: skip


def _reviewer(facts: Facts) -> str:
    """Somebody other than the author; a team of one borrows a reader from the people who use the result."""
    alone = facts.team_size and facts.team_size.value < 2
    return (
        "a reader from the requesting department (not the author)"
        if alone
        else "second engineer or analyst (not the author)"
    )


def _serving_gate(facts: Facts, d: Decisions) -> Gate:
    if d.mode.mode == "Batch":
        rows = computed(1, "share", "every row due must be there once")
        return Gate(
            id="G4",
            metric="rows delivered on time in the dry run",
            op=">=",
            value=rows,
            evidence="two complete dry runs beside the present practice",
        )
    limit = d.mode.limit_ms
    return Gate(
        id="G4",
        metric="p99 latency at peak load",
        op="<=",
        value=limit,
        evidence="15 min load test at the peak rate, and 2 × the peak for 60 s without a lost request",
    )


def _workings(d: Decisions) -> list[Working]:
    rows = [Working(name="history used", result=d.history_days)]
    test = next(window for window in d.split.windows if window.name == "test")
    if (
        test.positives
        and test.positives.value >= 1
        and d.framing.problem in ("classification", "anomaly detection", "CV")
    ):
        hits = round(test.positives.value * 0.6)
        low, high = wilson_interval(hits, test.positives.value)
        text = f"Wilson 95 % for {number(hits)} of {number(test.positives.value)} positives: {show(low, 'share')} to {show(high, 'share')}"
        rows.append(
            Working(
                name="how well the test can know a recall of 60 %", result=computed(high - low, "share", text)
            )
        )
    return rows
