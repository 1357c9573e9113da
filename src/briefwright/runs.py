"""A run on disk: its folder, what was asked, driving the graph, and what is written when it ends."""

import asyncio
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from briefwright import __version__
from briefwright.catalogue import find_skill
from briefwright.errors import UsageError
from briefwright.settings import Settings

FINISHED = ("passed", "unverified", "needs_answers", "declined")


@dataclass(frozen=True)
class Request:
    """What was asked. Kept in run.json, so that a run can be driven again from its folder alone; holds no key."""

    run_id: str
    brief: str
    skill: str
    model: str
    base_url: str
    max_attempts: int
    ask: bool
    as_of: str


@dataclass(frozen=True)
class Result:
    folder: Path
    outcome: str
    reason: str
    questions: tuple[str, ...]
    document: Path | None


def new_run_id(now: datetime | None = None) -> str:
    return f"{(now or datetime.now(UTC)):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def prepare(folder: Path, request: Request) -> Request:
    """Make the folder ready. A folder that holds another run is refused; the same run is picked up again."""
    kept = _read_record(folder)
    if kept:
        before = Request(**kept["request"])
        if before.run_id != request.run_id:
            raise UsageError(
                f"'{folder}' already holds run {before.run_id} ({kept['outcome']}). Choose another folder with -o, or resume it: briefwright runs resume {folder}"
            )
        if (before.brief, before.skill) != (request.brief, request.skill):
            raise UsageError(
                f"run {before.run_id} in '{folder}' was asked something else. Choose another run id."
            )
        return replace(
            before, model=request.model or before.model, base_url=request.base_url or before.base_url
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise UsageError(
            f"output folder '{folder}' cannot be written: {fault.strerror}. Choose another with -o."
        ) from None
    return request


def load_request(folder: Path) -> Request:
    """What was asked of the run in `folder`."""
    kept = _read_record(folder)
    if not kept:
        raise UsageError(f"'{folder}' holds no run. Give the folder that a design wrote into.")
    return Request(**kept["request"])


def _read_record(folder: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        Request(**found["request"])
        return dict(found)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise UsageError(f"output folder '{folder}' is a file. Choose another with -o.") from None
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        raise UsageError(
            f"'{folder / 'run.json'}' is no record of a run. Move it away, or choose another folder with -o."
        ) from None
    except OSError as fault:
        raise UsageError(
            f"output folder '{folder}' cannot be read: {fault.strerror}. Choose another with -o."
        ) from None


def drive(folder: Path, request: Request, settings: Settings, emit: Callable[[Any], None]) -> Result:
    """Run the request to its end and write what came of it. Interrupted or killed, it goes on where it was."""
    from briefwright.graph.state import Deps
    from briefwright.graph.writers import Planner

    skill, kit = find_skill(request.skill)
    planner = Planner(kit)
    deps = Deps(skill, kit, planner, planner, request.max_attempts, request.ask, emit)
    record = _Record(folder, request, skill.digest)
    try:
        state = asyncio.run(_to_the_end(record, request, settings, deps))
    except (KeyboardInterrupt, asyncio.CancelledError):
        usage = [asdict(use) for use in deps.usage]
        record.write(
            {"outcome": "cancelled", "reason": "interrupted; finished calls are kept", "usage": usage}
        )
        raise KeyboardInterrupt from None
    outcome, document = state["outcome"], state.get("document")
    if document:
        _write(folder / "document.md", document.text)
        _write(folder / "runbook.md", document.runbook)
    record.write(_findings(state, kit, deps))
    return Result(
        folder, outcome.name, outcome.reason, outcome.questions, folder / "document.md" if document else None
    )


async def _to_the_end(record: "_Record", request: Request, settings: Settings, deps: Any) -> Any:
    """The graph's last state. A model and its journal are open only while the graph runs.

    The journal is opened, and so the run locked, before anything in its folder is written over.
    """
    from briefwright.graph.build import RECURSION_LIMIT, build
    from briefwright.skill.kit import Brief

    start = {"brief": Brief(request.brief, date.fromisoformat(request.as_of))}
    run = build(deps.skill, deps.kit)
    if request.model in ("", "planner"):
        record.write({"outcome": "running", "reason": "the run has not ended"})
        return await run.ainvoke(start, {"recursion_limit": RECURSION_LIMIT}, context=deps)

    from briefwright.graph.journal import Journal
    from briefwright.graph.model import Endpoint, Model
    from briefwright.graph.writers import ModelWriter

    journal = Journal(record.folder / "journal.sqlite")
    record.write({"outcome": "running", "reason": "the run has not ended"})
    endpoint = Endpoint(request.model, request.base_url, settings.api_key, settings.timeout_s)
    model = Model(endpoint, journal, deps.usage)
    writer = ModelWriter(deps.skill, deps.kit, model)
    try:
        return await run.ainvoke(
            start, {"recursion_limit": RECURSION_LIMIT}, context=replace(deps, writer=writer)
        )
    finally:
        await model.close()
        journal.close()


def _findings(state: Any, kit: Any, deps: Any) -> dict[str, Any]:
    """Everything a reader or a program may want to know of a finished run, as plain data."""
    document = state.get("document")
    return {
        "outcome": state["outcome"].name,
        "reason": state["outcome"].reason,
        "questions": list(state["outcome"].questions),
        "facts": kit.as_data(state["facts"]),
        "decisions": kit.as_data(state.get("decisions")),
        "sections": {
            id: {
                "writer": section.writer,
                "attempt": section.attempt,
                "note": section.note,
                "attempts": [asdict(one) for one in section.attempts],
                "verdicts": [asdict(verdict) for verdict in section.verdicts],
                "data": kit.as_data(section.data),
            }
            for id, section in state.get("sections", {}).items()
        },
        "verdicts": [asdict(verdict) for verdict in document.verdicts] if document else [],
        "findings": [asdict(finding) for finding in state.get("findings", ())],
        "usage": [asdict(use) for use in deps.usage],
    }


class _Record:
    """run.json: who asked what, with which versions, and what came of it. Written whole, in one step."""

    def __init__(self, folder: Path, request: Request, skill_digest: str) -> None:
        from briefwright.prompts.fill import digest

        self.folder = folder
        self._head = {
            "request": asdict(request),
            "versions": {"briefwright": __version__, "skill": skill_digest, "prompts": digest(), "brief": hashlib.sha256(request.brief.encode()).hexdigest()[:16]},
        }  # fmt: skip

    def write(self, body: dict[str, Any]) -> None:
        text = json.dumps(
            {**body, **self._head, "written_at": datetime.now(UTC).isoformat(timespec="seconds")},
            ensure_ascii=False,
            indent=1,
        )
        _write(self.folder / "run.json", text + "\n")


def _write(path: Path, text: str) -> None:
    """All of it or nothing: a reader never sees half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
