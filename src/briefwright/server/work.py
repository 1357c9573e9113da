"""What a worker does with one run: drive its graph, tell what happens, keep what came of it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from briefwright.notes import observe
from briefwright.records import Request
from briefwright.runs import findings, head, to_the_end
from briefwright.server.store import Row, Store, StoreJournal
from briefwright.settings import Settings

Tell = Callable[[list[dict[str, Any]]], Awaitable[None]]
"""Writes a batch of events where everybody can read them, in order, for good."""

TOGETHER_S = 0.05
"""Events of so short a time are written at once: steps that run side by side end side by side."""

log = logging.getLogger("briefwright.work")


@dataclass
class Worker:
    """Everything runs share in one process: the store, the settings, the pace of model calls, one HTTP client for each event loop."""

    store: Store
    settings: Settings
    pace: Any = None
    _http: dict[int, Any] = field(default_factory=dict)

    async def work(self, key: str, tell: Tell) -> str:
        """Drive the run to its end and return its outcome. Cancelled by its owner, it ends so; cancelled by a shutdown, it stays open.

        A database that is away is waited for: replies that came meanwhile are kept in memory and written when it is back.
        """
        row = await asyncio.to_thread(self.store.get, key)
        if row is None or row.outcome:
            return row.outcome if row else "cancelled"
        if row.cancel_at:  # asked for while nobody had the run
            await asyncio.to_thread(self._end_if_asked, key)
            return "cancelled"
        journal = await asyncio.to_thread(StoreJournal, self.store, key)
        while True:
            try:
                await asyncio.to_thread(journal.flush)
                return await self._once(row, journal, tell)
            except (sa.exc.OperationalError, sa.exc.InterfaceError):
                log.warning("the database is away; the run waits for it", extra={"run": row.id})
                await asyncio.sleep(1.0)
            except (
                BaseException
            ):  # cancelled, stopped, or no longer ours: only what its owner asked for is an end
                await asyncio.shield(asyncio.to_thread(self._end_if_asked, key))
                raise

    async def _once(self, row: Row, journal: StoreJournal, tell: Tell) -> str:
        from briefwright.telemetry import OUTCOME, RUN_ID, SKILL, span

        await asyncio.to_thread(self.store.change, row.key, started_at=row.started_at or time.time())
        with span("run", {RUN_ID: row.id, SKILL: row.request.skill}) as traced:
            outcome, reason, record, document, runbook = await self._driven(
                row.request, journal, tell, traced
            )
            if traced:
                traced.set_attribute(OUTCOME, outcome)
        if row.request.base_url:  # where the operator's model is, is not the caller's business
            reason = reason.replace(row.request.base_url, "the model's endpoint")
        await asyncio.to_thread(journal.flush)
        await asyncio.to_thread(self.store.end, row.key, outcome, reason, record, document, runbook, row.turn)
        log.info("run ended: %s", outcome, extra={"run": row.id})
        return outcome

    async def _driven(self, request: Request, journal: StoreJournal, tell: Tell, traced: Any) -> tuple[str, str, dict[str, Any], str, str]:  # fmt: skip
        from briefwright.catalogue import find_skill
        from briefwright.graph.errors import RunError
        from briefwright.graph.state import Deps
        from briefwright.graph.writers import Planner
        from briefwright.telemetry import told

        skill, kit = await asyncio.to_thread(find_skill, request.skill)
        planner = Planner(kit)
        said: asyncio.Queue[Any] = asyncio.Queue()
        timed: list[tuple[int, Any]] = []

        def emit(event: Any) -> None:
            timed.append((time.time_ns(), event))
            said.put_nowait(event)

        deps = Deps(
            skill, kit, planner, planner, max_attempts=request.max_attempts, ask=request.ask, emit=emit
        )
        graph = asyncio.create_task(
            to_the_end(request, self.settings, deps, journal, self.pace, self._client())
        )
        telling = asyncio.create_task(_tell_all(said, tell))
        try:
            await asyncio.wait({graph, telling}, return_when=asyncio.FIRST_COMPLETED)
            if telling.done():  # nobody can be told any more: the run is not ours, or the database is away
                telling.result()
            state = await graph
            document, record = state.get("document"), head(request, skill) | findings(state, deps)
            outcome = state["outcome"]
            said.put_nowait(None)
            await telling
            await asyncio.to_thread(observe, self.settings.notes, skill.slug, record)
            return outcome.name, outcome.reason, record, document.text if document else "", document.runbook if document else ""  # fmt: skip
        except RunError as fault:
            said.put_nowait(None)
            await telling
            usage = {"usage": [asdict(use) for use in deps.usage]}
            return "failed", str(fault), head(request, skill) | usage, "", ""
        except sa.exc.SQLAlchemyError:
            raise
        except (
            Exception
        ):  # this is a door: a bug ends the run as failed and resumable, and its traceback is logged
            if telling.done():  # not the run's fault
                raise
            log.exception("a fault of the program ended a run", extra={"run": request.run_id})
            said.put_nowait(None)
            await telling
            reason = "the program stopped on a fault of its own; resume the run, and report it"
            usage = {"usage": [asdict(use) for use in deps.usage]}
            return "failed", reason, head(request, skill) | usage, "", ""
        finally:
            for task in (graph, telling):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
            if traced:
                told(timed, deps.usage, traced)

    def _end_if_asked(self, key: str) -> None:
        row = self.store.get(key)
        if row and row.cancel_at:
            self.store.end(key, "cancelled", "cancelled on request; finished calls are kept")

    def _client(self) -> Any:
        """One HTTP client for all runs of this loop; making one for each run costs more than a planner's section."""
        import httpx

        loop = id(asyncio.get_running_loop())
        if loop not in self._http:
            self._http[loop] = httpx.AsyncClient(
                limits=httpx.Limits(max_connections=200, max_keepalive_connections=20)
            )
        return self._http[loop]


async def _tell_all(said: "asyncio.Queue[Any]", tell: Tell) -> None:
    """Events as they come, as many in a batch as there are; None is the end.

    The last batch is written even when it is empty: the engine refuses it where the run has gone to another worker meanwhile, and
    nobody may end a run that is not theirs.
    """
    while True:
        batch = [await said.get()]
        if batch[0] is not None:
            await asyncio.sleep(TOGETHER_S)
        while not said.empty():
            batch.append(said.get_nowait())
        events = [asdict(event) for event in batch if event is not None]
        await tell(events)
        if batch[-1] is None:
            return
