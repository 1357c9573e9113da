"""The engine: runs in a durable queue (DBOS), driven by any number of workers, readable by anybody who may. Runs belong to it, not to a connection.

DBOS keeps the queue, hands the runs of a restarted worker back to it, and keeps the stream of events. What DBOS leaves to its paid
tier, finding workers that never come back, is `fleet.py`. Nothing outside this file and `fleet.py` knows of DBOS.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID, error

from briefwright.records import Request
from briefwright.revising import revised
from briefwright.server.errors import RequestError, not_found
from briefwright.server.fleet import Fleet, executor_id
from briefwright.server.store import ENDED, Row, Store, sqlite_url
from briefwright.server.work import Worker
from briefwright.settings import ServerSettings, Settings

QUEUE = "runs"
RUN_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
EVENTS = "events"
CHOSEN = {"model", "judge", "max_attempts"}
"""What a caller may choose besides the question itself; choosing otherwise under the same id is another question."""
GIVEN_UP = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
QUIET_S = 20.0
"""Of a run that goes on something is heard sooner; after this long the engine is asked what became of it."""
ACKNOWLEDGED_WITHIN_S = 15.0
"""After this long without a word from the worker a cancelled run counts as stopped: the worker is gone."""


_worker: Worker | None = None


@DBOS.step(name="drive", preemptible=True)
async def _drive(key: str) -> str:
    assert _worker is not None

    async def tell(events: list[dict[str, Any]]) -> None:
        await DBOS.write_stream_async(EVENTS, events)

    return await _worker.work(key, tell)


@DBOS.workflow(name="run_skill", max_recovery_attempts=100)
async def _run_skill(key: str) -> str:
    return await _drive(key)


@dataclass(frozen=True)
class Told:
    """An event of a run with its place in the run's story: `turn.number`. A reader who was cut off asks for what came after."""

    place: str
    event: dict[str, Any]


class Engine:
    """Submit, watch, cancel, resume and revise runs. One for each process."""

    def __init__(self, settings: Settings, server: ServerSettings, works: bool = True) -> None:
        self.settings, self.server, self.works = settings, server, works
        url = server.database_url
        server.data.mkdir(parents=True, exist_ok=True)
        self.store = Store(url or sqlite_url(server.data, "briefwright.sqlite"))
        self._dbos_url = url or sqlite_url(server.data, "dbos.sqlite")
        self.fleet = Fleet(self.store, executor_id(None if url else server.data), QUEUE)

    def start(self) -> None:
        """Open the database, join the fleet, begin to take runs. Blocking; call it outside any event loop, so that runs get a loop of their own."""
        global _worker
        from briefwright.server.pace import FleetPace

        self.store.set_up()
        pace = FleetPace(
            self.store, self.settings.model, self.settings.requests_per_min, self.settings.tokens_per_min
        )
        _worker = Worker(self.store, self.settings, pace if pace.limits else None)
        DBOS(config=DBOSConfig(
            name="briefwright", system_database_url=self._dbos_url, executor_id=self.fleet.executor, application_version="1",
            serializer=DBOSPortableJSONSerializer(), log_level="ERROR", notification_listener_polling_interval_sec=0.05,
            sys_db_pool_size=20, run_migrations=True,
        ))  # fmt: skip
        DBOS.listen_queues([QUEUE] if self.works else [])
        if self.works:
            self._warm_up()
            self.fleet.join()
        self.fleet.migrate_alone(DBOS.launch)
        DBOS.register_queue(QUEUE, worker_concurrency=self.server.jobs, polling_interval_sec=0.1, on_conflict="always_update" if self.works else "never_update")  # fmt: skip
        if self.works:
            self.fleet.look_after(self._mend)

    def _warm_up(self) -> None:
        """Imports of seconds, before the first run and not in it."""
        from briefwright.catalogue import find_skill

        find_skill("ml-workflow")
        if self.settings.model not in ("", "planner"):
            import langchain_openai  # noqa: F401

    def stop(self, drain_s: float = 0.0) -> None:
        """Take no more runs, give those under way `drain_s` seconds, and hand what is left to the others."""
        self.fleet.look_away()
        DBOS.destroy(workflow_completion_timeout_sec=round(drain_s))
        self.fleet.leave()
        if self.works:
            self.fleet.hand_over(self._dbos_url)
        self.store.close()

    # what callers do

    async def submit(
        self, owner: str, request: Request, parent: str = "", named: Iterable[str] = ()
    ) -> tuple[Row, bool]:
        """Begin a run, or find the one with this id that was asked the same; True when it is new.

        `named` are the fields the caller chose; what the server filled in may have changed since and makes no other question.
        """
        return await asyncio.to_thread(self._submit, owner, request, parent, frozenset(named))

    def _submit(self, owner: str, request: Request, parent: str, named: frozenset[str]) -> tuple[Row, bool]:
        key = run_key(owner, request.run_id)
        if row := self.store.get(key):
            self._same(row, request, named)
            self._enqueue(
                key, row.turn
            )  # once more is harmless, and mends a crash between keeping and queueing
            return row, False
        if self.store.active(owner) >= self.server.max_active_runs:
            raise RequestError(429, "too_many_runs", f"{self.server.max_active_runs} of your runs have not ended. Wait for one, or cancel one.", 5.0)  # fmt: skip
        row = self.store.add(key, owner, request, parent)
        if row is None:
            return self._submit(owner, request, parent, named)
        self._enqueue(key, 1)
        return row, True

    def _same(self, row: Row, request: Request, named: frozenset[str]) -> None:
        compared = {"brief", "skill", "ask", "wishes"} | (named & CHOSEN)
        if any(getattr(request, name) != getattr(row.request, name) for name in compared):
            raise RequestError(409, "run_id_taken", f"run '{row.id}' was asked something else. Choose another run id.")  # fmt: skip

    def _enqueue(self, key: str, turn: int) -> None:
        with SetWorkflowID(f"{key}.{turn}"):  # the same id twice is the same job
            DBOS.enqueue_workflow(QUEUE, _run_skill, key)

    def _row(self, owner: str, run_id: str) -> Row:
        row = self.store.get(run_key(owner, run_id)) if re.fullmatch(RUN_ID, run_id) else None
        if row is None:
            raise not_found(run_id)
        return row

    async def row(self, owner: str, run_id: str) -> Row:
        """The run as it is kept. Raises RequestError where the owner has none of that id."""
        return await asyncio.to_thread(self._settled, owner, run_id)

    def _settled(self, owner: str, run_id: str) -> Row:
        """The row, with an end written where the engine knows of one and the worker could not."""
        row = self._row(owner, run_id)
        if row.outcome:
            return row
        late = row.cancel_at is not None and time.time() - row.cancel_at > ACKNOWLEDGED_WITHIN_S
        if row.cancel_at is not None and (late or row.started_at is None):
            self._cancel(row)  # once more is harmless, and mends a crash between asking and doing
            self.store.end(row.key, "cancelled", "cancelled on request")
            return self._row(owner, run_id)
        return row

    def _mend(self) -> None:
        """Queue again what was kept and not queued, because its process ended in between, and end what the engine gave up.

        For the watch over the fleet; whoever asks for a run is not kept waiting by it.
        """
        jobs = {f"{key}.{turn}": (key, turn) for key, turn in self.store.unended(time.time() - QUIET_S)}
        if not jobs:
            return
        states = {each.workflow_id: each.status for each in DBOS.list_workflows(workflow_ids=list(jobs), load_input=False, load_output=False)}  # fmt: skip
        for job, (key, turn) in jobs.items():
            if job not in states:
                self._enqueue(key, turn)
            elif states[job] in GIVEN_UP:
                self.store.end(
                    key, "failed", "the engine gave the run up; resume it, and report it", turn=turn
                )

    async def events(self, owner: str, run_id: str, after: str = "") -> AsyncGenerator[Told]:
        """Everything that happened after a place, then what happens, until the run ends; the last event is the end itself."""
        row = await self.row(owner, run_id)
        turn, seen = _place(after)
        if not turn:
            yield Told("1.0", {"kind": "queued", "step": "", "attempt": 0, "text": row.request.skill})
        current = max(turn, 1)
        while True:
            async with contextlib.aclosing(self._turn(row.key, current)) as story:
                async for told in story:
                    if current > turn or int(told.place.partition(".")[2]) > seen:
                        yield told
            row = await self.row(owner, run_id)
            if row.turn > current:  # it was resumed meanwhile
                current += 1
            elif row.outcome:
                break
            else:
                await self.ended(owner, run_id, 5.0)
        end = row
        yield Told(f"{end.turn}.end", {"kind": "ended", "step": "", "attempt": 0, "text": end.reason, "outcome": end.outcome})  # fmt: skip

    async def _turn(self, key: str, turn: int, wait_s: float | None = None) -> AsyncGenerator[Told]:
        """The story of one turn. A worker that took over told the beginning again; what was told is not repeated.

        A turn that was kept and is not queued yet has no story; whoever looks after the run queues it.
        """
        number, known = 0, set[str]()
        with contextlib.suppress(error.DBOSNonExistentWorkflowError):
            async with contextlib.aclosing(DBOS.read_stream_async(f"{key}.{turn}", EVENTS, timeout_seconds=wait_s)) as batches:  # fmt: skip
                async for batch in batches:
                    for event in batch:
                        told = sha256(repr(sorted(event.items())).encode()).hexdigest()
                        if told not in known:
                            known.add(told)
                            number += 1
                            yield Told(f"{turn}.{number}", event)

    async def so_far(self, row: Row) -> list[dict[str, Any]]:
        """The events of the run's turns until now, without waiting for the next."""
        found: list[dict[str, Any]] = []
        for turn in range(1, row.turn + 1):
            with contextlib.suppress(error.DBOSStreamTimeoutError):
                async for told in self._turn(row.key, turn, wait_s=0.0):
                    found.append(told.event)
        return found

    async def ended(self, owner: str, run_id: str, wait_s: float = 3600.0) -> Row:
        """Wait until the run has ended, or so long."""
        until, pause_s = time.monotonic() + wait_s, 0.05
        while not (row := await self.row(owner, run_id)).outcome and time.monotonic() < until:
            await asyncio.sleep(pause_s)
            pause_s = min(1.0, pause_s * 1.5)
        return row

    async def cancel(self, owner: str, run_id: str) -> Row:
        """Ask the run to stop. It is `cancelling` until its worker has acknowledged."""
        row = await self.row(owner, run_id)
        if row.outcome:
            return row
        await asyncio.to_thread(self.store.change, row.key, cancel_at=row.cancel_at or time.time())
        await asyncio.to_thread(self._cancel, row)
        await asyncio.to_thread(self.store.note, owner, "cancel", run_id)
        return await self.row(owner, run_id)

    def _cancel(self, row: Row) -> None:
        with contextlib.suppress(error.DBOSNonExistentWorkflowError):
            DBOS.cancel_workflow(f"{row.key}.{row.turn}")

    async def resume(self, owner: str, run_id: str) -> Row:
        """Go on with a run that failed or was cancelled; what was paid for is not paid again."""
        row = await self.row(owner, run_id)
        if row.outcome not in ("failed", "cancelled"):
            state = row.outcome or "still going on"
            raise RequestError(409, "not_resumable", f"run '{row.id}' is {state}; only a failed or cancelled run can be resumed.", None if row.outcome else 2.0)  # fmt: skip
        turn = await asyncio.to_thread(self.store.reopen, row.key)
        if turn:
            await asyncio.to_thread(self._enqueue, row.key, turn)
            await asyncio.to_thread(self.store.note, owner, "resume", run_id)
        return await self.row(owner, run_id)

    async def revise(
        self, owner: str, run_id: str, text: str, step: str, new_id: str, redo: bool = False
    ) -> tuple[Row, bool]:
        """A new run that is this one with something changed."""
        row = await self.row(owner, run_id)
        if row.outcome not in ("passed", "unverified", "needs_answers"):
            raise RequestError(409, "nothing_to_revise", f"run '{row.id}' has no document to revise ({row.outcome or 'it has not ended'}).")  # fmt: skip
        request = await asyncio.to_thread(revised, row.request, text, step, new_id, redo)
        return await self.submit(owner, request, row.key)

    async def artifact(self, owner: str, run_id: str, name: str) -> str | None:
        row = await self.row(owner, run_id)
        return await asyncio.to_thread(self.store.artifact, row.key, name)

    def sweep(self, before: float) -> int:
        """Delete everything of runs that ended before a time, and who did what before it; how many runs there were.

        The queue's part first: a run of which only that is gone is found by the next sweep, the other way round it would never be.
        """
        count = 0
        while old := self.store.old(before):
            DBOS.delete_workflows([f"{key}.{turn}" for key, turns in old for turn in range(1, turns + 1)])
            count += self.store.delete([key for key, _ in old], before)
        self.store.prune(before)
        return count


def run_key(owner: str, run_id: str) -> str:
    """What a run is called inside: two owners may choose one id and never meet."""
    return f"{sha256(owner.encode()).hexdigest()[:16]}-{run_id}"


def state_of(row: Row) -> str:
    """`queued`, `running`, `cancelling`, or the outcome."""
    if row.outcome in ENDED:
        return row.outcome
    if row.cancel_at is not None:
        return "cancelling"
    return "running" if row.started_at else "queued"


def _place(text: str) -> tuple[int, int]:
    """(turn, number) of `turn.number`; the beginning for anything else."""
    turn, _, number = text.partition(".")
    if not text.isascii() or len(text) > 20:
        return (0, 0)
    if number == "end" and turn.isdigit():
        return int(turn), 10**9
    return (int(turn), int(number)) if turn.isdigit() and number.isdigit() else (0, 0)
