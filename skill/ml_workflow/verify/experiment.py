"""Check 7 over text: the numbers of the power calculation are found, and the calculation is done again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefwright.skill.ml_workflow.sizing import experiments as sizing
from briefwright.skill.ml_workflow.sizing.domain import SizingError
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.problem import METRIC
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail, warn
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


def duration(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "min_duration")
    if not said.text:
        return
    runs = _days(said)
    if runs is None:
        if not d.claims.part(PART).has(NOT_POSSIBLE):
            yield fail("C7.duration", "Min duration", said, "no duration", "Give days, in whole weeks.")
        return
    if runs % 7 and runs < 400 and not said.has(r"week|season|cohort|semester|months?"):
        yield fail(
            "C7.whole_weeks",
            "Min duration",
            said,
            f"{runs:g} days is not whole weeks",
            "Round up to whole weeks.",
        )
    if 0 < runs < 7:
        yield fail(
            "C7.whole_weeks",
            "Min duration",
            said,
            f"{runs:g} days see only part of a week",
            "Run at least one whole week.",
        )
    plan = read_plan(d.claims.row(PART, "primary_metric"))
    daily = _daily(d)
    if (
        plan.n
        and daily
        and plan.n * 2 / daily > runs * 1.05
        and not said.has(r"infeasible|weeks each|alternative")
    ):
        yield fail(
            "C7.duration",
            "Min duration",
            said,
            f"{runs:g} days, but {plan.n:,.0f} per arm at {daily:,.0f} a day take {plan.n * 2 / daily:.1f}",
            "Run longer, or test a larger effect.",
        )
    if runs > 90 and not re.search(
        r"infeasible|long\b|instead|alternative|leading indicator|hold-?out|futility|cuped|stepped|matched|larger list",
        d.claims.part(PART).text,
        re.IGNORECASE,
    ):
        yield fail(
            "C7.infeasible",
            "Min duration",
            said,
            f"{runs:g} days and no alternative",
            "Change metric, effect or design, and say so.",
        )


def _days(said: Said) -> float | None:
    for found in said.numbers:
        if found.unit in ("day", "week", "month"):
            return round(found.days)
    return None


def _daily(d: Document) -> float | None:
    """Units a day that can enter: from the brief when it is at hand, else from the part's own words; exposure counted."""
    split = d.claims.row(PART, "traffic_split")
    match = re.search(
        r"(\d[\d,.]*(?: million|k)?) (?:eligible )?(?:[\w-]+ ){1,3}?(?:a|per|each) day",
        f"{split.text} {d.claims.row(PART, 'min_duration').text}",
    )
    exposed = re.search(
        r"(\d+(?:\.\d+)?) ?% (?:of (?:the )?(?:eligible|traffic|users|all)|exposed)", split.text
    )
    base: float | None = None
    if match and (found := numbers(match[1])):
        base = found[0].value
    elif d.facts and d.facts.capacity_per_week:
        base = d.facts.capacity_per_week.value / 7
    elif d.facts and d.facts.volume_per_day:
        base = d.facts.volume_per_day.value
    share = (
        float(exposed[1]) / 100
        if exposed
        else d.facts.exposed_share.value
        if d.facts and d.facts.exposed_share
        else 1.0
    )
    return base * share if base else None


def guardrails(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "guardrail_metrics")
    if not said.text:
        return
    rails = [
        part
        for part in re.split(r"[;\n]|(?<!\d),(?!\d{3})| and (?=[a-z])", said.text)
        if len(part.split()) >= 1 and part.strip()
    ]
    numeric = [part for part in rails if re.search(r"\d", part)]
    if len(rails) < 2:
        yield fail(
            "C7.guardrails",
            "Guardrail metrics",
            said,
            "fewer than two guardrails",
            "Give at least two, with numbers.",
        )
    elif not numeric:
        yield fail(
            "C7.guard_num", "Guardrail metrics", said, "no guardrail has a number", "Give each its limit."
        )
    primary = re.split(r"[:;(,]", d.claims.row(PART, "primary_metric").text)[0].strip().lower()
    if len(primary) > 8 and any(part.strip().lower().startswith(primary) for part in rails):
        yield fail(
            "C7.guard_is_primary",
            "Guardrail metrics",
            said,
            "the primary metric guards itself",
            "A guardrail protects something else.",
        )


def primary(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "primary_metric")
    head = re.split(r"[:;(·]", said.text)[0]
    if re.fullmatch(rf"\W*(?:offline )?{METRIC}[\w ]*\W*", head, re.IGNORECASE) and not said.has(
        r"drives|business|link|revenue|linked|leads to"
    ):
        yield fail(
            "C7.primary_ml",
            "Primary metric",
            said,
            f"“{head.strip()}” is an ML metric",
            "Test what the business counts, or state the link.",
        )


def peeking(d: Document) -> Iterator[Finding]:
    part = d.claims.part(PART)
    match = part.find(
        r"(?:stop|end|conclude|declare|ship)[^.;|\n]{0,50}(?:as soon as|once|when(?:ever)?)[^.;|\n]{0,40}(?:significan|p ?< ?0)|until[^.;|]{0,30}significan|(?:ends?|stops?)\b[^.;|\n]{0,40}(?:p-value|significan)|(?:check|look|monitor|peek|test)\w*[^.;|\n]{0,30}(?:daily|every day|each day|hourly)[^.;|\n]{0,40}(?:significan|p ?<|p-value|winner)"
    )
    own = d.claims.row(PART, "min_duration")
    judged = own if match and match[0] in own.text else part
    if match and not judged.has(
        r"sequential|o'?brien|pocock|alpha[- ]spending|always[- ]valid|msprt|one read|single read|can only stop|group-sequential"
    ):
        yield fail(
            "C7.peeking",
            "A/B Testing",
            part,
            f"“{match[0][:70]}” spends alpha at every look",
            "Read once, or use a sequential method.",
        )


def rollback(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "rollback_criteria")
    if said.text and not said.numbers and not said.has(r"\d"):
        yield fail("C7.rollback", "Rollback criteria", said, "no number", "Give metric, limit and window.")
    elif said.text and not said.has(
        r"\d+ ?(?:min|h|hours?|d|days?|weeks?|minutes|runs?)\b|per (?:day|week|hour)|one week|in a week|a week|rolling|daily|weekly|hourly|consecutive"
    ):
        yield fail(
            "C7.rollback", "Rollback criteria", said, "no window over which it is read", "Give the window."
        )


def interference(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "traffic_split")
    if d.facts and d.facts.experiment_unit and said.text:
        unit = d.facts.experiment_unit.value
        if not said.has(unit[:5]) and not d.claims.part(PART).has(unit[:5]):
            yield fail(
                "C7.interference",
                "Traffic split",
                said,
                f"the brief asks for a split by {unit}",
                f"Assign by {unit}.",
            )


CHECK = TextCheck(
    (power, duration, guardrails, primary, peeking, rollback, interference),
    (
        (PART, "traffic_split"),
        (PART, "primary_metric"),
        (PART, "guardrail_metrics"),
        (PART, "min_duration"),
        (PART, "rollback_criteria"),
    ),
)
