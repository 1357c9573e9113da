"""Check 1: a clear business metric, not just an ML metric."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.decide.questions import open_questions
from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail, to_judge
from briefwright.skill.ml_workflow.sections import Problem
from briefwright.skill.spec import Finding

STEP = "problem"
TOO_OPEN = 3
ML_WORDS = (
    r"\baccuracy\b|\bauc\b|roc|\bf1\b|f-?score|\bprecision\b|\brecall\b|\brmse\b|\bmae\b|\bmape\b|\bwape\b|log-?loss|ndcg|\bmrr\b|"
    r"\bloss function\b|perplexity|genauigkeit|trefferquote|exactitud|précision|rappel|准确率|召回率"
)
BUSINESS_WORDS = (
    r"cost|revenue|margin|profit|fraud loss|churn|retain|retention|conversion|purchase|sales|order|complaint|ticket|hour|minute|time|claim|"
    r"waste|stock|availability|failure|repair|call|inspection|recover|customer|subscriber|member|user|visit|booking|meeting|deal|report|"
    r"rate|share of|spend|saving|payment|delivery|delay|queue|correction|re-?assign|resol|enquir|revpar|value|people|without|handled|outcome|"
    r"umsatz|kosten|ausschuss|coste|ingresos|abandono|chiffre|coût|下单|成本|收入"
)
HIGHER_IS_BETTER = (
    r"auc|precision|recall|f1|ndcg|mrr|accuracy|sensitivity|specificity|coverage|grounded|lift|faithful"
)
LOWER_IS_BETTER = r"wape|mape|mae\b|rmse|error|mase|pinball|loss|brier|perplexity"


def present(s: Problem, ground: Ground) -> Iterator[Finding]:
    if len(s.business_metric.name.strip()) < 3:
        yield fail(
            "C1.present",
            STEP,
            "business_metric.name",
            "no business metric is named",
            "Name the number a finance or operations owner reports.",
        )


def ml_in_disguise(s: Problem, ground: Ground) -> Iterator[Finding]:
    name = s.business_metric.name
    is_ml, is_business = (re.search(words, name, re.IGNORECASE) for words in (ML_WORDS, BUSINESS_WORDS))
    if is_ml and not is_business:
        yield fail(
            "C1.ml_in_disguise",
            STEP,
            "business_metric.name",
            f"“{name}” is an ML metric",
            "Name what changes for the business when the model is right: money, time, customers, cases.",
        )
    elif is_ml and not re.fullmatch(
        rf".*(?:{BUSINESS_WORDS}).*", re.sub(ML_WORDS, "", name, flags=re.IGNORECASE), re.IGNORECASE
    ):
        yield to_judge("C1.mixed", STEP, "business_metric.name", f"“{name}” mixes ML and business words")


def unit(s: Problem, ground: Ground) -> Iterator[Finding]:
    if s.business_metric.unit.strip().lower() in ("score", "points", "probability", "auc", ""):
        yield fail(
            "C1.unit",
            STEP,
            "business_metric.unit",
            f"the unit is “{s.business_metric.unit}”",
            "Give the unit a report uses: a currency, cases, hours, percent of something.",
        )


def target_improves(s: Problem, ground: Ground) -> Iterator[Finding]:
    metric = s.business_metric
    if metric.current is None:
        return
    rises = metric.target.value > metric.current.value
    if metric.target.value == metric.current.value:
        yield fail(
            "C1.target",
            STEP,
            "business_metric.target",
            f"the target {metric.target} is today's value",
            "Give the value that makes the project worth it.",
        )
    elif rises != (metric.direction == "up"):
        yield fail(
            "C1.target_direction",
            STEP,
            "business_metric.direction",
            f"direction “{metric.direction}”, but the target goes from {metric.current} to {metric.target}",
            "Turn the direction or the target round.",
        )


def distinct(s: Problem, ground: Ground) -> Iterator[Finding]:
    if s.business_metric.name.strip().lower() in {m.name.strip().lower() for m in s.metrics}:
        yield fail(
            "C1.distinct",
            STEP,
            "business_metric.name",
            "the business metric is one of the evaluation metrics",
            "Keep what the business counts apart from how the model is scored.",
        )


def one_primary(s: Problem, ground: Ground) -> Iterator[Finding]:
    count = sum(m.primary for m in s.metrics)
    if count != 1:
        yield fail(
            "C1.one_primary",
            STEP,
            "metrics",
            f"{count} primary evaluation metrics",
            "Mark exactly one metric as primary.",
        )


def imbalance(s: Problem, ground: Ground) -> Iterator[Finding]:
    rate = ground.decisions.volumes.positive_rate
    for m in s.metrics:
        if (
            m.primary
            and rate
            and rate.value < 0.05
            and re.search(r"accuracy|roc|\bauc\b(?!-pr)", m.name, re.IGNORECASE)
            and "pr-auc" not in m.name.lower()
        ):
            yield fail(
                "C1.imbalance",
                STEP,
                "metrics",
                f"{m.name} is primary at {rate} positives; a silent model would look good",
                "Use PR-AUC, precision at capacity or recall at a fixed alert rate.",
            )


def mape_zero(s: Problem, ground: Ground) -> Iterator[Finding]:
    zeros = re.search(r"\bzeros?\b|intermittent|sparse", ground.facts.text, re.IGNORECASE)
    for m in s.metrics:
        if m.primary and zeros and re.search(r"\bmape\b|mean absolute percentage", m.name, re.IGNORECASE):
            yield fail(
                "C1.mape_zero",
                STEP,
                "metrics",
                "MAPE is undefined where the actual value is zero",
                "Use WAPE, MASE or pinball loss.",
            )


def threshold(s: Problem, ground: Ground) -> Iterator[Finding]:
    success = s.success
    if success.metric.lower() not in {m.name.lower() for m in s.metrics}:
        yield fail(
            "C1.threshold_metric",
            STEP,
            "success.metric",
            f"{success.metric} is not among the evaluation metrics",
            "Set the threshold on a declared metric.",
        )
    if re.search(HIGHER_IS_BETTER, success.metric, re.IGNORECASE):
        if not 0 < success.value.value <= 1:
            yield fail(
                "C1.range",
                STEP,
                "success.value",
                f"{success.value} is outside (0, 1]",
                "Give the threshold as a share.",
            )
        if success.op not in (">=", ">"):
            yield fail(
                "C1.threshold_op",
                STEP,
                "success.op",
                f"{success.metric} should be high, the operator is {success.op}",
                "Use ≥.",
            )
    elif re.search(LOWER_IS_BETTER, success.metric, re.IGNORECASE) and success.op not in ("<=", "<"):
        yield fail(
            "C1.threshold_op",
            STEP,
            "success.op",
            f"{success.metric} should be low, the operator is {success.op}",
            "Use ≤.",
        )


def better_than_baseline(s: Problem, ground: Ground) -> Iterator[Finding]:
    rising = s.success.op in (">=", ">")
    for b in s.baselines:
        if b.value is not None and b.metric == s.success.metric:
            better = (
                s.success.value.value > b.value.value if rising else s.success.value.value < b.value.value
            )
            if not better:
                yield fail(
                    "C1.vs_baseline",
                    STEP,
                    "success.value",
                    f"{s.success.value} is no better than “{b.name}” at {b.value}",
                    "Ask for more than the baseline gives.",
                )
    rate = ground.decisions.volumes.positive_rate
    if (
        rate
        and re.search(r"precision|pr-auc", s.success.metric, re.IGNORECASE)
        and rising
        and s.success.value.value <= rate.value
    ):
        yield fail(
            "C1.prevalence",
            STEP,
            "success.value",
            f"{s.success.value} is not above the share of positives {rate}",
            "A random order already reaches the share of positives.",
        )


def label(s: Problem, ground: Ground) -> Iterator[Finding]:
    if len(s.target.definition.split()) < 6:
        yield fail(
            "C1.label",
            STEP,
            "target.definition",
            "the label has no operational definition",
            "Say who, what and by when: when it is 1, 0 and undefined.",
        )


def understood(s: Problem, ground: Ground) -> Iterator[Finding]:
    """A document about a problem nobody stated may be complete and still about nothing."""
    open_ones = [q for q in open_questions(ground.facts, ground.decisions) if q.decisive]
    if any(q.text.startswith("What exactly is predicted") for q in open_ones) or len(open_ones) >= TOO_OPEN:
        asked = "; ".join(q.text for q in open_ones[:3])
        yield to_judge(
            "C1.open",
            STEP,
            "framing",
            f"{len(open_ones)} answers that change the design are assumed: {asked}",
        )


def evidence(s: Problem, ground: Ground) -> tuple[str, ...]:
    return (
        f"{s.business_metric.name} ({s.business_metric.unit}, {s.business_metric.direction})",
        f"to {s.business_metric.target}",
    )


CHECK = CheckRules(
    STEP,
    (understood, present, ml_in_disguise, unit, target_improves, distinct, one_primary, imbalance, mape_zero, threshold, better_than_baseline, label),
    evidence,
    "Would a finance or operations owner recognise this number in their own reports, and is there a causal path from prediction to action to it?",
)  # fmt: skip
