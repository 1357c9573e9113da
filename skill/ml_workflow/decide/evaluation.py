"""Which number says a model is good enough, and how good that is."""

import re

from briefwright.skill.ml_workflow.decide.decisions import Evaluation, Framing, Volumes
from briefwright.skill.ml_workflow.decide.measure import in_the_briefs_measure
from briefwright.skill.ml_workflow.decide.nouns import thing_named
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed, show
from briefwright.skill.ml_workflow.sections import Operator, Threshold

RARE = 0.20
FEW_ALARMS = 20


def choose(facts: Facts, frame: Framing, volumes: Volumes) -> Evaluation:
    """The brief's own measure with its levels where it fits the problem, else one by problem type, rarity and capacity."""
    by_rule = _by_rule(facts, frame, volumes)
    return in_the_briefs_measure(by_rule, facts, frame.problem, volumes.positive_rate)


def _by_rule(facts: Facts, frame: Framing, volumes: Volumes) -> Evaluation:
    """Metric by problem type, rarity and capacity. Accuracy is never primary: it rewards saying no."""
    if facts.recall_wanted and frame.problem in ("classification", "anomaly detection", "CV"):
        return _as_demanded(facts, volumes)
    if frame.case and frame.case.id == "uplift":
        return _by_gap(
            facts, frame, "Qini coefficient", "orders by what the action changes; only rows whose action was drawn by lot can show it, so it is read on held-out rows of the trial",
            (("observed effect per decile of the score", "the order must show in the trial, not only in a model"), ("share of the best fifth in the total effect", "what a list of that length would keep")),
            0.0, 0.05,
        )  # fmt: skip
    match frame.problem:
        case "classification" | "anomaly detection":
            return _binary(facts, frame, volumes)
        case "CV":
            return _images(facts, frame, volumes)
        case "NLP":
            return _by_gap(
                facts, frame, "macro-F1", "every class counts the same, so small classes cannot be given up for large ones",
                (("coverage at 0.90 precision", "share of cases decided without a person"), ("per-class recall", "shows which class fails")),
                0.60, 0.15,
            )  # fmt: skip
        case "LLM":
            metric = "span F1" if frame.case and frame.case.id == "extraction" else "groundedness"
            reason = (
                "exact spans against expert annotation"
                if metric == "span F1"
                else "share of answers whose every claim is supported by a cited passage"
            )
            secondary = (
                ("recall@5", "retrieval finds a passage that answers"),
                ("refusal rate", "answers withheld for lack of support"),
            )
            return _by_gap(facts, frame, metric, reason, secondary, 0.70, 0.15)
        case "forecasting":
            return _by_cut(
                facts, frame, "WAPE", "share of volume forecast wrongly; defined when some periods are zero, where MAPE is not",
                (("MASE against the seasonal naive forecast", "below 1.0 means more skill than repeating last season"), ("pinball loss at 0.1, 0.5, 0.9", "the decision needs an interval, not a point")),
                0.30,
            )  # fmt: skip
        case "regression":
            return _by_cut(
                facts, frame, "median absolute percentage error", "robust against a few extreme cases, readable by the business",
                (("80 % interval coverage", "says whether the stated uncertainty is true"), ("share of errors above 20 %", "the embarrassing cases")),
                0.12,
            )  # fmt: skip
        case _:
            return _by_gap(
                facts, frame, "NDCG@10", "weights the places people look at; read on logged impressions corrected for position",
                (("recall@100", "what retrieval leaves for the ranker"), ("coverage of new items", "new items must be shown to be learned")),
                0.30, 0.10,
            )  # fmt: skip


def _binary(facts: Facts, frame: Framing, volumes: Volumes) -> Evaluation:
    rate = volumes.positive_rate
    assert rate is not None
    capacity = volumes.capacity_per_week
    secondary: list[tuple[str, str]] = [
        ("observed/expected ratio", "calibration: thresholds from costs mean something only then"),
        ("recall by slice", "shows who is missed"),
    ]
    if frame.problem == "anomaly detection" and capacity and capacity.value < FEW_ALARMS:
        return _by_gap(
            facts,
            frame,
            "event recall at the false-alarm budget",
            f"few events and {capacity} of alarms that may be wrong: whole events with their lead time count, not rows",
            (
                ("lead time of the first alarm", "an alarm too late saves nothing"),
                ("false alarms per month", "the budget people can bear"),
            ),
            0.30,
            0.20,
        )
    if capacity and capacity.value < volumes.per_run.value * 0.5:
        k = _per_list(capacity, volumes)
        lift = assumed(
            _lift(rate.value),
            "×",
            "a planning lift over a blind list; reset after the first back-test",
            "team, after the first back-test",
        )
        blind = computed(
            rate.value, "share", f"precision of a blind list = share of positives {show(rate.value, 'share')}"
        )
        value = computed(
            min(0.9, rate.value * lift.value),
            "share",
            f"{show(rate.value, 'share')} × lift {lift.value:g} (assumed)",
        )
        reason = f"people can act on {k:,.0f} {frame.entities} a list; only the order at the top matters"
        metric = f"precision at {k:,.0f}"
        secondary.insert(0, ("PR-AUC", f"the whole order, floor {show(rate.value, 'share')}"))
        return Evaluation(
            metric,
            reason,
            tuple(secondary),
            _baseline(facts),
            blind,
            Threshold(metric=metric, op=">=", value=value),
            True,
        )
    if rate.value < RARE:
        floor = computed(rate.value, "", f"PR-AUC of a random order = share of positives {rate.value:g}")
        goal = assumed(
            round(min(0.9, max(rate.value * 5, rate.value + 0.1)), 3),
            "",
            "planning value above the random floor; reset to the replayed baseline + 0.05",
            "team, after the baseline is replayed",
        )
        reason = f"positives are {show(rate.value, 'share')}; answering no every time already scores {show(1 - rate.value, 'share')} accuracy"
        secondary.insert(0, ("recall at the alert budget", "what is found within what can be handled"))
        return Evaluation(
            "PR-AUC",
            reason,
            tuple(secondary),
            _baseline(facts),
            floor,
            Threshold(metric="PR-AUC", op=">=", value=goal),
            True,
        )
    return _by_gap(
        facts,
        frame,
        "macro-F1",
        "classes are of similar size; each counts the same",
        tuple(secondary),
        0.60,
        0.15,
    )


def _per_list(capacity: Quantity, volumes: Volumes) -> float:
    """How many a single list holds: weekly capacity × weeks between runs (a day at least), at least one."""
    weeks = max(1.0, volumes.cadence_days.value) / 7
    return max(1.0, round(capacity.value * weeks))


def _lift(rate: float) -> float:
    """Planning lift: rarer events leave more room. 3 at a few percent, up to 10 below one percent."""
    return 10.0 if rate < 0.005 else 5.0 if rate < 0.01 else 3.0 if rate < 0.10 else 1.5


def _as_demanded(facts: Facts, volumes: Volumes) -> Evaluation:
    """The brief says itself how many true cases must be caught, and perhaps how many sound ones may be disturbed."""
    assert facts.recall_wanted
    most = facts.false_alarms_most
    metric = f"sensitivity at {1 - most.value:.3g} specificity" if most else "recall"
    reason = "the brief sets both bounds itself" if most else "the brief says itself how many must be caught"
    rest = (
        ()
        if most or not volumes.positive_rate
        else (("PR-AUC", f"the whole order, floor {show(volumes.positive_rate.value, 'share')}"),)
    )
    today = assumed(
        round(min(0.60, 0.75 * facts.recall_wanted.value), 2),  # what is asked for is more than what there is
        "",
        "the present practice is measured on the same locked test set first",
        "domain expert, on the locked test set",
    )
    return Evaluation(
        metric, reason,
        (("sensitivity by class and subgroup", "a mean hides the rare class"), *rest, ("false-alarm share", "what people downstream have to bear")),
        _baseline(facts), today, Threshold(metric=metric, op=">=", value=facts.recall_wanted.quantity()), True,
    )  # fmt: skip


def _images(facts: Facts, frame: Framing, volumes: Volumes) -> Evaluation:
    metric = "sensitivity at 0.95 specificity"
    baseline = assumed(
        0.60, "", "the present practice is not measured yet", "domain expert, on the locked test set"
    )
    goal = assumed(
        0.85,
        "",
        "planning value; the lower 95 % bound must pass, not the point",
        "domain expert, before training",
    )
    secondary = (
        ("sensitivity by subgroup", "site, device and group must not differ by more than 5 points"),
        ("PR-AUC", "order over all cases at natural prevalence"),
    )
    return Evaluation(
        metric,
        "a fixed false-alarm rate is what people downstream can bear",
        secondary,
        _baseline(facts),
        baseline,
        Threshold(metric=metric, op=">=", value=goal),
        True,
    )


def _by_gap(
    facts: Facts, frame: Framing, metric: str, reason: str, secondary: tuple[tuple[str, str], ...],
    baseline: float, gap: float,
) -> Evaluation:  # fmt: skip
    start = assumed(baseline, "", "planning value; replaced by replaying the present practice on the test window", "team, before training")  # fmt: skip
    goal = computed(
        round(min(0.95, baseline + gap), 3),
        "",
        f"baseline {baseline:g} + {gap:g}, the smallest gain worth the running cost (assumed)",
    )
    return Evaluation(
        metric,
        reason,
        secondary,
        _baseline(facts),
        start,
        Threshold(metric=metric, op=">=", value=goal),
        True,
    )


def _by_cut(
    facts: Facts,
    frame: Framing,
    metric: str,
    reason: str,
    secondary: tuple[tuple[str, str], ...],
    planning: float,
) -> Evaluation:
    start = assumed(planning, "share", "planning value; replaced by replaying the present practice on the test windows", "team, before training")  # fmt: skip
    goal = computed(
        round(start.value * 0.85, 4),
        "share",
        f"baseline {show(start.value, 'share')} × 0.85: a 15 % lower error (assumed to be the least worth the running cost)",
    )
    op: Operator = "<="
    return Evaluation(
        metric, reason, secondary, _baseline(facts), start, Threshold(metric=metric, op=op, value=goal), False
    )


_SENTENCE = re.compile(
    r"^(?:and|but|so|that|which|it|they|we|i|he|she|you|there|everyone|everybody|nobody)\b|\b(?:is|are|was|were|has|have|does|do|makes?|takes?|goes|go|gets?|looks?|decides?|writes?|types?|calls?|visits?|follows?|sorts?|picks?|uses?|checks?)\b",
    re.IGNORECASE,
)


def _baseline(facts: Facts) -> str:
    """What decides today, as a noun: a clause of the brief is quoted, so that sentences can be made with it."""
    if facts.current_system is None:
        return "present practice"
    said = facts.current_system.value
    if thing := thing_named(said):
        return f"present practice, {thing}"
    return f"present practice (“{said}”)" if _SENTENCE.search(said) else said
