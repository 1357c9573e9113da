"""The order of things: a skill becomes a state machine. All edges of the project are in this file.

    read → decide → one node per process step → review → judge → amend → assemble
                    (each step is a small graph of its own: attempt → check → attempt …)

A step starts when the sections it needs are written; the rest runs at once. Steps that need one another are a graph of
their own, a chain, because LangGraph works in rounds and a round lasts as long as its slowest node: beside a long
section, a chain has its rounds to itself. `review` waits for all of them and may send named steps back; `judge` asks
what rules cannot decide, when there is a model to ask, and may do so too; `amend` sends a finished section back for
each wish of a reader.
Edges only look up what a node decided and wrote down, because an exception in an edge would lose the rest of a run
without a word.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from briefwright.graph.errors import EndpointError
from briefwright.graph.nodes import amend, assemble, decide, judge, read, review, step
from briefwright.graph.state import Deps, Event, Run, Section, StepRun
from briefwright.skill.kit import SkillKit
from briefwright.skill.markdown import render
from briefwright.skill.spec import Skill, Step

RECURSION_LIMIT = 60
FOR_A_WISH = 8
"""Rounds of the graph that one wish of a reader may take besides: its step, review, judge and amend, and once more what disagrees."""

Compiled = CompiledStateGraph[Any, Deps, Any, Any]


_built: dict[tuple[str, int], Compiled] = {}
MOST_BUILT = 32


def build(skill: Skill, kit: SkillKit) -> Compiled:
    """Compile the skill: nodes in the order of its steps, edges from the kit's table of needs.

    A compiled graph knows nothing of a run, so a process compiles each skill once; it takes longer than a planner's section.
    """
    key = (skill.digest, id(kit))
    if key not in _built:
        if len(_built) >= MOST_BUILT:
            _built.clear()
        _built[key] = _compiled(skill, kit)
    return _built[key]


def _compiled(skill: Skill, kit: SkillKit) -> Compiled:
    graph = StateGraph(Run, context_schema=Deps)
    graph.add_node("read", read.read)
    graph.add_node("decide", decide.decide)
    graph.add_node("review", review.review, defer=True)  # runs when no step is left to wait for
    graph.add_node("judge", judge.judge)
    graph.add_node("amend", amend.amend)
    graph.add_node("assemble", assemble.assemble)
    graph.add_edge(START, "read")
    graph.add_edge("read", "decide")
    chain_of = {}
    for chain in _chains(skill, kit):
        alone = len(chain) == 1
        name = chain[0].id if alone else f"from-{chain[0].id}"  # no step's id has a hyphen
        graph.add_node(name, _node(chain[0], kit) if alone else _chain(chain, kit))
        graph.add_edge(name, "review")
        chain_of.update({each.id: name for each in chain})
    names = sorted(set(chain_of.values()))
    graph.add_conditional_edges("decide", _again_or(END, chain_of), [*names, END])
    graph.add_conditional_edges("review", _again_or("judge", chain_of), [*names, "judge", END])
    graph.add_conditional_edges("judge", _again_or("amend", chain_of), [*names, "amend", END])
    graph.add_conditional_edges("amend", _again_or("assemble", chain_of), [*names, "assemble"])
    graph.add_edge("assemble", END)
    return graph.compile(name=skill.slug)


def _chains(skill: Skill, kit: SkillKit) -> list[list[Step]]:
    """The steps, those together that need one another, directly or through a third."""
    found: list[list[Step]] = []
    for each in skill.steps:
        ties = {*kit.needs[each.id], *(id for id, needed in kit.needs.items() if each.id in needed)}
        tied = [chain for chain in found if ties & {other.id for other in chain}]
        found = [chain for chain in found if chain not in tied] + [
            [*(step for chain in tied for step in chain), each]
        ]
    return found


def _chain(steps: list[Step], kit: SkillKit) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Steps of which one needs another, as a node of the whole: their sections, when the last of them is written."""
    graph = StateGraph(Run, context_schema=Deps)
    for each in steps:
        graph.add_node(each.id, _node(each, kit))
        graph.add_edge(list(kit.needs[each.id]) or START, each.id)
    inner = graph.compile()
    mine = {each.id for each in steps}

    def own(written: Mapping[str, Any]) -> dict[str, Any]:
        """Others' sections stay out of it: what this chain saw of them may be older than what they wrote meanwhile."""
        return {id: value for id, value in written.items() if id in mine}

    async def run_chain(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
        after = await inner.ainvoke(state, {"recursion_limit": RECURSION_LIMIT}, context=runtime.context)
        return {"sections": own(after.get("sections", {})), "faults": own(after.get("faults", {}))}

    return run_chain


def step_graph(each: Step) -> Compiled:
    """attempt → check → attempt … → done; the planner stands in when nothing usable came."""
    graph = StateGraph(StepRun, context_schema=Deps)
    graph.add_node("attempt", partial(step.attempt, each))
    graph.add_node("check", partial(step.check, each))
    graph.add_node("fall_back", partial(step.fall_back, each))
    graph.add_edge(START, "attempt")
    graph.add_edge("attempt", "check")
    graph.add_conditional_edges(
        "check", lambda state: state["next"], {"revise": "attempt", "fall_back": "fall_back", "done": END}
    )
    graph.add_edge("fall_back", END)
    return graph.compile(name=each.id)


def _node(each: Step, kit: SkillKit) -> Callable[..., Awaitable[dict[str, Any]]]:
    """The step as a node of the whole: take what it needs from the run, let its graph work, return its section."""
    inside = [step_graph(each)]  # in a list, where LangGraph's drawing does not look for more to draw

    async def run_step(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
        if each.id not in state["due"] or state.get("faults"):
            return {}
        done = state.get("sections", {})
        needed = {id: done[id].data for id in kit.needs[each.id] if id in done}
        across = tuple(finding for finding in state.get("findings", ()) if finding.step == each.id)
        before = done.get(each.id)
        start: StepRun = {
            "facts": state["facts"], "decisions": state["decisions"], "sections": needed, "findings": across,
            "attempt": before.attempt if before else 0, "latest": before,
        }  # fmt: skip
        try:
            result = await inside[0].ainvoke(
                start, {"recursion_limit": RECURSION_LIMIT}, context=runtime.context
            )
        except EndpointError as fault:
            return {"faults": {each.id: str(fault)}}
        section = _better(before, result["best"])
        written = render(kit.blocks(each, section.data))
        runtime.context.emit(Event("section", each.id, section.attempt, written))
        return {"sections": {each.id: section}}

    run_step.__name__ = each.id
    return run_step


def _better(before: Section | None, after: Section) -> Section:
    """A second round may not make a section worse, nor put the planner's in place of a model's."""
    worse = before is not None and (after.failures > before.failures or bool(after.note) > bool(before.note))
    return before if before is not None and worse else after


def _again_or(then: str, chain_of: Mapping[str, str]) -> Callable[[Run], list[str]]:
    """The chains with steps that are due, else what comes next; the end where a node has written an outcome."""
    return lambda run: [END] if run.get("outcome") else sorted({chain_of[id] for id in run["due"]}) or [then]
