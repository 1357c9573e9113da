"""The server's runs from the command line: looked up in its database, with or without a server running beside it."""

import asyncio
import json
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from briefwright.errors import UsageError
from briefwright.server.engine import Engine, state_of
from briefwright.server.errors import RequestError
from briefwright.server.store import Row, Store, open_store
from briefwright.settings import ServerSettings, Settings


def known(server: ServerSettings, limit: int = 50) -> list[dict[str, Any]]:
    """The latest runs of every owner, in the shape of `history.list_of_runs`."""
    with closing(open_store(server)) as store:
        return [_line(row) for row in store.latest(limit)]


def _line(row: Row) -> dict[str, Any]:
    changed = datetime.fromtimestamp(row.updated_at, UTC).isoformat(timespec="seconds")
    return {
        "id": row.id, "outcome": state_of(row), "written_at": changed, "skill": row.request.skill, "writer": row.request.model,
        "tokens": 0, "brief": " ".join(row.request.brief.split())[:60], "owner": row.owner,
    }  # fmt: skip


def records(server: ServerSettings, run_id: str) -> list[dict[str, Any]]:
    """What is known of every run of that id, one for each owner who has one, in the shape of run.json."""
    with closing(open_store(server)) as store:
        return [_record(store, row) for row in store.all_named(run_id)]


def _record(store: Store, row: Row) -> dict[str, Any]:
    written = store.artifact(row.key, "record")
    kept: dict[str, Any] = json.loads(written) if written else {}
    request = {
        "run_id": row.id,
        "skill": row.request.skill,
        "model": row.request.model,
        "judge": row.request.judge,
    }
    return {
        **kept,
        "request": request,
        "outcome": state_of(row),
        "reason": row.reason or kept.get("reason", ""),
    }


def cancel(settings: Settings, server: ServerSettings, run_id: str) -> list[str]:
    """Stop every run of that id; a line for each. Raises UsageError when there is none."""
    return _each(settings, server, run_id, "cancel", "cancelling")


def resume(settings: Settings, server: ServerSettings, run_id: str) -> list[str]:
    """Put every run of that id into the queue again; a line for each. Raises UsageError when there is none."""
    return _each(settings, server, run_id, "resume", "queued; a server or worker goes on with it")


def _each(settings: Settings, server: ServerSettings, run_id: str, what: str, told: str) -> list[str]:
    engine = Engine(settings, server, works=False)
    engine.start()
    try:
        rows = list(engine.store.all_named(run_id))
        if not rows:
            raise UsageError(f"neither the folder of runs nor the server knows a run '{run_id}'. `briefwright runs list` shows those that are known.")  # fmt: skip
        return [f"{row.id} of {row.owner}: {asyncio.run(getattr(engine, what)(row.owner, row.id)).outcome or told}" for row in rows]  # fmt: skip
    except RequestError as fault:  # said to clients with a status; a person at a terminal gets the words
        raise UsageError(fault.message) from None
    finally:
        engine.stop(0)
