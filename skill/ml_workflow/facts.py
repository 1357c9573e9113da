"""What the brief says, each fact with the words it came from. Nothing here is concluded; that is `decide`."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Generic, Literal, TypeVar

from briefwright.skill.ml_workflow.language.gloss import Language
from briefwright.skill.ml_workflow.quantity import Quantity, computed
from briefwright.skill.ml_workflow.quantity import given as given_quantity

T = TypeVar("T")

ProblemType = Literal[
    "classification", "regression", "ranking", "recommendation", "forecasting", "anomaly detection", "NLP", "CV",
    "LLM",
]  # fmt: skip


@dataclass(frozen=True)
class Given(Generic[T]):
    """A value and the brief's words for it; `start` is the place of the quote in the brief."""

    value: T
    quote: str
    start: int
    unit: str = ""
    formula: str = ""
    """How the value follows from the quote where it is a product of two of its numbers: then it is computed, not given."""

    def __post_init__(self) -> None:
        """Quotes are shown inside cells and lists: one line, whatever the brief's line breaks."""
        object.__setattr__(self, "quote", " ".join(self.quote.split()))
        if isinstance(self.value, str):
            object.__setattr__(self, "value", " ".join(self.value.split()))

    def quantity(self) -> Quantity:
        assert isinstance(self.value, int | float)
        if self.formula:
            return computed(float(self.value), self.unit, f"{self.formula}, from “{self.quote}”")
        return given_quantity(float(self.value), self.unit, self.quote)


@dataclass(frozen=True)
class Limit:
    """Something that must not get worse: what, on which side, by how much (nothing where the brief gives no bound); a change is against control."""

    name: str
    op: Literal[">=", "<="]
    value: float | None
    unit: str
    is_change: bool


@dataclass(frozen=True)
class Level:
    """A level of a quality measure: reached today (`now`), asked for (`wanted`), or `claimed` for something that was tried. The unit is `share` for a percentage, empty for a number between 0 and 1."""

    metric: str
    value: float
    unit: str
    role: str
    kind: str = ""
    """Which of several levels of one measure: `daily`, `interval`."""

    def __str__(self) -> str:
        amount = f"{self.value * 100:g} %" if self.unit == "share" else f"{self.value:g} {self.unit}".strip()
        return f"{self.metric} {amount}"


@dataclass(frozen=True)
class Facts:
    """Everything read from one brief. Rates are shares of one; times carry their unit in the name."""

    title: str
    text: str = field(repr=False)
    language: Language = "en"

    problem_type: Given[ProblemType] | None = None
    use_case: Given[str] | None = None
    subject: Given[str] | None = None
    prediction: Given[str] | None = None
    not_ml: Given[str] | None = None
    forbidden: Given[str] | None = None
    rule_suffices: Given[str] | None = None

    label_horizon_days: Given[float] | None = None
    label_delay_days: Given[float] | None = None
    lead_time_days: Given[float] | None = None
    events_per_year: Given[float] | None = None
    events_on_file: Given[float] | None = None
    positive_rate: Given[float] | None = None
    history_days: Given[float] | None = None
    group_key: Given[str] | None = None
    group_hint: Given[str] | None = None
    label_bias: Given[str] | None = None

    population: Given[float] | None = None
    volume_per_day: Given[float] | None = None
    peak_rps: Given[float] | None = None
    latency_p50_ms: Given[float] | None = None
    latency_p99_ms: Given[float] | None = None
    deadline_s: Given[float] | None = None
    batch_window_h: Given[float] | None = None
    due_time: Given[str] | None = None
    schedule: Given[str] | None = None
    serving_cue: Given[str] | None = None
    streaming_platform: Given[str] | None = None
    edge_device: Given[str] | None = None

    business_metric: Given[str] | None = None
    metric_baseline: Given[float] | None = None
    metric_target: Given[float] | None = None
    mde_relative: Given[float] | None = None
    mde_absolute: Given[float] | None = None
    metric_sd: Given[float] | None = None
    metric_mean: Given[float] | None = None
    metric_goal: Given[float] | None = None
    test_alpha: Given[float] | None = None
    test_power: Given[float] | None = None
    test_days_most: Given[float] | None = None
    test_arms: Given[float] | None = None
    recall_wanted: Given[float] | None = None
    false_alarms_most: Given[float] | None = None
    wanted_by: Given[str] | None = None
    guardrails: tuple[Given[Limit], ...] = ()
    worse_error: Given[str] | None = None
    quality: tuple[Given[Level], ...] = ()
    regime_changes: tuple[Given[str], ...] = ()
    feature_count: Given[float] | None = None
    exposed_share: Given[float] | None = None
    experiment_unit: Given[str] | None = None
    test_flow_per_day: Given[float] | None = None
    no_experiment: Given[str] | None = None
    interference: Given[str] | None = None
    newcomers: Given[str] | None = None
    capacity_per_week: Given[float] | None = None
    cost_false_positive: Given[float] | None = None
    cost_false_negative: Given[float] | None = None
    current_system: Given[str] | None = None
    fallback: Given[str] | None = None

    team_size: Given[float] | None = None
    approver: Given[str] | None = None
    first_model: Given[str] | None = None
    budget_per_month: Given[float] | None = None
    clouds: tuple[Given[str], ...] = ()
    region: Given[str] | None = None
    on_premises: Given[str] | None = None
    air_gapped: Given[str] | None = None
    regulations: tuple[Given[str], ...] = ()
    fairness: Given[str] | None = None
    personal_data: Given[str] | None = None
    human_in_loop: Given[str] | None = None
    shared_features: Given[str] | None = None
    online_features: Given[str] | None = None

    tools: tuple[Given[str], ...] = ()
    tools_refused: tuple[Given[str], ...] = ()
    sources: tuple[Given[str], ...] = ()
    features: tuple[Given[str], ...] = ()
    known_later: tuple[Given[str], ...] = ()
    barred: tuple[Given[str], ...] = ()
    hard_rules: tuple[Given[str], ...] = ()
    wishes: tuple[Given[str], ...] = ()
    contradictions: tuple[Given[str], ...] = ()
    instructions: tuple[Given[str], ...] = ()
    questions: tuple[Given[str], ...] = ()
    unread: tuple[Given[str], ...] = ()

    def found(self) -> Iterator[tuple[str, Given[Any]]]:
        """Every fact with its name, in the order of the fields; unread leftovers are not facts."""
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "unread":
                continue
            if isinstance(value, Given):
                yield each.name, value
            elif isinstance(value, tuple):
                yield from ((each.name, item) for item in value if isinstance(item, Given))

    def uses(self, tool: str) -> bool:
        """Whether the brief names `tool` as present or wanted, and does not refuse it."""
        named = {given.value.lower() for given in self.tools}
        return tool.lower() in named and tool.lower() not in {
            given.value.lower() for given in self.tools_refused
        }

    def refuses(self, tool: str) -> bool:
        """Whether the brief turns `tool`, or a product whose name is part of it, away."""
        return any(given.value.lower() in tool.lower() for given in self.tools_refused)

    def demands(self, wish: str) -> Given[str] | None:
        return next((given for given in self.wishes if given.value == wish), None)
