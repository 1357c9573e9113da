"""One limit for all branches of a run: so many requests and so many tokens a minute, spread evenly."""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol


class Pace(Protocol):
    """What a model asks before and after each call. One process keeps it in memory, a fleet in its database."""

    async def turn(self) -> None:
        """Wait for this call's place in line."""

    async def book(self, tokens: int) -> None:
        """Count what a call has used."""

    async def back_off(self, seconds: float) -> None:
        """The server asked for a pause: nobody calls before it is over."""


@dataclass
class Limiter:
    """Zero means no limit. A caller waits until its turn; tokens are booked after a call, and later callers wait for them."""

    requests_per_min: float = 0.0
    tokens_per_min: float = 0.0
    _next: float = 0.0

    async def turn(self) -> None:
        now = time.monotonic()
        start = max(now, self._next)
        self._next = start + (60.0 / self.requests_per_min if self.requests_per_min else 0.0)
        if start > now:
            await asyncio.sleep(start - now)

    async def book(self, tokens: int) -> None:
        """Tokens a call has used push the next turn back."""
        if self.tokens_per_min:
            self._next = max(self._next, time.monotonic()) + tokens * 60.0 / self.tokens_per_min

    async def back_off(self, seconds: float) -> None:
        self._next = max(self._next, time.monotonic() + seconds)
