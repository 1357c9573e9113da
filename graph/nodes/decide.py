"""Facts → Decisions, and whether to go on at all."""

from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.state import Deps, Event, Outcome, Run


def decide(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Decide what all steps share. A stop is written down here; the edge only looks it up."""
    deps = runtime.context
    facts = state["facts"]
    stop = deps.kit.refuse(facts)
    decisions = None if stop else deps.kit.decide(facts, state["brief"])
    if not stop and deps.ask:
        stop = deps.kit.ask(facts, decisions)
    if stop:
        deps.emit(Event("stopped", text=stop.reason))
        outcome = Outcome(stop.outcome, stop.reason, stop.questions)
        return {"decisions": decisions, "outcome": outcome, "due": frozenset()}
    deps.emit(Event("decided", text="decisions made"))
    return {"decisions": decisions, "due": frozenset(step.id for step in deps.skill.steps), "round": 1}
