"""Sections → opinions: the questions rules cannot decide, when there is a judge to ask."""

from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.budget import NO_JUDGE
from briefwright.graph.errors import EndpointError
from briefwright.graph.judge import opinions
from briefwright.graph.state import Deps, Event, Outcome, Run
from briefwright.skill.markdown import render
from briefwright.skill.spec import Check, fill


async def judge(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Ask about every check the rules have not failed. Without a judge the questions stay open, and the document says so."""
    deps = runtime.context
    if deps.judge is None or not deps.budget.allows(NO_JUDGE, deps.usage):
        return {}
    asked = [(check, deps.kit.question(check), _part(check, state, deps)) for check in deps.skill.checks if not _failed(check, state)]  # fmt: skip
    deps.emit(Event("judging", text=f"{len(asked)} questions to {deps.judge.name}"))
    try:
        return {"opinions": await opinions(deps.judge, asked, deps.kit.facts_in_words(state["facts"]))}
    except EndpointError as fault:
        return {"outcome": Outcome("failed", str(fault))}


def _failed(check: Check, state: Run) -> bool:
    verdicts = [v for id in check.steps for v in state["sections"][id].verdicts if v.check == check.id]
    return any(verdict.outcome == "failed" for verdict in verdicts)


def _part(check: Check, state: Run, deps: Deps) -> str:
    """The judged sections as the document will show them."""
    blocks = [
        block
        for id in check.steps
        for block in fill(deps.skill.step(id).part, deps.kit.fill(id, state["sections"][id].data))
    ]
    return render(blocks)
