"""The seven sections as data. Field descriptions are written for a model to fill in.

Fields marked `code` are computed and never asked of a model: the planner's value stands. Every number is a
Quantity, so its source travels with it.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from briefwright.skill.ml_workflow.facts import ProblemType
from briefwright.skill.ml_workflow.quantity import Data, Quantity, Short, Text

Risk = Literal["Low", "Med", "High"]
Operator = Literal[">=", "<=", ">", "<"]


def code(**kwargs: Any) -> Any:
    """A field that code fills; `replies.py` leaves it out of what a model is asked."""
    return Field(json_schema_extra={"by": "code"}, **kwargs)


PersonalData = Literal["none", "pseudonymous", "personal", "special category"]


class ToolChoice(Data):
    need: Short = Field(description="What the tool is for: tracking, orchestration, drift monitoring, …")
    tool: Short = Field(description="The tool chosen, by its common name.")
    reason: Text = Field(description="Why this tool for this team and these limits, in one sentence.")
    rejected: Short = Field(description="One alternative that was considered.")
    rejected_reason: Text = Field(description="Why the alternative lost here, in one sentence.")


class Working(Data):
    """A number the section rests on that is no field of its own, shown with its arithmetic."""

    name: Short
    result: Quantity


class Section(Data):
    tools: list[ToolChoice] = code(default=[])
    workings: list[Working] = code(default=[])


# -- problem ---------------------------------------------------------------------------------------------


class Target(Data):
    name: Short = Field(description="The column to predict, in snake_case, such as churn_30d.")
    definition: Text = Field(
        description="Who, what, by when: when the label is 1 (or its value), when 0, when undefined."
    )
    horizon_days: Quantity | None = code(default=None)
    label_delay_days: Quantity | None = code(default=None)
    label_wait_days: Quantity = code()


class BusinessMetric(Data):
    name: Short = Field(description="The number a finance or operations owner reports: never an ML metric.")
    unit: Short
    direction: Literal["up", "down"]
    current: Quantity | None = Field(description="Today's value, if the brief says it; else null.")
    target: Quantity = Field(description="The value that makes the project worth it, in the metric's unit.")
    owner: Short = Field(description="Whose report it stands in, by role.")
    causal_path: Text = Field(description="Prediction → action → metric, in one sentence.")


class EvaluationMetric(Data):
    name: Short
    primary: bool = Field(description="Exactly one metric is primary.")
    reason: Text


class Baseline(Data):
    name: Short = Field(
        description="What decides without the new model: a constant, a rule, the present system."
    )
    metric: Short
    value: Quantity | None = code(default=None)
    measured_by: date | None = code(default=None)
    role: Text = Field(description="What this level is used for, in a few words.")


class Threshold(Data):
    metric: Short
    op: Operator
    value: Quantity


class ErrorCosts(Data):
    false_positive: Quantity | None = None
    false_negative: Quantity | None = None
    threshold: Quantity | None = None
    capacity_per_week: Quantity | None = None
    reading: Text


class PredictionContract(Data):
    entity: Short = Field(description="What one row stands for.")
    t0: Text = Field(description="The moment of prediction; nothing known later may enter.")
    answer: Text = Field(description="What the caller gets back and does with it.")


class DataSource(Data):
    name: Short
    owner: Short
    delay_min: Quantity = Field(
        description="Minutes from the event to its row being readable; assumed when unsaid."
    )
    history_days: Quantity
    personal_data: PersonalData
    gives: Text


class HardRule(Data):
    """A sentence of the brief no score may break: where it is enforced, and how a build or a day of running shows that it is."""

    rule: Text
    enforced: Short
    tested: Text


class Problem(Section):
    name: Short = code()
    slug: Short = code()
    problem_type: ProblemType = code()
    framing: Text = Field(description="What is predicted for whom, how often, and how the output is used.")
    target: Target
    business_metric: BusinessMetric
    metrics: list[EvaluationMetric] = Field(min_length=1, max_length=5)
    baselines: list[Baseline] = code(min_length=2, max_length=6)
    success: Threshold = code()
    kill_rules: list[Text] = code(min_length=1)
    error_costs: ErrorCosts = code()
    contract: PredictionContract
    sources: list[DataSource] = code(min_length=1)
    hard_rules: list[HardRule] = code(default=[])
    cautions: list[Text] = code(default=[])


# -- features --------------------------------------------------------------------------------------------


class Window(Data):
    length_min: Quantity = Field(description="How far the window reaches back, in minutes.")
    lag_min: Quantity = Field(
        description="Minutes before t0 at which the window ends; at least the source's delay."
    )


class Feature(Data):
    name: Short = Field(description="snake_case, named after this brief's own data.")
    source: Short = Field(description="One of the data sources of the problem section.")
    transform: Text = Field(description="How the raw field becomes the feature.")
    dtype: Literal["int", "float", "bool", "category", "text", "vector", "tensor", "list"]
    temporal: bool = Field(description="True when it aggregates over time or depends on when it is read.")
    window: Window | None = Field(description="Required for a temporal feature that aggregates; else null.")
    online: bool = Field(description="True when it must be looked up or computed inside the serving call.")
    available: Literal["before", "at", "after"] = Field(description="When it is known, relative to t0.")
    leakage_risk: Risk
    leakage_reason: Text = Field(
        description="The concrete way it could leak, or why it cannot. Never 'none'."
    )
    excluded: bool = Field(default=False, description="True for columns that exist only after the outcome.")


class Criterion(Data):
    holds: bool
    reason: Text


class FeatureStore(Data):
    decision: Literal["yes", "no"]
    tool: Short
    shared: Criterion = Field(description="Are features shared across models?")
    real_time: Criterion = Field(description="Are real-time features needed?")
    skew: Criterion = Field(description="Is training-serving skew a risk?")


class Features(Section):
    features: list[Feature] = Field(min_length=4, max_length=24)
    feature_store: FeatureStore = code()
    skew_test: Text = code()
    feature_set: Short = code()


# -- tracking --------------------------------------------------------------------------------------------


class Tracked(Data):
    item: Literal[
        "code commit", "data version", "parameters", "metrics", "environment", "artifacts", "seed", "split definition",
        "prompt version", "base model revision", "decoding parameters",
    ]  # fmt: skip
    how: Text = Field(
        description="What exactly is recorded, immutable: a commit SHA, a snapshot id, a digest."
    )


class Tracking(Section):
    tool: Short = code()
    tool_reason: Text = Field(description="Why this tool under this brief's limits.")
    tracked: list[Tracked] = Field(min_length=8, max_length=11)
    hierarchy: Text = Field(description="Project → experiment group → runs, with this project's names.")
    run_name_pattern: Short = Field(
        description="Fields in braces, such as {date}-{model}-{features}-{purpose}."
    )
    run_name_example: Short
    comparison: Text = Field(description="How the team compares runs: which report, against what, how often.")


# -- training --------------------------------------------------------------------------------------------


class SplitWindow(Data):
    name: Literal["train", "validation", "test"]
    first_day: date
    last_day: date
    rows: Quantity | None = None
    positives: Quantity | None = None
    labels_complete: date


class Split(Data):
    kind: Literal["time", "group", "group+time", "stratified"]
    windows: list[SplitWindow]
    gap_days: Quantity
    group_key: str = Field(default="", max_length=80)
    as_of: date
    why: Text


class Validation(Data):
    kind: Literal["rolling origin", "expanding window", "grouped folds", "holdout"]
    detail: Text


class Tuning(Data):
    method: Short
    trials: Quantity
    uses: Literal["validation"]
    detail: Text


class Gate(Data):
    id: Short
    metric: Short
    op: Operator
    value: Quantity
    evidence: Text


class Promotion(Data):
    source: Short
    target: Short
    gates: list[Gate] = Field(min_length=1)
    approver: Short = Field(description="A role that is not the author of the run.")
    automatic: bool = False


class Registry(Data):
    tool: Short
    mechanism: Text
    stages: list[Short] = Field(min_length=3)
    promotions: list[Promotion] = Field(min_length=2)
    rollback: Text
    rollback_min: Quantity


class Training(Section):
    algorithm: Short = Field(description="The model family to start with.")
    algorithm_reason: Text = Field(description="Why it fits this data, latency and team; what it must beat.")
    split: Split = code()
    resampling: Text = Field(
        description="How imbalance is handled, inside the training window only; or why it is left."
    )
    validation: Validation = code()
    tuning: Tuning = code()
    orchestration: Short = code()
    registry: Registry = code()
    reproducible: Text = Field(description="How a new engineer rebuilds the champion from its record.")


# -- serving ---------------------------------------------------------------------------------------------


class BudgetPart(Data):
    component: Short
    p99_ms: Quantity


class RealTime(Data):
    p50_ms: Quantity
    p99_ms: Quantity
    mean_latency_ms: Quantity
    peak_rps: Quantity
    concurrency: Quantity
    replicas: Quantity
    budget: list[BudgetPart]
    scale_signal: Short
    scale_threshold: Quantity
    max_replicas: Quantity


class Batch(Data):
    schedule: Short
    due: Short
    rows: Quantity
    rows_per_s: Quantity
    workers: Quantity
    window_h: Quantity
    hours: Quantity


class FallbackLevel(Data):
    trigger: Text
    trigger_value: Quantity = Field(
        description="The number at which this level takes over: ms, hours, percent."
    )
    action: Text
    uses_model: str = Field(
        default="", max_length=80, description="Another model's name; empty when the level is model-free."
    )
    latency_ms: Quantity | None = None
    max_age_h: Quantity | None = None
    drill: Text


class Serving(Section):
    mode: Literal["Batch", "Real-time", "Streaming", "Edge"] = code()
    mode_detail: Text = Field(description="What runs where, in one or two sentences.")
    mode_reason: Text = code()
    model_id: Short = code()
    real_time: RealTime | None = code(default=None)
    batch: Batch | None = code(default=None)
    fallback: list[FallbackLevel] = code(min_length=2)
    monthly_cost: Quantity | None = code(default=None)
    budget_per_month: Quantity | None = code(default=None)
    api_contract: Text = Field(description="Input, output, errors and versioning the caller can rely on.")


# -- experiment ------------------------------------------------------------------------------------------


class Guardrail(Data):
    name: Short
    op: Operator
    threshold: Quantity


class RollbackRule(Data):
    metric: Short
    op: Operator
    value: Quantity
    window: Short


class RampStage(Data):
    name: Short
    share: Quantity
    days: Quantity
    purpose: Text


class ABTest(Section):
    applicable: bool = code()
    design: Text = code()
    unit: Short = code()
    control: Text = Field(description="What control gets.")
    treatment: Text = Field(description="What treatment gets.")
    arms: int = code(default=2, ge=2, le=8)
    treatment_share: Quantity = code()
    exposed_share: Quantity = code()
    primary: Short = code()
    primary_link: Text = Field(description="How the primary metric drives the business metric.")
    baseline: Quantity = code()
    mde: Quantity = code()
    mde_mode: Literal["abs", "rel"] = code()
    sd: Quantity | None = code(default=None)
    alpha: Quantity = code()
    power: Quantity = code()
    sided: Literal[1, 2] = code()
    n_per_arm: Quantity = code()
    daily_units: Quantity = code()
    days: Quantity = code()
    outcome_delay_days: Quantity = code()
    read_out_day: Quantity = code()
    verdict: Literal["feasible", "long", "infeasible"] = code()
    alternative: str = code(default="", max_length=600)
    looks: Literal[1] = code(default=1)
    guardrails: list[Guardrail] = code(min_length=2)
    rollback: list[RollbackRule] = code(min_length=1)
    srm_check: Text = code()
    ramp: list[RampStage] = code(min_length=2)
    decision_rule: Text = Field(description="Ship, stop or repeat: what the one read-out decides, and who.")


# -- monitoring ------------------------------------------------------------------------------------------


class Monitor(Data):
    id: Short
    kind: Literal["data", "model", "concept", "operational"]
    metric: Short
    tool: Short
    op: Operator
    threshold: Quantity
    window: Short
    window_rows: Quantity | None = None
    reference_rows: Quantity | None = None
    features: Quantity | None = None
    uses_matured_labels: bool = False
    proxy: str = Field(default="", max_length=160)
    severity: Literal["page", "same day", "weekly"]
    owner: Short
    action: Text
    sees_after_days: Quantity | None = None


class Trigger(Data):
    monitor: Short
    metric: Short
    op: Operator
    value: Quantity
    window: Short


class Retraining(Data):
    kind: Literal["Scheduled", "Triggered", "Continuous"]
    schedule: Short
    cadence_days: Quantity
    triggers: list[Trigger] = Field(min_length=1)
    automation: Literal["manual", "human-approved", "automatic"]
    gate: Text
    label_maturity_rule: Text
    not_when: Text
    rollback: Text


class Monitoring(Section):
    monitors: list[Monitor] = code(min_length=6)
    retraining: Retraining = code()
    reference: Text = Field(description="Which window is the reference, and how seasons are kept comparable.")
    blind_until: Text = Field(description="What is watched while labels are missing.")


SECTIONS: dict[str, type[Section]] = {
    "problem": Problem,
    "features": Features,
    "tracking": Tracking,
    "training": Training,
    "serving": Serving,
    "ab_test": ABTest,
    "monitoring": Monitoring,
}
