"""Limits of one quantity in their order: what success and guardrails hold, where monitors go off, where the test is rolled back.

Each comes no earlier than the one before it. A test that is rolled back inside its own guardrail, a monitor of model quality that
goes off above the success threshold or a rollback no alarm precedes contradicts itself, whatever the quantity is called.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.latency import latency_ms
from briefwright.skill.ml_workflow.verify.levels import Level, levels, same_at_core
from briefwright.skill.ml_workflow.verify.metrics import metric_values
from briefwright.skill.ml_workflow.verify.monitoring import joined
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.spec import Finding

TEST, WATCH = "a_b_testing", "monitoring_and_drift"


@dataclass(frozen=True)
class Limit:
    """A quantity is bad on one side of a number."""

    level: Level
    bad: Literal["above", "below"]
    at: float

    def comes_before(self, other: "Limit") -> bool:
        """Whether a quantity that grows worse passes this limit first, and not by rounding."""
        step = 0.005 * max(abs(self.at), abs(other.at))
        return self.at < other.at - step if self.bad == "above" else self.at > other.at + step


def held(said: Said) -> list[Limit]:
    """`complaints ≤ 0.5 %`: bad above it."""
    return [
        Limit(level, "above" if level.side == "below" else "below", level.values[0])
        for level in levels(said.text)
        if level.side != "outside"
    ]


def passed(said: Said) -> list[Limit]:
    """`complaints > 0.5 %`: bad above it."""
    return [
        Limit(level, level.side, level.values[0])
        for level in levels(said.text)
        if level.side in ("above", "below")
    ]


def rollback_after_guardrail(d: Document) -> Iterator[Finding]:
    rails, said = d.claims.row(TEST, "guardrail_metrics"), d.claims.row(TEST, "rollback_criteria")
    for early, late in _out_of_order(passed(said), held(rails)):
        yield fail("X.rollback_guardrail", "Rollback criteria", said, f"rolls back at “{early.level.text[-50:]}”, which the guardrail “{late.level.text[-50:]}” still allows", "Roll back at the guardrail or beyond it.")  # fmt: skip


def rollback_after_alarm(d: Document) -> Iterator[Finding]:
    said = d.claims.row(TEST, "rollback_criteria")
    for row in d.claims.each(WATCH, "operational"):
        for early, late in _out_of_order(passed(said), passed(row)):
            yield fail("X.rollback_alarm", "Operational", row, f"the test is rolled back at “{early.level.text[-50:]}”, before the alarm “{late.level.text[-50:]}”", "Alarm at the rollback or before it.")  # fmt: skip


def _out_of_order(first: list[Limit], second: list[Limit]) -> Iterator[tuple[Limit, Limit]]:
    """(limit passed too early, limit that should come first) of one quantity that is bad on one side."""
    for early in first:
        same = [late for late in second if late.bad == early.bad and same_at_core(late.level, early.level)]
        if same and all(early.comes_before(late) for late in same):
            yield early, same[0]


def rollback_after_promise(d: Document) -> Iterator[Finding]:
    """A test is not rolled back at a latency that its guardrail, or the promise itself, allows."""
    said = d.claims.row(TEST, "rollback_criteria")
    allowed = latency_ms(d.claims.row(TEST, "guardrail_metrics"), "p99")
    at = latency_ms(said, "p99")
    if at and allowed and at < allowed * 0.999:
        yield fail("X.rollback_guardrail", "Rollback criteria", said, f"rolls back at p99 {at:g} ms, the guardrail allows {allowed:g} ms", "Roll back at the guardrail or beyond it.")  # fmt: skip


def monitor_after_success(d: Document) -> Iterator[Finding]:
    """The monitor of a metric goes off where it has fallen below success, not where success still holds."""
    success = metric_values(d.claims.row("problem_definition", "success_threshold"))[:1]
    for row in d.claims.each(WATCH, "model_drift"):
        watched = metric_values(Said(joined(row), row.line))
        for wanted in success:
            # `< 75 % of the release` is no level of the metric: it lies far from the threshold
            same = [
                value
                for value in watched
                if value.metric == wanted.metric and wanted.value / 3 < value.value < wanted.value * 3
            ]
            if same and all(wanted.looser_than(value) for value in same):
                yield fail("C8.level", "Model drift", row, f"goes off at {same[0].value:g}, success is {wanted.value:g}: a model that meets its goal raises the alarm", "Alarm below the success threshold.")  # fmt: skip


RULES = (rollback_after_guardrail, rollback_after_alarm, rollback_after_promise, monitor_after_success)
