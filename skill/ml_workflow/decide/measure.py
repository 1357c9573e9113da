"""The measure the brief itself speaks in, with the levels it states: what it reaches today is the baseline, what it asks for the success threshold."""

import re
from dataclasses import replace

from briefwright.skill.ml_workflow.decide.decisions import Evaluation
from briefwright.skill.ml_workflow.facts import Facts, Given, Level
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed
from briefwright.skill.ml_workflow.reader.quality import lower_is_better
from briefwright.skill.ml_workflow.sections import Threshold

FIT = {
    "classification": r"PR-AUC|average precision|recall@|precision@|F1",
    "anomaly detection": r"PR-AUC|average precision|recall@|precision@|F1",
    "CV": r"mAP|F1|PR-AUC|(?:m|mean )?IoU|Dice",
    "NLP": r"F1|PR-AUC|recall@|precision@|WER|CER",
    "LLM": r"F1|groundedness|WER|CER|recall@",
    "forecasting": r"WAPE|MASE|RMSE|MAE|mean absolute error",
    "regression": r"MAE|RMSE|mean absolute|median|MAPE|WAPE",
    "ranking": r"NDCG|MRR|recall@|precision@|hit rate|mAP",
    "recommendation": r"NDCG|MRR|recall@|precision@|hit rate|mAP",
}
"""What may decide, by problem type. Accuracy and ROC AUC reward saying no where positives are rare; MAPE is undefined where a period is zero."""
BY_A_LIST = ("classification", "anomaly detection")
LOWER, HIGHER = 0.85, 0.25
"""The least gain worth a model where the brief names none: an error 15 % lower, or a quarter of what is missing to 1."""


def in_the_briefs_measure(by_rule: Evaluation, facts: Facts, problem: str, positive_rate: Quantity | None) -> Evaluation:  # fmt: skip
    """`by_rule`, or the brief's own measure in its place.

    A level it asks for always decides. A level reached today decides where no share of positives and no list says more about
    what is needed.
    """
    fitting = [given for given in facts.quality if re.match(FIT.get(problem, "$"), _bare(given.value.metric), re.IGNORECASE)]  # fmt: skip
    wanted = next((given for given in fitting if given.value.role == "wanted"), None)
    today = [given for given in fitting if given.value.role == "now"]
    if problem == "forecasting" and by_rule.metric == "WAPE" and wanted is None and not today:
        today = [_as_wape(given) for given in facts.quality if given.value.metric == "MAPE" and given.value.role == "now"]  # fmt: skip
    if wanted is None and (not today or (problem in BY_A_LIST and positive_rate is not None)):
        return by_rule
    metric = (wanted or today[0]).value.metric
    alike = [given for given in today if _same(given.value, metric) and given.value.unit == (wanted or given).value.unit]  # fmt: skip
    now = max(alike, key=lambda given: bool(wanted) and given.value.kind == (wanted or given).value.kind, default=None)  # fmt: skip
    lower = lower_is_better(metric)
    start = _quantity(now) if now else _unmeasured(by_rule, metric, wanted, lower)
    asked = _quantity(wanted) if wanted else None
    if asked and now and (asked.value >= start.value if lower else asked.value <= start.value):
        asked = None  # met today already: not what makes a model worth having
    goal = asked or _gain(start, lower)
    others = tuple(
        (given.value.metric, f"the brief asks for {'≤' if lower_is_better(given.value.metric) else '≥'} {_quantity(given)}")
        for given in facts.quality
        if given.value.role == "wanted" and given is not wanted and not _same(given.value, metric)
    )  # fmt: skip
    kept = tuple(pair for pair in by_rule.secondary if not metric.lower().startswith(pair[0].lower()))
    return replace(
        by_rule,
        metric=metric,
        reason="the measure the brief itself states a level in"
        if metric != by_rule.metric
        else by_rule.reason,
        secondary=(*others, *kept),
        baseline_value=start,
        success=Threshold(metric=metric, op="<=" if lower else ">=", value=goal),
        higher_is_better=not lower,
    )


def _bare(metric: str) -> str:
    return re.sub(r"^(?:macro|micro|span|token|field|entity|weighted)[- ]?(?:averaged? |level )?", "", metric, flags=re.IGNORECASE)  # fmt: skip


def _same(level: Level, metric: str) -> bool:
    """`mAP` and `mAP@0.5` are one measure, of which one place leaves the overlap unsaid."""
    one, other = level.metric.lower(), metric.lower()
    return one == other or one.startswith(f"{other}@") or other.startswith(f"{one}@")


def _as_wape(given: "Given[Level]") -> "Given[Level]":
    return replace(given, value=replace(given.value, metric="WAPE"))


def _quantity(given: "Given[Level]") -> Quantity:
    return Quantity(
        value=round(given.value.value, 6), unit=given.value.unit, source="given", basis=given.quote
    )


def _unmeasured(by_rule: Evaluation, metric: str, wanted: "Given[Level] | None", lower: bool) -> Quantity:
    """A planning value for a measure nobody has taken of the present practice: on the worse side of what is asked for."""
    assert wanted is not None
    start = by_rule.baseline_value
    if metric == by_rule.metric and start.unit == wanted.value.unit and (start.value > wanted.value.value if lower else start.value < wanted.value.value):  # fmt: skip
        return start
    level = wanted.value.value / LOWER if lower else wanted.value.value * LOWER
    return assumed(round(level, 3), wanted.value.unit, "not measured in the brief; replaced by replaying the present practice on the test window", "team, before training")  # fmt: skip


def _gain(start: Quantity, lower: bool) -> Quantity:
    if lower:
        return computed(round(start.value * LOWER, 4), start.unit, f"baseline {start} × {LOWER:g}: a 15 % lower error (assumed to be the least worth the running cost)")  # fmt: skip
    level = round(start.value + HIGHER * (1 - start.value), 3)
    return computed(level, start.unit, f"baseline {start} + a quarter of what is missing to 1 (assumed to be the least worth the running cost)")  # fmt: skip
