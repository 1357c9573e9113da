"""Workers that come and go: a heartbeat for each, and the runs of one that stays silent go back to the queue."""

import fcntl
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

from briefwright.server.store import HEARTBEATS, Store

BEAT_S = 1.0
MEND_EVERY_S = 10.0
SILENT_S = 10.0
"""A worker silent for so long is taken for dead. It may only be slow: the engine then refuses what it still writes."""

log = logging.getLogger("briefwright.fleet")


def executor_id(folder: Path | None) -> str:
    """Alone at a folder a process is `local`, and finds its runs again when it restarts; every other has a name of its own.

    The folder's lock is held until the process ends.
    """
    own = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    if folder is None:
        return own
    lock = os.open(folder / "engine.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return own
    return "local"


class Fleet:
    """This process's place among the workers. Every worker looks after the others; nobody leads."""

    def __init__(self, store: Store, executor: str, queue: str) -> None:
        self.store, self.executor, self.queue = store, executor, queue
        self._stop = threading.Event()
        self._looks = threading.Event()
        self._thread: threading.Thread | None = None

    def migrate_alone(self, launch: Callable[[], None]) -> None:
        """Launch while no other process does: two cannot make the engine's tables at once.

        Without a transaction, and asking again instead of waiting in the database: indexes made concurrently wait for every open
        statement, and so would wait for whoever waits for them.
        """
        if not self.store.postgres:
            launch()
            return
        with self.store.db.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            while not db.execute(sa.text("select pg_try_advisory_lock(7228)")).scalar_one():
                time.sleep(0.2)
            try:
                launch()
            finally:
                db.execute(sa.text("select pg_advisory_unlock(7228)"))

    def join(self) -> None:
        """Begin to beat. Before the first run is taken: a worker that has runs and no heartbeat is taken for dead."""
        self._beat()
        self._thread = threading.Thread(target=self._watch, name="fleet", daemon=True)
        self._thread.start()

    def look_after(self, mend: Callable[[], None]) -> None:
        """Begin to look for silent workers too, and to call `mend`, every few seconds."""
        self._mend = mend
        self._looks.set()

    def look_away(self) -> None:
        """Only beat from now on: a worker that finishes its last runs is alive, but looks after nobody."""
        self._looks.clear()

    def leave(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=5)

    def hand_over(self, url: str) -> None:
        """At a clean end: what this worker did not finish goes back to the queue at once, and its name off the list."""
        try:
            self._hand_over(url)
        except sa.exc.SQLAlchemyError as fault:
            log.warning("nothing could be handed over: %s. The others will find it.", type(fault).__name__)

    def _hand_over(self, url: str) -> None:
        client = DBOSClient(system_database_url=url, serializer=DBOSPortableJSONSerializer())
        try:
            mine = client.list_workflows(status="PENDING", executor_id=self.executor)
            if mine:
                client.resume_workflows([each.workflow_id for each in mine], queue_name=self.queue)
                log.info("handed %d runs over", len(mine))
        finally:
            client.destroy()
        with self.store.db.begin() as db:
            db.execute(HEARTBEATS.delete().where(HEARTBEATS.c.executor == self.executor))

    def _watch(self) -> None:
        """Beat; look for the silent only after beating without a gap for as long as they have to be silent.

        Otherwise, when the database comes back after a pause, the first worker to wake would take all others for dead.
        """
        steady_since, mended_at = time.monotonic(), 0.0
        while not self._stop.wait(BEAT_S):
            try:
                began = time.monotonic()
                self._beat()
                if time.monotonic() - began > SILENT_S / 2:
                    steady_since = time.monotonic()
                if self._looks.is_set() and time.monotonic() - steady_since > SILENT_S:
                    self._take_back()
                    if began - mended_at > MEND_EVERY_S:
                        mended_at = began
                        self._mend()
            except Exception as fault:  # a thread's door: a worker that stops beating is taken for dead
                log.warning("no heartbeat: %s", type(fault).__name__)
                steady_since = time.monotonic()

    def _beat(self) -> None:
        with self.store.db.begin() as db:
            done = db.execute(HEARTBEATS.update().where(HEARTBEATS.c.executor == self.executor).values(seen_at=self.store.now()))  # fmt: skip
            if done.rowcount == 0:
                db.execute(HEARTBEATS.insert().values(executor=self.executor, seen_at=self.store.now()))

    def _take_back(self) -> None:
        """Runs whose worker is not among the living go back to the queue. One worker at a time does this."""
        with self.store.db.begin() as db:
            if self.store.postgres and not db.execute(sa.text("select pg_try_advisory_xact_lock(7229)")).scalar_one():  # fmt: skip
                return
            silent = list(db.execute(sa.select(HEARTBEATS.c.executor).where(HEARTBEATS.c.seen_at <= self.store.now() - SILENT_S)).scalars())  # fmt: skip
        if not silent:  # as nearly always; a worker has a heartbeat before it has a run
            return
        pending = DBOS.list_workflows(status="PENDING", name="run_skill", executor_id=silent, load_input=False, load_output=False)  # fmt: skip
        lost = [each.workflow_id for each in pending]
        if lost:
            DBOS.resume_workflows(lost, queue_name=self.queue)
            log.warning("%d runs of silent workers went back to the queue", len(lost))
        with self.store.db.begin() as db:  # only now: whoever is off the list is not looked for
            db.execute(HEARTBEATS.delete().where(HEARTBEATS.c.seen_at < self.store.now() - 360 * SILENT_S))


def living(store: Store) -> int:
    """How many workers were heard of lately."""
    with store.db.connect() as db:
        return int(db.execute(sa.select(sa.func.count()).select_from(HEARTBEATS).where(HEARTBEATS.c.seen_at > store.now() - SILENT_S)).scalar_one())  # fmt: skip
