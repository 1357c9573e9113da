"""What a run may cost, and what it gives up when that comes near: first the judge, then further attempts, then the model."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from briefwright.graph.model import Usage

NO_JUDGE, NO_REVISION, PLANNER = 0.6, 0.8, 1.0
"""Shares of the budget from which a run asks no judge, revises nothing, and lets the planner write the rest."""


@dataclass(frozen=True)
class Price:
    """Per million tokens, in one currency."""

    input: float
    cached: float
    output: float


@dataclass(frozen=True)
class Budget:
    """Limits of one run; None is no limit. Prices are needed only for a limit on cost."""

    max_tokens: int | None = None
    max_cost: float | None = None
    deadline_s: float | None = None
    price: Price | None = None
    started: float = field(default_factory=time.monotonic)

    def spent(self, usage: Sequence[Usage]) -> float:
        """The largest share of any limit that is used up; replies of another run cost nothing now."""
        paid = [use for use in usage if use.paid]
        shares = [0.0]
        if self.max_tokens:
            shares.append(sum(use.input_tokens + use.output_tokens for use in paid) / self.max_tokens)
        if self.max_cost and self.price:
            shares.append(cost(paid, self.price) / self.max_cost)
        if self.deadline_s:
            shares.append((time.monotonic() - self.started) / self.deadline_s)
        return max(shares)

    @property
    def left_s(self) -> float | None:
        """Seconds until the deadline, for calls that are under way; None without one."""
        return None if self.deadline_s is None else self.started + self.deadline_s - time.monotonic()

    def allows(self, share: float, usage: Sequence[Usage]) -> bool:
        return self.spent(usage) < share


class Counted(Protocol):
    """Anything that says what calls took."""

    @property
    def input_tokens(self) -> int: ...

    @property
    def cached_tokens(self) -> int: ...

    @property
    def output_tokens(self) -> int: ...


def cost(usage: Sequence[Counted], price: Price) -> float:
    """What calls cost; cached input at its own price."""
    return (
        sum(
            (use.input_tokens - use.cached_tokens) * price.input
            + use.cached_tokens * price.cached
            + use.output_tokens * price.output
            for use in usage
        )
        / 1e6
    )


def prices(path: Path | None = None) -> tuple[str, dict[str, Price]]:
    """(day the prices were read, price by model) from prices.yaml, or from a table of the user's own."""
    import yaml

    data: Any = yaml.safe_load((path or Path(__file__).parent / "prices.yaml").read_text(encoding="utf-8"))
    return str(data["as_of"]), {name: Price(**row) for name, row in data["per_million_tokens"].items()}
