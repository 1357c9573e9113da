"""Check 7 over text, beside the power calculation: days, guardrails, peeking, rollback, the unit of assignment."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.power import NOT_POSSIBLE, power
from briefwright.skill.ml_workflow.verify.problem import METRIC
from briefwright.skill.ml_workflow.verify.test_plan import PART, planned_days, read_plan, units_per_day
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.spec import Finding

LONG_TEST = r"infeasible|long\b|instead|alternative|leading indicator|hold-?out|futility|cuped|stepped|matched|larger list"


def duration(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "min_duration")
    if not said.text:
        return
    runs = planned_days(said)
    part = d.claims.part(PART)
    if runs is None:
        if not part.has(NOT_POSSIBLE):
            yield fail("C7.duration", "Min duration", said, "no duration", "Give days, in whole weeks.")
        return
    whole = said.has(r"week|season|cohort|semester|months?|quarter|cycle") and not said.has(r"\d ?days?\b")
    if 0 < runs < 7:
        yield fail("C7.whole_weeks", "Min duration", said, f"{runs:g} days see only part of a week", "Run at least one whole week.")  # fmt: skip
    elif runs % 7 and runs < 400 and not whole and not said.has(r"season|cohort|semester|months?|weeks each"):
        yield fail("C7.whole_weeks", "Min duration", said, f"{runs:g} days is not whole weeks", "Round up to whole weeks.")  # fmt: skip
    yield from _long_enough(d, said, runs)
    if runs > 90 and not part.has(LONG_TEST):
        yield fail("C7.infeasible", "Min duration", said, f"{runs:g} days and no alternative", "Change metric, effect or design, and say so.")  # fmt: skip


def _long_enough(d: Document, said: Said, runs: float) -> Iterator[Finding]:
    """Units over arms against the days: n per arm × arms ÷ units a day."""
    plan, daily = read_plan(d), units_per_day(d)
    if not (plan.n and daily) or said.has(r"infeasible|weeks each|alternative"):
        return
    per_day, per_arm = daily
    needed = plan.n / per_day if per_arm else plan.n * (plan.comparisons + 1) / per_day
    if needed > runs * 1.05:
        yield fail("C7.duration", "Min duration", said, f"{runs:g} days, but {plan.n:,.0f} per arm at {per_day:,.0f} a day take {needed:.1f}", "Run longer, or test a larger effect.")  # fmt: skip


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
