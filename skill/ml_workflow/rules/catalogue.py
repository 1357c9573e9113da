"""The ten checks and their rules. The order is the skill's; the statements come from SKILL.md, not from here."""

import re

from briefwright.skill.ml_workflow.rules import (
    c01_business_metric,
    c02_leakage,
    c03_reproducible,
    c04_split,
    c05_promotion,
    c06_serving,
    c07_experiment,
    c08_drift,
    c09_retraining,
    c10_fallback,
)
from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground
from briefwright.skill.ml_workflow.sections import Section
from briefwright.skill.spec import Check, Finding, Verdict

# Which rules decide a check is settled by its words, not by its number: a skill whose checks were changed or
# reordered must not have old rules pass new statements.
RULES: tuple[tuple[str, CheckRules], ...] = (
    (r"business metric", c01_business_metric.CHECK),
    (r"leakage", c02_leakage.CHECK),
    (r"reproduce", c03_reproducible.CHECK),
    (r"split strategy", c04_split.CHECK),
    (r"registry|promotion workflow", c05_promotion.CHECK),
    (r"latency and throughput", c06_serving.CHECK),
    (r"power calculation", c07_experiment.CHECK),
    (r"drift monitoring|concept drift", c08_drift.CHECK),
    (r"retraining policy", c09_retraining.CHECK),
    (r"fallback", c10_fallback.CHECK),
)


def rules_for(check: Check) -> CheckRules | None:
    """The rules that decide a check, by its statement and the step it judges; None when no rules know it."""
    for words, rules in RULES:
        if re.search(words, check.statement, re.IGNORECASE) and rules.step in check.steps:
            return rules
    return None


def judge_by_rules(check: Check, section: Section, ground: Ground) -> Verdict:
    """What the rules decide for one check. Undecided findings without a judge make it `not judged`, never passed."""
    rules = rules_for(check)
    if rules is None:
        return Verdict(
            check.id,
            "not judged",
            "nobody",
            "no rules know this statement; a judge or a person has to decide it",
        )
    findings = tuple(finding for rule in rules.rules for finding in rule(section, ground))
    evidence = tuple(words for words in rules.evidence(section, ground) if words)
    return verdict(check.id, findings, evidence)


def verdict(check: str, findings: tuple[Finding, ...], evidence: tuple[str, ...]) -> Verdict:
    failed = [finding for finding in findings if finding.severity == "fail"]
    undecided = [finding for finding in findings if finding.severity == "judge"]
    if failed:
        reason = "; ".join(f"{finding.rule}: {finding.message}" for finding in failed[:3])
        return Verdict(check, "failed", "rules", reason, evidence, findings)
    if undecided:
        return Verdict(
            check, "not judged", "nobody", "; ".join(f.message for f in undecided), evidence, findings
        )
    if not evidence:
        return Verdict(
            check, "not judged", "nobody", "nothing in the section can be quoted as evidence", (), findings
        )
    warned = [finding for finding in findings if finding.severity == "warn"]
    reason = (
        "; ".join(f"{finding.rule}: {finding.message}" for finding in warned[:2])
        or "every rule of this check holds"
    )
    return Verdict(check, "passed", "rules", reason, evidence, findings)
