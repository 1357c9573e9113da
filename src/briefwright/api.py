"""Briefwright from Python: a brief in, a document out, in this process and with nothing kept on disk. And the same as a tool of a LangChain agent."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from briefwright.errors import UsageError


@dataclass(frozen=True)
class Designed:
    """What came of a brief: how it ended, questions where it needs answers, and the texts where there is a document."""

    outcome: str
    reason: str
    questions: tuple[str, ...]
    document: str
    runbook: str
    record: dict[str, Any]


async def adesign(brief: str, *, skill: str = "ml-workflow", model: str = "", judge: str = "", ask: bool = False) -> Designed:  # fmt: skip
    """Run a skill on a brief. `model` is a name behind OPENAI_BASE_URL, `local`, or empty for what BRIEFWRIGHT_MODEL says, else the planner.

    Raises UsageError for a brief or a skill that cannot be used, and RunError for an endpoint that cannot.
    """
    from briefwright.briefs import sound
    from briefwright.catalogue import find_skill
    from briefwright.graph.journal import Journal
    from briefwright.graph.state import Deps
    from briefwright.graph.writers import Planner
    from briefwright.local import at_hand
    from briefwright.records import Request, new_run_id
    from briefwright.runs import findings, head, to_the_end
    from briefwright.settings import from_environment

    if not isinstance(brief, str):
        raise UsageError(f"a brief is text, not {type(brief).__name__}.")
    settings = from_environment()
    found, kit = await asyncio.to_thread(find_skill, skill)
    writer = model or settings.model or "planner"
    if not kit.plans and writer == "planner":
        raise UsageError(f"skill '{found.name}' needs a model: it has no planner. Name one.")
    request = Request(
        run_id=new_run_id(), brief=sound(brief, "the brief"), skill=skill, model=writer, base_url=settings.base_url, max_attempts=3,
        ask=ask, as_of=datetime.now(UTC).date().isoformat(), judge=judge or ("" if kit.plans else writer),
    )  # fmt: skip
    planner = Planner(kit)
    deps = Deps(found, kit, planner, planner, max_attempts=request.max_attempts, ask=ask)
    with at_hand((writer, request.judge), settings.base_url, settings) as (url, patient):
        state = await to_the_end(replace(request, base_url=url), patient, deps, Journal(None))
    outcome, document = state["outcome"], state.get("document")
    record = head(request, found) | findings(state, deps)
    return Designed(outcome.name, outcome.reason, outcome.questions, document.text if document else "", document.runbook if document else "", record)  # fmt: skip


def design(brief: str, **asked: Any) -> Designed:
    """`adesign` for programs without `await`; in a notebook, whose loop is running already, in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(adesign(brief, **asked))
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, adesign(brief, **asked)).result()


def tool(skill: str = "ml-workflow", **asked: Any) -> Any:
    """The skill as a tool of a LangChain agent: it takes a brief and gives the document, or says why there is none."""
    from langchain_core.tools import StructuredTool

    from briefwright.catalogue import find_skill

    found, _ = find_skill(skill)

    async def arun(brief: str) -> str:
        return _said(await adesign(brief, skill=skill, **asked))

    def run(brief: str) -> str:
        return _said(design(brief, skill=skill, **asked))

    name = found.slug.replace("-", "_")
    described = (
        f"{found.description} Takes the brief in the user's own words; gives a verified document in Markdown."
    )
    return StructuredTool.from_function(run, coroutine=arun, name=name, description=described)


def _said(result: Designed) -> str:
    if result.document:
        return result.document
    questions = "".join(f"\n{n}. {question}" for n, question in enumerate(result.questions, 1))
    return f"{result.outcome}: {result.reason}{questions}"
