"""Check 7, the power calculation: what a document states of its test is computed again.

Accepted are 0.90 to 1.25 times the pooled-z sample size; outside, the usual slip that explains the stated number is named.
"""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.sizing import experiments as sizing
from briefwright.skill.ml_workflow.sizing.domain import SizingError
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.test_plan import CORRECTED, PART, Plan, plan_text, read_plan
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail, warn
from briefwright.skill.spec import Finding

LOW, HIGH = 0.90, 1.25
NOT_POSSIBLE = r"not (?:feasible|possible|applicable)|infeasible|no random|none assigned|impossible|stepped[- ]wedge|shadow|back-?test|parallel run|matched|interleav|before.{0,10}after|difference-in-diff"
OTHER_FORMULA = r"design effect|\bicc\b|intra-?class|cuped|unequal|90 ?/ ?10|80 ?/ ?20|per[- ]\w+[- ]week|ratio metric|delta method|group-?sequential|o'?brien"


def power(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "primary_metric")
    if not said.text:
        return
    split = d.claims.row(PART, "traffic_split").text
    whole = Said(f"{plan_text(d)} · {split}", said.line)
    excused = whole.has(NOT_POSSIBLE)
    plan = read_plan(d)
    if plan.power is None and not excused:
        yield fail("C7.power", "Primary metric", said, "no statistical power", "State alpha, power and the smallest effect.")  # fmt: skip
    elif plan.power is not None and plan.power < 0.795:
        yield fail("C7.power", "Primary metric", said, f"power {plan.power:g} misses more than one real effect in five", "Plan for at least 0.80.")  # fmt: skip
    if plan.n is None and not excused:
        yield fail("C7.n_low", "Primary metric", said, "no sample size per arm", "Compute it from baseline, effect, alpha and power.")  # fmt: skip
    if plan.baseline is None and not plan.sds and not excused:
        yield fail("C7.mde", "Primary metric", said, "no baseline and no smallest effect", "State both.")
    elif plan.baseline is not None and not any(0 < p < 1 for p in plan.treated) and not plan.sds and not excused:  # fmt: skip
        yield fail("C7.mde", "Primary metric", said, "no smallest effect that is possible from this baseline", "State it, relative or in percentage points.")  # fmt: skip
    elif plan.sds and plan.delta is None and not excused:
        yield fail(
            "C7.mde", "Primary metric", said, "no smallest effect", "State it in the metric's own unit."
        )
    stated = said.find(
        r"\bMDE\W{0,3}(?:of |is )?[+−-]? ?(\d+(?:\.\d+)?) ?(?:pp\b|points?|percentage points)(?: absolute)?"
    )
    arrow = re.search(r"(?<![\d.])(\d+(?:\.\d+)?) ?% ?(?:→|->) ?(\d+(?:\.\d+)?) ?%", said.text)
    if stated and arrow and abs(abs(float(arrow[2]) - float(arrow[1])) - float(stated[1])) > 0.1 * float(stated[1]):  # fmt: skip
        yield fail("C7.mde", "Primary metric", said, f"{arrow[0]} is {abs(float(arrow[2]) - float(arrow[1])):.3g} points, not {stated[1]}", "Say one effect.")  # fmt: skip
    if effect := said.find(r"design effect\W{0,3}(?:of |is |= ?)?(\d+(?:\.\d+)?)"):
        yield from _inflated(plan, said, float(effect[1]))
    elif not said.has(OTHER_FORMULA):
        yield from _recomputed(plan, said, d.claims.part(PART).has(CORRECTED))
    yield from _brief_baseline(d, plan, said)


def _inflated(plan: Plan, said: Said, effect: float) -> Iterator[Finding]:
    """Clusters: some stated size per arm is the simple one times the design effect."""
    sizes = _sizes(plan, plan.alpha)
    stated = [n.value for n in said.numbers if not n.unit and n.value >= 20]
    if sizes and stated and max(stated) < LOW * min(sizes) * effect:
        right = round(min(sizes) * effect)
        yield fail("C7.n_low", "Primary metric", said, f"{max(stated):,.0f} stated, {right:,} per arm needed with the design effect {effect:g}", f"Plan {right:,} per arm.")  # fmt: skip


def _brief_baseline(d: Document, plan: Plan, said: Said) -> Iterator[Finding]:
    if not (d.facts and plan.baseline and d.facts.metric_baseline and not d.facts.metric_sd):
        return
    known = [d.facts.metric_baseline.value, *([d.facts.positive_rate.value] if d.facts.positive_rate else [])]
    if all(abs(plan.baseline - value) > 0.05 * value for value in known):
        yield fail("C7.baseline_facts", "Primary metric", said, f"baseline {plan.baseline * 100:g} %, the brief says {known[0] * 100:g} %", "Use the brief's number.")  # fmt: skip


def _recomputed(plan: Plan, said: Said, corrects: bool) -> Iterator[Finding]:
    if plan.n is None:
        return
    alpha = plan.alpha if plan.alpha_corrected or plan.comparisons < 2 else plan.alpha / plan.comparisons
    sizes = _sizes(plan, alpha)
    if corrects and not plan.alpha_corrected:  # a corrected level may be stated as `alpha 0.025`
        sizes += _sizes(plan, plan.alpha)
    if not sizes:
        return
    right = min(sizes)
    if plan.n < LOW * right:
        yield fail("C7.n_low", "Primary metric", said, f"{plan.n_words} stated, {right:,} per arm needed{_slip(plan, alpha, right)}", f"Plan {right:,} per arm.")  # fmt: skip
    elif plan.n > HIGH * max(sizes):
        yield warn("C7.n_high", "Primary metric", said, f"{plan.n_words} stated, {max(sizes):,} per arm would do{_slip(plan, alpha, right)}", f"Plan {right:,} per arm.")  # fmt: skip


def _sizes(plan: Plan, alpha: float, sided: int = 0, level: float | None = None) -> list[int]:
    """Every sample size per arm the stated inputs may mean; empty when they do not suffice or make no sense."""
    power, sided = level or plan.power or 0.8, sided or plan.sided
    found = []
    try:
        if plan.sds:
            found += [
                sizing.n_two_means(sd, plan.delta, alpha, power, sided) for sd in plan.sds if plan.delta
            ]
        elif plan.baseline is not None:
            found += [sizing.n_two_proportions(plan.baseline, treated, alpha, power, sided) for treated in plan.treated if 0 < treated < 1]  # fmt: skip
    except SizingError:
        return []
    return found


def _slip(plan: Plan, alpha: float, right: float) -> str:
    """The usual slip that gives the stated number within 4 %; "" when none does or it would not matter."""
    assert plan.n
    slips: dict[str, list[float]] = {
        "the total was given as per arm": [right * 2.0],
        "the total was halved twice": [right / 2],
        "a one-sided test was used silently": [float(n) for n in _sizes(plan, alpha, sided=1)],
        "power 0.90 was used": [float(n) for n in _sizes(plan, alpha, level=0.90)],
        "the arms were not corrected for": [float(n) for n in _sizes(plan, plan.alpha)],
        **_misread_effects(plan, alpha),
    }
    return next(
        (
            f"; it looks as if {name}"
            for name, values in slips.items()
            for value in values
            if abs(plan.n - value) <= 0.04 * value and abs(value - right) > 0.06 * right
        ),
        "",
    )


def _misread_effects(plan: Plan, alpha: float) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    if plan.baseline is None or plan.sds:
        return found
    p0 = plan.baseline
    for p1 in plan.treated:
        others = {
            "a relative effect was read as absolute": p0 + (p1 - p0) / p0,
            "an absolute effect was read as relative": p0 * (1 + p1 - p0),
        }
        for name, other in others.items():
            if 0 < other < 1 and abs(other - p0) > 1e-9:
                try:
                    size = sizing.n_two_proportions(p0, other, alpha, plan.power or 0.8, plan.sided)
                except SizingError:
                    continue
                found.setdefault(name, []).append(float(size))
    return found
