"""Rules over the whole document: what must agree between sections."""

from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.state import Deps, Event, Outcome, Run

MAX_ROUNDS = 2


def review(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Send the named steps back once; a step that could not be asked ends the run, with everything finished kept."""
    deps = runtime.context
    if faults := state.get("faults"):
        reason = "; ".join(dict.fromkeys(faults.values()))
        return {"outcome": Outcome("failed", reason), "due": frozenset()}
    data = {id: section.data for id, section in state["sections"].items()}
    findings = deps.kit.review(data, state["facts"], state["decisions"])
    blocking = frozenset(finding.step for finding in findings if finding.severity == "fail")
    deps.emit(Event("reviewed", text=f"{len(findings)} findings across sections"))
    again = blocking if deps.writer.revises and state["round"] < MAX_ROUNDS else frozenset()
    return {"findings": findings, "due": again, "round": state["round"] + 1}
