"""The experiment: what it can see, how long it takes, and what to do instead when that is too long."""

import math
import re
from dataclasses import dataclass

from briefwright.skill.ml_workflow.decide.decisions import Evaluation, Experiment, Framing, Volumes
from briefwright.skill.ml_workflow.decide.nouns import article, plural
from briefwright.skill.ml_workflow.decide.volumes import count_of
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed, number, show
from briefwright.skill.ml_workflow.sizing import experiments as sizing
from briefwright.skill.ml_workflow.sizing.domain import SizingError

ALPHA, POWER = 0.05, 0.80
FEASIBLE_DAYS, LONGEST_DAYS, HOPELESS_DAYS = 42, 90, 126
SPREAD = 0.25
FEW_CLUSTERS = 20
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
    delay = _delay(facts, frame)
    alpha = facts.test_alpha.quantity() if facts.test_alpha else assumed(ALPHA, "", "convention, two-sided")
    power = facts.test_power.quantity() if facts.test_power else assumed(POWER, "", "convention")
    arms = int(facts.test_arms.value) if facts.test_arms else 2
    if arms > 2:
        alpha = computed(round(alpha.value / (arms - 1), 4), "", f"{alpha.value:g} ÷ {arms - 1} comparisons with control (Bonferroni)")  # fmt: skip
    level = (alpha.value, power.value)
    by_means = (
        clustered
        or facts.metric_sd is not None
        or (facts.metric_mean is not None and facts.metric_goal is not None)
    )
    size = (
        _by_means(facts, volumes, frame, unit, level)
        if by_means
        else _by_rates(facts, volumes, frame, unit, level)
    )
    daily = _daily_units(facts, frame, volumes, unit, clustered)
    exposed = facts.exposed_share.quantity() if facts.exposed_share else assumed(1.0, "share", "all eligible traffic; the brief sets no limit", f"{frame.owner}, before the start")  # fmt: skip
    raw = sizing.days_to_enrol(size.n.value, daily.value, exposed.value, 1 / arms)
    days = sizing.whole_weeks(raw)
    most = facts.test_days_most.value if facts.test_days_most else None
    verdict = "feasible" if days <= FEASIBLE_DAYS else "long" if days <= HOPELESS_DAYS else "infeasible"
    if most:
        verdict = "feasible" if days <= most else "infeasible"
    return Experiment(
        applicable=applicable,
        unit=unit,
        arms=arms,
        clustered=clustered,
        metric=_metric(facts, frame),
        baseline=size.baseline,
        mde=size.mde,
        mde_mode=size.mode,
        sd=size.sd,
        alpha=alpha,
        power=power,
        n_per_arm=size.n,
        daily_units=daily,
        exposed_share=exposed,
        enrol_days=computed(raw, "days", f"{number(size.n.value)} ÷ ({number(daily.value)} a day × {show(exposed.value, 'share')} exposed × {show(1 / arms, 'share')} per arm)"),
        days=computed(days, "days", f"{number(raw)} days rounded up to whole weeks"),
        outcome_delay_days=delay,
        read_out_day=computed(days + delay.value, "days", f"{days} days of enrolment + {number(delay.value)} days until the last outcome is known"),
        verdict=verdict,
        alternative=_alternative(facts, frame, applicable, size, daily, exposed, days, most or LONGEST_DAYS),
    )  # fmt: skip


@dataclass(frozen=True)
class _Size:
    baseline: Quantity
    mde: Quantity
    mode: str
    sd: Quantity | None
    n: Quantity


def _by_rates(facts: Facts, volumes: Volumes, frame: Framing, unit: str, level: tuple[float, float]) -> _Size:
    """Units that are independent and count yes or no: two proportions."""
    baseline, mde, mode = _rate(facts, volumes, frame)
    p1 = _treated(baseline.value, mde.value, mode)
    if (
        abs(p1 - baseline.value) < 1e-4 * baseline.value
    ):  # an effect that leaves the range of rates cannot be planned for
        mde, mode = assumed(0.10 if baseline.value < 0.9 else -0.10, "share", "the stated effect leaves the range of rates; 10 % relative instead", f"{frame.owner}, before the start"), "rel"  # fmt: skip
        p1 = _treated(baseline.value, mde.value, mode)
    n = sizing.n_two_proportions(baseline.value, p1, *level)
    formula = f"pooled two-proportion z, {show(baseline.value, 'share')} against {show(p1, 'share')}, alpha {level[0]:g} two-sided, power {level[1]:.2f}"
    return _Size(baseline, mde, mode, None, computed(n, f"{plural(unit)} per arm", formula))


def _by_means(facts: Facts, volumes: Volumes, frame: Framing, unit: str, level: tuple[float, float]) -> _Size:
    """A metric that is an amount, or whole clusters read as one mean per cluster and week: two means.

    A spread or an effect the brief gives is used as it is; what is missing is assumed in the same unit.
    """
    if facts.metric_sd:
        sd = facts.metric_sd.quantity()
        mean = facts.metric_mean.quantity() if facts.metric_mean else assumed(sd.value * 4, sd.unit, "the mean does not enter the arithmetic; level for orientation only")  # fmt: skip
        same = facts.mde_absolute and facts.mde_absolute.unit == sd.unit
        delta = facts.mde_absolute.quantity() if same and facts.mde_absolute else assumed(sd.value * 0.1, sd.unit, "a tenth of the standard deviation; the brief names no effect worth shipping", f"{frame.owner}, before the start")  # fmt: skip
        if facts.metric_goal and facts.metric_mean and not same:
            mean, goal = facts.metric_mean.quantity(), facts.metric_goal.quantity()
            delta = computed(goal.value - mean.value, sd.unit, f"{goal} wanted − {mean} today")
        elif facts.mde_relative and facts.metric_mean and not same:
            delta = computed(
                mean.value * facts.mde_relative.value,
                sd.unit,
                f"{mean} × {facts.mde_relative.quantity()} relative",
            )
    elif facts.metric_goal and facts.metric_mean:
        mean, goal = facts.metric_mean.quantity(), facts.metric_goal.quantity()
        sd = assumed(mean.value, mean.unit, f"as large as the level itself, for want of a better number; measured on last year's {plural(unit)} before the start", f"{frame.owner}, from history")  # fmt: skip
        delta = computed(goal.value - mean.value, mean.unit, f"{goal} wanted − {mean} today")
    else:
        mean, effect, mode = _rate(facts, volumes, frame)
        change = effect.value if mode == "abs" else mean.value * effect.value
        delta = (
            effect
            if mode == "abs"
            else computed(change, "pp", f"{mean} × {show(effect.value, 'share')} relative")
        )
        sd = assumed(mean.value * SPREAD, "share", f"a quarter of the level of {mean}; measured on last year's {plural(unit)} before the start", f"{frame.owner}, from history")  # fmt: skip
    n = sizing.n_two_means(sd.value, delta.value, *level)
    formula = f"2 (z₁₋α/₂ + z₁₋β)² × ({sd})² ÷ ({show(abs(delta.value), delta.unit)})², alpha {level[0]:g} two-sided, power {level[1]:.2f}, two means over {plural(unit)}"
    return _Size(mean, delta, "abs", sd, computed(n, f"{plural(unit)} per arm", formula))


def _treated(baseline: float, mde: float, mode: str) -> float:
    return min(1 - 1e-9, max(1e-9, baseline + mde if mode == "abs" else baseline * (1 + mde)))


def _unit(facts: Facts, frame: Framing) -> tuple[str, bool]:
    """(unit of assignment and reading, whether it is a cluster read by the week)."""
    if facts.experiment_unit and facts.experiment_unit.value in CLUSTERS:
        return f"{facts.experiment_unit.value}-week", True
    if facts.experiment_unit:
        return facts.experiment_unit.value, False
    if facts.test_flow_per_day and facts.test_flow_per_day.unit != "unit":
        return facts.test_flow_per_day.unit, False
    if frame.problem in ("ranking", "recommendation") and not (frame.case and frame.case.id == "uplift"):
        return "user", False
    if frame.problem == "forecasting" or (frame.case and frame.case.id == "pricing"):
        return f"{_cluster(facts, frame)}-week", True
    return frame.entity, False


def _cluster(facts: Facts, frame: Framing) -> str:
    """What stands for itself in a forecast or a price: a store, a hotel, a substation; else the scored thing."""
    return next((noun for noun in CLUSTERS if count_of(facts, noun)), frame.entity)


def _metric(facts: Facts, frame: Framing) -> str:
    """The brief's metric; else the rate a use can move itself; else what such a use is run for. A detector's base rate is
    never the metric: finding defects does not make them rarer."""
    if facts.business_metric and len(facts.business_metric.value) <= 70:
        return facts.business_metric.value
    if frame.case and frame.case.id in MOVABLE:
        return f"rate at which {article(frame.entity)} {frame.case.event}"
    return frame.case.metric if frame.case else f"share of {frame.entities} handled to the wanted outcome"


def _rate(facts: Facts, volumes: Volumes, frame: Framing) -> tuple[Quantity, Quantity, str]:
    """(baseline, smallest effect, its mode), from the brief in this order: target, stated effect, assumption."""
    direction = -1 if _falls(facts, frame) else 1
    if facts.metric_baseline and facts.metric_baseline.value < 0.95:
        baseline = facts.metric_baseline.quantity()
    elif volumes.positive_rate and volumes.positive_rate.source == "given" and _moves_the_rate(facts, frame):
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


BAD = r"\blos(?:e|es|t|ing)\b|arrears|overdue|unpaid|expired|wastage|abandon|breakdown|outage|injur|accident|fraud|\bleak|burst|\bbreaks?\b|downtime|readmi|mortality|absence|reduc|\bcut|fewer|\bless\b|lower|loss|drop|waste|churn|re-?assign|correct|error|complain|cancel|wrong|miss|fail|defect|scrap|reject|escape|delay|late\b|wait|no-?show|imbalance|thrown|spoil|stock-?out|calls?\b|tickets?\b|cost|return rate|dropout|default"
GOOD = r"revenue|sales|conver|purchas|retain|resolv|deals?\b|book|engage|click|subscri|uptake|profit|margin|availab|satisf|open rate|enquir|recipes|orders per"


def _moves_the_rate(facts: Facts, frame: Framing) -> bool:
    """Whether acting on the score changes how often the event happens, so that its share is the test's baseline."""
    return frame.case is None or frame.case.id in MOVABLE or facts.mde_relative is not None


def _falls(facts: Facts, frame: Framing) -> bool:
    """Whether success is a lower number: by the metric's own words, else by what the use is for."""
    goal = facts.business_metric.quote if facts.business_metric else ""
    name = facts.business_metric.value if facts.business_metric else ""
    if facts.metric_baseline and facts.metric_target:
        return facts.metric_target.value < facts.metric_baseline.value
    if facts.metric_mean and facts.metric_goal:
        return facts.metric_goal.value < facts.metric_mean.value
    for words in (name, goal):
        bad, good = re.search(BAD, words, re.IGNORECASE), re.search(GOOD, words, re.IGNORECASE)
        if bool(bad) != bool(good):
            return bool(bad)
    if facts.mde_relative and re.search(
        r"reduc|drop|fewer|lower|cut|\bless\b|saving|saved|shorter|smaller|decreas",
        facts.mde_relative.quote,
        re.IGNORECASE,
    ):
        return True
    if frame.case and frame.case.id in REDUCES:
        return True
    return frame.case.direction == "down" if frame.case else False


REDUCES = ("churn", "fraud", "credit")
MOVABLE = ("churn", "fraud", "credit", "lead", "conversion", "search", "recommendation", "ads")


def _daily_units(facts: Facts, frame: Framing, volumes: Volumes, unit: str, clustered: bool) -> Quantity:
    """Units that can enter the test per day: clusters by the week, places on the list when people act, else the flow."""
    if clustered:
        noun = unit.removesuffix("-week")
        count = count_of(facts, noun)
        if count:
            return computed(
                count / 7,
                f"{plural(unit)} a day",
                f"{number(count)} {plural(noun)} give one {unit} each per week ÷ 7",
            )
        return assumed(FEW_CLUSTERS / 7, f"{plural(unit)} a day", f"{FEW_CLUSTERS} {plural(noun)}, one {unit} each per week; their number is not in the brief", f"{frame.owner}, before the start")  # fmt: skip
    if flow := facts.test_flow_per_day:
        return computed(
            flow.value, f"{plural(unit)} a day", f"what the brief gives to the test: “{flow.quote[:90]}”"
        )
    if volumes.capacity_per_week:
        return computed(
            volumes.capacity_per_week.value / 7,
            f"{plural(unit)} a day",
            f"{number(volumes.capacity_per_week.value)} a week ÷ 7",
        )
    return volumes.per_day.model_copy(update={"unit": f"{plural(unit)} a day"})


def _delay(facts: Facts, frame: Framing) -> Quantity:
    if frame.horizon_days and frame.problem not in ("forecasting",):
        return frame.horizon_days
    if frame.label_delay_days:
        return frame.label_delay_days
    return assumed(7, "days", "outcomes settle within a week", "analyst, before the read-out")


def _alternative(
    facts: Facts, frame: Framing, applicable: bool, size: _Size, daily: Quantity, exposed: Quantity, days: int, most: float
) -> str:  # fmt: skip
    """What is done instead when units cannot be assigned, or when the test would take longer than anyone waits."""
    if not applicable:
        if frame.problem in PARALLEL:
            return PARALLEL[frame.problem]
        return "Matched groups with difference-in-differences on the weeks before and after, because units cannot be assigned at random"
    if days <= most:
        return ""
    per_arm = daily.value * exposed.value * 0.5 * most
    return f"{most:g} days give {number(per_arm)} per arm, {_seen(size, per_arm)}. Instead: a faster leading indicator as primary metric, a permanent random hold-out that accumulates, and variance reduction with last period's value (CUPED); the full test is not started under-powered"


def _seen(size: _Size, per_arm: float) -> str:
    if size.sd is not None:
        return f"which shows {show(abs(size.mde.value) * math.sqrt(size.n.value / per_arm), size.mde.unit)} and more"
    try:
        return f"which shows {show(sizing.mde_two_proportions(min(0.5, size.baseline.value), max(per_arm, 2), ALPHA, POWER), 'pp')} and more"
    except SizingError:
        return "too few to show any plausible effect"
