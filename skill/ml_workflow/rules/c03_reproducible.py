"""Check 3: enough metadata to reproduce any run."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail
from briefwright.skill.ml_workflow.sections import Tracking
from briefwright.skill.spec import Finding

STEP = "tracking"
NEEDED = (
    "code commit",
    "data version",
    "parameters",
    "metrics",
    "environment",
    "artifacts",
    "seed",
    "split definition",
)
LANGUAGE_MODEL = ("prompt version", "base model revision", "decoding parameters")
MUTABLE = r"\blatest\b|:latest|\bcurrent (?:version|data|table)\b|(?:most recent|newest) (?:data|table|release|version|export)"
BRANCH = r"\b(?:branch name|main branch|master branch|git branch)\b"


def complete(s: Tracking, ground: Ground) -> Iterator[Finding]:
    listed = {t.item for t in s.tracked}
    wanted = NEEDED + (LANGUAGE_MODEL if ground.decisions.framing.problem == "LLM" else ())
    for item in wanted:
        if item not in listed:
            yield fail(
                f"C3.{item.replace(' ', '_')}",
                STEP,
                "tracked",
                f"{item} is not recorded",
                f"Record the {item}, immutable.",
            )


def immutable(s: Tracking, ground: Ground) -> Iterator[Finding]:
    for t in s.tracked:
        words = re.sub(r"\bno\b[^;,.]*", "", t.how, flags=re.IGNORECASE)
        if re.search(MUTABLE, words, re.IGNORECASE):
            yield fail(
                "C3.mutable",
                STEP,
                f"tracked[{t.item}]",
                f"“{t.how[:60]}” names something that changes",
                "Record an id, a hash or a date that cannot change.",
            )
        if re.search(BRANCH, words, re.IGNORECASE):
            yield fail(
                "C3.branch", STEP, f"tracked[{t.item}]", "a branch name moves", "Record the commit SHA."
            )


def naming(s: Tracking, ground: Ground) -> Iterator[Finding]:
    if len(set(re.findall(r"\{(\w+)\}", s.run_name_pattern)) - {"id", "n", "number"}) < 2:
        yield fail(
            "C3.naming",
            STEP,
            "run_name_pattern",
            f"`{s.run_name_pattern}` says too little",
            "Use at least two meaningful fields, such as {date}-{model}-{purpose}.",
        )


def comparison(s: Tracking, ground: Ground) -> Iterator[Finding]:
    if len(s.comparison.split()) < 5:
        yield fail(
            "C3.compare",
            STEP,
            "comparison",
            "no way to compare runs",
            "Say which report compares what, against which run, how often.",
        )


def evidence(s: Tracking, ground: Ground) -> tuple[str, ...]:
    return tuple(f"{t.item}: {t.how[:60]}" for t in s.tracked[:2])


CHECK = CheckRules(
    STEP, (complete, immutable, naming, comparison), evidence,
    "Could a new engineer re-create the champion from this list alone?",
)  # fmt: skip
