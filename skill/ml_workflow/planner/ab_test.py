"""Step 6: the experiment in the terms of the decision: n, days, verdict, guardrails, ramp and way back."""

import re

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.decide.experiment import LONGEST_DAYS
from briefwright.skill.ml_workflow.decide.nouns import plural
from briefwright.skill.ml_workflow.facts import Facts, Given, Limit
from briefwright.skill.ml_workflow.quantity import assumed, computed, given, show
from briefwright.skill.ml_workflow.sections import (
    ABTest,
    Guardrail,
    RampStage,
    RollbackRule,
    Working,
)
from briefwright.skill.ml_workflow.sizing import experiments as sizing
from briefwright.skill.ml_workflow.sizing.domain import SizingError
from briefwright.skill.numbers import numbers


def plan(facts: Facts, decisions: Decisions) -> ABTest:
    test = decisions.experiment
    share = assumed(0.5, "share", "equal arms need the fewest units")
    if test.arms > 2:
        share = computed(1 / test.arms, "share", f"{test.arms} equal arms, as the brief asks")
    return ABTest(
        applicable=test.applicable,
        design=_design(facts, decisions),
        unit=test.unit,
        control=f"control group, held out from the model: {decisions.evaluation.baseline_name} as today",
        treatment=f"{decisions.framing.slug} with its fallback ladder",
        arms=test.arms,
        treatment_share=share,
        exposed_share=test.exposed_share,
        primary=test.metric[:120],
        primary_link="it is the business metric itself, counted per unit by assignment, reached or not",
        baseline=test.baseline,
        mde=test.mde,
        mde_mode=test.mde_mode,  # type: ignore[arg-type]
        sd=test.sd,
        alpha=test.alpha,
        power=test.power,
        sided=2,
        n_per_arm=test.n_per_arm,
        daily_units=test.daily_units,
        days=test.days,
        outcome_delay_days=test.outcome_delay_days,
        read_out_day=test.read_out_day,
        verdict=test.verdict,  # type: ignore[arg-type]
        alternative=test.alternative[:600],
        guardrails=_guardrails(facts, decisions),
        rollback=_rollback(facts, decisions),
        srm_check="chi-square on the arms' counts, daily; p < 0.001 stops the read-out until the cause is found",
        ramp=_ramp(decisions),
        decision_rule=f"one read-out: ship if the interval of the primary excludes zero on the good side and every guardrail holds; stop if it excludes half of {_effect(decisions)}; otherwise the control stays. {decisions.framing.owner} decides",
        workings=_workings(facts, decisions),
    )  # fmt: skip


def _design(facts: Facts, d: Decisions) -> str:
    test = d.experiment
    if not test.applicable:
        because = f" (“{clip(facts.no_experiment.quote, 100)}”)" if facts.no_experiment else ""
        return f"A/B test by {test.unit} not feasible{because}. {test.alternative}"[:600]
    whole = (
        " Whole clusters are assigned, because units inside one share people, stock or screens."
        if test.clustered
        else ""
    )
    if facts.interference and not test.clustered:
        return clip(f"Switchback: place and time window (zone × block of hours) alternate at random between the arms, because {plural(test.unit)} take from one another (“{clip(facts.interference.quote, 110)}”) and a split by {test.unit} would give one arm what it takes from the other. The first minutes of each window are left out (carry-over), and it is read over windows with cluster-robust errors: the {plural(test.unit)} counted below are a lower bound, times 1 + (m − 1) × ICC of m {plural(test.unit)} a window{_many_arms(test.arms)}", 600)  # fmt: skip
    return f"{plural(test.unit).capitalize()} assigned at random by a hash of their id and a salt of this experiment; the same {test.unit} always meets the same arm.{_many_arms(test.arms)}{whole}"


def _many_arms(arms: int) -> str:
    if arms <= 2:
        return ""
    return f" {arms} arms: each of the {arms - 1} treatments is compared with control at the corrected level (Bonferroni); the winner is named only among those that beat control, and allocation stays fixed while the test runs."


def _effect(d: Decisions) -> str:
    test = d.experiment
    if test.sd is not None:
        return show(test.mde.value, test.mde.unit)
    return (
        show(abs(test.mde.value), "share") + " relative"
        if test.mde_mode == "rel"
        else show(abs(test.mde.value), "pp")
    )


def _guardrails(facts: Facts, d: Decisions) -> list[Guardrail]:
    """The brief's own limits first, then latency or timeliness, then complaints; all numeric."""
    found = [_guardrail(limit, d.framing.owner) for limit in facts.guardrails]
    if d.mode.mode == "Batch":
        found.append(
            Guardrail(
                name="runs delivered on time",
                op=">=",
                threshold=assumed(
                    0.95, "share", "one late run in twenty is what readers can bear", d.framing.owner
                ),
            )
        )
    else:
        limit = d.mode.limit_ms
        found.append(Guardrail(name="p99 latency", op="<=", threshold=limit))
        found.append(
            Guardrail(
                name="fallback share",
                op="<=",
                threshold=assumed(
                    0.005, "share", "more means the treatment is not being tested", "engineer on call"
                ),
            )
        )
    found.append(
        Guardrail(
            name=f"complaints per 1,000 {plural(d.experiment.unit)}",
            op="<=",
            threshold=assumed(
                4, "per 1,000", "planning value; replaced by today's level + 10 %", d.framing.owner
            ),
        )
    )
    return list({rail.name: rail for rail in found}.values())[:5]


def _guardrail(limit: Given[Limit], owner: str) -> Guardrail:
    """A limit of the brief as it is guarded: its level, or its change against control."""
    value = limit.value
    if value.value is None:
        sign = 1 if value.op == "<=" else -1
        bound = assumed(sign * 0.02, "share", "the brief names the limit without a bound; a larger change against control is seen as real", owner)  # fmt: skip
        return Guardrail(
            name=f"{value.name}, relative change against control"[:120], op=value.op, threshold=bound
        )
    name = f"{value.name}, change against control" if value.is_change else value.name
    return Guardrail(name=name[:120], op=value.op, threshold=given(value.value, value.unit, limit.quote))


def _rollback(facts: Facts, d: Decisions) -> list[RollbackRule]:
    limit = d.mode.limit_ms
    if d.mode.mode == "Batch":
        rules = [
            RollbackRule(
                metric="runs delivered on time",
                op="<",
                value=assumed(0.90, "share", "two late runs in twenty", d.framing.owner),
                window="20 runs",
            )
        ]
    else:
        rules = [
            RollbackRule(metric="p99 latency", op=">", value=limit, window="10 min"),
            RollbackRule(
                metric="fallback share",
                op=">",
                value=assumed(0.02, "share", "four times the guardrail", "engineer on call"),
                window="10 min",
            ),
        ]
    rules.append(
        RollbackRule(
            metric="primary metric worse than control, z",
            op=">",
            value=assumed(
                3, "standard errors", "a look that can only stop, so no alpha is spent", d.framing.owner
            ),
            window="all outcomes known so far, weekly",
        )
    )
    return rules


LONGEST_TEST = 400
"""Days a comparison may take before it is no stage of a roll-out."""


def _ramp(d: Decisions) -> list[RampStage]:
    one_week = assumed(7, "days", "a whole week, so that every weekday is seen")
    test = d.experiment
    shadow = RampStage(
        name="shadow",
        share=assumed(0, "share", "scores are logged, nothing acts on them"),
        days=one_week,
        purpose="skew, latency, volumes, without effect",
    )
    if test.days.value > LONGEST_TEST:
        pilot = RampStage(
            name="pilot", share=assumed(0.1, "share", "small enough to take back by hand"), days=assumed(28, "days", "four whole weeks, watched for harm"),
            purpose="harm shows here; the effect is read as the design says",
        )  # fmt: skip
        return [shadow, pilot]  # a comparison of years is no stage
    if d.mode.mode == "Batch":
        return [
            shadow,
            RampStage(
                name="test", share=test.exposed_share, days=test.days, purpose="the registered comparison"
            ),
        ]
    small = RampStage(
        name="canary",
        share=assumed(0.05, "share", "errors and latency show here, effects do not"),
        days=assumed(2, "days", "two daily peaks"),
        purpose="errors and latency",
    )
    return [
        shadow,
        small,
        RampStage(name="test", share=test.exposed_share, days=test.days, purpose="the registered comparison"),
    ]


def _workings(facts: Facts, d: Decisions) -> list[Working]:
    test = d.experiment
    rows = [
        Working(name="per arm", result=test.n_per_arm),
        Working(name="days to enrol", result=test.enrol_days),
    ]
    if test.sd is None:
        per_arm = test.daily_units.value * test.exposed_share.value / test.arms * test.days.value
        try:
            seen = sizing.mde_two_proportions(min(0.5, test.baseline.value), max(per_arm, 2))
            rows.append(
                Working(
                    name=f"smallest effect {show(test.days.value)} days can show",
                    result=computed(
                        seen, "pp", f"the same formula solved for the effect at {per_arm:,.0f} per arm"
                    ),
                )
            )
        except SizingError:
            pass
    rows += _if_independent(d) + _stated_arm(facts, d)
    if test.days.value > LONGEST_DAYS:
        double = sizing.whole_weeks(test.enrol_days.value / 4)
        rows.append(
            Working(
                name="days if twice the effect were enough",
                result=computed(
                    double, "days", "n falls with the square of the effect: a quarter of the days"
                ),
            )
        )
    return rows


def _if_independent(d: Decisions) -> list[Working]:
    """What single cases would need, where clusters are assigned because single ones are not independent."""
    test = d.experiment
    if not test.clustered or not 0 < test.baseline.value < 1 or test.mde.unit not in ("share", "pp"):
        return []
    p1 = test.baseline.value + test.mde.value if test.mde_mode == "abs" else test.baseline.value * (1 + test.mde.value)  # fmt: skip
    try:
        n = sizing.n_two_proportions(test.baseline.value, p1, test.alpha.value, test.power.value)
    except SizingError:
        return []
    formula = f"pooled two-proportion z, {show(test.baseline.value, 'share')} against {show(p1, 'share')}, if single cases were independent; they are not: times 1 + (m − 1) × ICC for m cases in a cluster"
    return [Working(name="single cases per arm, before the design effect", result=computed(n, f"{plural(d.framing.entity)} per arm", formula))]  # fmt: skip


def _stated_arm(facts: Facts, d: Decisions) -> list[Working]:
    """A sample size the brief itself proposes (`2,500 cards each`), with the power it really has."""
    test = d.experiment
    for number in numbers(facts.text):
        around = re.split(r"[.;]", facts.text[number.end : number.end + 24].lower())[0]
        is_year = 1900 <= number.value <= 2100 and "," not in number.text
        if (
            test.sd is None
            and number.value >= 50
            and not number.unit
            and not is_year
            and (" each" in around or " per arm" in around or " per group" in around)
        ):
            p1 = (
                test.baseline.value * (1 + test.mde.value)
                if test.mde_mode == "rel"
                else test.baseline.value + test.mde.value
            )
            power = sizing.power_two_proportions(
                test.baseline.value, min(1 - 1e-9, max(1e-9, p1)), number.value
            )
            return [
                Working(
                    name=f"power of {number.value:,.0f} per arm as in the brief",
                    result=computed(
                        power,
                        "share",
                        f"same test with n = {number.value:,.0f}: {'not enough, under-powered' if power < 0.8 else 'enough'}",
                    ),
                )
            ]
    return []
