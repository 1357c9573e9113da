"""Check 7, the power calculation: what a document states of its test is read, and the sample size computed again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefwright.skill.ml_workflow.sizing import experiments as sizing
from briefwright.skill.ml_workflow.sizing.domain import SizingError
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail, warn
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "a_b_testing"
LOW, HIGH = 0.90, 1.25
NOT_POSSIBLE = r"not (?:feasible|possible|applicable)|infeasible|no random|none assigned|impossible|stepped[- ]wedge|switchback|shadow|back-?test|parallel run|matched|interleav|before.{0,10}after|difference-in-diff"


@dataclass(frozen=True)
class Plan:
    """What the document states of its test; None for what it does not state."""

    baseline: float | None
    treated: float | None
    alpha: float
    power: float | None
    n: float | None
    n_words: str
    sided: int


def read_plan(said: Said) -> Plan:
    text = said.text
    baseline = _share(
        text, r"(?:baseline|from|today|control(?: rate)?|currently|now)\W{0,3}(?:of|is|rate|at)?\W{0,3}"
    )
    arrow = re.search(r"(\d+(?:[.,]\d+)?) ?% ?(?:→|->|to|auf|vs\.?|against) ?(\d+(?:[.,]\d+)?) ?%", text)
    treated = float(arrow[2].replace(",", ".")) / 100 if arrow else None
    if arrow:
        baseline = float(arrow[1].replace(",", ".")) / 100
    effect = re.search(
        r"([+−-]?\d+(?:[.,]\d+)?) ?(%|pp|percentage points?)\s*(relative|rel\b|absolute)?", _effect_part(text)
    )
    if baseline is not None and treated is None and effect:
        size = float(effect[1].replace(",", ".").replace("−", "-")) / 100
        falls = (
            re.search(r"\b(?:cut|reduc|lower|drop|fewer|decreas|less)\w*|→ ?≤", text, re.IGNORECASE)
            and size > 0
        )
        size = -size if falls else size
        relative = effect[2] == "%" and (effect[3] or "").startswith("rel")
        treated = baseline * (1 + size) if relative else baseline + size
    alpha = re.search(
        r"(?:alpha|α|significance(?: level)?)\W{0,5}(?:of|=|is|at)?\W{0,3}(0?[.,]\d+|\d+(?:\.\d+)? ?%)",
        text,
        re.IGNORECASE,
    )
    power = re.search(
        r"power\W{0,5}(?:of|=|is|at)?\W{0,3}(0?[.,]\d+|\d{2}(?:\.\d+)? ?%)|(\d{2}) ?% power",
        text,
        re.IGNORECASE,
    )
    n, words = _n(text)
    one = re.search(r"one-?sided", text, re.IGNORECASE) and not re.search(r"two-?sided", text, re.IGNORECASE)
    return Plan(
        baseline,
        treated,
        _value(alpha[1]) if alpha else 0.05,
        _value(power[1] or power[2] + " %") if power else None,
        n,
        words,
        1 if one else 2,
    )


def _effect_part(text: str) -> str:
    """Where the smallest effect stands: after its name, else where `relative` or percentage points are."""
    named = re.search(
        r"(?:smallest effect|mde|minimum detectable(?: effect)?|effect(?: size)?|lift|uplift|reduction|cut|drop|improvement|rise)[^\w+−-]{0,5}(?:of|is|=|:)?[^\w+−-]{0,3}(.{0,60})",
        text,
        re.IGNORECASE,
    )
    if named and re.match(r"[+−-]?\d", named[1]):
        return named[1]
    other = re.search(
        r"([+−-]?\d+(?:[.,]\d+)? ?% ?(?:relative|rel\b)|[+−-]?\d+(?:[.,]\d+)? ?(?:pp|percentage points?))",
        text,
        re.IGNORECASE,
    )
    return other[1] if other else ""


def _share(text: str, before: str) -> float | None:
    match = re.search(rf"{before}(\d+(?:[.,]\d+)?) ?%", text, re.IGNORECASE)
    return float(match[1].replace(",", ".")) / 100 if match else None


def _value(text: str) -> float:
    bare = float(text.replace("%", "").replace(",", ".").strip())
    return bare / 100 if "%" in text else bare


def _n(text: str) -> tuple[float | None, str]:
    """(units per arm, the words): `14,751 per arm`, `n = 14 751 users/arm`, `29,502 in total` halved."""
    for found in numbers(text):
        after, before = text[found.end : found.end + 34], text[max(0, found.start - 24) : found.start]
        if found.unit or found.value < 20:
            continue
        if re.match(
            r"\s*(?:[\w-]+ ){0,2}?(?:per|/|each|in each|pro) ?(?:arm|group|variant|side|cell)?",
            after,
            re.IGNORECASE,
        ) and re.search(r"arm|group|variant|each|cell", after, re.IGNORECASE):
            return found.value, found.text
        if re.match(
            r"\s*(?:[\w-]+ ){0,2}?(?:in total|overall|altogether)", after, re.IGNORECASE
        ) or re.search(r"total(?: of)?\W{0,3}$", before, re.IGNORECASE):
            return found.value / 2, found.text
        if re.search(
            r"\bn\s*(?:=|≈|~|of)\s*$|sample size(?: of| is|:)?\s*$|(?:→|->)\s*$", before, re.IGNORECASE
        ):
            return found.value, found.text
    return None, ""


def power(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "primary_metric")
    if not said.text:
        return
    whole = Said(f"{said.text} · {d.claims.row(PART, 'min_duration').text}", said.line)
    excused = Said(f"{whole.text} · {d.claims.row(PART, 'traffic_split').text}", said.line).has(NOT_POSSIBLE)
    plan = read_plan(whole)
    if plan.power is None and not excused:
        yield fail(
            "C7.power",
            "Primary metric",
            said,
            "no statistical power",
            "State alpha, power and the smallest effect.",
        )
    elif plan.power is not None and plan.power < 0.795:
        yield fail(
            "C7.power",
            "Primary metric",
            said,
            f"power {plan.power:g} misses more than one real effect in five",
            "Plan for at least 0.80.",
        )
    if plan.n is None and not excused:
        yield fail(
            "C7.n_low",
            "Primary metric",
            said,
            "no sample size per arm",
            "Compute it from baseline, effect, alpha and power.",
        )
    if (
        plan.treated is None
        and plan.baseline is None
        and not excused
        and not whole.has(r"standard deviation|\bsd\b|mean")
    ):
        yield fail("C7.mde", "Primary metric", said, "no baseline and no smallest effect", "State both.")
    yield from _recomputed(plan, said)
    if (
        d.facts
        and plan.baseline
        and d.facts.metric_baseline
        and not d.facts.metric_sd
        and abs(plan.baseline - d.facts.metric_baseline.value) > 0.05 * d.facts.metric_baseline.value
        and not (
            d.facts.positive_rate and abs(plan.baseline - d.facts.positive_rate.value) < 0.05 * plan.baseline
        )
    ):
        yield fail(
            "C7.baseline_facts",
            "Primary metric",
            said,
            f"baseline {plan.baseline * 100:g} %, the brief says {d.facts.metric_baseline.value * 100:g} %",
            "Use the brief's number.",
        )


def _recomputed(plan: Plan, said: Said) -> Iterator[Finding]:
    if plan.n is None or plan.baseline is None or plan.treated is None:
        return
    try:
        right = sizing.n_two_proportions(
            plan.baseline, plan.treated, plan.alpha, plan.power or 0.8, plan.sided
        )
    except SizingError:
        return
    ratio = plan.n / right
    if said.has(
        r"cluster|design effect|bonferroni|cuped|unequal|non-?inferior|per[- ]\w+[- ]week|two means|standard deviation"
    ):
        return
    if ratio < LOW:
        yield fail(
            "C7.n_low",
            "Primary metric",
            said,
            f"{plan.n_words} stated, {right:,} per arm needed{_slip(plan, right)}",
            f"Plan {right:,} per arm.",
        )
    elif ratio > HIGH:
        yield warn(
            "C7.n_high",
            "Primary metric",
            said,
            f"{plan.n_words} stated, {right:,} per arm would do{_slip(plan, right)}",
            f"Plan {right:,} per arm.",
        )


def _slip(plan: Plan, right: float) -> str:
    assert plan.n and plan.baseline and plan.treated
    p0, p1 = plan.baseline, plan.treated
    slips = {"the total was given as per arm": right * 2.0, "the total was halved twice": right / 2, "a one-sided test was used silently": float(sizing.n_two_proportions(p0, p1, plan.alpha, plan.power or 0.8, 1)), "power 0.90 was used": float(sizing.n_two_proportions(p0, p1, plan.alpha, 0.90, plan.sided))}  # fmt: skip
    share = (p1 - p0) / p0
    for name, other in (
        ("a relative effect was read as absolute", p0 + share),
        ("an absolute effect was read as relative", p0 * (1 + p1 - p0)),
    ):
        if 0 < other < 1 and other != p0:
            slips[name] = float(
                sizing.n_two_proportions(p0, other, plan.alpha, plan.power or 0.8, plan.sided)
            )
    return next(
        (
            f"; it looks as if {name}"
            for name, value in slips.items()
            if abs(plan.n - value) <= 0.04 * value and abs(value - right) > 0.06 * right
        ),
        "",
    )
