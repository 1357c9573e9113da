"""Sections → opinions: the questions rules cannot decide, when there is a judge to ask. What it refuses goes back once."""

import asyncio
from collections.abc import Mapping
from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.budget import NO_JUDGE, NO_REVISION
from briefwright.graph.errors import EndpointError
from briefwright.graph.judge import Opinion, opinions
from briefwright.graph.state import Deps, Event, Outcome, Run
from briefwright.skill.markdown import render
from briefwright.skill.spec import Check, Finding


async def judge(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Ask about every check the rules have not failed, the second time only about what was written anew.

    Without a judge the questions stay open, and the document says so.
    """
    deps = runtime.context
    anew = state.get("sent_back", frozenset())
    before = {
        id: opinion for id, opinion in state.get("opinions", {}).items() if not _rewritten(id, anew, deps)
    }
    if deps.judge is None or not deps.budget.allows(NO_JUDGE, deps.usage):
        return {"opinions": before, "due": frozenset()}  # what was said of words that are gone says nothing
    open_ones = [check for check in deps.skill.checks if check.id not in before and not _failed(check, state)]
    asked = [(check, deps.kit.question(check), _part(check, state, deps)) for check in open_ones]
    deps.emit(Event("judging", text=f"{len(asked)} questions to {deps.judge.name}"))
    try:
        async with asyncio.timeout(deps.budget.left_s):
            found = {**before, **await opinions(deps.judge, asked, deps.kit.facts_in_words(state["facts"]))}
    except TimeoutError:  # the questions stay open
        return {"opinions": before, "due": frozenset()}
    except EndpointError as fault:
        return {"outcome": Outcome("failed", str(fault)), "due": frozenset()}
    may = (
        "sent_back" not in state
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
        Finding(check.id, "fail", step, check.id, f"a judge says no: {opinion.reason} It quotes “{opinion.quote}”", f"Make this true: {check.statement}")
        for check in deps.skill.checks
        if (opinion := found.get(check.id)) and opinion.answer == "no"
        for step in check.steps
    )  # fmt: skip


def _rewritten(check: str, anew: frozenset[str], deps: Deps) -> bool:
    """Whether a section this check judges was sent back and written again."""
    return any(each.id == check and not anew.isdisjoint(each.steps) for each in deps.skill.checks)


def _failed(check: Check, state: Run) -> bool:
    verdicts = [v for id in check.steps for v in state["sections"][id].verdicts if v.check == check.id]
    return any(verdict.outcome == "failed" for verdict in verdicts)


def _part(check: Check, state: Run, deps: Deps) -> str:
    """The judged sections as the document will show them."""
    steps = [deps.skill.step(id) for id in check.steps]
    return render(
        [block for step in steps for block in deps.kit.blocks(step, state["sections"][step.id].data)]
    )
