"""What follows from the facts. Every step starts from these, so the sections agree without talking to each other."""

from dataclasses import dataclass
from datetime import date

from briefwright.skill.ml_workflow.facts import Facts, ProblemType
from briefwright.skill.ml_workflow.quantity import Quantity
from briefwright.skill.ml_workflow.sections import DataSource, Split, Threshold
from briefwright.skill.ml_workflow.usecases import UseCase


@dataclass(frozen=True)
class Decision:
    """One choice: what, why, by which rule, and the facts it rests on."""

    topic: str
    choice: str
    reason: str
    rule: str
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Framing:
    name: str
    slug: str
    prefix: str
    problem: ProblemType
    case: UseCase | None
    entity: str
    entities: str
    target: str
    temporal: bool
    horizon_days: Quantity | None
    label_delay_days: Quantity | None
    label_wait_days: Quantity
    owner: str


@dataclass(frozen=True)
class Volumes:
    """How much there is: `per_day` units arrive, `per_run` are scored in one batch, every `cadence_days`."""

    per_day: Quantity
    per_run: Quantity
    cadence_days: Quantity
    positive_rate: Quantity | None
    capacity_per_week: Quantity | None

    def scored(self, entities: str) -> str:
        """What one run makes: forecasts, where each series has many, else one score for each entity."""
        return "forecasts" if self.per_run.unit == "forecasts" else entities


@dataclass(frozen=True)
class Evaluation:
    metric: str
    reason: str
    secondary: tuple[tuple[str, str], ...]
    baseline_name: str
    baseline_value: Quantity
    success: Threshold
    higher_is_better: bool


@dataclass(frozen=True)
class Mode:
    """Where predictions are made. `limit_ms` is how long one answer may take; every section uses this one number."""

    mode: str
    limit_ms: Quantity
    reason: str
    asynchronous: bool
    online_features: bool


@dataclass(frozen=True)
class Store:
    decision: str
    tool: str
    shared: tuple[bool, str]
    real_time: tuple[bool, str]
    skew: tuple[bool, str]


@dataclass(frozen=True)
class Toolbox:
    tracking: str
    orchestration: str
    tuning: str
    algorithm: str
    serving: str
    drift: str
    operations: str
    small_team: bool


@dataclass(frozen=True)
class Experiment:
    """The arithmetic of the test: what it can see, in how many days, and what to do when it cannot."""

    applicable: bool
    unit: str
    arms: int
    clustered: bool
    metric: str
    baseline: Quantity
    mde: Quantity
    mde_mode: str
    sd: Quantity | None
    alpha: Quantity
    power: Quantity
    n_per_arm: Quantity
    daily_units: Quantity
    exposed_share: Quantity
    enrol_days: Quantity
    days: Quantity
    outcome_delay_days: Quantity
    read_out_day: Quantity
    verdict: str
    alternative: str


@dataclass(frozen=True)
class Decisions:
    as_of: date
    framing: Framing
    volumes: Volumes
    evaluation: Evaluation
    sources: tuple[DataSource, ...]
    split: Split
    history_days: Quantity
    mode: Mode
    store: Store
    tools: Toolbox
    experiment: Experiment
    contradictions: tuple[Decision, ...]
    log: tuple[Decision, ...]


def decide(facts: Facts, as_of: date) -> Decisions:
    """Everything the steps share, in the order in which one choice needs another."""
    from briefwright.skill.ml_workflow.decide import (
        contradictions,
        data,
        evaluation,
        experiment,
        framing,
        serving,
        split,
        toolbox,
        volumes,
    )

    frame = framing.frame(facts)
    amounts = volumes.count(facts, frame)
    mode = serving.choose_mode(facts, frame)
    tools = toolbox.choose(facts, frame, mode)
    judged = evaluation.choose(facts, frame, amounts)
    sources = data.sources(facts, frame)
    history = data.history(facts, frame)
    windows = split.plan(facts, frame, amounts, history, as_of)
    store = toolbox.feature_store(facts, mode, tools)
    test = experiment.plan(facts, frame, amounts, judged)
    found = contradictions.find(facts, frame, mode, test)
    log = (
        Decision("problem type", frame.problem, _because(facts.problem_type, "no cue in the brief"), "F.type", ("problem_type",)),
        Decision("label wait", str(frame.label_wait_days), frame.label_wait_days.basis, "F.wait", ("label_horizon_days", "label_delay_days")),
        Decision("serving mode", mode.mode, mode.reason, "C6.mode_facts", ("serving_cue", "latency_p99_ms", "schedule")),
        Decision("evaluation metric", judged.metric, judged.reason, "C1.imbalance", ("positive_rate", "capacity_per_week")),
        Decision("split", windows.kind, windows.why, "C4.kind", ("history_days", "group_key", "group_hint")),
        Decision("feature store", store.decision, f"{store.shared[1]} {store.real_time[1]} {store.skew[1]}", "C2.fs_logic", ("shared_features", "online_features")),
        Decision("experiment", test.verdict, test.read_out_day.basis, "C7.duration", ("metric_baseline", "mde_relative", "mde_absolute")),
        Decision("tracking", tools.tracking, "register of tools, hosting limits of the brief", "T.tracking", ("tools", "on_premises")),
        *found,
    )  # fmt: skip
    return Decisions(
        as_of, frame, amounts, judged, sources, windows, history, mode, store, tools, test, found, log
    )


def _because(fact: object, otherwise: str) -> str:
    quote = getattr(fact, "quote", "")
    return f"the brief says: “{quote}”" if quote else otherwise
