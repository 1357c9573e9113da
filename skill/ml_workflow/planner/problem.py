"""Step 1: the problem, its target, the metric the business reads, baselines and when to stop."""

from datetime import timedelta

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.decide.nouns import article
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.planner.cautions import cautions
from briefwright.skill.ml_workflow.planner.conditions import hard_rules
from briefwright.skill.ml_workflow.quantity import SIGN, Quantity, assumed, computed, show
from briefwright.skill.ml_workflow.sections import (
    Baseline,
    BusinessMetric,
    ErrorCosts,
    EvaluationMetric,
    PredictionContract,
    Problem,
    Target,
    Working,
)
from briefwright.skill.ml_workflow.sizing.classification import cost_threshold

ML_ONLY = ("accuracy", "auc", "f1", "precision", "recall", "rmse", "mape", "wape", "ndcg", "loss")


def plan(facts: Facts, decisions: Decisions) -> Problem:
    frame, judged = decisions.framing, decisions.evaluation
    costs = _costs(facts, decisions)
    first_measure = decisions.as_of + timedelta(days=21)
    return Problem(
        name=frame.name,
        slug=frame.slug,
        problem_type=frame.problem,
        framing=_framing(facts, decisions),
        target=Target(
            name=frame.target,
            definition=_definition(facts, decisions),
            horizon_days=frame.horizon_days,
            label_delay_days=frame.label_delay_days,
            label_wait_days=frame.label_wait_days,
        ),
        business_metric=_business(facts, decisions),
        metrics=[
            EvaluationMetric(name=judged.metric, primary=True, reason=judged.reason),
            *(EvaluationMetric(name=name, primary=False, reason=reason) for name, reason in judged.secondary),
        ],
        baselines=[
            Baseline(name=_constant(decisions), metric=judged.metric, value=_constant_value(decisions), role="floor: no skill at all"),
            Baseline(name=f"today: {judged.baseline_name}", metric=judged.metric, value=judged.baseline_value, measured_by=first_measure, role="champion to beat, and the model-free fallback"),
            *_reported(facts),
            Baseline(name="simple model on the strongest inputs", metric=judged.metric, measured_by=first_measure + timedelta(days=21), role="tells whether the gain comes from the data or from the model class"),
        ],
        success=judged.success,
        kill_rules=_kill_rules(decisions),
        error_costs=costs,
        contract=PredictionContract(
            entity=f"one {frame.entity}",
            t0=_t0(facts, decisions),
            answer=_answer(facts, decisions),
        ),
        sources=list(decisions.sources),
        hard_rules=hard_rules(facts),
        cautions=cautions(facts, decisions),
        workings=_workings(facts, decisions),
    )  # fmt: skip


def _reported(facts: Facts) -> list[Baseline]:
    """What the brief itself reports of quality so far; shown as said, measured again before it is believed."""
    told = [str(given.value) for given in facts.quality if given.value.role != "wanted"]
    if not told:
        return []
    said = ", ".join(told)
    return [*_too_good(facts), *_as_reported(said)]


def _too_good(facts: Facts) -> list[Baseline]:
    """A claimed result beside shuffled rows or columns filled later is no level to beat."""
    claimed = [given for given in facts.quality if given.value.role == "claimed"]
    why = "rows were shuffled" if any("random split" in wish.value for wish in facts.wishes) else f"made with {', '.join(f'`{c.value}`' for c in facts.known_later[:2])}, filled later" if facts.known_later else ""  # fmt: skip
    if not claimed or not why:
        return []
    return [Baseline(name=clip(f"{claimed[0].value}: too good to be true (leak, {why})", 118), metric="claimed", role="discarded: not achievable on later rows without it")]  # fmt: skip


def _as_reported(said: str) -> list[Baseline]:
    return [
        Baseline(
            name=clip(f"reported in the brief: {said}", 118),
            metric="as reported",
            role="claim to be reproduced on the test window first",
        )
    ]


def _framing(facts: Facts, d: Decisions) -> str:
    what = f"“{facts.prediction.value}”" if facts.prediction else f"{d.framing.target}"
    use = {
        "Batch": f"scored as a list every {d.volumes.cadence_days.value:g} days"
        if d.volumes.cadence_days.value > 1
        else "scored as a batch every run",
        "Real-time": "answered for each request",
        "Streaming": "updated with each event",
        "Edge": "decided on the device",
    }[d.mode.mode]
    if d.volumes.cadence_days.value == 1 and d.mode.mode == "Batch":
        use = "scored as a batch every day"
    rows = (
        f"{d.volumes.per_run.value:,.0f} {d.volumes.scored(d.framing.entities)} a run"
        if d.mode.mode == "Batch"
        else str(d.volumes.per_day)
    )
    rare = f"; positives: {d.volumes.positive_rate}" if d.volumes.positive_rate else ""
    return f"{what}, {use}: {rows}{rare}. Unit: one {d.framing.entity}"


def _definition(facts: Facts, d: Decisions) -> str:
    frame = d.framing
    asked = (
        f"turns out as asked (“{clip(facts.prediction.value, 80)}”)"
        if facts.prediction
        else "has the outcome the brief describes"
    )
    if frame.problem in ("ranking", "recommendation") and not frame.case:
        asked = "chooses an item that was shown (opened, picked or kept; views without a choice are zeros)"
    if frame.case and frame.case.id == "uplift":
        horizon = f"over {frame.horizon_days} " if frame.horizon_days else ""
        return f"the outcome of one {frame.entity} {horizon}after t0, with the action and without it; the score is the difference the action makes, and it is fitted and tested only on rows where the action was drawn by lot; read after {frame.label_wait_days}"
    event = frame.case.event.removesuffix(" within the horizon") if frame.case else asked
    if frame.problem in ("regression", "forecasting"):
        horizon = f" over the next {frame.horizon_days}" if frame.horizon_days else ""
        return f"the observed value of one {frame.entity}{horizon}, read once it is final ({frame.label_wait_days} later); undefined earlier"
    if frame.problem in ("NLP", "CV", "LLM"):
        return f"the final label of {article(frame.entity)} as confirmed by the people who handle it, read {frame.label_wait_days} after arrival; a label changed later counts with its last value, open cases are undefined"
    horizon = f" within {frame.horizon_days} after t0" if frame.horizon_days else ""
    return f"1 if the {frame.entity} {event}{horizon}; 0 once {frame.label_wait_days} have passed without it; undefined earlier, so younger rows are neither trained on nor scored as zero"


def _business(facts: Facts, d: Decisions) -> BusinessMetric:
    frame, test = d.framing, d.experiment
    said = facts.business_metric.value if facts.business_metric else ""
    target = _target(facts, d)
    action = {
        "Batch": BATCH_ACTIONS.get(d.framing.problem, "the list is worked"),
        "Real-time": "the answer steers the case",
        "Streaming": "the verdict steers the session",
        "Edge": "the device acts",
    }[d.mode.mode]
    return BusinessMetric(
        name=(said if said and not _is_ml_only(said) else test.metric)[:120],
        unit="share of cases" if target.unit in ("share", "pp") else target.unit or "units",
        direction="down" if test.mde.value < 0 else "up",
        current=_current(facts, d),
        target=target,
        owner=frame.owner,
        causal_path=f"{_output(d)}; {action}; the outcome per {test.unit} changes and {frame.owner} sees it in the regular report",
    )


def _current(facts: Facts, d: Decisions) -> Quantity | None:
    """Today's value, only where the brief states it."""
    if facts.metric_sd or facts.metric_goal:
        return facts.metric_mean.quantity() if facts.metric_mean else None
    return d.experiment.baseline if d.experiment.baseline.source == "given" else None


def _target(facts: Facts, d: Decisions) -> Quantity:
    """The brief's target; else today's value changed by the effect worth shipping; else a level relative to today."""
    test = d.experiment
    if facts.metric_target:
        return facts.metric_target.quantity()
    if facts.metric_goal:
        return facts.metric_goal.quantity()
    today = _current(facts, d)
    if today and test.mde_mode == "rel":
        change = f"{show(abs(test.mde.value), 'share')} relative"
        return computed(
            today.value * (1 + test.mde.value),
            today.unit,
            f"{today} {'+' if test.mde.value > 0 else '−'} {change}",
        )
    if today:
        change = show(abs(test.mde.value), test.mde.unit)
        return computed(
            today.value + test.mde.value, today.unit, f"{today} {'+' if test.mde.value > 0 else '−'} {change}"
        )
    share = test.mde.value if test.mde_mode == "rel" else test.mde.value / test.baseline.value
    return assumed(
        round((1 + share) * 100, 1),
        "% of today's level",
        "the brief states no level; the smallest change planned for",
        f"{d.framing.owner}, from last year's numbers",
    )


BATCH_ACTIONS = {
    "forecasting": "orders follow the forecast",
    "regression": "the value is offered or mailed",
    "recommendation": "the selection is shown",
}


def _output(d: Decisions) -> str:
    return {
        "forecasting": f"the forecast sets quantities per {d.framing.entity}",
        "regression": f"the value is proposed per {d.framing.entity}",
        "ranking": "the score orders whom to act on"
        if d.framing.case and d.framing.case.id == "uplift"
        else "the score orders the results",
        "recommendation": "the score chooses what is shown",
        "NLP": f"the label sends each {d.framing.entity} to where it belongs",
        "LLM": f"the answer serves the {d.framing.entity}",
    }.get(d.framing.problem, f"the score orders or decides {d.framing.entities}")


def _is_ml_only(name: str) -> bool:
    words = name.lower().split()
    return any(word.strip(".,%") in ML_ONLY for word in words) and len(words) <= 4


def _constant(d: Decisions) -> str:
    if d.framing.case and d.framing.case.id == "uplift":
        return "random order: the mean effect of the trial"
    return {
        "forecasting": "seasonal naive: the same period one season ago",
        "regression": "median of the segment",
        "ranking": "newest first",
        "recommendation": "most popular",
        "LLM": "link to the search page or form",
        "NLP": "most frequent class",
    }.get(
        d.framing.problem,
        f"no {d.framing.entity} flagged"
        if d.evaluation.metric == "PR-AUC"
        else f"blind choice of {d.framing.entities}",
    )


def _constant_value(d: Decisions) -> Quantity | None:
    rate = d.volumes.positive_rate
    return (
        computed(rate.value, "share", f"share of positives, {rate}")
        if rate and d.framing.problem != "CV"
        else None
    )


def _kill_rules(d: Decisions) -> list[str]:
    judged = d.evaluation
    better = "above" if judged.higher_is_better else "below"
    stop = d.as_of + timedelta(days=84)
    return [
        f"no candidate reaches {judged.metric} {SIGN[judged.success.op]} {judged.success.value} by {stop.isoformat()}: {judged.baseline_name} stays and the effort goes into data",
        f"the simple model is as good as the complex one within its interval on the test window: the simple one ships ({better} is better)",
        f"the experiment ends with an interval that excludes half of the wanted effect: {d.framing.slug} is retired",
    ]


def _costs(facts: Facts, d: Decisions) -> ErrorCosts:
    wrong = facts.cost_false_positive.quantity() if facts.cost_false_positive else None
    missed = facts.cost_false_negative.quantity() if facts.cost_false_negative else None
    one = computed(1, "×", "the unit the brief compares with")
    wrong = one if wrong and wrong.unit == "×" and wrong.value == 1 else wrong
    missed = one if missed and missed.unit == "×" and missed.value == 1 else missed
    capacity = d.volumes.capacity_per_week
    if wrong and missed and wrong.unit == missed.unit and d.framing.problem == "forecasting":
        quantile = computed(missed.value / (wrong.value + missed.value), "", f"c_low ÷ (c_low + c_high) = {missed.value:g} ÷ ({missed.value:g} + {wrong.value:g})")  # fmt: skip
        reading = f"too low costs {missed}, too high {wrong}: act on the {quantile} quantile, not on the median, and judge it by its pinball loss"
        return ErrorCosts(
            false_positive=wrong, false_negative=missed, capacity_per_week=capacity, reading=reading
        )
    if wrong and missed and wrong.unit == missed.unit:
        threshold = computed(
            cost_threshold(wrong.value, missed.value),
            "",
            f"c_fp ÷ (c_fp + c_fn) = {wrong.value:g} ÷ ({wrong.value:g} + {missed.value:g})",
        )
        reading = (
            f"act on {article(d.framing.entity)} when its calibrated probability is at least {threshold}; "
            + ("the weekly capacity may cut earlier" if capacity else "checked against what can be handled")
        )
        return ErrorCosts(
            false_positive=wrong,
            false_negative=missed,
            threshold=threshold,
            capacity_per_week=capacity,
            reading=reading,
        )
    if capacity:
        return ErrorCosts(
            false_positive=wrong,
            false_negative=missed,
            capacity_per_week=capacity,
            reading=f"the threshold is the last place on the list: {capacity} can be worked, so the score only has to order",
        )
    if d.framing.problem in ("forecasting", "regression"):
        reading = f"costs of too high and too low are not in the brief; once {d.framing.owner} names them, the quantile to act on is c_low ÷ (c_low + c_high), until then the median"
        return ErrorCosts(false_positive=wrong, false_negative=missed, reading=reading)
    if d.framing.problem in ("NLP", "LLM"):
        reading = f"below the confidence that gives 0.90 precision on validation the {d.framing.entity} goes to a person; {d.framing.owner} may move that point once the costs of both errors are known"
        return ErrorCosts(false_positive=wrong, false_negative=missed, reading=reading)
    reading = f"costs of a wrong and of a missed {d.framing.entity} are not in the brief; until {d.framing.owner} names them the threshold is set so that no more is flagged than today"
    return ErrorCosts(false_positive=wrong, false_negative=missed, reading=reading)


def _t0(facts: Facts, d: Decisions) -> str:
    return {
        "Batch": f"the start of the run ({facts.schedule.value if facts.schedule else 'daily'}); every window ends before it by its source's delay",
        "Real-time": f"the moment the request for the {d.framing.entity} arrives",
        "Streaming": "the event time of the message being scored",
        "Edge": f"the moment the {d.framing.entity} is captured on the device",
    }[d.mode.mode]


def _answer(facts: Facts, d: Decisions) -> str:
    who = ""
    if facts.human_in_loop:
        who = f"; the model only proposes, a person decides or may override, every override is kept as a label (“{clip(facts.human_in_loop.quote, 80)}”)"
    what = {
        "forecasting": "quantiles 0.1, 0.5 and 0.9 per period",
        "regression": "value with an 80 % interval",
        "ranking": "ordered ids with scores",
        "recommendation": "ordered item ids",
        "NLP": "label with confidence; below the threshold no label",
        "CV": "finding with confidence and the image region",
        "LLM": "text with cited passages, or no answer",
    }.get(d.framing.problem, "calibrated probability")
    return f"{what}, model version and feature-set name{who}"


def _workings(facts: Facts, d: Decisions) -> list[Working]:
    rows = [
        Working(name="label wait", result=d.framing.label_wait_days),
        Working(name="volume", result=d.volumes.per_day),
    ]
    rate = d.volumes.positive_rate
    if rate:
        positives = computed(
            d.volumes.per_day.value * rate.value,
            "positives a day",
            f"{d.volumes.per_day.value:,.0f} a day × {rate}",
        )
        silent = computed(1 - rate.value, "share", f"1 − {rate}: accuracy of always answering no")
        rows += [
            Working(name="share of positives", result=rate),
            Working(name="positives", result=positives),
            Working(name="accuracy of a silent model", result=silent),
        ]
    if d.volumes.capacity_per_week:
        rows.append(Working(name="capacity", result=d.volumes.capacity_per_week))
    if (
        facts.cost_false_positive
        and facts.cost_false_negative
        and facts.cost_false_positive.unit == facts.cost_false_negative.unit != "×"
    ):
        wrong, missed = facts.cost_false_positive.value, facts.cost_false_negative.value
        even = computed(
            wrong / missed,
            "share",
            f"{wrong:g} ÷ {missed:g}: below this precision a list costs more than it brings",
        )
        rows.append(Working(name="break-even precision", result=even))
    return rows
