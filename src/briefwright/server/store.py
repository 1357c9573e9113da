"""What the server keeps: runs, their model replies, keys, sessions and who did what. SQLite or Postgres, the same code.

SQLAlchemy's core is used because DBOS brings it, and because one statement has to mean the same in both. Which run is to be
driven by whom is not in here: that is the engine's queue.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from briefwright.errors import UsageError
from briefwright.graph.journal import GONE, bought, forgotten
from briefwright.records import Request
from briefwright.settings import ServerSettings

META = sa.MetaData()
RUNS = sa.Table(
    "bw_runs", META,
    sa.Column("key", sa.String(96), primary_key=True), sa.Column("id", sa.String(64), nullable=False),
    sa.Column("owner", sa.String(128), nullable=False, index=True), sa.Column("request", sa.Text, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False, index=True), sa.Column("updated_at", sa.Double, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False), sa.Column("started_at", sa.Double), sa.Column("cancel_at", sa.Double), sa.Column("outcome", sa.String(16)),
    sa.Column("reason", sa.Text), sa.Column("record", sa.Text), sa.Column("document", sa.Text), sa.Column("runbook", sa.Text),
)  # fmt: skip
CALLS = sa.Table(
    "bw_calls", META,
    sa.Column("run", sa.String(96), primary_key=True), sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("step", sa.String(128), nullable=False), sa.Column("attempt", sa.Integer, nullable=False), sa.Column("body", sa.Text, nullable=False),
)  # fmt: skip
KEYS = sa.Table(
    "bw_keys", META,
    sa.Column("id", sa.String(16), primary_key=True), sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("owner", sa.String(128), nullable=False), sa.Column("scopes", sa.String(128), nullable=False),
    sa.Column("created_at", sa.Double, nullable=False), sa.Column("revoked_at", sa.Double),
)  # fmt: skip
SESSIONS = sa.Table(
    "bw_sessions", META,
    sa.Column("digest", sa.String(64), primary_key=True), sa.Column("key_id", sa.String(16), nullable=False), sa.Column("expires_at", sa.Double, nullable=False),
)  # fmt: skip
AUDIT = sa.Table(
    "bw_audit", META,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True), sa.Column("at", sa.Double, nullable=False),
    sa.Column("owner", sa.String(128), nullable=False), sa.Column("action", sa.String(32), nullable=False), sa.Column("run", sa.String(96), nullable=False),
)  # fmt: skip
HEARTBEATS = sa.Table(
    "bw_heartbeats", META,
    sa.Column("executor", sa.String(128), primary_key=True), sa.Column("seen_at", sa.Double, nullable=False),
)  # fmt: skip
PACE = sa.Table(
    "bw_pace", META, sa.Column("name", sa.String(128), primary_key=True), sa.Column("due_at", sa.Double, nullable=False)
)  # fmt: skip
COUNTERS = sa.Table(
    "bw_counters", META,
    sa.Column("name", sa.String(64), primary_key=True), sa.Column("label", sa.String(64), primary_key=True), sa.Column("value", sa.Double, nullable=False),
)  # fmt: skip

ENDED = ("passed", "unverified", "needs_answers", "declined", "failed", "cancelled")


@dataclass(frozen=True)
class Row:
    """A run as it is kept. Times are seconds since 1970; `outcome` is empty while there is something left to do.

    A run that is resumed begins another turn: a new job in the queue for the same run.
    """

    key: str
    id: str
    owner: str
    request: Request
    created_at: float
    updated_at: float
    turn: int = 1
    started_at: float | None = None
    cancel_at: float | None = None
    outcome: str = ""
    reason: str = ""


class Store:
    """Every question to the database. Blocking: call it from a thread where a loop must go on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.postgres = url.startswith("postgres")
        if self.postgres:
            driver = url.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1)  # fmt: skip
            self.db = sa.create_engine(
                driver,
                hide_parameters=True,
                connect_args={"connect_timeout": 5, "tcp_user_timeout": 10_000},
                pool_size=10,
                max_overflow=20,
                pool_pre_ping=True,
            )
        else:
            self.db = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": 30})
            sa.event.listen(self.db, "connect", _sqlite_settings)
        # For single statements: without a transaction around them they go one way to the database and not three.
        self._at_once = self.db.execution_options(isolation_level="AUTOCOMMIT")

    def set_up(self) -> None:
        """Make the tables that are missing. Many processes may do so at once. Raises UsageError when there is no database to make them in."""
        try:
            with self.db.begin() as db:
                if self.postgres:
                    db.execute(sa.text("select pg_advisory_xact_lock(7227)"))
                META.create_all(db)
        except sa.exc.OperationalError as fault:
            where = self.db.url.render_as_string(hide_password=True)
            raise UsageError(f"the database {where} cannot be reached: {str(fault.orig).splitlines()[0]}. Start it, or check BRIEFWRIGHT_DATABASE_URL.") from None  # fmt: skip

    def close(self) -> None:
        self.db.dispose()

    def now(self) -> Any:
        """The database's clock: those of many machines differ."""
        return (
            sa.func.extract("epoch", sa.func.clock_timestamp()) if self.postgres else sa.literal(time.time())
        )

    def _insert(self, table: sa.Table) -> Any:
        """An insert that knows what to do when the row is there; each database has its own."""
        if self.postgres:
            from sqlalchemy.dialects.postgresql import insert
        else:
            from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
        return insert(table)

    # runs

    def add(self, key: str, owner: str, request: Request, parent: str = "") -> Row | None:
        """Keep a new run, who began it, and the replies of the run it revises; None when this key is taken."""
        now = time.time()
        try:
            with self.db.begin() as db:
                db.execute(AUDIT.insert().values(at=now, owner=owner, action="revise" if request.parent else "start", run=request.run_id))  # fmt: skip
                db.execute(RUNS.insert().values(key=key, id=request.run_id, owner=owner, request=json.dumps(asdict(request)), created_at=now, updated_at=now, turn=1))  # fmt: skip
                if parent:
                    copied = sa.select(sa.literal(key), CALLS.c.key, CALLS.c.step, CALLS.c.attempt, CALLS.c.body).where(CALLS.c.run == parent)  # fmt: skip
                    db.execute(CALLS.insert().from_select(["run", "key", "step", "attempt", "body"], copied))
        except sa.exc.IntegrityError:
            return None
        return Row(key, request.run_id, owner, request, now, now)

    def get(self, key: str) -> Row | None:
        with self._at_once.connect() as db:
            row = db.execute(sa.select(*_LIGHT).where(RUNS.c.key == key)).mappings().first()
        return _row(row) if row else None

    def all_named(self, run_id: str) -> list[Row]:
        """Runs of this id, whoever owns them; for the operator."""
        with self._at_once.connect() as db:
            return [_row(row) for row in db.execute(sa.select(*_LIGHT).where(RUNS.c.id == run_id)).mappings()]

    def of(self, owner: str, limit: int = 50) -> list[Row]:
        """Runs of one owner, the latest first."""
        asked = (
            sa.select(*_LIGHT).where(RUNS.c.owner == owner).order_by(RUNS.c.created_at.desc()).limit(limit)
        )
        with self._at_once.connect() as db:
            return [_row(row) for row in db.execute(asked).mappings()]

    def latest_of(self, owner: str, run_id: str) -> Row | None:
        """The owner's latest run of this id, or of this id with something after a hyphen."""
        named = sa.or_(RUNS.c.id == run_id, RUNS.c.id.startswith(f"{run_id}-", autoescape=True))
        asked = sa.select(*_LIGHT).where(RUNS.c.owner == owner, named).order_by(RUNS.c.created_at.desc()).limit(1)  # fmt: skip
        with self._at_once.connect() as db:
            row = db.execute(asked).mappings().first()
        return _row(row) if row else None

    def latest(self, limit: int = 50) -> list[Row]:
        """Runs of every owner, the latest first; for the operator."""
        with self._at_once.connect() as db:
            return [_row(row) for row in db.execute(sa.select(*_LIGHT).order_by(RUNS.c.created_at.desc()).limit(limit)).mappings()]  # fmt: skip

    def active(self, owner: str) -> int:
        """How many runs of the owner have not ended."""
        asked = sa.select(sa.func.count()).where(RUNS.c.owner == owner, RUNS.c.outcome.is_(None))
        with self._at_once.connect() as db:
            return int(db.execute(asked).scalar_one())

    def unended(self, before: float) -> list[tuple[str, int]]:
        """(key, turn) of runs that have not ended and of which nothing was heard since a time."""
        asked = sa.select(RUNS.c.key, RUNS.c.turn).where(RUNS.c.outcome.is_(None), RUNS.c.updated_at < before)
        with self._at_once.connect() as db:
            return [(row.key, row.turn) for row in db.execute(asked.order_by(RUNS.c.updated_at).limit(1000))]

    def counts(self) -> dict[str, int]:
        """How many runs there are by outcome; the empty one has not ended."""
        asked = sa.select(sa.func.coalesce(RUNS.c.outcome, ""), sa.func.count()).group_by(RUNS.c.outcome)
        with self._at_once.connect() as db:
            return {str(name): int(count) for name, count in db.execute(asked)}

    def change(self, key: str, **values: Any) -> None:
        with self.db.begin() as db:
            db.execute(RUNS.update().where(RUNS.c.key == key).values(updated_at=time.time(), **values))

    def end(self, key: str, outcome: str, reason: str, record: Mapping[str, Any] | None = None, document: str = "", runbook: str = "", turn: int = 0) -> bool:  # fmt: skip
        """What came of a run, in its turn; False when that has ended already, because a worker taken for dead finished after all."""
        record = record or {"outcome": outcome, "reason": reason, "usage": list(self.paid(key).values())}
        values = {"outcome": outcome, "reason": reason, "cancel_at": None, "updated_at": time.time()}
        values |= {"record": json.dumps(record), "document": document or None, "runbook": runbook or None}
        with self.db.begin() as db:
            before = json.loads(db.execute(sa.select(RUNS.c.record).where(RUNS.c.key == key)).scalar_one_or_none() or "{}")  # fmt: skip
            ended = db.execute(
                RUNS.update()
                .where(
                    RUNS.c.key == key, RUNS.c.outcome.is_(None), RUNS.c.turn == turn if turn else sa.true()
                )
                .values(**values)
            )
            if ended.rowcount == 1:
                self._count(db, _counted(outcome, record, before))
        return bool(ended.rowcount == 1)

    def reopen(self, key: str) -> int:
        """The run once more; the number of the turn it begins, 0 when somebody else has begun it."""
        with self.db.begin() as db:
            opened = db.execute(RUNS.update().where(RUNS.c.key == key, RUNS.c.outcome.in_(("failed", "cancelled"))).values(turn=RUNS.c.turn + 1, outcome=None, reason=None, cancel_at=None, started_at=None, updated_at=time.time()))  # fmt: skip
            if opened.rowcount != 1:
                return 0
            return int(db.execute(sa.select(RUNS.c.turn).where(RUNS.c.key == key)).scalar_one())

    def artifact(self, key: str, name: str) -> str | None:
        """`record`, `document` or `runbook` of a run; None when there is none."""
        with self._at_once.connect() as db:
            return db.execute(sa.select(RUNS.c[name]).where(RUNS.c.key == key)).scalar_one_or_none()

    def old(self, before: float) -> list[tuple[str, int]]:
        """(key, turns) of some runs that ended before a time."""
        asked = sa.select(RUNS.c.key, RUNS.c.turn).where(RUNS.c.updated_at < before, RUNS.c.outcome.is_not(None)).limit(500)  # fmt: skip
        with self._at_once.connect() as db:
            return [(row.key, row.turn) for row in db.execute(asked)]

    def delete(self, keys: Sequence[str], before: float) -> int:
        """Delete these runs with their replies, but for one that somebody has resumed meanwhile; how many there were."""
        with self.db.begin() as db:
            still = RUNS.c.key.in_(keys), RUNS.c.updated_at < before, RUNS.c.outcome.is_not(None)
            gone = list(db.execute(RUNS.delete().where(*still).returning(RUNS.c.key)).scalars())
            db.execute(CALLS.delete().where(CALLS.c.run.in_(gone)))
        return len(gone)

    def prune(self, before: float) -> None:
        """Forget sessions that are over, and who did what before a time."""
        with self.db.begin() as db:
            db.execute(AUDIT.delete().where(AUDIT.c.at < before))
            db.execute(SESSIONS.delete().where(SESSIONS.c.expires_at < time.time()))

    # replies

    def calls(self, key: str) -> dict[str, str]:
        with self._at_once.connect() as db:
            return {row.key: row.body for row in db.execute(sa.select(CALLS.c.key, CALLS.c.body).where(CALLS.c.run == key))}  # fmt: skip

    def keep_call(self, run: str, key: str, step: str, attempt: int, body: str) -> None:
        row = self._insert(CALLS).values(run=run, key=key, step=step, attempt=attempt, body=body)
        with self._at_once.connect() as db:
            db.execute(
                row.on_conflict_do_update(index_elements=["run", "key"], set_={"body": row.excluded.body})
            )

    def forget_calls(self, run: str, step: str) -> None:
        asked = sa.select(CALLS.c.key, CALLS.c.body).where(CALLS.c.run == run, CALLS.c.step == step, ~CALLS.c.key.startswith(GONE))  # fmt: skip
        with self.db.begin() as db:
            for key, body in list(db.execute(asked)):
                gone, kept = forgotten(body)
                db.execute(CALLS.update().where(CALLS.c.run == run, CALLS.c.key == key).values(key=gone, body=kept))  # fmt: skip

    def paid(self, run: str) -> dict[str, dict[str, Any]]:
        """What the run itself has paid for so far."""
        with self._at_once.connect() as db:
            asked = sa.select(CALLS.c.key, CALLS.c.step, CALLS.c.attempt, CALLS.c.body).where(CALLS.c.run == run)  # fmt: skip
            return bought(run, [(row.key, row.step, row.attempt, row.body) for row in db.execute(asked)])

    # who did what

    def note(self, owner: str, action: str, run: str = "") -> None:
        with self.db.begin() as db:
            db.execute(AUDIT.insert().values(at=time.time(), owner=owner, action=action, run=run))

    def audit(self, limit: int = 200) -> Sequence[Mapping[str, Any]]:
        with self._at_once.connect() as db:
            return [dict(row) for row in db.execute(sa.select(AUDIT).order_by(AUDIT.c.n.desc()).limit(limit)).mappings()]  # fmt: skip

    def _count(self, db: sa.Connection, added: Mapping[tuple[str, str], float]) -> None:
        """Add to the counters, in one order so that two workers cannot wait for each other."""
        for (name, label), value in sorted(added.items()):
            row = self._insert(COUNTERS).values(name=name, label=label, value=value)
            db.execute(row.on_conflict_do_update(index_elements=["name", "label"], set_={"value": COUNTERS.c.value + row.excluded.value}))  # fmt: skip

    def counters(self) -> list[tuple[str, str, float]]:
        """What was counted over all workers: (name, label, value)."""
        with self._at_once.connect() as db:
            return [(row.name, row.label, row.value) for row in db.execute(sa.select(COUNTERS).order_by(COUNTERS.c.name, COUNTERS.c.label))]  # fmt: skip


def _counted(outcome: str, record: Mapping[str, Any], before: Mapping[str, Any]) -> dict[tuple[str, str], float]:  # fmt: skip
    """What a finished run adds to the counters; what it had used when its turn before ended is counted already."""
    now, then = paid_in(record), paid_in(before)
    found = {("runs", outcome): 1.0, ("llm_calls", ""): float(len(now) - len(then))}
    for kind in ("input", "output", "cached"):
        used, known = (sum(use[f"{kind}_tokens"] for use in uses) for uses in (now, then))
        found["llm_tokens", kind] = float(used - known)
    found["llm_seconds", ""] = float(sum(use["seconds"] for use in now if not use["replayed"]))
    for section in record.get("sections", {}).values():
        for attempt in section["attempts"]:
            for check in attempt["failed"]:
                found["check_failures", check] = found.get(("check_failures", check), 0.0) + 1
    return found


def paid_in(record: Mapping[str, Any]) -> list[Any]:
    """The calls of a record that its run paid for, before it was interrupted or since."""
    return [use for use in record.get("usage", ()) if use.get("earlier") or not use["replayed"]]


_LIGHT = [RUNS.c[name] for name in ("key", "id", "owner", "request", "created_at", "updated_at", "turn", "started_at", "cancel_at", "outcome", "reason")]  # fmt: skip


def _row(found: Any) -> Row:
    values = dict(found)
    return Row(**{**values, "request": Request(**json.loads(values["request"])), "outcome": values["outcome"] or "", "reason": values["reason"] or ""})  # fmt: skip


def _sqlite_settings(connection: Any, _: Any) -> None:
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")


class StoreJournal:
    """A run's model replies in the store: read once, written through, so a run that goes on elsewhere pays nothing twice.

    Branches of a run keep theirs side by side, from threads: a slow database must not stop the loop they share.
    """

    def __init__(self, store: Store, run: str) -> None:
        self._store, self._run = store, run
        self._kept = store.calls(run)
        self._unwritten: list[tuple[str, str, int, str]] = []
        self._one_at_a_time = threading.Lock()

    def find(self, key: str) -> dict[str, Any] | None:
        return json.loads(self._kept[key]) if key in self._kept else None

    async def keep(self, key: str, step: str, attempt: int, body: dict[str, Any]) -> None:
        """In the database when this returns. While that is away the run goes on with what it has in memory: stopping would pay again
        for all that is in flight."""
        self._kept[key] = json.dumps({**body, "run": self._run})
        self._unwritten.append((key, step, attempt, self._kept[key]))
        with contextlib.suppress(sa.exc.OperationalError, sa.exc.InterfaceError):
            await asyncio.shield(asyncio.to_thread(self.flush))

    def flush(self) -> None:
        """Write what could not be written. Raises what the database says when it is still away."""
        with self._one_at_a_time:
            while self._unwritten:
                self._store.keep_call(self._run, *self._unwritten[0])
                self._unwritten.pop(0)

    def forget(self, step: str) -> None:
        self._store.forget_calls(self._run, step)

    def paid(self) -> dict[str, dict[str, Any]]:
        return self._store.paid(self._run)

    def count(self) -> int:
        return len(self._kept)

    def close(self) -> None:
        return None


def sqlite_url(folder: Path, name: str) -> str:
    return f"sqlite:///{folder.resolve() / name}"


def open_store(server: ServerSettings) -> Store:
    """The store of a server: Postgres by its URL, else SQLite in its data folder, which is made. Raises UsageError when it cannot be reached."""
    if not server.database_url:
        server.data.mkdir(parents=True, exist_ok=True)
    store = Store(server.database_url or sqlite_url(server.data, "briefwright.sqlite"))
    store.set_up()
    return store
