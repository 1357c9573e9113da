"""A Markdown document in the skill's Output Format → verdict of every check, with lines. The order of verification.

A check passes only when its rows were found and no rule fails. Rows that are missing make it failed (a part of the
Output Format is not there) or not judged; nothing passes because it could not be read.
"""

import re
from collections.abc import Iterable

from briefwright.skill.conform import conform
from briefwright.skill.markdown import parse
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.language.gloss import gloss
from briefwright.skill.ml_workflow.verify import (
    across,
    experiment,
    fallback,
    features,
    monitoring,
    problem,
    registry,
    retraining,
    serving,
    split,
    tracking,
)
from briefwright.skill.ml_workflow.verify.claims import Said, read_claims
from briefwright.skill.ml_workflow.verify.stated import dated, named_out
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.spec import Check, Finding, Skill, Verdict

LONG_DIGITS = re.compile(r"\d{19,}")
"""More digits than any quantity has; uncut they overflow a float and every sum behind it."""

CHECKS: tuple[tuple[str, TextCheck], ...] = (
    ("business metric", problem.CHECK),
    ("leakage", features.CHECK),
    ("reproduce", tracking.CHECK),
    ("split strategy", split.CHECK),
    ("promotion workflow", registry.CHECK),
    ("latency and throughput", serving.CHECK),
    ("power calculation", experiment.CHECK),
    ("concept drift", monitoring.CHECK),
    ("retraining policy", retraining.CHECK),
    ("fallback", fallback.CHECK),
)


def verify(
    text: str, skill: Skill, facts: Facts | None = None
) -> tuple[tuple[Verdict, ...], tuple[Finding, ...], tuple[str, ...]]:
    """(verdict per check, findings that belong to no single check, what could not be read)."""
    text = gloss(LONG_DIGITS.sub(lambda match: match[0][:18], text)).text  # lines stay where they are
    text = named_out(dated(text))
    blocks = parse(text)
    claims = read_claims(blocks, skill.template, text)
    document = Document(claims, facts)
    verdicts = tuple(_verdict(check, document) for check in skill.checks)
    between = tuple(finding for rule in across.RULES for finding in rule(document))
    shape = tuple(
        finding
        for finding in conform(blocks, skill.template)
        if finding.rule in ("T.heading", "T.diagram", "T.placeholder") and "“”" not in finding.message
    )
    return verdicts, (*between, *shape), claims.unread


def _verdict(check: Check, document: Document) -> Verdict:
    rules = next((rules for words, rules in CHECKS if words in check.statement.lower()), None)
    if rules is None:
        return Verdict(check.id, "not judged", "nobody", "no rule knows this statement")
    findings = tuple(_unique(finding for rule in rules.rules for finding in rule(document)))
    missing = [label for part, label in rules.needs if not document.claims.row(part, label).text]
    if rules is features.CHECK and not document.claims.features:
        missing.append("features")
    findings += tuple(_left_out(check, document, part, label) for part, label in rules.needs if label in missing and document.claims.part(part).text)  # fmt: skip
    if any(finding.severity == "fail" for finding in findings):
        return Verdict(
            check.id,
            "failed",
            "rules",
            "; ".join(f.message for f in findings if f.severity == "fail"),
            (),
            findings,
        )
    if missing:
        return Verdict(
            check.id,
            "not judged",
            "nobody",
            f"not found: {', '.join(label.replace('_', ' ') for label in missing)}",
            (),
            findings,
        )
    said = document.claims.row(*rules.needs[0])
    return Verdict(check.id, "passed", "rules", "every rule of this check holds", (_quote(said),), findings)


def _left_out(check: Check, document: Document, part: str, label: str) -> Finding:
    """A row of the Output Format that its part does not have, or has empty."""
    name = label.replace("_", " ")
    return fail(f"{check.id}.missing", name, document.claims.part(part), f"“{name}” is missing or empty", "Fill the row of the Output Format.")  # fmt: skip


def _unique(findings: Iterable[Finding]) -> Iterable[Finding]:
    return dict.fromkeys(findings)


def _quote(said: Said) -> str:
    return said.text[:90]
