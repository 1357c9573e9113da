"""Runs that were: a list of them, and one of them in words. Reads run.json only; a folder that holds none is passed over."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from briefwright.errors import UsageError
from briefwright.graph.errors import RunError
from briefwright.graph.journal import Journal
from briefwright.records import DRIVER, OURS, read_record


def list_of_runs(folder: Path) -> list[dict[str, Any]]:
    """Id, outcome, day, skill, writer, tokens and first words of the brief of each run, the latest first."""
    return sorted((_line(path) for path in _runs_in(folder)), key=lambda run: run["written_at"], reverse=True)


def _runs_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if (path / "run.json").is_file()) if folder.is_dir() else []  # fmt: skip


def _line(path: Path) -> dict[str, Any]:
    try:
        record = read_record(path) or {}
    except UsageError as fault:  # one broken record must not hide the other runs
        return {"id": path.name, "outcome": "unreadable", "written_at": "", "skill": "", "writer": "", "tokens": 0, "brief": str(fault)}  # fmt: skip
    request = record["request"]
    return {
        "id": request["run_id"],
        "outcome": record["outcome"],
        "written_at": str(record.get("written_at", "")),
        "skill": request["skill"],
        "writer": request["model"],
        "tokens": _tokens(record),
        "brief": " ".join(request["brief"].split())[:60],
    }


def table(runs: list[dict[str, Any]]) -> str:
    """The runs, one a line; says so when there are none."""
    if not runs:
        return "no runs here. Begin one: briefwright design BRIEF"
    return "\n".join(f"{run['id']}  {run['outcome']:<13} {run['written_at'][:16]:<16}  {run['writer']:<16} {run['brief']}" for run in runs)  # fmt: skip


def swept(folder: Path, days: int) -> Iterator[str]:
    """Remove runs that ended more than `days` days ago, one line for each: only the files a run writes, and its folder when that leaves it empty.

    A run that somebody drives is left alone, whatever its record says.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    for path in _runs_in(folder):  # by its place, never by the id a record gives
        run = _line(path)
        if path.is_symlink() or not _is_older(run["written_at"], before):
            continue
        try:
            Journal(path / "journal.sqlite").close()
        except RunError as fault:
            yield f"kept {path}: {fault}"
            continue
        for name in (*OURS, DRIVER, "journal.sqlite", "run.json"):
            (path / name).unlink(missing_ok=True)
        if not any(path.iterdir()):
            path.rmdir()
        yield f"removed {path}: {run['outcome']} on {run['written_at'][:10]}"


def _is_older(written_at: str, before: datetime) -> bool:
    """Whether a record says it was written before a time; one that says nothing readable is not old."""
    try:
        return datetime.fromisoformat(written_at) < before
    except (ValueError, TypeError):
        return False


def shown(folder: Path) -> str:
    """Outcome, sections with their attempts, checks, usage by step, and what to do next. Raises UsageError for no run."""
    record = read_record(folder)
    if record is None:
        raise UsageError(f"'{folder}' holds no run. `briefwright runs list` shows those that are known.")
    return in_words(record, str(folder))


def in_words(record: Mapping[str, Any], name: str) -> str:
    """A run's record for a person; `name` is what `runs resume` calls it."""
    request = record["request"]
    lines = [f"run {request['run_id']}: {record['outcome']}", f"  {record.get('reason', '')}"]
    lines += [f"  skill {request['skill']}, written by {request['model']}" + (f", judged by {request['judge']}" if request.get("judge") else "")]  # fmt: skip
    for id, section in record.get("sections", {}).items():
        tries = section["attempts"]
        failed = ", ".join(v["check"] for v in section["verdicts"] if v["outcome"] == "failed")
        lines.append(f"  {id:<28} {section['writer']}, {len(tries)} attempt{'s' * (len(tries) != 1)}" + (f", failed: {failed}" if failed else ""))  # fmt: skip
    lines += [f"  {v['check']:<4} {v['outcome']:<11} by {v['by']}: {v['reason'][:100]}" for v in record.get("verdicts", ())]  # fmt: skip
    lines += [f"  {_tokens(record):,} tokens in {len(record.get('usage', ()))} model calls"]
    if record["outcome"] in ("failed", "cancelled", "running"):
        lines.append(f"  go on: briefwright runs resume {name}")
    return "\n".join(lines)


def _tokens(record: Mapping[str, Any]) -> int:
    return sum(use["input_tokens"] + use["output_tokens"] for use in record.get("usage", ()))
