"""Sections → Document. Pure: the shape comes from the skill's template, the numbers from the data."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.judge import judged
from briefwright.graph.state import Deps, Document, Event, Outcome, Run, Section
from briefwright.skill.conform import conform, reads_back
from briefwright.skill.kit import Pages
from briefwright.skill.markdown import Block, Heading, Prose, Table, render
from briefwright.skill.spec import Finding, Verdict, in_template_order


def assemble(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Render, read the rendering back, compare, and say on the first page what did not pass."""
    deps = runtime.context
    finished = {step.id: state["sections"][step.id] for step in deps.skill.steps}
    sections = {
        id: replace(done, data=deps.kit.owned(done.data, state["facts"])) for id, done in finished.items()
    }
    data = {id: section.data for id, section in sections.items()}
    pages = deps.kit.pages(deps.skill, state["facts"], state["decisions"], data)
    opinions = state.get("opinions", {})
    verdicts = _verdicts(sections, opinions, deps)
    written = [block for step in deps.skill.steps for block in deps.kit.blocks(step, data[step.id])]
    body = in_template_order(deps.skill.template, written)
    findings = state.get("findings", ())
    pages = replace(pages, note=" ".join((pages.note, *state.get("heard", ()))))
    blocks = _document(pages, body, verdicts, sections, findings, opinions, deps)
    text = render(blocks)
    figures = [figure.text for section in data.values() for figure in deps.kit.figures(section)]
    shape = (*conform(blocks, deps.skill.template), *reads_back(blocks, text, figures))
    if shape:  # what is wrong with the document itself stands on its first page too
        findings = (*findings, *shape)
        text = render(_document(pages, body, verdicts, sections, findings, opinions, deps))
    outcome = _outcome(verdicts, findings)
    deps.emit(Event("assembled", text=outcome.reason))
    return {
        "sections": sections,
        "document": Document(text, render(pages.runbook), verdicts),
        "outcome": outcome,
        "findings": findings,
    }


def _verdicts(sections: dict[str, Section], opinions: dict[str, Any], deps: Deps) -> tuple[Verdict, ...]:
    """One verdict per check of the skill, in its order; a check nobody judged is `not judged`."""
    found = {verdict.check: verdict for section in sections.values() for verdict in section.verdicts}
    missing = "no rule and no judge decided this check"
    by_rules = [found.get(check.id) or Verdict(check.id, "not judged", "nobody", missing) for check in deps.skill.checks]  # fmt: skip
    name = deps.judge.name if deps.judge else ""
    return tuple(judged(verdict, opinions.get(verdict.check), name) for verdict in by_rules)


def _outcome(verdicts: Sequence[Verdict], findings: Sequence[Finding]) -> Outcome:
    failed = [verdict.check for verdict in verdicts if verdict.outcome == "failed"]
    unjudged = [verdict.check for verdict in verdicts if verdict.outcome == "not judged"]
    across = [finding.rule for finding in findings if finding.severity == "fail"]
    parts = [
        f"{name}: {', '.join(dict.fromkeys(ids))}"
        for name, ids in (
            ("did not pass", failed),
            ("could not be judged", unjudged),
            ("sections disagree", across),
        )
        if ids
    ]
    if parts:
        return Outcome("unverified", "; ".join(parts))
    by = "rules and a judge" if any(verdict.by == "judge" for verdict in verdicts) else "rules"
    return Outcome("passed", f"all {len(verdicts)} checks passed by {by}")


def _document(
    pages: Pages, body: Sequence[Block], verdicts: Sequence[Verdict], sections: dict[str, Section],
    findings: Sequence[Finding], opinions: dict[str, Any], deps: Deps,
) -> list[Block]:  # fmt: skip
    return [
        Heading(1, pages.title),
        Prose(_first_page(pages, verdicts, sections, findings, opinions, deps)),
        *body,
        *pages.annexes,
        *_checks_annex(verdicts, findings, opinions, deps),
    ]


def _first_page(
    pages: Pages, verdicts: Sequence[Verdict], sections: dict[str, Section], findings: Sequence[Finding],
    opinions: dict[str, Any], deps: Deps,
) -> str:  # fmt: skip
    """What a reader must know before trusting the document."""
    outcome = _outcome(verdicts, findings)
    lines = [f"**Status: {outcome.name}** — {outcome.reason}. {pages.note}"]
    for verdict in verdicts:
        if verdict.outcome != "passed":
            lines.append(f"- {verdict.check} {verdict.outcome}: {verdict.reason}")
    lines += [f"- {finding.rule}: {finding.message}" for finding in findings if finding.severity == "fail"]
    lines += [f"- {section.step}: {section.note}" for section in sections.values() if section.note]
    writers = ", ".join(dict.fromkeys(section.writer for section in sections.values()))
    open_ones = [v.check for v in verdicts if _answer(opinions, v.check) not in ("yes", "no")]
    if deps.judge and deps.judge.name in {section.writer for section in sections.values()}:
        lines.append(
            f"- The judge, {deps.judge.name}, also wrote sections it judged; a judge of another kind sees more."
        )
    asked = f"not judged for {len(open_ones)} of {len(verdicts)} checks" if open_ones else "judged"
    lines.append(
        f"- Written by: {writers}. Questions only a judge can answer: {asked}; they stand under Quality Checks."
    )
    return "\n".join(f"> {line}" for line in lines)


def _answer(opinions: dict[str, Any], check: str) -> str:
    """`yes`, `no`, or why there is no answer."""
    opinion = opinions.get(check)
    if opinion is None:
        return "not judged"
    return opinion.answer if opinion.answer != "wavering" else "not judged: the judge wavered"


def _checks_annex(
    verdicts: Sequence[Verdict], findings: Sequence[Finding], opinions: dict[str, Any], deps: Deps
) -> list[Block]:
    statement = {check.id: check for check in deps.skill.checks}
    rows = tuple(
        (
            v.check,
            statement[v.check].statement,
            v.outcome,
            v.by,
            "; ".join(f"“{words}”" for words in v.evidence[:2]) or "none",
            v.reason,
        )
        for v in verdicts
    )
    questions = tuple(
        (v.check, deps.kit.question(statement[v.check]), _answer(opinions, v.check)) for v in verdicts
    )
    notes = [f"- {f.rule} ({f.severity}), {f.step}: {f.message}. {f.mend}" for f in findings]
    between: list[Block] = [Heading(3, "Between sections"), Prose("\n".join(notes))] if notes else []
    return [
        Heading(2, "Quality Checks"),
        Table(("Check", "Statement", "Verdict", "By", "Evidence", "Reason"), rows),
        *between,
        Heading(3, "Questions for a judge or a reviewer"),
        Table(("Check", "Question", "Answer"), questions),
    ]  # fmt: skip
