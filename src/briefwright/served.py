"""The graph as LangGraph's own server takes it (langgraph.json): a brief as text in, the document as text out.

The state machine itself needs a kit and a writer, which are no JSON; this one node brings them.
"""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph

from briefwright.api import adesign


class Asked(TypedDict):
    """What a client of the server sends."""

    brief: str


class Answered(TypedDict, total=False):
    """What it gets."""

    outcome: str
    reason: str
    questions: list[str]
    document: str
    runbook: str


class Both(Asked, Answered, total=False):
    """The state."""


async def run_skill(state: Asked) -> Answered:
    """The whole run of ML Workflow."""
    done = await adesign(state["brief"])
    return {"outcome": done.outcome, "reason": done.reason, "questions": list(done.questions), "document": done.document, "runbook": done.runbook}  # fmt: skip


_graph = StateGraph(Both, input_schema=Asked, output_schema=Answered)
_graph.add_node("run_skill", run_skill)
_graph.add_edge(START, "run_skill")
_graph.add_edge("run_skill", END)
graph = _graph.compile(name="ml-workflow")
