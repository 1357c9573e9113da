"""Check 5: a registry with a clear way from dev over staging to production."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail
from briefwright.skill.ml_workflow.sections import Training
from briefwright.skill.spec import Finding

STEP = "training"
STAGES = (r"dev|candidate|experiment|sandbox", r"stag|pre-?prod|uat|shadow|challenger", r"prod|live|champion")
SELF = r"^\s*(?:the |its )?(?:author(?: of (?:the |this )?run)?|same (?:person|engineer|data scientist)|(?:[\w ]+ )?who (?:has )?(?:trained|built|started)(?: \w+)*|nobody|none|self)\s*$"


def stages(s: Training, ground: Ground) -> Iterator[Finding]:
    text = [stage.lower() for stage in s.registry.stages]
    at = [next((n for n, stage in enumerate(text) if re.search(pattern, stage)), -1) for pattern in STAGES]
    if -1 in at or at != sorted(at):
        yield fail(
            "C5.stages",
            STEP,
            "registry.stages",
            f"stages are {' → '.join(s.registry.stages)}",
            "Name dev, staging and production, in this order.",
        )


def transitions(s: Training, ground: Ground) -> Iterator[Finding]:
    steps = s.registry.promotions
    into = [p for p in steps if re.search(STAGES[2], p.target.lower())]
    if not into:
        yield fail(
            "C5.to_prod",
            STEP,
            "registry.promotions",
            "nothing leads to production",
            "Write the rule for staging → production.",
        )
    for p in into:
        if not re.search(STAGES[1], p.source.lower()):
            yield fail(
                "C5.skip_staging",
                STEP,
                "registry.promotions",
                f"{p.source} → {p.target} skips staging",
                "Reach production only through staging.",
            )
    if not any(re.search(STAGES[1], p.target.lower()) for p in steps):
        yield fail(
            "C5.promotions",
            STEP,
            "registry.promotions",
            "no rule leads to staging",
            "Write the rule for dev → staging.",
        )


def gates(s: Training, ground: Ground) -> Iterator[Finding]:
    for p in s.registry.promotions:
        if not p.gates:
            yield fail(
                "C5.gate",
                STEP,
                f"registry.promotions[{p.target}]",
                f"{p.source} → {p.target} has no numeric gate",
                "Add metric, operator and value.",
            )


def approvers(s: Training, ground: Ground) -> Iterator[Finding]:
    for p in s.registry.promotions:
        path = f"registry.promotions[{p.target}].approver"
        if p.automatic and not p.gates:
            yield fail(
                "C5.approver",
                STEP,
                path,
                "automatic promotion without a gate",
                "Give it numeric gates and automatic rollback.",
            )
        elif re.search(SELF, p.approver, re.IGNORECASE):
            yield fail(
                "C5.self",
                STEP,
                path,
                f"“{p.approver}” approves their own work",
                "Name a role that is not the author.",
            )


def rollback(s: Training, ground: Ground) -> Iterator[Finding]:
    if len(s.registry.rollback.split()) < 4:
        yield fail(
            "C5.rollback",
            STEP,
            "registry.rollback",
            "no way back",
            "Say how the previous version returns, and in how many minutes.",
        )


def old_stages(s: Training, ground: Ground) -> Iterator[Finding]:
    if (
        re.search(
            r"transition_model_version_stage|mlflow stages?\b|stage=", s.registry.mechanism, re.IGNORECASE
        )
        and "not used" not in s.registry.mechanism
    ):
        yield fail(
            "C5.mlflow_stages",
            STEP,
            "registry.mechanism",
            "MLflow's registry stages are deprecated since 2.9",
            "Use aliases and tags, or one registered model per environment.",
        )


def evidence(s: Training, ground: Ground) -> tuple[str, ...]:
    return (
        " → ".join(s.registry.stages),
        *(f"{p.source} → {p.target}: {p.approver}" for p in s.registry.promotions[:2]),
    )


CHECK = CheckRules(
    STEP, (stages, transitions, gates, approvers, rollback, old_stages), evidence,
    "Can what staging does find what can go wrong here?",
)  # fmt: skip
