"""What a document leaves for later where somebody will need it: owners, on-call and procedures that are still to come."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.spec import Finding

_OPERATIONS = r"\b(?:owner(?:ship)?|on[- ]call|run ?books?|operat\w+|procedures?|escalation|responsib\w+|rota|playbook|maintenance|support)\b"
_LATER = r"\b(?:TBD|TBA|TBC|TODO)\b|\b(?:to be|will be|still to be|yet to be|remains? to be) (?:defined|decided|determined|agreed|added|written|named|assigned|clarified|set up|documented|found|provided|sorted out)\b(?! by (?:the |our |its )?[a-z])|\bfollows? (?:before|after|once|later|at) |\bnot yet (?:defined|decided|named|assigned|written)\b|\bby whoever\b"
_OPEN = r"open (?:question|point|issue)|assum|to confirm"


def operations(d: Document) -> Iterator[Finding]:
    """`Owner: TBD`, `a runbook will be written once the service is stable`."""
    if not re.search(_LATER, d.claims.text, re.IGNORECASE):
        return
    heading = ""
    for number, line in enumerate(d.claims.text.splitlines(), 1):
        if line.startswith("#"):
            heading = line
        later = re.search(_LATER, line, re.IGNORECASE)
        if not later or re.search(_OPEN, f"{heading} {line}", re.IGNORECASE):
            continue
        if re.search(_OPERATIONS, line, re.IGNORECASE):
            yield fail("T.unfinished", "Operations", Said(line, number), f"left for later: “{_around(line, later)}”", "Name who answers and what they do.")  # fmt: skip
            return


def _around(line: str, match: re.Match[str]) -> str:
    return line[max(0, match.start() - 40) : match.end() + 20].strip(" |*-")
