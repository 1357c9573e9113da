"""The pages: your runs and a new brief, and one run as it goes on. Rendered here, on the server; a small script only asks for the parts again."""

import asyncio
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from briefwright.errors import UsageError
from briefwright.report import contents, markdown, shown
from briefwright.server import keys
from briefwright.server.asking import new_id
from briefwright.server.engine import Engine, state_of
from briefwright.server.errors import RequestError
from briefwright.server.guard import COOKIE
from briefwright.server.runs_api import caller_of, desk_of, engine_of
from briefwright.server.store import Row
from briefwright.server.telling import progress_line
from briefwright.server.views import NewRun, Usage, artifacts_of, run_view, usage_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
FORM_COOKIE = "bw_form"
STATES = {
    "waiting": "waiting", "writing": "writing", "checked": "checked", "section": "written", "queued": "queued", "running": "running",
    "cancelling": "stopping", "needs_answers": "needs answers",
}  # fmt: skip


@dataclass
class StepState:
    """How one step of a run stands, as the page shows it."""

    id: str
    title: str
    state: str = "waiting"
    attempt: int = 0
    said: str = ""
    failed: int = 0


@router.get("/")
async def home(request: Request) -> Response:
    """The owner's runs, and a form for a new brief."""
    return await _home(request, desk_of(request).default_model)


async def _home(request: Request, chosen: str, fault: str = "", brief: str = "") -> HTMLResponse:
    owner, engine, desk = caller_of(request).owner, engine_of(request), desk_of(request)
    rows = await asyncio.to_thread(engine.store.of, owner, 100)
    runs = [(run_view(row), _first_words(row)) for row in rows]
    return _page(request, "home.html", runs=runs, skills=list(desk.skills.values()), models=desk.models, chosen=chosen, fault=fault, brief=brief)  # fmt: skip


@router.post("/new")
async def begin(
    request: Request, brief: Annotated[str, Form()], token: Annotated[str, Form()],
    skill: Annotated[str, Form()] = "ml-workflow", model: Annotated[str, Form()] = "planner", ask: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Begin a run and show it; a brief that cannot be taken is shown again with the reason."""
    _held(request, token)
    caller, engine, desk = caller_of(request), engine_of(request), desk_of(request)
    try:
        asked = NewRun(brief=brief.replace("\r\n", "\n")[:250_000] or " ", skill=skill[:100], model=model[:200], ask=bool(ask))  # fmt: skip
        row, _ = await engine.submit(caller.owner, await asyncio.to_thread(desk.request, asked, new_id()))
    except (RequestError, UsageError, ValueError) as fault:
        page = await _home(request, model, _in_words(fault), brief)
        page.status_code = 422
        return page
    return RedirectResponse(f"/view/{quote(row.id)}", 303)


@router.get("/view/{id}")
async def view(id: str, request: Request) -> Response:
    """One run: how each step stands, then the document."""
    return _page(request, "run.html", **await _run(request, id))


@router.get("/view/{id}/now")
async def now(id: str, request: Request) -> Response:
    """The same without the frame around it, for a page that is open already."""
    return _page(request, "run_now.html", **await _run(request, id))


@router.post("/view/{id}/{action}")
async def act(id: str, action: str, request: Request, token: Annotated[str, Form()], text: Annotated[str, Form()] = "", step: Annotated[str, Form()] = "", redo: Annotated[bool, Form()] = False) -> Response:  # fmt: skip
    """Cancel, resume or revise, then the run again."""
    _held(request, token)
    owner, engine = caller_of(request).owner, engine_of(request)
    try:
        if action == "cancel":
            await engine.cancel(owner, id)
        elif action == "resume":
            await engine.resume(owner, id)
        elif action == "revise":
            row, _ = await engine.revise(owner, id, text[:5000], step[:100], new_id(), redo)
            id = row.id
        else:
            raise RequestError(404, "not_found", "there is no such action.")
    except (RequestError, UsageError) as fault:
        page = _page(request, "run.html", **{**await _run(request, id), "fault": _in_words(fault)})
        page.status_code = fault.status if isinstance(fault, RequestError) else 422
        return page
    return RedirectResponse(f"/view/{quote(id)}", 303)


@router.get("/login")
async def login(request: Request) -> Response:
    """Where a person types a key."""
    return _page(request, "login.html", fault="")


@router.post("/login")
async def log_in(request: Request, key: Annotated[str, Form()], token: Annotated[str, Form()]) -> Response:
    """A session for the owner of a valid key."""
    _held(request, token)
    engine = engine_of(request)
    caller = await asyncio.to_thread(keys.caller_of, engine.store, key.strip())
    if caller is None:
        page = _page(request, "login.html", fault="This is no valid key.")
        page.status_code = 401
        return page
    session = await asyncio.to_thread(keys.open_session, engine.store, caller)
    answer = RedirectResponse("/", 303)
    _set_cookie(request, answer, COOKIE, session, round(keys.SESSION_S))
    return answer


@router.post("/logout")
async def log_out(request: Request, token: Annotated[str, Form()]) -> Response:
    _held(request, token)
    await asyncio.to_thread(keys.close_session, engine_of(request).store, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/favicon.ico")
async def icon() -> Response:
    return Response(status_code=204)


async def _run(request: Request, id: str) -> dict[str, Any]:
    """Everything the page of a run shows."""
    owner, engine = caller_of(request).owner, engine_of(request)
    row = await engine.row(owner, id)
    record = await _record(engine, row)
    view = run_view(row, record)
    if not row.outcome:  # while it goes on, what it has been answered says what it took
        view = view.model_copy(update={"usage": await asyncio.to_thread(_so_far, engine, row)})
    steps, story, sections = await _story(engine, row)
    text = await engine.artifact(owner, id, "document") if row.outcome else None
    shown_parts: dict[str, Any] = {"title": "", "first": "", "parts": [], "nav": ""}
    if text:
        title, first, parts = await asyncio.to_thread(shown, text, record)
        shown_parts = {"title": title, "first": first, "parts": parts, "nav": contents(parts)}
    elif sections:
        shown_parts["parts"] = [
            _as_it_stands(step, sections[step.id]) for step in steps if step.id in sections
        ]
    return {
        **shown_parts, "run": view,
        "cost": desk_of(request).cost(row.request.model, view.usage), "state": state_of(row), "words": STATES, "steps": steps, "story": story[-12:], "brief": row.request.brief,
        "artifacts": artifacts_of(row), "live": not row.outcome, "fault": "", "parent": row.request.parent,
    }  # fmt: skip


def _as_it_stands(step: StepState, text: str) -> dict[str, Any]:
    """A section of a run that goes on: its text, not yet the document's."""
    head, _, body = text.partition("\n")
    return {
        "id": f"part-{step.id}",
        "heading": head.removeprefix("## "),
        "html": markdown(body),
        "outcome": "",
    }


async def _record(engine: Engine, row: Row) -> dict[str, Any]:
    text = await asyncio.to_thread(engine.store.artifact, row.key, "record") if row.outcome else None
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


async def _story(engine: Engine, row: Row) -> tuple[list[StepState], list[str], dict[str, str]]:
    """(steps as they stand, what happened in words, the latest text of each section), from the events so far."""
    from briefwright.catalogue import find_skill

    skill, _ = await asyncio.to_thread(find_skill, row.request.skill)
    steps = {step.id: StepState(step.id, step.title) for step in skill.steps}
    story, sections = [], {}
    for event in await engine.so_far(row):
        if line := progress_line(event):
            story.append(line)
        if step := steps.get(event["step"]):
            step.state, step.attempt = event["kind"], max(step.attempt, event["attempt"])
            if event["kind"] == "section":
                sections[step.id] = event["text"]
            elif event["kind"] == "checked":
                step.said, step.failed = event["text"], event["text"].count(" failed")
    return list(steps.values()), story, sections


def _so_far(engine: Engine, row: Row) -> Usage:
    return usage_of({"usage": list(engine.store.paid(row.key).values())})


def _first_words(row: Row) -> str:
    return " ".join(row.request.brief.split()).lstrip("# ")[:90]


def _in_words(fault: Exception) -> str:
    return fault.message if isinstance(fault, RequestError) else str(fault) if isinstance(fault, UsageError) else "the brief is empty or too long."  # fmt: skip


def _page(request: Request, name: str, **values: Any) -> HTMLResponse:
    """A template with a form token: one half in a cookie other sites cannot read, one in the form."""
    token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    answer = HTMLResponse(_templates().get_template(name).render(token=token, brief_text=values.get("brief", ""), keyed=bool(request.cookies.get(COOKIE)), **values))  # fmt: skip
    answer.headers["cache-control"] = "no-store"
    if FORM_COOKIE not in request.cookies:
        _set_cookie(request, answer, FORM_COOKIE, token, 30 * 86_400)
    return answer


def _set_cookie(request: Request, answer: Response, name: str, value: str, max_age_s: int) -> None:
    answer.set_cookie(name, value, max_age=max_age_s, httponly=True, samesite="strict", secure=request.url.scheme == "https")  # fmt: skip


def _held(request: Request, token: str) -> None:
    """Raises RequestError unless the form came from a page of ours."""
    kept = request.cookies.get(FORM_COOKIE, "")
    if not kept or not hmac.compare_digest(kept.encode(), token.encode()):
        raise RequestError(403, "stale_form", "this form is not from a page of this server, or is too old. Reload the page and send it again.")  # fmt: skip


def fault_page(request: Request, fault: RequestError) -> HTMLResponse:
    """An error for people."""
    page = _page(request, "fault.html", fault=fault.message, status=fault.status)
    page.status_code = fault.status
    return page


@lru_cache(maxsize=1)
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # fmt: skip


class _Static(StaticFiles):
    """Our own style and script; the report's style is the documents' style too."""

    def __init__(self) -> None:
        super().__init__(directory=Path(__file__).parent / "static")
        self._report = (Path(__file__).parents[1] / "report.css").read_bytes()

    async def get_response(self, path: str, scope: Mapping[str, Any]) -> Response:
        if path == "report.css":
            return Response(self._report, media_type="text/css")
        return await super().get_response(path, scope)  # type: ignore[arg-type]


def static_files() -> Any:
    return _Static()
