"""Facts → Decisions, and whether to go on at all."""

from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.state import Deps, Event, Outcome, Run


def decide(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Decide what all steps share. A stop is written down here; the edge only looks it up."""
    deps = runtime.context
    decisions = deps.kit.decide(state["facts"], state["brief"])
    stop = deps.kit.stop(state["facts"], decisions, deps.ask)
    if stop:
        deps.emit(Event("stopped", text=stop.reason))
        outcome = Outcome(stop.outcome, stop.reason, stop.questions)
        return {"decisions": decisions, "outcome": outcome, "due": frozenset()}
    deps.emit(Event("decided", text="decisions made"))
    return {"decisions": decisions, "due": frozenset(step.id for step in deps.skill.steps), "round": 1}
