"""Two official MCP extensions on the bare SDK: Skills (SEP-2640), which hands out the skill's folder, and Tasks (SEP-2663), for calls that take long."""

import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from mcp.server.extension import Extension, MethodBinding, ResourceBinding
from mcp.server.mcpserver.resources import TextResource
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, RequestParams

from briefwright.errors import UsageError
from briefwright.server.asking import Desk
from briefwright.server.errors import RequestError
from briefwright.server.keys import LOCAL
from briefwright.server.store import Row

MODERN = frozenset({"2026-07-28"})
SKILLS, TASKS = "io.modelcontextprotocol/skills", "io.modelcontextprotocol/tasks"
POLL_MS = 1000


class _Named(RequestParams):
    uri: str


class _Page(RequestParams):
    cursor: str | None = None


class _Task(RequestParams):
    taskId: str


class SkillsExtension(Extension):
    """Every skill of the server as a folder of resources, valid under the Agent Skills specification."""

    identifier = SKILLS

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @cached_property
    def _folders(self) -> dict[str, dict[str, str]]:
        """skill → (file → text), as `skills export` writes them."""
        from briefwright.skill.export import export

        found: dict[str, dict[str, str]] = {}
        with tempfile.TemporaryDirectory() as temporary:
            for skill in self._desk.skills.values():
                folder = export(skill, Path(temporary))
                files = sorted(path for path in folder.rglob("*") if path.is_file())
                found[folder.name] = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}  # fmt: skip
        return found

    def resources(self) -> list[ResourceBinding]:
        return [
            ResourceBinding(TextResource(uri=f"skill://{name}/{file}", name=f"{name}/{file}", mime_type="text/markdown" if file.endswith(".md") else "text/plain", text=text))
            for name, files in self._folders.items()
            for file, text in files.items()
        ]  # fmt: skip

    def methods(self) -> list[MethodBinding]:
        return [MethodBinding("skills/list", _Page, self._list, MODERN), MethodBinding("skills/get", _Named, self._get, MODERN)]  # fmt: skip

    async def _list(self, ctx: Any, params: _Page) -> dict[str, Any]:
        return {**_COMPLETE, "skills": [self._entry(name) for name in self._folders]}

    async def _get(self, ctx: Any, params: _Named) -> dict[str, Any]:
        name = params.uri.removeprefix("skill://").removesuffix("/SKILL.md")
        if name not in self._folders or params.uri != f"skill://{name}/SKILL.md":
            raise MCPError(code=INVALID_PARAMS, message=f"unknown skill: {params.uri[:100]}")
        return {**_COMPLETE, "skill": self._entry(name)}

    def _entry(self, name: str) -> dict[str, Any]:
        files = self._folders[name]
        resources = [{"uri": f"skill://{name}/{file}", "digest": f"sha256:{sha256(text.encode()).hexdigest()}", "size": len(text.encode())} for file, text in files.items()]  # fmt: skip
        return {"uri": f"skill://{name}/SKILL.md", "frontmatter": yaml.safe_load(files["SKILL.md"].split("\n---\n", 1)[0]), "resources": resources}  # fmt: skip


_COMPLETE = {"resultType": "complete", "ttlMs": 300_000, "cacheScope": "public"}

Begin = Callable[[str, dict[str, Any]], Awaitable[Row]]
Look = Callable[[str, str], Awaitable[tuple[Row, dict[str, Any] | None]]]
Stop = Callable[[str, str], Awaitable[None]]


class TasksExtension(Extension):
    """A call of the long tool becomes a task for clients that said they know tasks. The task's id is the run's."""

    identifier = TASKS

    def __init__(self, tool: str, begin: Begin, look: Look, stop: Stop) -> None:
        self._tool, self._begin, self._look, self._stop = tool, begin, look, stop

    def methods(self) -> list[MethodBinding]:
        bound = {"tasks/get": self._get, "tasks/update": self._update, "tasks/cancel": self._cancel}
        return [MethodBinding(name, _Task, handler, MODERN) for name, handler in bound.items()]

    async def intercept_tool_call(self, params: Any, ctx: Any, call_next: Any) -> Any:
        capabilities = ctx.session.client_capabilities
        if params.name != self._tool or TASKS not in (
            (capabilities.extensions if capabilities else None) or {}
        ):
            return await call_next(ctx)
        if not isinstance((params.arguments or {}).get("brief"), str):
            return await call_next(ctx)  # the tool says what is missing
        with _as_protocol_errors():
            row = await self._begin(_owner(ctx), dict(params.arguments))
            task = await self._task(_owner(ctx), row.id)
        return {"resultType": "task", **{key: task[key] for key in ("taskId", "createdAt", "lastUpdatedAt", "ttlMs", "pollIntervalMs", "status")}}  # fmt: skip

    async def _get(self, ctx: Any, params: _Task) -> dict[str, Any]:
        with _as_protocol_errors():
            return {"resultType": "complete", **await self._task(_owner(ctx), params.taskId)}

    async def _update(self, ctx: Any, params: _Task) -> dict[str, Any]:
        """Nothing is asked of a task, so there is nothing to update."""
        with _as_protocol_errors():
            await self._look(_owner(ctx), params.taskId)
        return {"resultType": "complete"}

    async def _cancel(self, ctx: Any, params: _Task) -> dict[str, Any]:
        with _as_protocol_errors():
            await self._stop(_owner(ctx), params.taskId)
        return {"resultType": "complete"}

    async def _task(self, owner: str, run_id: str) -> dict[str, Any]:
        row, report = await self._look(owner, run_id)
        task = {"taskId": row.id, "createdAt": _when(row.created_at), "lastUpdatedAt": _when(row.updated_at), "ttlMs": None, "pollIntervalMs": POLL_MS}  # fmt: skip
        if report is None:
            return {**task, "status": "working", "statusMessage": "the run goes on"}
        if row.outcome == "cancelled":
            return {**task, "status": "cancelled", "statusMessage": row.reason}
        if row.outcome == "failed":
            return {**task, "status": "failed", "statusMessage": row.reason, "error": {"code": -32603, "message": row.reason}}  # fmt: skip
        words = report["document"] or f"{report['state']}: {row.reason}"
        result = {"content": [{"type": "text", "text": words}], "structuredContent": report, "isError": False}
        return {**task, "status": "completed", "result": result}


class _as_protocol_errors:
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, fault: BaseException | None, trace: Any) -> None:
        if isinstance(fault, RequestError):
            raise MCPError(code=INVALID_PARAMS, message=fault.message) from None
        if isinstance(fault, UsageError):
            raise MCPError(code=INVALID_PARAMS, message=str(fault)) from None


def _owner(ctx: Any) -> str:
    request = getattr(ctx, "request", None)
    found = request.scope.get("state", {}).get("caller") if request is not None else LOCAL
    if found is None or "runs" not in found.scopes:
        raise MCPError(code=INVALID_PARAMS, message="this key may not use runs")
    return str(found.owner)


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
