"""The ten checks and their rules. The order is the skill's; the statements come from SKILL.md, not from here."""

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

RULES: dict[str, CheckRules] = {
    "C1": c01_business_metric.CHECK,
    "C2": c02_leakage.CHECK,
    "C3": c03_reproducible.CHECK,
    "C4": c04_split.CHECK,
    "C5": c05_promotion.CHECK,
    "C6": c06_serving.CHECK,
    "C7": c07_experiment.CHECK,
    "C8": c08_drift.CHECK,
    "C9": c09_retraining.CHECK,
    "C10": c10_fallback.CHECK,
}


def judge_by_rules(check: Check, section: Section, ground: Ground) -> Verdict:
    """What the rules decide for one check. Undecided findings without a judge make it `not judged`, never passed."""
    rules = RULES[check.id]
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
