"""Driving a run: the graph with its writer and its journal, and what is written when it ends."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from briefwright.catalogue import find_skill
from briefwright.errors import UsageError
from briefwright.local import at_hand
from briefwright.records import DRIVER, Record, Request, Result, load_request, read_record, write_whole
from briefwright.settings import Settings


def drive(folder: Path, request: Request, settings: Settings, emit: Callable[[Any], None]) -> Result:
    """Run the request to its end and write what came of it. Interrupted or killed, it goes on where it was.

    The journal is opened first and is the lock: two processes cannot drive one run, with a model or without.
    """
    from briefwright.graph.journal import Journal
    from briefwright.graph.state import Deps
    from briefwright.graph.writers import Planner

    skill, kit = find_skill(request.skill)
    journal = Journal(folder / "journal.sqlite", request.run_id)
    driver = folder / DRIVER
    try:
        _still_ours(folder, request)
        driver.write_text(f"{os.getpid()}\n", encoding="utf-8")
        planner = Planner(kit)
        deps = Deps(
            skill, kit, planner, planner, max_attempts=request.max_attempts, ask=request.ask, emit=emit
        )
        with at_hand((request.model, request.judge), request.base_url, settings) as (url, patient):
            record = Record(folder, head(request, skill))
            record.write({"outcome": "running", "reason": "the run has not ended"})
            asked = replace(request, base_url=url)
            state = _state_at_the_end(record, asked, patient, deps, journal)
        return _write_result(record, state, deps, settings.notes)
    finally:
        driver.unlink(missing_ok=True)
        journal.close()


def head(request: Request, skill: Any) -> dict[str, Any]:
    """The request with the versions of skill and prompts that answer it."""
    from briefwright import records
    from briefwright.prompts.fill import digest

    return records.head(request, skill.digest, digest())


def changed_since(folder: Path, request: Request) -> list[str]:
    """What is not as it was when the run in `folder` began: the package, the skill's text, the prompts."""
    began = (read_record(folder) or {}).get("versions", {})
    now = head(request, find_skill(request.skill)[0])["versions"]
    named = {"briefwright": "briefwright", "skill": "the skill", "prompts": "the prompts"}
    return [name for key, name in named.items() if key in began and began[key] != now[key]]


def _still_ours(folder: Path, request: Request) -> None:
    """Another process may have begun a run here between our look and our lock."""
    kept = read_record(folder)
    if kept and load_request(folder).run_id != request.run_id:
        raise UsageError(
            f"'{folder}' was taken by run {load_request(folder).run_id} meanwhile. Choose another folder."
        )


def _state_at_the_end(record: Record, request: Request, settings: Settings, deps: Any, journal: Any) -> Any:
    """The graph's last state. However it ends, run.json says so before anybody is told."""
    ended: dict[str, Any] = {
        "outcome": "failed",
        "reason": "the program stopped on a fault of its own; resume, and report it",
    }
    try:
        state = asyncio.run(to_the_end(request, settings, deps, journal))
        ended = {}
        return state
    except (KeyboardInterrupt, asyncio.CancelledError):
        ended = {"outcome": "cancelled", "reason": "interrupted; finished calls are kept"}
        raise KeyboardInterrupt from None
    finally:
        if ended:
            record.write({**ended, "usage": [asdict(use) for use in deps.usage]})


async def to_the_end(
    request: Request, settings: Settings, deps: Any, journal: Any, pace: Any = None, http: Any = None
) -> Any:
    """Run the graph with the planner, or with a model that is let go of at the end. Everything it learns is in the state it returns."""
    from briefwright.graph.build import FOR_A_WISH, RECURSION_LIMIT, build
    from briefwright.graph.judge import Judge
    from briefwright.graph.limiter import Limiter
    from briefwright.graph.model import Endpoint, Model, Usage
    from briefwright.graph.state import Wish
    from briefwright.graph.tokens import Tokens
    from briefwright.graph.writers import ModelWriter
    from briefwright.skill.kit import Brief

    wishes = tuple(Wish(step, text) for step, text in sorted(request.wishes, key=lambda wish: not wish[0]))
    start = {"brief": Brief(request.brief, date.fromisoformat(request.as_of)), "wishes": wishes}
    run = build(deps.skill, deps.kit)
    earlier = _still_to_be_asked(journal.paid(), (request.model, request.judge), deps.usage)
    limiter = pace or Limiter(settings.requests_per_min, settings.tokens_per_min)

    def model(name: str) -> Model:
        endpoint = Endpoint(name, request.base_url, settings.api_key, settings.timeout_s)
        return Model(endpoint, journal, deps.usage, limiter=limiter, http=http, earlier=earlier)

    writes = None if request.model in ("", "planner") else model(request.model)
    judges = model(request.judge) if request.judge else None
    context = replace(
        deps,
        writer=ModelWriter(
            deps.skill, deps.kit, writes, tokens=Tokens(settings.tiktoken_cache), notes=tuple(request.notes)
        )
        if writes
        else deps.writer,
        budget=budget(request, settings),
        judge=Judge(judges) if judges else None,
    )
    try:
        limit = RECURSION_LIMIT + FOR_A_WISH * len(wishes)
        return await run.ainvoke(start, {"recursion_limit": limit}, context=context)
    finally:
        deps.usage.extend(Usage(**use) for use in earlier.values())
        for each in (writes, judges):
            if each:
                await each.close()


def _still_to_be_asked(paid: dict[str, Any], models: tuple[str, str], usage: list[Any]) -> dict[str, Any]:
    """Of what the run has paid for, the calls it may ask for again and which are booked then; what nobody will ask for is booked at once."""
    from briefwright.graph.journal import GONE
    from briefwright.graph.model import Usage

    lost = [key for key, use in paid.items() if key.startswith(GONE) or use["model"] not in models]
    usage.extend(Usage(**paid.pop(key)) for key in lost)
    return paid


def budget(request: Request, settings: Settings) -> Any:
    """The limits of a run, with the price of its model when there is one."""
    from briefwright.graph.budget import Budget, prices

    price = prices(settings.prices)[1].get(request.model) if request.max_cost else None
    return Budget(request.max_tokens or None, request.max_cost or None, request.deadline_s or None, price)


def _write_result(record: Record, state: Any, deps: Any, notes: Path | None) -> Result:
    from briefwright.notes import observe
    from briefwright.report import report_page

    outcome, document = state["outcome"], state.get("document")
    found = findings(state, deps)
    if document:
        write_whole(record.folder / "document.md", document.text)
        if document.runbook.strip():
            write_whole(record.folder / "runbook.md", document.runbook)
    if document:
        write_whole(record.folder / "report.html", report_page(document.text, found))
    record.write(found)
    observe(notes, deps.skill.slug, record.head | found)
    path = record.folder / "document.md" if document else None
    return Result(record.folder, outcome.name, outcome.reason, outcome.questions, path)


def findings(state: Any, deps: Any) -> dict[str, Any]:
    """Everything a reader or a program may want to know of a finished run, as plain data."""
    document, kit = state.get("document"), deps.kit
    return {
        "outcome": state["outcome"].name,
        "reason": state["outcome"].reason,
        "questions": list(state["outcome"].questions),
        "facts": kit.as_data(state["facts"]),
        "decisions": kit.as_data(state.get("decisions")),
        "sections": {id: _section(section, deps) for id, section in state.get("sections", {}).items()},
        "plots": [asdict(plot) for plot in kit.plots({id: s.data for id, s in state["sections"].items()})]
        if document
        else [],
        "verdicts": [asdict(verdict) for verdict in document.verdicts] if document else [],
        "checks": {check.id: check.statement for check in deps.skill.checks},
        "findings": [asdict(finding) for finding in state.get("findings", ())],
        "usage": [asdict(use) for use in deps.usage],
    }


def _section(section: Any, deps: Any) -> dict[str, Any]:
    kit = deps.kit
    return {
        "heading": deps.skill.step(section.step).part.heading,
        "writer": section.writer,
        "attempt": section.attempt,
        "note": section.note,
        "attempts": [asdict(one) for one in section.attempts],
        "verdicts": [asdict(verdict) for verdict in section.verdicts],
        "figures": [asdict(figure) for figure in dict.fromkeys(kit.figures(section.data))],
        "data": kit.as_data(section.data),
    }
