"""`briefwright check`: the verifier on one Markdown document, said in text, JSON, SARIF or JUnit."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from briefwright import __version__
from briefwright.briefs import read_brief
from briefwright.catalogue import DEFAULT, find_skill
from briefwright.errors import UsageError
from briefwright.skill.kit import Brief
from briefwright.skill.markdown import plain
from briefwright.skill.spec import Finding, Skill, Verdict

MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class Report:
    """What the verifier found in one document; `unread` is what it looked for and did not find."""

    path: str
    skill: Skill
    verdicts: tuple[Verdict, ...]
    between: tuple[Finding, ...]
    unread: tuple[str, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*(f for verdict in self.verdicts for f in verdict.findings), *self.between)

    @property
    def status(self) -> int:
        """0 when nothing fails and every check could be judged, else 1."""
        failed = any(finding.severity == "fail" for finding in self.findings)
        return 1 if failed or any(verdict.outcome != "passed" for verdict in self.verdicts) else 0


def check_document(path: str, brief: str | None) -> Report:
    """Verify a document. Raises UsageError when it cannot be read, or holds no part of the Output Format at all."""
    return check_text(_document(path), read_brief(brief) if brief else "", path)


def check_text(text: str, brief: str = "", name: str = "document") -> Report:
    """Verify a document's text, against its brief where there is one. Raises UsageError when it is no document of the skill."""
    from briefwright.skill.ml_workflow.kit import KIT
    from briefwright.skill.ml_workflow.verify.check import verify

    skill, _ = find_skill(DEFAULT)
    facts = KIT.read(Brief(brief, datetime.now(UTC).date())) if brief else None
    verdicts, between, unread = verify(text, skill, facts)
    if sum(item.startswith("no heading") for item in unread) == len(skill.template.parts):
        raise UsageError(
            f"document '{name}' has none of the headings of {skill.name}. It is no document of this skill."
        )
    return Report(name, skill, verdicts, between, unread)


def _document(path: str) -> str:
    file = Path(path)
    try:
        if not file.is_file():
            raise UsageError(f"document '{path}' is no file. Give a Markdown file.")
        if file.stat().st_size > MOST_BYTES:
            raise UsageError(
                f"document '{path}' is {file.stat().st_size:,} bytes; at most {MOST_BYTES:,} are checked."
            )
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UsageError(f"document '{path}' is not UTF-8 (byte {fault.start}). Save it as UTF-8.") from None
    except OSError as fault:
        raise UsageError(f"document '{path}' cannot be read: {fault.strerror}.") from None
    if not text.strip():
        raise UsageError(f"document '{path}' is empty.")
    return text


def as_text(report: Report) -> str:
    """For a person: what is wrong, on which line, how to mend it; then one line per check."""
    lines = [
        f"{report.path}:{f.line}: {f.severity} {f.rule} [{plain(f.path)}] {plain(f.message)} {f.mend}"
        for f in _ordered(report)
    ]
    lines += [f"{report.path}: not found: {plain(item)}" for item in report.unread]
    lines += [
        f"{verdict.check:<4} {verdict.outcome:<11} {_statement(report, verdict)}"
        for verdict in report.verdicts
    ]
    counts = {
        name: sum(v.outcome == name for v in report.verdicts) for name in ("passed", "failed", "not judged")
    }
    lines.append(", ".join(f"{count} {name}" for name, count in counts.items()))
    return "\n".join(lines)


def _ordered(report: Report) -> list[Finding]:
    return sorted(report.findings, key=lambda finding: (finding.line, finding.rule))


def _statement(report: Report, verdict: Verdict) -> str:
    return next(check.statement for check in report.skill.checks if check.id == verdict.check)


def as_json(report: Report) -> str:
    body = {"document": report.path, "status": report.status, "verdicts": [asdict(v) for v in report.verdicts], "between": [asdict(f) for f in report.between], "unread": list(report.unread)}  # fmt: skip
    return json.dumps(body, ensure_ascii=False, indent=1)


def as_sarif(report: Report) -> str:
    """SARIF 2.1.0, one result per finding, for code review."""
    rules = sorted({finding.rule for finding in report.findings})
    results = [_result(report, finding, rules) for finding in _ordered(report)]
    driver = {"name": "briefwright", "version": __version__, "rules": [{"id": rule} for rule in rules]}  # fmt: skip
    body = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}  # fmt: skip
    return json.dumps(body, ensure_ascii=False, indent=1)


def _result(report: Report, finding: Finding, rules: list[str]) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": Path(report.path).as_posix()},
        "region": {"startLine": max(1, finding.line)},
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": "error" if finding.severity == "fail" else "warning",
        "message": {"text": f"{finding.path}: {finding.message} {finding.mend}"},
        "locations": [{"physicalLocation": place}],
    }


def as_junit(report: Report) -> str:
    """JUnit XML: one case per check, one for what must agree between parts."""
    cases = list(_cases(report))
    failures = sum("<failure" in case for case in cases)
    skipped = sum("<skipped" in case for case in cases)
    head = f'<testsuite name="briefwright" tests="{len(cases)}" failures="{failures}" skipped="{skipped}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"])


def _cases(report: Report) -> Iterator[str]:
    for verdict in report.verdicts:
        inner = ""
        if verdict.outcome == "failed":
            inner = f"<failure message={quoteattr(plain(verdict.reason)[:300])}>{escape(_lines(verdict.findings))}</failure>"
        elif verdict.outcome == "not judged":
            inner = f"<skipped message={quoteattr(plain(verdict.reason)[:300])}/>"
        yield f"<testcase classname={quoteattr(report.path)} name={quoteattr(f'{verdict.check} {_statement(report, verdict)}')}>{inner}</testcase>"
    failing = [finding for finding in report.between if finding.severity == "fail"]
    inner = (
        f"<failure message={quoteattr(f'{len(failing)} disagreements')}>{escape(_lines(failing))}</failure>"
        if failing
        else ""
    )
    yield f"<testcase classname={quoteattr(report.path)} name={quoteattr('parts agree')}>{inner}</testcase>"


def _lines(findings: Any) -> str:
    return "\n".join(f"line {f.line}: {f.rule}: {plain(f.message)}" for f in findings)


FORMATS = {"text": as_text, "json": as_json, "sarif": as_sarif, "junit": as_junit}
