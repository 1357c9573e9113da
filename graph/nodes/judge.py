"""Sections → opinions: the questions rules cannot decide, when there is a judge to ask. What it refuses goes back once."""

from collections.abc import Mapping
from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.budget import NO_JUDGE, NO_REVISION
from briefwright.graph.errors import EndpointError
from briefwright.graph.judge import Opinion, opinions
from briefwright.graph.state import Deps, Event, Outcome, Run
from briefwright.skill.markdown import plain, render
from briefwright.skill.spec import Check, Finding


async def judge(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Ask about every check the rules have not failed, the second time only about what was written anew.

    Without a judge the questions stay open, and the document says so.
    """
    deps = runtime.context
    if deps.judge is None or not deps.budget.allows(NO_JUDGE, deps.usage):
        return {"due": frozenset()}
    before, anew = state.get("opinions", {}), state.get("sent_back")
    open_ones = [c for c in deps.skill.checks if not _failed(c, state) and (c.id not in before or (anew and anew & {*c.steps}))]  # fmt: skip
    asked = [(check, deps.kit.question(check), _part(check, state, deps)) for check in open_ones]
    deps.emit(Event("judging", text=f"{len(asked)} questions to {deps.judge.name}"))
    try:
        found = {**before, **await opinions(deps.judge, asked, deps.kit.facts_in_words(state["facts"]))}
    except EndpointError as fault:
        return {"outcome": Outcome("failed", str(fault)), "due": frozenset()}
    may = (
        anew is None
        and deps.writer.revises
        and deps.max_attempts > 1
        and deps.budget.allows(NO_REVISION, deps.usage)
    )
    refused = _refused(found, deps) if may else ()
    due = frozenset(finding.step for finding in refused)
    return {
        "opinions": found,
        "due": due,
        "sent_back": due,
        "findings": (*state.get("findings", ()), *refused),
    }


def _refused(found: Mapping[str, Opinion], deps: Deps) -> tuple[Finding, ...]:
    """What the judge answered with no, for the steps that can mend it."""
    return tuple(
        Finding(check.id, "fail", step, check.id, f"a judge says no: {plain(opinion.reason)} It quotes “{plain(opinion.quote)}”", f"Make this true: {check.statement}")
        for check in deps.skill.checks
        if (opinion := found.get(check.id)) and opinion.answer == "no"
        for step in check.steps
    )  # fmt: skip


def _failed(check: Check, state: Run) -> bool:
    verdicts = [v for id in check.steps for v in state["sections"][id].verdicts if v.check == check.id]
    return any(verdict.outcome == "failed" for verdict in verdicts)


def _part(check: Check, state: Run, deps: Deps) -> str:
    """The judged sections as the document will show them; all of them where the check's own steps show nothing."""
    shown = {step.id: deps.kit.blocks(step, state["sections"][step.id].data) for step in deps.skill.steps}
    own = [block for id in check.steps for block in shown[id]]
    return render(own or [block for blocks in shown.values() for block in blocks])
