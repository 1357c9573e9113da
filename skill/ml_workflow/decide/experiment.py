"""The experiment: what it can see, how long it takes, and what to do instead when that is too long."""

import math

from briefwright.skill.ml_workflow.decide.decisions import Evaluation, Experiment, Framing, Volumes
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed, show
from briefwright.skill.ml_workflow.sizing import experiments as sizing
from briefwright.skill.ml_workflow.sizing.domain import SizingError

ALPHA, POWER = 0.05, 0.80
FEASIBLE_DAYS, LONGEST_DAYS, HOPELESS_DAYS = 42, 90, 126
CLUSTERS = ("store", "department", "hotel", "site", "ward", "region", "school", "city", "line", "farm", "warehouse",
            "shop", "branch", "restaurant", "clinic", "class", "team", "route", "machine")  # fmt: skip
PARALLEL = {
    "forecasting": "Parallel run instead of a split: both forecasts are made for every series from the same origins; the present one keeps deciding for control, and paired errors and their cost are compared (Diebold-Mariano on the loss differences)",
    "anomaly detection": "Event-based back-test with lead time and false-alarm count, leaving one group out at a time, then shadow running beside today's alarms; a controlled test would need more events than occur",
    "CV": "Stepped wedge: sites switch over one after another in random order, each is its own control before and after; shadow reading before the first step",
}


def plan(facts: Facts, frame: Framing, volumes: Volumes, judged: Evaluation) -> Experiment:
    """Inputs → n → days → verdict. What the brief does not give is assumed and says so."""
    unit, clustered = _unit(facts, frame)
    applicable = not facts.no_experiment and frame.problem not in ("forecasting", "anomaly detection")
    alpha = assumed(ALPHA, "", "convention, two-sided")
    power = assumed(POWER, "", "convention")
    delay = _delay(facts, frame)
    if facts.metric_sd and facts.mde_absolute:
        baseline, mde, mode, sd = _mean(facts)
        n = sizing.n_two_means(sd.value, mde.value, ALPHA, POWER)
        formula = f"2 (1.960 + 0.842)² × {sd.value:g}² ÷ {mde.value:g}², two means"
    else:
        baseline, mde, mode, sd = *_rate(facts, volumes, frame), None
        p1 = _treated(baseline.value, mde.value, mode)
        n = sizing.n_two_proportions(baseline.value, p1, ALPHA, POWER)
        formula = f"pooled two-proportion z, {show(baseline.value, 'share')} against {show(p1, 'share')}, alpha {ALPHA:g} two-sided, power {POWER:.2f}"
    independent = computed(n, f"{unit}s per arm" if not unit.endswith("s") else f"{unit} per arm", formula)
    effect = _design_effect(unit) if clustered and sd is None else None
    needed = (
        computed(math.ceil(n * effect.value), independent.unit, f"{n:,} × design effect {effect.value:g}")
        if effect
        else independent
    )
    daily = _daily_units(facts, frame, volumes, unit)
    exposed = (
        facts.exposed_share.quantity()
        if facts.exposed_share
        else assumed(
            1.0, "share", "all eligible traffic; the brief sets no limit", f"{frame.owner}, before the start"
        )
    )
    raw = sizing.days_to_enrol(needed.value, daily.value, exposed.value, 0.5)
    days = sizing.whole_weeks(raw)
    enrol = computed(
        raw,
        "days",
        f"{needed.value:,.0f} ÷ ({daily.value:,.4g} a day × {show(exposed.value, 'share')} exposed × 50 % per arm)",
    )
    run = computed(days, "days", f"{raw:,.2f} days rounded up to whole weeks")
    read_out = computed(
        days + delay.value,
        "days",
        f"{days} days of enrolment + {delay.value:g} days until the last outcome is known",
    )
    verdict = "feasible" if days <= FEASIBLE_DAYS else "long" if days <= HOPELESS_DAYS else "infeasible"
    return Experiment(
        applicable, unit, clustered, _metric(facts, frame), baseline, mde, mode, sd, alpha, power, independent, needed,
        effect, daily, exposed, enrol, run, delay, read_out, verdict,
        _alternative(facts, frame, verdict, applicable, baseline, daily, exposed, days),
    )  # fmt: skip


def _treated(baseline: float, mde: float, mode: str) -> float:
    return min(0.999, max(0.0001, baseline + mde if mode == "abs" else baseline * (1 + mde)))


def _unit(facts: Facts, frame: Framing) -> tuple[str, bool]:
    if facts.experiment_unit:
        unit = facts.experiment_unit.value
        return unit, unit in CLUSTERS
    if frame.problem in ("ranking", "recommendation"):
        return "user", False
    if frame.problem == "forecasting" or (frame.case and frame.case.id == "pricing"):
        return f"{frame.entity}-week", True
    return frame.entity, False


def _metric(facts: Facts, frame: Framing) -> str:
    if facts.business_metric and len(facts.business_metric.value) <= 70:
        return facts.business_metric.value
    event = frame.case.event if frame.case else "has the outcome the brief describes"
    return f"rate at which a {frame.entity} {event}"


def _mean(facts: Facts) -> tuple[Quantity, Quantity, str, Quantity]:
    assert facts.metric_sd and facts.mde_absolute
    sd, delta = facts.metric_sd.quantity(), facts.mde_absolute.quantity()
    level = assumed(
        max(sd.value * 4, 1), sd.unit, "the mean does not enter the arithmetic; level for orientation only"
    )
    return level, delta, "abs", sd


def _rate(facts: Facts, volumes: Volumes, frame: Framing) -> tuple[Quantity, Quantity, str]:
    """(baseline, smallest effect, its mode), from the brief in this order: target, stated effect, assumption."""
    direction = -1 if _falls(facts, frame) else 1
    if facts.metric_baseline and facts.metric_baseline.value < 0.95:
        baseline = facts.metric_baseline.quantity()
    elif volumes.positive_rate and volumes.positive_rate.source == "given":
        baseline = volumes.positive_rate
    else:
        baseline = assumed(
            0.05,
            "share",
            "the brief gives no rate for the primary metric; a planning value",
            f"{frame.owner}, from last year's numbers",
        )
    if (
        facts.metric_target
        and facts.metric_baseline
        and abs(facts.metric_target.value - facts.metric_baseline.value) > 0
        and facts.metric_target.value != facts.metric_baseline.value
    ):
        change = facts.metric_target.value - facts.metric_baseline.value
        mde = computed(
            change,
            "pp",
            f"{show(facts.metric_target.value, 'share')} wanted − {show(facts.metric_baseline.value, 'share')} today",
        )
        return baseline, mde, "abs"
    if facts.mde_relative:
        mde = facts.mde_relative.quantity()
        return baseline, mde.model_copy(update={"value": direction * abs(mde.value)}), "rel"
    if facts.mde_absolute and facts.mde_absolute.unit == "pp":
        mde = facts.mde_absolute.quantity()
        return baseline, mde.model_copy(update={"value": direction * abs(mde.value)}), "abs"
    mde = assumed(
        direction * 0.10,
        "share",
        "the brief names no effect worth shipping; 10 % relative as a planning value",
        f"{frame.owner}, before the start",
    )
    return baseline, mde, "rel"


def _falls(facts: Facts, frame: Framing) -> bool:
    """Whether success is a lower rate: losses, cancellations, errors."""
    goal = (facts.business_metric.quote if facts.business_metric else "").lower()
    words = (
        "reduc",
        "cut",
        "fewer",
        "less",
        "lower",
        "loss",
        "drop",
        "waste",
        "churn",
        "re-assign",
        "correct",
        "error",
        "complain",
        "cancel",
    )
    if any(word in goal for word in words):
        return True
    if frame.case and frame.case.id in ("churn", "fraud", "credit"):
        return True
    return bool(
        facts.mde_relative
        and any(word in facts.mde_relative.quote.lower() for word in ("reduc", "drop", "fewer", "lower"))
    )


def _design_effect(unit: str) -> Quantity:
    m, icc = 20, 0.05
    return computed(
        sizing.design_effect(m, icc),
        "",
        f"1 + ({m} − 1) × {icc}: {m} observations per {unit} and a correlation of {icc} inside it, both assumed",
    )


def _daily_units(facts: Facts, frame: Framing, volumes: Volumes, unit: str) -> Quantity:
    """Units that can enter the test per day: places on the list when people act, otherwise the daily flow."""
    if facts.metric_sd and facts.population:
        count = facts.population.value
        return computed(
            count / 7,
            f"{unit}s a day",
            f"{count:,.0f} {facts.population.unit} give one {unit} each per week ÷ 7",
        )
    if volumes.capacity_per_week:
        return computed(
            volumes.capacity_per_week.value / 7,
            f"{unit}s a day",
            f"{volumes.capacity_per_week.value:,.0f} a week ÷ 7",
        )
    return volumes.per_day.model_copy(update={"unit": f"{unit}s a day"})


def _delay(facts: Facts, frame: Framing) -> Quantity:
    if frame.horizon_days and frame.problem not in ("forecasting",):
        return frame.horizon_days
    if frame.label_delay_days:
        return frame.label_delay_days
    return assumed(7, "days", "outcomes settle within a week", "analyst, before the read-out")


def _alternative(
    facts: Facts,
    frame: Framing,
    verdict: str,
    applicable: bool,
    baseline: Quantity,
    daily: Quantity,
    exposed: Quantity,
    days: int,
) -> str:
    if not applicable:
        if frame.problem in PARALLEL:
            return PARALLEL[frame.problem]
        return "Matched groups with difference-in-differences on the weeks before and after, because units cannot be assigned at random"
    if verdict == "feasible" or (verdict == "long" and days <= LONGEST_DAYS):
        return ""
    per_arm = daily.value * exposed.value * 0.5 * LONGEST_DAYS
    try:
        seen = sizing.mde_two_proportions(min(0.5, baseline.value), max(per_arm, 2), ALPHA, POWER)
        reach = f"{LONGEST_DAYS} days give {per_arm:,.0f} per arm, which shows {show(seen, 'pp')} and more"
    except SizingError:
        reach = f"{LONGEST_DAYS} days give {per_arm:,.0f} per arm, too few to show any plausible effect"
    return f"{reach}. Instead: a faster leading indicator as primary metric, a permanent random hold-out that accumulates, and variance reduction with last period's value (CUPED); the full test is not started under-powered"
