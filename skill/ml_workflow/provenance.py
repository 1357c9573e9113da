"""Where every number of the document comes from, and whether what is called given really stands in the brief."""

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from briefwright.skill.ml_workflow.quantity import Quantity
from briefwright.skill.ml_workflow.sections import Section
from briefwright.skill.numbers import PER_IN_DAYS, TIME_IN_DAYS, Number, numbers, same


def quantities(data: object, path: str = "") -> Iterator[tuple[str, Quantity]]:
    """Every Quantity inside a section, with its path: `real_time.p99_ms`, `monitors.CH-04.threshold`."""
    if isinstance(data, Quantity):
        yield path, data
    elif isinstance(data, BaseModel):
        for name in type(data).model_fields:
            yield from quantities(getattr(data, name), f"{path}.{name}" if path else name)
    elif isinstance(data, list | tuple):
        for n, item in enumerate(data):
            key = getattr(item, "id", None) or getattr(item, "name", None) or n
            yield from quantities(item, f"{path}.{key}")


def ledger(sections: Mapping[str, Section]) -> dict[tuple[str, str], list[str]]:
    """(number as shown with its source and basis) → the places that use it, in the order of the document."""
    rows: dict[tuple[str, str], list[str]] = {}
    for step, section in sections.items():
        for path, q in quantities(section):
            basis = f"{q.source}: “{q.basis}”" if q.source == "given" else f"{q.source}: {q.basis}"
            if q.confirm:
                basis += f" (confirms: {q.confirm})"
            rows.setdefault((str(q), basis), []).append(f"{step}.{path}")
    return rows


def false_quotes(section: Section, brief: str) -> Iterator[tuple[str, Quantity]]:
    """Given numbers whose quote is not in the brief, or whose quote does not hold the number."""
    words = _bare(brief)
    for path, q in quantities(section):
        if q.source == "given" and not (_bare(q.basis) in words and _holds(q)):
            yield path, q


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).lower().strip()


def _holds(q: Quantity) -> bool:
    """Whether some number in the quote is this one, in any unit it may have been turned into."""
    found = numbers(q.basis)
    if not found:  # `no licence budget`, `monthly churn`, `each Sunday`: words that stand for a number
        return True
    return any(
        same(value, abs(q.value), abs(value) * 0.02 + 1e-9) for number in found for value in _readings(number)
    ) or _worded(q)


def _readings(n: Number) -> Iterator[float]:
    yield from (abs(n.value), abs(n.share))
    for unit in (n.unit, n.per):
        days = TIME_IN_DAYS.get(unit) or PER_IN_DAYS.get(unit)
        if days:
            yield from (n.value * days * scale for scale in (1, 24, 1440, 86_400, 86_400_000, 7))
            yield from (n.value / days, n.value / days * 7, n.value * 5, n.value / 12, n.value * 7)


def _worded(q: Quantity) -> bool:
    """Rounded readings of words: `a bit under four hours`, `since 2019`, `team of two`, sums of a team."""
    return bool(
        re.search(
            r"\b(?:since|from|under|each|every|monthly|weekly|daily|nightly|half)\b", q.basis, re.IGNORECASE
        )
    )
