"""The run API: start, look, follow, cancel, resume, revise, fetch. The OpenAPI page at /openapi.json says the same."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from briefwright.server.asking import Desk, new_id
from briefwright.server.engine import Engine
from briefwright.server.errors import RequestError
from briefwright.server.keys import Caller
from briefwright.server.store import Row
from briefwright.server.telling import beats
from briefwright.server.views import ErrorView, EventView, NewRun, Revision, RunId, RunList, RunView, run_view

QUIET_S = 10.0
"""A stream says at least a comment this often, so that nobody in between takes it for dead."""

router = APIRouter(tags=["runs"])
ID = Annotated[RunId, Path(description="The run's id.")]
Key = Annotated[RunId | None, Header(alias="Idempotency-Key", description="The run's name, where the body has none.")]  # fmt: skip


def faults(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Documented errors: what every path may answer, and its own."""
    return {
        status: {"model": ErrorView} for status in (400, 401, 403, 404, 413, 415, 421, 422, 429, *statuses)
    }


def caller_of(request: Request, scope: str = "runs") -> Caller:
    caller: Caller | None = request.state.caller
    if caller is None or scope not in caller.scopes:
        raise RequestError(403, "missing_scope", f"this key may not do that: it lacks the scope '{scope}'.")
    return caller


@router.post("/runs", status_code=201, response_model=RunView, responses={200: {"model": RunView, "description": "The run there was already."}, **faults(409)})  # fmt: skip
async def start(body: NewRun, request: Request, response: Response, key: Key = None) -> RunView:
    """Begin a run. The same id with the same question answers 200 with the run there is, and nothing is done twice."""
    caller, engine, desk = caller_of(request), engine_of(request), desk_of(request)
    asked = await asyncio.to_thread(desk.request, body, body.run_id or key or "")
    row, new = await engine.submit(caller.owner, asked, named=body.model_fields_set)
    response.status_code = 201 if new else 200
    response.headers["location"] = f"/runs/{row.id}"
    return await viewed(engine, row)


@router.get("/runs", response_model=RunList, responses=faults())
async def listed(request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> RunList:
    """Your runs, the latest first."""
    caller, engine = caller_of(request), engine_of(request)
    rows = await asyncio.to_thread(engine.store.of, caller.owner, limit)
    return RunList(runs=[run_view(row) for row in rows])


@router.get("/runs/{id}", response_model=RunView, responses=faults())
async def look(id: ID, request: Request, wait_s: Annotated[float, Query(ge=0, le=25, description="Wait so long for the end.")] = 0) -> RunView:  # fmt: skip
    """The run as it stands, or as it has ended within `wait_s` seconds."""
    caller, engine = caller_of(request), engine_of(request)
    row = await (engine.ended(caller.owner, id, wait_s) if wait_s else engine.row(caller.owner, id))
    return await viewed(engine, row)


@router.get("/runs/{id}/events", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {"schema": EventView.model_json_schema()}}, "description": "One event after the other; the last is `ended`."}, **faults()})  # fmt: skip
async def follow(id: ID, request: Request, last: Annotated[str, Header(alias="Last-Event-ID", max_length=40)] = "") -> StreamingResponse:  # fmt: skip
    """Everything that has happened and happens, as server-sent events. With `Last-Event-ID`, what came after it."""
    caller, engine = caller_of(request), engine_of(request)
    await engine.row(caller.owner, id)  # a run that is not there is said before the stream begins
    return stream(_lines(engine, caller.owner, id, last))


@router.post("/runs/{id}/cancel", response_model=RunView, responses=faults())
async def cancel(id: ID, request: Request) -> RunView:
    """Stop the run. It is `cancelling` until its worker has let go; a run that has ended stays as it is."""
    caller, engine = caller_of(request), engine_of(request)
    return await viewed(engine, await engine.cancel(caller.owner, id))


@router.post("/runs/{id}/resume", response_model=RunView, responses=faults(409))
async def resume(id: ID, request: Request) -> RunView:
    """Go on with a failed or cancelled run; finished model calls are not paid again."""
    caller, engine = caller_of(request), engine_of(request)
    return await viewed(engine, await engine.resume(caller.owner, id))


@router.post("/runs/{id}/revise", status_code=201, response_model=RunView, responses={200: {"model": RunView, "description": "The revision there was already."}, **faults(409)})  # fmt: skip
async def revise(id: ID, body: Revision, request: Request, response: Response) -> RunView:
    """A new run that is this one with something changed: a new fact changes what follows from it, a wish one section."""
    caller, engine = caller_of(request), engine_of(request)
    row, new = await engine.revise(caller.owner, id, body.text, body.step, body.run_id or new_id(), body.redo)
    response.status_code = 201 if new else 200
    response.headers["location"] = f"/runs/{row.id}"
    return await viewed(engine, row)


@router.get("/runs/{id}/document.md", response_class=Response, responses={200: {"content": {"text/markdown": {}}}, **faults(409)})  # fmt: skip
async def document(id: ID, request: Request) -> Response:
    """The document, as Markdown."""
    return await _text(request, id, "document", f"{id}.md", "text/markdown; charset=utf-8")


@router.get("/runs/{id}/runbook.md", response_class=Response, responses={200: {"content": {"text/markdown": {}}}, **faults(409)})  # fmt: skip
async def runbook(id: ID, request: Request) -> Response:
    """The runbook, as Markdown."""
    return await _text(request, id, "runbook", f"{id}-runbook.md", "text/markdown; charset=utf-8")


@router.get("/runs/{id}/run.json", response_class=Response, responses={200: {"content": {"application/json": {}}}, **faults(409)})  # fmt: skip
async def record(id: ID, request: Request) -> Response:
    """Facts, decisions, sections, verdicts and usage, as data."""
    return await _text(request, id, "record", f"{id}.json", "application/json")


@router.get("/runs/{id}/report.html", response_class=Response, responses={200: {"content": {"text/html": {}}}, **faults(409)})  # fmt: skip
async def report(id: ID, request: Request) -> Response:
    """The document, its numbers' provenance and its verdicts as one file that needs nothing else."""
    from briefwright.report import report_page

    caller, engine = caller_of(request), engine_of(request)
    text = await engine.artifact(caller.owner, id, "document")
    data = await engine.artifact(caller.owner, id, "record")
    if not text or not data:
        raise RequestError(409, "no_document", f"run '{id}' has no document (yet).")
    page = await asyncio.to_thread(report_page, text, json.loads(data))
    return Response(page, media_type="text/html", headers=_as_file(f"{id}.html"))


async def _text(request: Request, id: str, name: str, file: str, media_type: str) -> Response:
    caller, engine = caller_of(request), engine_of(request)
    text = await engine.artifact(caller.owner, id, name)
    if not text:
        raise RequestError(409, "no_document", f"run '{id}' has no {name} (yet).")
    return Response(text, media_type=media_type, headers=_as_file(file))


def _as_file(name: str) -> dict[str, str]:
    """Saved, not shown: what a model wrote does not run in this origin."""
    return {"content-disposition": f'attachment; filename="{name}"'}


async def viewed(engine: Engine, row: Row) -> RunView:
    """The run with its questions and what it used, which its record holds once it has ended."""
    text = await asyncio.to_thread(engine.store.artifact, row.key, "record") if row.outcome else None
    return run_view(row, json.loads(text) if text else None)


async def _lines(engine: Engine, owner: str, id: str, after: str) -> AsyncGenerator[str]:
    yield "retry: 1000\n\n"
    async with contextlib.aclosing(engine.events(owner, id, after)) as story:
        async for told in story:
            data = json.dumps(told.event)
            yield f"id: {told.place}\nevent: {told.event['kind']}\ndata: {data}\n\n"


def stream(lines: AsyncGenerator[str]) -> StreamingResponse:
    """An answer that goes on, with a comment whenever it has been quiet for long."""
    return StreamingResponse(never_quiet(lines), media_type="text/event-stream", headers={"cache-control": "no-cache", "x-accel-buffering": "no"})  # fmt: skip


async def never_quiet(lines: AsyncGenerator[str]) -> AsyncGenerator[str]:
    async with contextlib.aclosing(beats(lines, QUIET_S)) as said:
        async for line in said:
            yield ": still here\n\n" if line is None else line


def engine_of(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk
