"""Evolution notes: what each use of a skill ran into, kept beside it for the next one. Checks and steps by name, never a word of a brief.

One file a skill, one line a run, in the user's data folder. Whoever appends holds the file's lock, so runs side by side lose nothing.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from briefwright.errors import UsageError
from briefwright.skill.markdown import clip, plain

MOST_KEPT = 1000
MOST_IN_A_PROMPT = 8
LONGEST = 200
HEADING = "## Evolution Notes"


@dataclass(frozen=True)
class Note:
    """One use of a skill: the checks each step failed at first, the attempt that mended it (0: none did), or what a reader said of it."""

    day: str
    run: str
    outcome: str = ""
    failed: dict[str, list[str]] = field(default_factory=dict)
    mended: dict[str, int] = field(default_factory=dict)
    feedback: str = ""

    @property
    def line(self) -> str:
        """The note in words."""
        if self.feedback:
            return f"{self.day}: a reader says: {self.feedback}"
        parts = [f"{step} failed {', '.join(checks)} at first, {self._ended(step)}" for step, checks in self.failed.items()]  # fmt: skip
        return f"{self.day}: " + ("; ".join(parts) or "every section passed at the first attempt")

    def _ended(self, step: str) -> str:
        attempt = self.mended.get(step, 0)
        return f"passed at attempt {attempt}" if attempt else "and was not mended"


def observe(folder: Path | None, skill: str, record: Mapping[str, Any]) -> None:
    """Note what a finished run, as its record says, ran into. A folder that cannot be written is no fault of the run."""
    if folder is None:
        return
    failed, mended = {}, {}
    for step, section in record.get("sections", {}).items():
        tries = section["attempts"]
        if tries and (tries[0]["failed"] or tries[0]["fault"]):
            failed[step] = tries[0]["failed"] or ["to give a section"]
            mended[step] = next(
                (each["number"] for each in tries if not each["failed"] and not each["fault"]), 0
            )
    now = datetime.now(UTC).date().isoformat()
    try:
        _append(folder, skill, Note(now, record["request"]["run_id"], record["outcome"], failed, mended))
    except OSError:
        return


def feedback(folder: Path | None, skill: str, run: str, text: str) -> None:
    """Note what a reader says of a run's document. Raises UsageError for nothing, and where nothing can be written."""
    words = clip(plain(" ".join(text.split())), LONGEST)
    if not words:
        raise UsageError("the note is empty. Say what the next document should do better.")
    if folder is None:
        raise UsageError("there is no folder for notes. Name one in BRIEFWRIGHT_NOTES.")
    try:
        _append(folder, skill, Note(datetime.now(UTC).date().isoformat(), run, feedback=words))
    except OSError as fault:
        raise UsageError(f"notes cannot be written to '{folder}': {fault.strerror}. Choose a folder in BRIEFWRIGHT_NOTES.") from None  # fmt: skip


def notes_of(folder: Path | None, skill: str) -> list[Note]:
    """Every note there is, the oldest first; a line nobody can read is passed over."""
    if folder is None:
        return []
    try:
        lines = (folder / f"{skill}.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [note for line in lines if (note := _read(line))]


def recent(folder: Path | None, skill: str, readers: bool = True) -> list[str]:
    """The latest notes that say something went wrong or, unless `readers` is false, was wanted, in words, for the prompts of the next run."""
    telling = [note for note in notes_of(folder, skill) if note.failed or (note.feedback and readers)]
    return list(dict.fromkeys(clip(note.line, LONGEST + 80) for note in telling[-MOST_IN_A_PROMPT:]))


def prune(folder: Path | None, skill: str, keep: int) -> int:
    """Keep the latest `keep` notes; how many went."""
    path = folder / f"{skill}.jsonl" if folder else None
    if path is None or not path.exists():
        return 0
    with _locked(path) as file:
        lines = file.read().splitlines()
        _rewrite(file, lines[len(lines) - min(keep, len(lines)) :])
        return max(0, len(lines) - keep)


def into_skill(text: str, notes: list[Note]) -> str:
    """A SKILL.md with these notes as a list under Evolution Notes, in place of the list that was there; what follows it stays."""
    before, found, rest = text.partition(f"\n{HEADING}\n")
    listed = "\n".join(f"- {note.line}" for note in notes)
    if not found and not listed:
        return text
    _, next_one, after = rest.partition("\n## ")
    kept = f"\n## {after}" if next_one else ""
    return (
        f"{before.rstrip()}\n\n{HEADING}\n\n<!-- Observations appended after each use -->\n{listed}\n{kept}"
    )


def _append(folder: Path, skill: str, note: Note) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / f"{skill}.jsonl") as file:
        lines = [*file.read().splitlines(), json.dumps(asdict(note), ensure_ascii=False)]
        if len(lines) > MOST_KEPT:
            _rewrite(file, lines[-MOST_KEPT:])
        else:
            file.write(lines[-1] + "\n")


@contextmanager
def _locked(path: Path) -> Iterator[Any]:
    """The file, read and written by nobody else meanwhile."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _rewrite(file: Any, lines: list[str]) -> None:
    file.seek(0)
    file.truncate()
    file.write("".join(f"{line}\n" for line in lines))


def _read(line: str) -> Note | None:
    try:
        return Note(**json.loads(line))
    except (ValueError, TypeError):
        return None
