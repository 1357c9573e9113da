"""One pace of model calls for the whole fleet: a row in the database says when the next call is due (the generic cell rate algorithm)."""

import asyncio
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from briefwright.server.store import PACE, Store


class FleetPace:
    """Requests and tokens a minute over all workers. Zero means no limit; without any limit nothing is written."""

    def __init__(self, store: Store, model: str, requests_per_min: float, tokens_per_min: float) -> None:
        self._store = store
        self._requests, self._tokens = f"requests:{model}"[:128], f"tokens:{model}"[:128]
        self._request_s = 60.0 / requests_per_min if requests_per_min else 0.0
        self._token_s = 60.0 / tokens_per_min if tokens_per_min else 0.0

    @property
    def limits(self) -> bool:
        return bool(self._request_s or self._token_s)

    async def turn(self) -> None:
        """Wait for this call's place among all calls of the fleet; the tokens of finished calls push it back."""
        waits = [await self._moved(self._push, self._requests, self._request_s) - self._request_s]
        if self._token_s:
            waits.append(await self._moved(self._push, self._tokens, 0.0))
        if (wait := max(waits)) > 0:
            await asyncio.sleep(wait)

    async def book(self, tokens: int) -> None:
        if self._token_s:
            await self._moved(self._push, self._tokens, tokens * self._token_s)

    async def back_off(self, seconds: float) -> None:
        await self._moved(self._not_before, self._requests, seconds)

    async def _moved(self, move: Callable[[str, float], float], name: str, seconds: float) -> float:
        """A move of a row. While the database is away nobody is held back by it: a call that is made is worth more than its pace."""
        try:
            return await asyncio.to_thread(move, name, seconds)
        except (sa.exc.OperationalError, sa.exc.InterfaceError):
            return 0.0

    def _push(self, name: str, seconds: float) -> float:
        """Move the row's time on, from now at the earliest, and say how far ahead of now it lies, in seconds."""
        moved = self._greatest(PACE.c.due_at, self._store.now()) + seconds
        return self._change(name, moved, seconds)

    def _not_before(self, name: str, seconds: float) -> float:
        return self._change(name, self._greatest(PACE.c.due_at, self._store.now() + seconds), seconds)

    def _change(self, name: str, to: Any, first: float) -> float:
        """One statement, so that no two callers get one place."""
        change = (
            PACE.update()
            .where(PACE.c.name == name)
            .values(due_at=to)
            .returning(PACE.c.due_at - self._store.now())
        )
        with self._store.db.begin() as db:
            ahead = db.execute(change).scalar_one_or_none()
            if ahead is not None:
                return float(ahead)
        try:
            with self._store.db.begin() as db:
                db.execute(PACE.insert().values(name=name, due_at=0.0))
        except sa.exc.IntegrityError:
            pass  # another worker made the row
        return self._change(name, to, first)

    def _greatest(self, a: Any, b: Any) -> Any:
        return sa.func.greatest(a, b) if self._store.postgres else sa.func.max(a, b)
