"""Check 10: what answers when the model does not."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail
from briefwright.skill.ml_workflow.sections import Serving
from briefwright.skill.spec import Finding

STEP = "serving"
ONLY_RETRY = r"^\W*(?:retry|retries|try again|wait)\b[^,;]*$"
ERROR = r"(?:return|answer|show|raise)s? (?:an? )?(?:error|5\d\d|4\d\d|exception)|http 5\d\d"


def exists(s: Serving, ground: Ground) -> Iterator[Finding]:
    if not s.fallback:
        yield fail("C10.none", STEP, "fallback", "no fallback", "Say what answers when the model does not.")
    elif s.fallback[-1].uses_model:
        yield fail(
            "C10.no_floor",
            STEP,
            "fallback",
            "the last level still needs a model",
            "End with a rule, a list or a person.",
        )


def triggers(s: Serving, ground: Ground) -> Iterator[Finding]:
    for n, level in enumerate(s.fallback, 1):
        if level.trigger_value.value < 0 or not re.search(r"\d", level.trigger):
            yield fail(
                "C10.trigger",
                STEP,
                f"fallback[{n}]",
                f"level {n} has no numeric trigger",
                "Give milliseconds, hours or a share.",
            )


def another(s: Serving, ground: Ground) -> Iterator[Finding]:
    for n, level in enumerate(s.fallback, 1):
        if (
            level.uses_model
            and level.uses_model.split("-v")[0].strip().lower() == s.model_id.split("-v")[0].strip().lower()
        ):
            yield fail(
                "C10.same_model",
                STEP,
                f"fallback[{n}]",
                f"level {n} calls the same model",
                "Use another model or none.",
            )
        if re.search(ONLY_RETRY, level.action, re.IGNORECASE):
            yield fail(
                "C10.retry_only",
                STEP,
                f"fallback[{n}]",
                "only a retry",
                "Say what is answered when retries fail too.",
            )
        if re.search(ERROR, level.action, re.IGNORECASE):
            yield fail("C10.error", STEP, f"fallback[{n}]", "an error is no answer", "Give a safe default.")


def in_time(s: Serving, ground: Ground) -> Iterator[Finding]:
    if s.real_time is None:
        return
    limit = s.real_time.p99_ms.value
    for n, level in enumerate(s.fallback, 1):
        if (
            level.latency_ms
            and level.trigger_value.unit == "ms"
            and level.trigger_value.value + level.latency_ms.value > limit * 1.0001
        ):
            yield fail(
                "C10.timeout",
                STEP,
                f"fallback[{n}]",
                f"{level.trigger_value} + {level.latency_ms} is later than {s.real_time.p99_ms}",
                "Take over earlier.",
            )


def age(s: Serving, ground: Ground) -> Iterator[Finding]:
    if s.batch is not None and not any(level.max_age_h for level in s.fallback):
        yield fail(
            "C10.stale",
            STEP,
            "fallback",
            "no largest age for old output",
            "Say how old a result may be before the next level takes over.",
        )


def evidence(s: Serving, ground: Ground) -> tuple[str, ...]:
    return tuple(level.action[:90] for level in s.fallback)


CHECK = CheckRules(
    STEP, (exists, triggers, another, in_time, age), evidence,
    "Is the default safe in business terms, fail-open or fail-closed as the brief asks, and is the fallback exercised?",
)  # fmt: skip
