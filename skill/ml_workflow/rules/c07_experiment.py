"""Check 7: power calculation and guardrails, recomputed, with a diagnosis of the usual slips."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.c01_business_metric import BUSINESS_WORDS, ML_WORDS
from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail, warn
from briefwright.skill.ml_workflow.sections import ABTest
from briefwright.skill.ml_workflow.sizing import experiments as sizing
from briefwright.skill.ml_workflow.sizing.domain import SizingError
from briefwright.skill.spec import Finding

STEP = "ab_test"
LOW, HIGH = 0.90, 1.25
LONGEST_DAYS = 90


def inputs(s: ABTest, ground: Ground) -> Iterator[Finding]:
    if not 0 < s.alpha.value <= 0.10:
        yield fail("C7.alpha", STEP, "alpha", f"alpha {s.alpha}", "Use 0.05 or 0.01.")
    if s.power.value < 0.80:
        yield fail(
            "C7.power",
            STEP,
            "power",
            f"power {s.power} misses more than one real effect in five",
            "Plan for at least 0.80.",
        )
    if s.mde.value == 0:
        yield fail("C7.mde", STEP, "mde", "no smallest effect", "Say which change is worth shipping.")


def sample_size(s: ABTest, ground: Ground) -> Iterator[Finding]:
    try:
        right = needed(s)
    except SizingError as fault:
        yield fail("C7.mde", STEP, "mde", str(fault), "Check baseline and effect.")
        return
    ratio = s.n_per_arm.value / right
    if ratio < LOW:
        yield fail(
            "C7.n_low",
            STEP,
            "n_per_arm",
            f"{s.n_per_arm} planned, {right:,.0f} needed{_slip(s, right)}",
            f"Plan {right:,.0f} per arm.",
        )
    elif ratio > HIGH:
        yield warn(
            "C7.n_high",
            STEP,
            "n_per_arm",
            f"{s.n_per_arm} planned, {right:,.0f} would do{_slip(s, right)}",
            f"Plan {right:,.0f} per arm.",
        )


def needed(s: ABTest) -> float:
    """n per arm for the section's own inputs, before any design effect."""
    if s.sd is not None:
        return sizing.n_two_means(s.sd.value, s.mde.value, s.alpha.value, s.power.value, s.sided)
    p1 = sizing.treated_rate(s.baseline.value, s.mde.value, s.mde_mode)
    return sizing.n_two_proportions(s.baseline.value, p1, s.alpha.value, s.power.value, s.sided)


def _slip(s: ABTest, right: float) -> str:
    """Which known slip gives the stated number, within 3 %."""
    stated = s.n_per_arm.value
    slips = {"the total was given as per arm": right * 2, "the total was halved twice": right / 2}
    if s.sd is None:
        p0 = s.baseline.value
        p1 = sizing.treated_rate(p0, s.mde.value, s.mde_mode)
        slips["a one-sided test was used silently"] = sizing.n_two_proportions(
            p0, p1, s.alpha.value, s.power.value, 1
        )
        slips["power 0.90 was used"] = sizing.n_two_proportions(p0, p1, s.alpha.value, 0.90, s.sided)
        other = "abs" if s.mde_mode == "rel" else "rel"
        try:
            wrong = sizing.treated_rate(p0, s.mde.value, other)
            name = (
                "a relative effect was read as absolute"
                if s.mde_mode == "rel"
                else "an absolute effect was read as relative"
            )
            slips[name] = sizing.n_two_proportions(p0, wrong, s.alpha.value, s.power.value, s.sided)
        except SizingError:
            pass
    for name, value in slips.items():
        if abs(stated - value) <= 0.03 * value and abs(value - right) > 0.03 * right:
            return f"; it looks as if {name}"
    return ""


def duration(s: ABTest, ground: Ground) -> Iterator[Finding]:
    share = min(s.treatment_share.value, 1 - s.treatment_share.value)
    raw = sizing.days_to_enrol(s.n_per_arm.value, s.daily_units.value, s.exposed_share.value, share)
    if s.days.value < raw * 0.98:
        yield fail(
            "C7.duration",
            STEP,
            "days",
            f"{s.days} planned, {raw:,.1f} needed at {s.daily_units}",
            f"Run {sizing.whole_weeks(raw)} days.",
        )
    if s.days.value % 7 or s.days.value < 7:
        yield fail(
            "C7.whole_weeks",
            STEP,
            "days",
            f"{s.days} is not whole weeks",
            f"Run {sizing.whole_weeks(max(raw, s.days.value))} days.",
        )
    if s.read_out_day.value < s.days.value + s.outcome_delay_days.value:
        yield fail(
            "C7.delay",
            STEP,
            "read_out_day",
            f"read on day {s.read_out_day.value:g}, the last outcome is known on day {s.days.value + s.outcome_delay_days.value:g}",
            "Read after the last outcome.",
        )
    if s.days.value > LONGEST_DAYS and len(s.alternative) < 20:
        yield fail(
            "C7.infeasible",
            STEP,
            "alternative",
            f"{s.days} is longer than {LONGEST_DAYS} days and no alternative is given",
            "Change metric, effect or design, and say so.",
        )
    if not s.applicable and len(s.alternative) < 20:
        yield fail(
            "C7.infeasible",
            STEP,
            "alternative",
            "no test and no alternative",
            "Say how the effect will be judged instead.",
        )


def facts_agree(s: ABTest, ground: Ground) -> Iterator[Finding]:
    given = ground.decisions.experiment.baseline
    if given.source == "given" and s.sd is None and abs(s.baseline.value - given.value) > 0.02 * given.value:
        yield fail(
            "C7.baseline_facts",
            STEP,
            "baseline",
            f"baseline {s.baseline}, the brief says {given}",
            "Use the brief's number.",
        )
    most = ground.decisions.experiment.daily_units.value
    if s.daily_units.value > most * 1.02:
        yield fail(
            "X.traffic",
            STEP,
            "daily_units",
            f"{s.daily_units}, the brief gives at most {most:,.4g}",
            "Use the brief's traffic.",
        )


def guardrails(s: ABTest, ground: Ground) -> Iterator[Finding]:
    if len(s.guardrails) < 2:
        yield fail(
            "C7.guardrails",
            STEP,
            "guardrails",
            f"{len(s.guardrails)} guardrail",
            "Give at least two, with numbers.",
        )
    for g in s.guardrails:
        if g.name.strip().lower() == s.primary.strip().lower():
            yield fail(
                "C7.guard_is_primary",
                STEP,
                "guardrails",
                f"“{g.name}” is the primary metric",
                "A guardrail protects something else.",
            )


def primary(s: ABTest, ground: Ground) -> Iterator[Finding]:
    ml = re.search(ML_WORDS, s.primary, re.IGNORECASE)
    if ml and not re.search(BUSINESS_WORDS, s.primary, re.IGNORECASE) and len(s.primary_link.split()) < 4:
        yield fail(
            "C7.primary_ml",
            STEP,
            "primary",
            f"“{s.primary}” is an ML metric without a link to the business",
            "Test what the business counts, or state the link.",
        )


def interference(s: ABTest, ground: Ground) -> Iterator[Finding]:
    if ground.decisions.experiment.clustered and s.unit != ground.decisions.experiment.unit:
        yield fail(
            "C7.interference",
            STEP,
            "unit",
            f"units inside one {ground.decisions.experiment.unit} influence each other",
            f"Assign whole {ground.decisions.experiment.unit}s.",
        )


def rollback(s: ABTest, ground: Ground) -> Iterator[Finding]:
    for r in s.rollback:
        if not r.window.strip():
            yield fail(
                "C7.rollback",
                STEP,
                "rollback",
                f"“{r.metric}” has no window",
                "Give the window over which it is read.",
            )
    if "chi" not in s.srm_check.lower():
        yield warn(
            "C7.srm",
            STEP,
            "srm_check",
            "no check of the sample ratio",
            "Chi-square on the counts, alarm below 0.001.",
        )


def evidence(s: ABTest, ground: Ground) -> tuple[str, ...]:
    return (f"power {s.power} → {s.n_per_arm}", "; ".join(g.name for g in s.guardrails[:3]))


CHECK = CheckRules(
    STEP, (inputs, sample_size, duration, facts_agree, guardrails, primary, interference, rollback), evidence,
    "Is the unit of assignment the unit of interference and of analysis, and is the alternative right where no test is possible?",
)  # fmt: skip
