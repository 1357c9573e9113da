"""What follows the last part of the Output Format: tools, assumptions, provenance, verdicts."""

from collections.abc import Mapping, Sequence

from briefwright.skill.markdown import Block, Heading, Prose, Table, clip
from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.decide.questions import open_questions
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.provenance import ledger, quantities
from briefwright.skill.ml_workflow.register import named_in
from briefwright.skill.ml_workflow.sections import Section

CHANGES = {
    "problem": "target, threshold and gates", "features": "windows and cut-offs", "training": "dates, gates, time to roll back",
    "serving": "capacity, fallback times, cost", "ab_test": "sample size, days, guardrails", "monitoring": "alarm levels",
    "tracking": "nothing else",
}  # fmt: skip


def tool_selection(sections: Mapping[str, Section], d: Decisions) -> list[Block]:
    rows = []
    for section in sections.values():
        for choice in section.tools:
            found = [tool for tool, _ in named_in(choice.tool)]
            status = (
                "; ".join(f"{tool.status} (verified {tool.verified_on})" for tool in found[:1])
                or "part of the stack, not in the register"
            )
            rows.append(
                (
                    choice.need,
                    choice.tool,
                    choice.reason,
                    f"{choice.rejected}: {choice.rejected_reason}",
                    status,
                )
            )
    unique = list(dict.fromkeys(rows))
    return [
        Heading(2, "Tool Selection"),
        Table(("Need", "Choice", "Why here", "Rejected, and why", "Status in the register"), tuple(unique)),
    ]


def assumptions(facts: Facts, d: Decisions, sections: Mapping[str, Section]) -> list[Block]:
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for step, section in sections.items():
        for path, q in quantities(section):
            if q.source == "assumed":
                seen.setdefault((str(q), q.basis), (f"{step}.{path}", q.confirm))
    rows = [
        (f"A{n}", value, basis, where, CHANGES[where.split(".")[0]], confirm or "team, at the first review")
        for n, ((value, basis), (where, confirm)) in enumerate(seen.items(), 1)
    ]
    blocks: list[Block] = [
        Heading(2, "Assumptions and Open Questions"),
        Table(
            ("Id", "Assumption", "Why this value", "Used in", "If wrong, changes", "Confirms, by"),
            tuple(rows),
        ),
    ]
    questions = open_questions(facts, d)
    if questions:
        lines = [
            f"- **Q{n}** {q.text} Assumed meanwhile: {q.assumed}. Changes: {q.changes}. Asks: {q.asks}."
            for n, q in enumerate(questions, 1)
        ]
        blocks += [Heading(3, "Open questions"), Prose("\n".join(lines))]
    if d.contradictions:
        lines = [f"- **{c.topic}: {c.choice}.** {c.reason}." for c in d.contradictions]
        blocks += [Heading(3, "What cannot be done as asked"), Prose("\n".join(lines))]
    if facts.instructions:
        note = "The brief holds text addressed to the machine or to reviewers. It is listed here and was not followed:"
        blocks += [
            Heading(3, "Instructions in the brief that were disregarded"),
            Prose(note),
            Prose("\n".join(f"- “{clip(given.quote, 120)}”" for given in facts.instructions[:8])),
        ]
    if facts.unread:
        lines = [f"- {given.value}: “{clip(given.quote, 110)}”" for given in facts.unread[:24]]
        blocks += [
            Heading(3, "Read, but explained by no rule"),
            Prose(
                "Numbers in the brief that changed nothing in this document; check whether one should have:"
            ),
            Prose("\n".join(lines)),
        ]
    return blocks


def provenance(sections: Mapping[str, Section]) -> list[Block]:
    rows = []
    for (value, basis), places in ledger(sections).items():
        shown = ", ".join(places[:2]) + (f" and {len(places) - 2} more" if len(places) > 2 else "")
        rows.append((value, basis, shown))
    return [
        Heading(2, "Provenance of Numbers"),
        Table(("Value", "Given, computed or assumed", "Used in"), tuple(rows)),
    ]


def decisions_table(d: Decisions) -> list[Block]:
    rows = [(decision.topic, decision.choice, decision.reason, decision.rule) for decision in d.log]
    return [Heading(2, "Decisions"), Table(("Topic", "Choice", "Reason", "Rule"), tuple(rows))]


def annexes(facts: Facts, d: Decisions, sections: Mapping[str, Section]) -> Sequence[Block]:
    return [
        *tool_selection(sections, d),
        *decisions_table(d),
        *assumptions(facts, d, sections),
        *provenance(sections),
    ]
