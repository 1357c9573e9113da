"""Check 8: data, model and concept drift, each with a threshold its window can carry."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail, warn
from briefwright.skill.ml_workflow.sections import Monitoring
from briefwright.skill.ml_workflow.sizing.domain import SizingError
from briefwright.skill.ml_workflow.sizing.drift import psi_min_rows, psi_noise
from briefwright.skill.spec import Finding

STEP = "monitoring"
BINS = 10
TRUTH = r"label|residual|error|precision|recall|auc|observed|outcome|corrected|reject|goal rate|bias|wape|calibration|f1|ndcg|sensitivity|grounded"


def kinds(s: Monitoring, ground: Ground) -> Iterator[Finding]:
    for kind, rule in (
        ("data", "C8.data"),
        ("model", "C8.model"),
        ("concept", "C8.concept"),
        ("operational", "C8.ops"),
    ):
        if not any(m.kind == kind for m in s.monitors):
            yield fail(
                rule,
                STEP,
                "monitors",
                f"nothing watches {kind} drift" if kind != "operational" else "no operational monitor",
                "Add one with threshold, window and action.",
            )


def usable(s: Monitoring, ground: Ground) -> Iterator[Finding]:
    for m in s.monitors:
        if not m.window.strip():
            yield fail(
                "C8.window",
                STEP,
                f"monitors[{m.id}]",
                f"{m.id} has no window",
                "Say over which rows or days it is read.",
            )
        if len(m.action.split()) < 4:
            yield fail(
                "C8.action",
                STEP,
                f"monitors[{m.id}]",
                f"{m.id}: “{m.action}” tells nobody what to do",
                "Write what the owner does first.",
            )


def psi(s: Monitoring, ground: Ground) -> Iterator[Finding]:
    for m in s.monitors:
        if not re.search(r"\bpsi\b", m.metric, re.IGNORECASE):
            continue
        path = f"monitors[{m.id}]"
        if not 0.05 <= m.threshold.value <= 0.5:
            yield fail(
                "C8.psi_range",
                STEP,
                path,
                f"PSI threshold {m.threshold} is outside 0.05 to 0.5",
                "Use 0.1 to 0.25, or the noise of the window.",
            )
            continue
        rows = m.window_rows.value if m.window_rows else 0
        reference = m.reference_rows.value if m.reference_rows else 0
        count = int(m.features.value) if m.features else 1
        if rows < 1 or reference < 1:
            yield fail(
                "C8.psi_window",
                STEP,
                path,
                f"{m.id} does not say how many rows it compares",
                "Give rows of window and reference.",
            )
            continue
        try:
            least = psi_min_rows(BINS, m.threshold.value, reference, count)
        except SizingError as fault:
            yield fail(
                "C8.psi_window", STEP, path, str(fault), "Use a longer reference or a higher threshold."
            )
            continue
        if rows < least:
            noise = psi_noise(BINS, reference, rows, 1 - 0.05 / count)
            yield fail(
                "C8.psi_window",
                STEP,
                path,
                f"{m.id}: {rows:,.0f} rows give PSI up to {noise:.2f} without any drift",
                f"At least {least:,} rows, or a threshold above {noise:.2f}.",
            )


def many_tests(s: Monitoring, ground: Ground) -> Iterator[Finding]:
    for m in s.monitors:
        p_value = re.search(r"p-?value|\bp <|kolmogorov|\bks\b test|chi-?square", m.metric, re.IGNORECASE)
        if p_value and m.features and m.features.value > 10 and "correct" not in m.metric.lower():
            yield fail(
                "C8.multiplicity",
                STEP,
                f"monitors[{m.id}]",
                f"p-values on {m.features} without correction",
                "Correct for the number of tests, or use a distance.",
            )
        if p_value and m.window_rows and m.window_rows.value > 50_000:
            yield warn(
                "C8.pvalue_big",
                STEP,
                f"monitors[{m.id}]",
                "on so many rows every trifle is significant",
                "Use a distance with a threshold.",
            )


def concept(s: Monitoring, ground: Ground) -> Iterator[Finding]:
    for m in s.monitors:
        if (
            m.kind == "concept"
            and not m.uses_matured_labels
            and not m.proxy
            and not re.search(TRUTH, m.metric, re.IGNORECASE)
        ):
            yield fail(
                "C8.concept_is_data",
                STEP,
                f"monitors[{m.id}]",
                f"“{m.metric}” sees inputs, not their relation to the outcome",
                "Use matured labels, residuals or a stated proxy.",
            )
        wait = ground.decisions.framing.label_wait_days.value
        if m.uses_matured_labels and (m.sees_after_days is None or m.sees_after_days.value < wait):
            yield fail(
                "C8.label_delay",
                STEP,
                f"monitors[{m.id}]",
                f"{m.id} reads labels that are complete only after {wait:g} days",
                "Say after how many days it sees a change.",
            )


def before_the_baseline(s: Monitoring, ground: Ground) -> Iterator[Finding]:
    judged = ground.decisions.evaluation
    for m in s.monitors:
        if m.metric == judged.metric and m.kind == "model":
            late = (
                m.threshold.value <= judged.baseline_value.value
                if judged.higher_is_better
                else m.threshold.value >= judged.baseline_value.value
            )
            if late:
                yield fail(
                    "C8.below_baseline",
                    STEP,
                    f"monitors[{m.id}]",
                    f"fires at {m.threshold}, when the model is already worse than today ({judged.baseline_value})",
                    "Alarm between the success threshold and the baseline.",
                )


def evidence(s: Monitoring, ground: Ground) -> tuple[str, ...]:
    return tuple(
        f"{m.id} {m.metric} {m.op} {m.threshold}"
        for m in s.monitors
        if m.kind in ("data", "model", "concept")
    )[:4]


CHECK = CheckRules(
    STEP, (kinds, usable, psi, many_tests, concept, before_the_baseline), evidence,
    "Would this set have caught the failures the brief fears, and is the season handled in the reference window?",
)  # fmt: skip
