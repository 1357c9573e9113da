"""Check 9: retraining with clear triggers and a stated level of automation."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail
from briefwright.skill.ml_workflow.sections import Monitoring
from briefwright.skill.spec import Finding

STEP = "monitoring"
VAGUE = r"when (?:needed|necessary|appropriate)|as needed|if performance (?:drops|degrades)$|regularly|periodically"


def triggers(s: Monitoring, ground: Ground) -> Iterator[Finding]:
    if not s.retraining.triggers:
        yield fail(
            "C9.no_trigger",
            STEP,
            "retraining.triggers",
            "no trigger",
            "Name at least one monitored metric with its value and window.",
        )
    by_id = {m.id: m for m in s.monitors}
    for t in s.retraining.triggers:
        monitor = by_id.get(t.monitor)
        if monitor is None:
            yield fail(
                "X.trigger_unmonitored",
                STEP,
                f"retraining.triggers[{t.monitor}]",
                f"trigger {t.monitor} is no monitor of this section",
                "Trigger on a monitored metric.",
            )
        elif monitor.threshold.value != t.value.value:
            yield fail(
                "X.trigger_threshold",
                STEP,
                f"retraining.triggers[{t.monitor}]",
                f"trigger at {t.value}, the monitor at {monitor.threshold}",
                "Use one number in both places.",
            )
        if monitor is not None and monitor.kind in ("data", "operational"):
            yield fail(
                "C9.wrong_cure",
                STEP,
                f"retraining.triggers[{t.monitor}]",
                f"{t.monitor} shows a broken feed or service; retraining would learn the fault",
                "Repair first; retrain on quality.",
            )


def schedule(s: Monitoring, ground: Ground) -> Iterator[Finding]:
    r = s.retraining
    if re.search(VAGUE, r.schedule, re.IGNORECASE):
        yield fail(
            "C9.vague",
            STEP,
            "retraining.schedule",
            f"“{r.schedule}” is no schedule",
            "Give a number of days or an event.",
        )
    if r.cadence_days.value <= 0:
        yield fail(
            "C9.schedule", STEP, "retraining.cadence_days", "no cadence", "Give the days between two runs."
        )
    if (
        r.cadence_days.value < ground.decisions.framing.label_wait_days.value
        and not r.label_maturity_rule.strip()
    ):
        yield fail(
            "C9.label_delay",
            STEP,
            "retraining.label_maturity_rule",
            "retrains before labels are complete",
            "End training by the label wait before the run.",
        )


def gate(s: Monitoring, ground: Ground) -> Iterator[Finding]:
    if len(s.retraining.gate.split()) < 5:
        yield fail(
            "C9.gate",
            STEP,
            "retraining.gate",
            "no gate for the challenger",
            "Say what it must beat, on which data, by how much.",
        )
    if s.retraining.kind == "Continuous" and not re.search(
        r"snapshot|previous", s.retraining.rollback, re.IGNORECASE
    ):
        yield fail(
            "C9.continuous",
            STEP,
            "retraining.rollback",
            "continuous learning without a way back",
            "Keep snapshots and say how one returns.",
        )


def evidence(s: Monitoring, ground: Ground) -> tuple[str, ...]:
    r = s.retraining
    return (f"{r.kind} — {r.schedule}", f"automation: {r.automation}")


CHECK = CheckRules(
    STEP, (triggers, schedule, gate), evidence, "Does retraining cure the failure each trigger detects?"
)
