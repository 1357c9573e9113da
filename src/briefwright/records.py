"""A run's folder: what was asked, what came of it, and who may write there."""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from briefwright import __version__
from briefwright.errors import UsageError

FINISHED = ("passed", "unverified", "needs_answers", "declined")
DRIVER = "driver.pid"
"""Which process drives the run, for as long as it holds the journal's lock; without the lock the file says nothing."""
OURS = ("document.md", "runbook.md", "report.html")


@dataclass(frozen=True)
class Request:
    """What was asked. Kept in run.json, so that a run can be driven again from its folder alone; holds no key.

    A revision names the run it revises in `parent` and, in `wishes`, pairs of a step and what a reader wants changed in it;
    the step is empty where nothing of the document follows from what was said.
    `notes` are the evolution notes its prompts hold: those of its beginning, so that going on asks in the same words.
    """

    run_id: str
    brief: str
    skill: str
    model: str
    base_url: str
    max_attempts: int
    ask: bool
    as_of: str
    judge: str = ""
    max_tokens: int = 0
    max_cost: float = 0.0
    deadline_s: float = 0.0
    parent: str = ""
    wishes: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


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
    """Make the folder ready. Another run in it, or somebody's own files of our names, are refused; the same run goes on."""
    kept = read_record(folder)
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
    if theirs := [name for name in OURS if (folder / name).exists()]:
        raise UsageError(
            f"'{folder}' holds {' and '.join(theirs)} that no run wrote. Choose another folder with -o."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise UsageError(
            f"output folder '{folder}' cannot be written: {fault.strerror}. Choose another with -o."
        ) from None
    return request


def load_request(folder: Path) -> Request:
    """What was asked of the run in `folder`."""
    kept = read_record(folder)
    if not kept:
        raise UsageError(f"'{folder}' holds no run. Give the folder that a design wrote into.")
    return Request(**kept["request"])


def finished(folder: Path) -> Result | None:
    """What came of a run that has ended; None while there is something left to do."""
    kept = read_record(folder)
    if not kept or kept.get("outcome") not in FINISHED:
        return None
    document = folder / "document.md"
    questions = tuple(map(str, kept.get("questions", ())))
    return Result(
        folder,
        kept["outcome"],
        str(kept.get("reason", "")),
        questions,
        document if document.exists() else None,
    )


def read_record(folder: Path) -> dict[str, Any] | None:
    """run.json as it is on disk; None when there is none. Raises UsageError for anything that no run wrote."""
    try:
        found = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        request = Request(**found["request"])
        wrong = [
            each.name
            for each in fields(Request)
            if type(getattr(request, each.name)).__name__ != getattr(each.type, "__name__", each.type)
        ]
        date.fromisoformat(request.as_of)
        if wrong or not isinstance(found["outcome"], str):
            raise ValueError("fields of the wrong type")
        return dict(found)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise UsageError(f"output folder '{folder}' is a file. Choose another with -o.") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            f"'{folder / 'run.json'}' is no record of a run. Move it away, or choose another folder with -o."
        ) from None
    except OSError as fault:
        raise UsageError(
            f"output folder '{folder}' cannot be read: {fault.strerror}. Choose another with -o."
        ) from None


def head(request: Request, skill_digest: str, prompts_digest: str) -> dict[str, Any]:
    """What a record begins with: what was asked, and with which versions it was answered."""
    brief = hashlib.sha256(request.brief.encode()).hexdigest()[:16]
    versions = {"briefwright": __version__, "skill": skill_digest, "prompts": prompts_digest, "brief": brief}
    return {"request": asdict(request), "versions": versions}


class Record:
    """run.json: who asked what, with which versions, and what came of it. Written whole, in one step."""

    def __init__(self, folder: Path, head: dict[str, Any]) -> None:
        self.folder, self.head = folder, head

    def write(self, body: dict[str, Any]) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({**body, **self.head, "written_at": now}, ensure_ascii=False, indent=1)
        write_whole(self.folder / "run.json", text + "\n")


def write_whole(path: Path, text: str) -> None:
    """All of it or nothing: a reader never sees half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
