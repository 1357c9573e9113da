"""Checks 8 and 9 over text: drift of data, model and concept with thresholds a window can carry; retraining."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.c09_retraining import VAGUE
from briefwright.skill.ml_workflow.sizing.domain import SizingError
from briefwright.skill.ml_workflow.sizing.drift import psi_min_rows
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.problem import metric_values
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail, warn
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "monitoring_and_drift"
ROWS = ("data_drift", "model_drift", "concept_drift", "operational")
TRUTH = r"label|residual|error|precision|recall|auc|observed|expected|actual|outcome|correct|reject|bias|wape|mase|calibration|f1|ndcg|sensitivity|performance|proxy|conversion|acceptance|report|deviation|miss|complain|feedback"
LOOK_ONLY = r"^\W*(?:look|check|investigate|review|monitor|watch|observe|alert|notify|n/a|none|tbd|tbc|to be (?:decided|defined|agreed|discussed)|-|—)\W*(?:it|this|the (?:issue|data))?\W*$"


def thresholds(d: Document) -> Iterator[Finding]:
    for name in ROWS:
        said = d.claims.row(PART, name)
        label = name.replace("_", " ")
        if not said.text:
            continue
        if not re.search(
            r"\d", re.sub(r"\b[A-Z]{2}-\d+|p\d\d\b|\d\.\d+\.\d+|Evidently \d\S*|Airflow \d\S*", "", said.text)
        ):
            yield fail("C8.threshold", label, said, "no numeric threshold", "Give a number and a window.")
        if re.search(LOOK_ONLY, said.text.split(" · ")[-1], re.IGNORECASE):
            yield fail(
                "C8.action",
                label,
                said,
                f"“{said.text.split(' · ')[-1]}” tells nobody what to do",
                "Write what the owner does first.",
            )
        if not re.search(
            r"daily|weekly|monthly|hourly|per (?:day|week|run|batch|list)|each (?:run|day|week|list)|\d+[- ]?(?:min|minutes?|h|hours?|d|days?|weeks?|reads?|runs?|lists?|windows?|months?|quarters?|s|seconds?)\b|cohort|rolling|nightly|window|consecutive|\d\d:\d\d|monday|sunday",
            said.text,
            re.IGNORECASE,
        ):
            yield fail("C8.window", label, said, "no window", "Say over which rows or days it is read.")


def psi(d: Document) -> Iterator[Finding]:
    for name in ("data_drift", "model_drift", "concept_drift"):
        said = d.claims.row(PART, name)
        for match in re.finditer(
            r"\bPSI\b[^;·\n]{0,60}?(?:>|≥|above|over|exceeds|of)\s*(\d+(?:[.,]\d+)?)", said.text
        ):
            level = float(match[1].replace(",", "."))
            if not 0.05 <= level <= 0.5:
                yield fail(
                    "C8.psi_range",
                    name.replace("_", " "),
                    said,
                    f"PSI threshold {level:g} is outside 0.05 to 0.5",
                    "Use 0.1 to 0.25.",
                )
                continue
            clause = said.text[match.start() : match.end() + 90].split(";")[0]
            rows = next(
                (
                    n.value
                    for n in numbers(clause)
                    if n.unit == ""
                    and n.value >= 20
                    and re.match(
                        r"[- ]*(?:rows?|records|samples|cases|requests|events)\b", clause[n.end : n.end + 12]
                    )
                ),
                None,
            )
            if rows:
                yield from _window(said, name, level, rows)


def _window(said: Said, name: str, level: float, rows: float) -> Iterator[Finding]:
    try:
        least = psi_min_rows(10, level, max(rows * 4, 1000))
    except SizingError:
        return
    if rows < least:
        yield fail(
            "C8.psi_window",
            name.replace("_", " "),
            said,
            f"{rows:,.0f} rows alarm at PSI {level:g} without any drift",
            f"At least {least:,} rows.",
        )


def many_tests(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "data_drift")
    count = next(
        (
            n.value
            for n in said.numbers
            if re.match(r" (?:\w+ )?(?:features|inputs|columns)\b", said.text[n.end : n.end + 24])
        ),
        0,
    )
    if (
        said.has(r"p ?[<≤] ?0?[.,]0\d|p-value|\bKS\b|kolmogorov|chi-?sq")
        and count > 10
        and not said.has(r"bonferroni|fdr|benjamini|correct|holm|share of")
    ):
        yield fail(
            "C8.multiplicity",
            "data drift",
            said,
            f"p-values on {count:g} inputs without correction",
            "Correct for the number of tests, or use a distance.",
        )


def concept(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "concept_drift")
    signal = " · ".join(said.text.split(" · ")[1:]) or said.text
    inputs_only = re.search(
        r"\b(?:PSI|KS|Kolmogorov|Wasserstein|Jensen)\b[^.;·]{0,40}\b(?:inputs?|input columns|features?|columns)\b",
        signal,
        re.IGNORECASE,
    )
    if said.text and (not said.has(TRUTH) or (inputs_only and not re.search(TRUTH, signal, re.IGNORECASE))):
        yield fail(
            "C8.concept_is_data",
            "concept drift",
            said,
            "sees inputs only, not their relation to the outcome",
            "Use matured labels, residuals or a stated proxy.",
        )
    base = metric_values(d.claims.row("problem_definition", "baseline_performance"))
    model = metric_values(Said(d.claims.row(PART, "model_drift").text.replace(" < ", " below "), 0))
    for name, _, level in base[:1]:
        for other, op, value in model:
            if (
                other == name
                and op == "<="
                and value <= level
                and not re.search(r"wape|mape|error|rmse|mae", name)
            ):
                yield fail(
                    "C8.below_baseline",
                    "model drift",
                    d.claims.row(PART, "model_drift"),
                    f"fires at {value:g}, when the model is already worse than the baseline {level:g}",
                    "Alarm between success threshold and baseline.",
                )


def one_tool(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "data_drift")
    if said.has(r"^\W*great expectations\W*(?:·|$)"):
        yield warn(
            "C8.not_a_drift_tool",
            "data drift",
            said,
            "Great Expectations checks tables and sees no drift by itself",
            "Add a drift monitor.",
        )


def retraining(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "retraining_policy")
    if not said.text:
        return
    if re.search(VAGUE, said.text.rstrip(".").lower()) and not re.search(r"\d", said.text):
        yield fail(
            "C9.vague",
            "Retraining policy",
            said,
            "no schedule and no trigger a machine could check",
            "Give days, or a metric with its value.",
        )
    if not said.has(
        r"scheduled|triggered|continuous|every|weekly|monthly|quarterly|nightly|never|manual|locked"
    ):
        yield fail(
            "C9.schedule",
            "Retraining policy",
            said,
            "neither scheduled nor triggered nor continuous",
            "Say which.",
        )
    part = d.claims.part(PART).text
    own = "\n".join(
        [
            said.text,
            *(line for line in part.splitlines() if re.search(r"retrain|challenger", line, re.IGNORECASE)),
        ]
    )
    if (
        said.has(r"triggered|when|if\b|on drift")
        and not re.search(r"\d", re.sub(r"every \d+ \w+", "", said.text))
        and not re.search(r"trigger[^\n]*\d", part, re.IGNORECASE)
    ):
        yield fail(
            "C9.no_trigger",
            "Retraining policy",
            said,
            "no numeric trigger",
            "Name a monitored metric with its value and window.",
        )
    if not re.search(
        r"automat|manual|approv|by hand|human|sign|one click|promot|by itself|gate",
        own,
        re.IGNORECASE,
    ):
        yield fail(
            "C9.automation",
            "Retraining policy",
            said,
            "no level of automation",
            "Say what runs by itself and who approves.",
        )
    if not re.search(
        r"beat|better|challenger|gate|≥|>=|compare|champion|not worse|must pass|outperform|approv",
        own,
        re.IGNORECASE,
    ):
        yield fail(
            "C9.gate",
            "Retraining policy",
            said,
            "no gate for the challenger",
            "Say what it must beat, on which data.",
        )
    if said.has(
        r"without (?:a |any )?(?:comparison|check|gate|test|review|approval)|replaces [^.;]{0,30}by itself(?![^.;]*(?:beat|better|gate|pass))"
    ):
        yield fail(
            "C9.gate",
            "Retraining policy",
            said,
            "the new model replaces the old one without a gate",
            "Say what it must beat, on which data.",
        )
    if said.has(
        r"data drift (?:alone )?(?:triggers|starts)|(?:triggered|retrain\w*) (?:by|on|when) [^.;]{0,30}(?:missing values|null (?:share|rate)|schema|broken feed|late data|outage)"
    ):
        yield fail(
            "C9.wrong_cure",
            "Retraining policy",
            said,
            "a broken feed is learned instead of repaired",
            "Retrain on quality; repair feeds.",
        )
    if said.has(r"^\W*continuous|online learning") and not re.search(
        r"snapshot|roll ?back|previous|checkpoint", said.text + part, re.IGNORECASE
    ):
        yield fail(
            "C9.continuous",
            "Retraining policy",
            said,
            "continuous learning without a way back",
            "Keep snapshots and say how one returns.",
        )


DRIFT = TextCheck((thresholds, psi, many_tests, concept, one_tool), tuple((PART, name) for name in ROWS))
RETRAINING = TextCheck((retraining,), ((PART, "retraining_policy"),))
