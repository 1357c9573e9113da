"""All doors on one port: the run API, the OpenAI-compatible API, MCP, the pages and what operators look at. Read this file first."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match

from briefwright import __version__
from briefwright.errors import UsageError
from briefwright.server import keys
from briefwright.server.asking import Desk
from briefwright.server.engine import Engine
from briefwright.server.errors import RequestError
from briefwright.server.guard import Guard, error_body
from briefwright.settings import ServerSettings, Settings

log = logging.getLogger("briefwright.server")
CODES = {404: "not_found", 405: "method_not_allowed", 400: "bad_request"}
KEYS_SEEN_FOR_S = 5.0


def create_app(engine: Engine, settings: Settings, server: ServerSettings, needs_keys: bool) -> FastAPI:
    """The application around a started engine. `needs_keys` where others can reach it; else the first key made turns them on."""
    from briefwright.server import mcp_door, openai_api, operations, pages, runs_api

    desk = Desk(settings, server)
    door = mcp_door.create(engine, desk)
    mcp_app = mcp_door.http_app(door)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        sweeper = asyncio.create_task(_sweep(engine, server.retention_days))
        async with door.session_manager.run():
            yield
        sweeper.cancel()

    app = FastAPI(
        title="Briefwright", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None,
        description="From a brief to a verified document.",
    )  # fmt: skip
    app.state.engine, app.state.desk = engine, desk
    app.state.routers = [each.router for each in (runs_api, openai_api, operations, pages)]
    for router in app.state.routers:
        app.include_router(router)
    app.mount("/static", pages.static_files())
    app.router.routes.extend(mcp_app.routes)  # /mcp
    _answer_faults(app)
    app.add_middleware(_Head, routes=_routes(app))
    app.add_middleware(
        Guard,
        store=engine.store,
        hosts=server.hosts,
        origins=server.origins,
        keyed=_Keyed(engine, needs_keys),
        per_min=server.requests_per_min,
    )
    return app


class _Head:
    """ASGI middleware: HEAD is GET without the body, wherever GET is. But for streams, which have no end to wait for."""

    def __init__(self, app: Any, routes: list[APIRoute]) -> None:
        self.app = app
        self.routes = [route for route in routes if route.response_class is not StreamingResponse]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked = {**scope, "method": "GET"}
        headed = scope["type"] == "http" and scope["method"] == "HEAD"
        if not headed or all(route.matches(asked)[0] is not Match.FULL for route in self.routes):
            await self.app(scope, receive, send)
            return

        async def without_body(message: Any) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app(asked, receive, without_body)


class _Keyed:
    """Whether keys are needed: always where the server says so, else as soon as there is one. Looked up every few seconds."""

    def __init__(self, engine: Engine, always: bool) -> None:
        self._engine, self._always, self._looked, self._any = engine, always, 0.0, False
        self._lock = threading.Lock()

    def __call__(self) -> bool:
        with self._lock:
            if not self._always and time.monotonic() - self._looked > KEYS_SEEN_FOR_S:
                self._looked = time.monotonic()
                self._any = keys.any_key(self._engine.store)
        return self._always or self._any


def _answer_faults(app: FastAPI) -> None:
    """One shape for every error, whichever door it left by, and a page for people; a bug says nothing of the inside and is logged."""
    from briefwright.server import pages

    def said(request: Request, fault: RequestError) -> Response:
        status = (
            400 if fault.status == 422 and request.url.path.startswith("/v1/") else fault.status
        )  # as OpenAI says it
        if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(
            ("/runs", "/v1", "/mcp")
        ):
            return pages.fault_page(request, fault)
        headers = {"retry-after": str(max(1, round(fault.retry_after_s)))} if fault.retry_after_s else {}
        return JSONResponse(error_body(fault), status, headers={**dict(fault.headers or {}), **headers})

    @app.exception_handler(RequestError)
    async def of_request(request: Request, fault: RequestError) -> Response:
        return said(request, fault)

    @app.exception_handler(UsageError)
    async def of_usage(request: Request, fault: UsageError) -> Response:
        return said(request, RequestError(422, "cannot_be_done", str(fault)))

    @app.exception_handler(RequestValidationError)
    async def of_validation(request: Request, fault: RequestValidationError) -> Response:
        if not _is_json(request) and fault.errors()[0]["loc"] == ("body",):
            sent = request.headers.get("content-type", "")[:60] or "none"
            return said(request, RequestError(415, "not_json", f"the body is read as JSON only. Send it with 'content-type: application/json'; the request's is: {sent}."))  # fmt: skip
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "string_pattern_mismatch" and where in ("body.brief", "body.text"):
            first = {
                **first,
                "msg": "it holds no word. Write what is wanted, in a sentence or a few.",
            }
        return said(request, RequestError(422, "invalid_request", f"{where}: {first['msg']}"))

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, fault: HTTPException) -> Response:
        known = RequestError(fault.status_code, CODES.get(fault.status_code, "error"), str(fault.detail))
        known.headers = {"allow": _allowed(app, request)} if fault.status_code == 405 else fault.headers
        return said(request, known)

    @app.exception_handler(sa.exc.OperationalError)
    async def of_database(request: Request, fault: sa.exc.OperationalError) -> Response:
        log.error("the database is away: %s", type(fault).__name__)
        return said(
            request, RequestError(503, "database_away", "the database cannot be reached at the moment.", 2.0)
        )

    @app.exception_handler(Exception)
    async def of_bug(request: Request, fault: Exception) -> Response:
        log.error("a fault of the program", exc_info=fault)
        return said(
            request, RequestError(500, "internal_error", "a fault of the program; it has been logged.")
        )


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _routes(app: FastAPI) -> list[APIRoute]:
    return [route for router in app.state.routers for route in router.routes if isinstance(route, APIRoute)]


def _allowed(app: FastAPI, request: Request) -> str:
    """Every method this path takes, whichever route takes it."""
    found: set[str] = set()
    for route in _routes(app):
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
            if "GET" in found and route.response_class is not StreamingResponse:
                found.add("HEAD")
    return ", ".join(sorted(found))


async def _sweep(engine: Engine, retention_days: float) -> None:
    """Every hour, delete what ended longer ago than it is to be kept."""
    while True:
        try:
            gone = await asyncio.to_thread(engine.sweep, time.time() - retention_days * 86_400)
            if gone:
                log.info("swept %d runs older than %g days", gone, retention_days)
        except Exception as fault:  # a task's door: the next sweep may do better
            log.warning("the sweep waits: %s", type(fault).__name__)
        await asyncio.sleep(3600)
