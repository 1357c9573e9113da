"""Every finished model call of a run, kept before it is used. A run that is started again replays it from here.

A run is a pure function of its brief and the replies it got, so the journal alone makes it durable: after a
crash the same graph runs again from the start, finished calls are answered from the journal, and only what was
in flight is asked anew. The open file is also the lock: two processes cannot drive one run.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from briefwright.graph.errors import DrivenElsewhere, RunError


class Replies(Protocol):
    """Where the replies of a run are kept: a file of its own, or a server's database."""

    def find(self, key: str) -> dict[str, Any] | None: ...

    async def keep(self, key: str, step: str, attempt: int, body: dict[str, Any]) -> None: ...

    def forget(self, step: str) -> None: ...

    def paid(self) -> dict[str, dict[str, Any]]: ...


def bought(run: str, rows: Iterable[tuple[str, str, int, str]]) -> dict[str, dict[str, Any]]:
    """(key, step, attempt, body) of kept calls → by key, the fields of `Usage` of those that `run` itself paid for; a revision has its parent's as well."""
    bodies = ((key, step, attempt, json.loads(body)) for key, step, attempt, body in rows)
    return {
        key: {"step": step, "attempt": attempt, **body["usage"], "seconds": 0.0, "replayed": True, "model": body.get("model", ""), "earlier": True}
        for key, step, attempt, body in bodies
        if run and body.get("run") == run and "usage" in body
    }  # fmt: skip


def forgotten(body: str) -> tuple[str, str]:
    """(key, body) of a call whose reply is not to be found again; what it cost stays known."""
    kept = json.loads(body)
    kept.pop("reply", None)
    return f"{GONE}{secrets.token_hex(16)}", json.dumps(kept)


GONE = "gone-"


class Journal:
    """A SQLite file with one row per finished call of `run`, or, without a path, the same in memory."""

    def __init__(self, path: Path | None = None, run: str = "") -> None:
        self._path, self._run = path, run
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=0.2)
        try:
            self._db.execute("pragma locking_mode = exclusive")
            self._db.execute("pragma synchronous = full")
            self._db.execute("begin exclusive")
            self._db.execute(
                "create table if not exists calls (key text primary key, step text, attempt integer, body text)"
            )
            self._db.execute("commit")
        except sqlite3.OperationalError:
            raise DrivenElsewhere(
                f"run '{path.parent if path else ''}' is being driven by another process. Wait for it, or stop it."
            ) from None
        except sqlite3.DatabaseError:
            raise RunError(f"'{path}' is no journal of a run. Remove it to start the run anew.") from None

    def find(self, key: str) -> dict[str, Any] | None:
        row = self._db.execute("select body from calls where key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    async def keep(self, key: str, step: str, attempt: int, body: dict[str, Any]) -> None:
        """On disk when this returns; a crash after it pays nothing twice."""
        text = json.dumps({**body, "run": self._run}, ensure_ascii=False)
        self._db.execute("insert or replace into calls values (?, ?, ?, ?)", (key, step, attempt, text))

    def forget(self, step: str) -> None:
        """Replies of a step that came to nothing: going on has to ask again."""
        kept = self._db.execute("select key, body from calls where step = ? and key not like ?", (step, f"{GONE}%")).fetchall()  # fmt: skip
        for key, body in kept:
            self._db.execute("update calls set key = ?, body = ? where key = ?", (*forgotten(body), key))

    def paid(self) -> dict[str, dict[str, Any]]:
        """What the run itself has paid for so far."""
        return bought(self._run, self._db.execute("select key, step, attempt, body from calls"))

    def count(self) -> int:
        return int(self._db.execute("select count(*) from calls").fetchone()[0])

    def close(self) -> None:
        """Let go of the lock. A journal without a single call has nothing to keep and is removed."""
        empty = self.count() == 0
        self._db.close()
        if empty and self._path:
            self._path.unlink(missing_ok=True)
