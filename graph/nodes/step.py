"""One process step: write, check, revise while it fails and attempts are left, keep the best attempt."""

import asyncio
from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.budget import NO_REVISION, PLANNER
from briefwright.graph.errors import EndpointError, UnusableReply
from briefwright.graph.state import Attempt, Deps, Event, Section, StepRun
from briefwright.graph.writers import Task, Writer
from briefwright.skill.spec import Finding, Step


async def attempt(step: Step, state: StepRun, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Ask the writer once: first for a section, later for a mended one. What came back is written down, not raised."""
    deps = runtime.context
    number = state.get("attempt", 0) + 1
    latest = state.get("latest")
    deps.emit(Event("writing", step.id, number, deps.writer.name))
    task = _task(step, state, number, latest)
    if deps.writer.revises and not deps.budget.allows(PLANNER, deps.usage):
        return {"attempt": number, "draft": None, "fault": "the run's budget is used up"}
    try:
        async with asyncio.timeout(deps.budget.left_s if deps.writer.revises else None):
            draft = await deps.writer.write(task)
    except TimeoutError:
        return {"attempt": number, "draft": None, "fault": "the run's deadline came before the answer"}
    except UnusableReply as fault:
        return {"attempt": number, "draft": None, "fault": str(fault)}
    return {"attempt": number, "draft": draft, "fault": ""}


async def fall_back(step: Step, state: StepRun, runtime: Runtime[Deps]) -> dict[str, Any]:
    """The planner's section takes the place of one that no model delivered. Raises EndpointError where there is no planner."""
    deps = runtime.context
    if not deps.kit.plans:
        deps.writer.forget(step.id)
        raise EndpointError(f"the model delivered no usable section '{step.title}' in {state['attempt']} attempts ({state['fault']}), and this skill has no planner to stand in. Resume to ask again, best with another --model.")  # fmt: skip
    number = state["attempt"] + 1
    deps.emit(Event("writing", step.id, number, deps.planner.name))
    draft = await deps.planner.write(_task(step, state, number, None))
    section = _checked(step, draft, deps.planner, number, state, deps)
    note = f"the model delivered no usable section in {state['attempt']} attempts ({state['fault']}); the planner's section stands in its place"
    return {"best": replace(section, note=note, attempts=state["tries"])}


def check(step: Step, state: StepRun, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Judge the draft by the step's checks, keep the best so far, and decide what comes next."""
    deps = runtime.context
    tries, best = state.get("tries", ()), state.get("best")
    number = state["attempt"]
    more = deps.writer.revises and number < deps.max_attempts and deps.budget.allows(NO_REVISION, deps.usage)
    if state["draft"] is None:
        deps.emit(Event("checked", step.id, number, state["fault"]))
        tries = (*tries, Attempt(number, deps.writer.name, (), state["fault"]))
        after = "revise" if more else "done" if best else "fall_back"
        return {"tries": tries, "next": after}
    section = _checked(step, state["draft"], deps.writer, number, state, deps)
    failed = tuple(verdict.check for verdict in section.verdicts if verdict.outcome == "failed")
    deps.emit(Event("checked", step.id, number, _said(section)))
    tries = (*tries, Attempt(number, deps.writer.name, failed))
    if best is None or section.failures < best.failures:
        best = section
    after = "revise" if failed and more else "done"
    return {"latest": section, "best": replace(best, attempts=tries), "tries": tries, "next": after}


def _checked(step: Step, draft: Any, writer: Writer, number: int, state: StepRun, deps: Deps) -> Section:
    checks = deps.skill.checks_of(step.id)
    verdicts = tuple(deps.kit.check(check, draft, state["facts"], state["decisions"]) for check in checks)
    return Section(step.id, draft, writer.name, number, verdicts)


def _task(step: Step, state: StepRun, number: int, latest: Section | None) -> Task:
    findings: tuple[Finding, ...] = tuple(state.get("findings", ()))
    if latest:
        findings += tuple(f for verdict in latest.verdicts for f in verdict.findings if f.severity != "judge")
    return Task(
        step=step,
        brief=state["facts"].text,
        facts=state["facts"],
        decisions=state["decisions"],
        sections=state["sections"],
        attempt=number,
        previous=latest.data if latest else None,
        findings=findings,
        fault=state.get("fault", ""),
    )


def _said(section: Section) -> str:
    parts = [f"{verdict.check} {verdict.outcome}" for verdict in section.verdicts]
    return ", ".join(parts) or "no checks"
