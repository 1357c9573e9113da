"""Brief → Facts."""

from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.state import Deps, Event, Run


def read(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Read the brief; every fact carries the words it came from."""
    facts = runtime.context.kit.read(state["brief"])
    runtime.context.emit(Event("read", text="brief read"))
    return {"facts": facts}
