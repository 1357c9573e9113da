"""How an eval makes a document: the same graph as `design`, in memory, with the planner or a model."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from briefwright.evals.cases import Case
from briefwright.evals.run import Produce
from briefwright.graph.build import RECURSION_LIMIT, build
from briefwright.graph.journal import Journal
from briefwright.graph.model import Endpoint, Model
from briefwright.graph.state import Deps
from briefwright.graph.writers import ModelWriter, Planner, Writer
from briefwright.skill.kit import Brief, SkillKit
from briefwright.skill.spec import Skill

AS_OF = date(2026, 11, 23)
"""Evals compare documents over time, so all are written as of one day."""


def producer(skill: Skill, kit: SkillKit, endpoint: Endpoint | None = None, http: Any = None) -> Produce:
    """A function that runs one case. `http` is an httpx transport, for recording and replaying."""
    run = build(skill, kit)

    async def produce(case: Case, epoch: int) -> tuple[dict[str, Any], str]:
        planner = Planner(kit)
        writer: Writer = planner
        model = None
        deps = Deps(skill, kit, planner, planner)
        if endpoint:
            model = Model(endpoint, Journal(None), deps.usage, transport=http, epoch=epoch)
            writer = ModelWriter(skill, kit, model)
        deps = Deps(skill, kit, writer, planner, usage=deps.usage)
        try:
            state = await run.ainvoke(
                {"brief": Brief(case.brief, AS_OF)}, {"recursion_limit": RECURSION_LIMIT}, context=deps
            )
        finally:
            if model:
                await model.close()
        document = state.get("document")
        return _record(state, deps), document.text if document else ""

    return produce


@contextmanager
def planner_on_all_cores(skill: Skill, kit: SkillKit) -> Iterator[Produce]:
    """A function that runs one case with the planner, in as many processes as there are cores: planning is all arithmetic."""
    fresh = multiprocessing.get_context("spawn")  # a copy of a process with threads may be born locked
    with ProcessPoolExecutor(None, fresh, _begin, (skill, kit)) as pool:

        async def produce(case: Case, epoch: int) -> tuple[dict[str, Any], str]:
            return await asyncio.get_running_loop().run_in_executor(pool, _planned, case, epoch)

        yield produce


_producers: list[Produce] = []


def _begin(skill: Skill, kit: SkillKit) -> None:
    """What each process needs once."""
    _producers.append(producer(skill, kit))


def _planned(case: Case, epoch: int) -> tuple[dict[str, Any], str]:
    result: tuple[dict[str, Any], str] = asyncio.run(_producers[-1](case, epoch))
    return result


def packaged(model: str = "", base_url: str = "", api_key: str = "") -> Produce:
    """A producer of the package's own skill, by the planner or by a model; for tools that know only names."""
    import briefwright.skill
    from briefwright.skill.load import load
    from briefwright.skill.ml_workflow.kit import KIT

    skill = load(Path(briefwright.skill.__path__[0]) / "ml_workflow", KIT.step_ids)
    return producer(skill, KIT, Endpoint(model, base_url, api_key) if model else None)


def _record(state: Any, deps: Deps) -> dict[str, Any]:
    """What the scores read, in the shape of run.json."""
    kit = deps.kit
    return {
        "outcome": state["outcome"].name,
        "reason": state["outcome"].reason,
        "facts": kit.as_data(state["facts"]),
        "sections": {id: {"attempts": [asdict(a) for a in s.attempts], "data": kit.as_data(s.data)} for id, s in state.get("sections", {}).items()},
        "verdicts": [asdict(v) for v in state["document"].verdicts] if state.get("document") else [],
        "usage": [asdict(use) for use in deps.usage],
    }  # fmt: skip
